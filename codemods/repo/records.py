"""What we know of the branches that were made here, kept in the git folder as one JSON file for each."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from codemods.errors import RepositoryError
from codemods.repo.repository import Repository

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Left:
    """A site that a recipe left for a person."""

    recipe: str
    kind: str
    """``possible`` or ``refused``."""
    path: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """How a branch came to be, so that it can be shown, and made again on another base."""

    branch: str
    base: str
    """The name of what the branch began on, such as ``main``; an id where it had none."""
    recipes: str
    """What the command line named."""
    options: Mapping[str, Any]
    """How it was made: the options of ``apply``."""
    left: tuple[Left, ...]


def keep(repository: Repository, record: Record) -> None:
    """Write the record, whole or not at all. Raises RepositoryError when it cannot be kept."""
    place = _place(repository, record.branch)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".")
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            json.dump({"version": _VERSION} | asdict(record), stream, indent=1)
        Path(temporary).replace(place)
    except OSError as error:
        raise RepositoryError(
            f"the branch {record.branch} was made, but {place} cannot be written: {error.strerror}"
        ) from None


def find(repository: Repository, branch: str) -> Record | None:
    """The record of a branch, or None where there is none that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(_place(repository, branch).read_text("utf-8"))
        if data.pop("version") == _VERSION:
            left = tuple(Left(**each) for each in data.pop("left"))
            return Record(**data, left=left)
    return None


def branches(repository: Repository) -> list[str]:
    """The names of the branches there are records of, whether or not they still exist."""
    return sorted(unquote(place.stem) for place in _folder(repository).glob("*.json"))


def _place(repository: Repository, branch: str) -> Path:
    return _folder(repository) / f"{quote(branch, safe='', errors='surrogateescape')}.json"


def _folder(repository: Repository) -> Path:
    return repository.common_dir / "codemods" / "branches"
