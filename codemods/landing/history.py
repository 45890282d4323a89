"""What the commits of our branches say of themselves: which recipes landed, and which were undone."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.git.command import text
from codemods.git.repository import Repository
from codemods.model.errors import RepositoryError

RECIPE, BASE, UNDO = "Codemod-Recipe", "Codemod-Base", "Codemod-Undo"

_FIELD, _COMMIT = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class HistoryCommit:
    """One commit of a branch: of a recipe, the undoing of one, or (with neither) somebody else's."""

    id: str
    subject: str
    recipe: str
    """``set/id@hash``, or nothing."""
    undoes: str
    """The id of the commit that it undoes, or nothing."""

    @property
    def name(self) -> str:
        """``set/id`` of its recipe."""
        return self.recipe.partition("@")[0]


@dataclass(frozen=True, slots=True)
class History:
    """A branch we made: where it began, and its commits from the first."""

    branch: str
    base: str
    tip: str
    commits: tuple[HistoryCommit, ...]

    def standing(self) -> list[HistoryCommit]:
        """The commits of recipes that were not undone."""
        undone = {commit.undoes for commit in self.commits}
        ours = (commit for commit in self.commits if commit.recipe and not commit.undoes)
        return [commit for commit in ours if commit.id not in undone]

    def undone(self) -> list[HistoryCommit]:
        """The commits of recipes that were undone."""
        undone = {commit.undoes for commit in self.commits}
        return [commit for commit in self.commits if commit.id in undone]

    def others(self) -> list[HistoryCommit]:
        """Commits that somebody else put on the branch."""
        return [commit for commit in self.commits if not commit.recipe]


def read_history(repository: Repository, branch: str) -> History:
    """Raises RepositoryError when there is no such branch, or it is none of ours."""
    tip = repository.find_commit(f"refs/heads/{branch}")
    if tip is None:
        raise RepositoryError(f"there is no branch {branch}; codemods status lists those it made")
    # People may have put commits of their own on top, so the newest of ours tells where the branch began.
    form = f"--format={_trailer(BASE)}"
    base = repository.git.line("log", "--max-count=1", "--first-parent", f"--grep=^{BASE}: ", form, tip)
    if not base or repository.find_commit(base) is None:
        raise RepositoryError(f"branch {branch} was not made by codemods; its commits name no recipe")
    return History(branch, base, tip, tuple(_commits(repository, base, tip)))


def _commits(repository: Repository, base: str, tip: str) -> list[HistoryCommit]:
    fields = _FIELD.join(("%H", "%s", _trailer(RECIPE), _trailer(UNDO)))
    form = f"--format={fields}{_COMMIT}"
    out = text(repository.git("log", "--first-parent", "--reverse", form, f"{base}..{tip}"))
    return [HistoryCommit(*entry.strip("\n").split(_FIELD)) for entry in out.split(_COMMIT)[:-1]]


def _trailer(key: str) -> str:
    return f"%(trailers:key={key},valueonly,separator=%x2C)"
