"""How the branches that were made here stand today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codemods.git.repository import Repository
from codemods.landing import branch_records
from codemods.landing.branch_records import Left
from codemods.landing.history import History, read_history
from codemods.model.errors import RepositoryError


@dataclass(frozen=True, slots=True)
class BranchStatus:
    """One branch: what landed on it and what was left; without a history it is gone."""

    branch: str
    base: str
    history: History | None
    behind: int
    """How many commits what it began on has got since."""
    left: tuple[Left, ...]


def status(repository: Repository, names: Sequence[str] = ()) -> list[BranchStatus]:
    """The named branches, or all that were made here. Raises RepositoryError for one that is none of ours."""
    return [_status(repository, name) for name in names or branch_records.branches(repository)]


def _status(repository: Repository, name: str) -> BranchStatus:
    record = branch_records.find(repository, name)
    try:
        history = read_history(repository, name)
    except RepositoryError:
        if record is None:
            raise
        return BranchStatus(name, record.base, None, 0, ())
    base = record.base if record else ""
    behind = 0
    if base and repository.find_commit(base):
        behind = int(repository.git.line("rev-list", "--count", f"{history.base}..{base}", "--"))
    return BranchStatus(name, base, history, behind, record.left if record else ())
