"""What we know of the branches that were made here, kept in the git folder as one JSON file for each."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from codemods.git.repository import Repository
from codemods.model.errors import RepositoryError
from codemods.model.formatting import because
from codemods.model.plan import Plan

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Left:
    """A site that a recipe left for a person."""

    recipe: str
    kind: str
    """``possible``, ``refused`` or ``reported``."""
    path: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """How a branch came to be, so that it can be shown, and made again on another base."""

    branch: str
    base: str
    """The name of what the branch began on, such as ``main``; an id where it had none."""
    recipes: tuple[str, ...]
    """The recipe files, in order."""
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    source_roots: tuple[str, ...]
    accept: str
    only: tuple[str, ...]
    """The files that the branch is about, where it is one of several; nothing for all."""
    verify: tuple[str, ...]
    verify_final: tuple[str, ...]
    verify_timeout: float
    test_selection: bool
    sign: bool
    signoff: bool
    template: str
    conventional: str
    left: tuple[Left, ...]


def left_by(plan: Plan) -> tuple[Left, ...]:
    """What a plan leaves for a person."""
    return tuple(
        Left(recipe.recipe.id, kind, change.path, change.line, because(change.refused or change.reason))
        for recipe in plan.recipes
        for kind, changes in (
            ("possible", recipe.possible()),
            ("refused", recipe.refused()),
            ("reported", recipe.reported()),
        )
        for change in changes
    )


def keep(repository: Repository, record: Record) -> None:
    """Write the record, whole or not at all. Raises RepositoryError when it cannot be kept."""
    place = _place(repository, record.branch)
    temporary = place.with_name(f".{os.getpid()}-{place.name}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({"version": _VERSION} | asdict(record), indent=1), "utf-8")
        temporary.replace(place)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise RepositoryError(f"{place} cannot be written: {error.strerror}; no branch was made") from None


def find(repository: Repository, branch: str) -> Record | None:
    """The record of a branch, or None where there is none that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(_place(repository, branch).read_text("utf-8"))
        if data.pop("version") == _VERSION:
            left = tuple(Left(**each) for each in data.pop("left"))
            values: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
            }
            return Record(**values, left=left)
    return None


def branches(repository: Repository) -> list[str]:
    """The names of the branches there are records of, whether or not they still exist."""
    return sorted(unquote(place.stem) for place in _folder(repository).glob("*.json"))


def _place(repository: Repository, branch: str) -> Path:
    return _folder(repository) / f"{quote(branch, safe='', errors='surrogateescape')}.json"


def _folder(repository: Repository) -> Path:
    return repository.common_dir / "codemods" / "branches"
