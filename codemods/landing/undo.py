"""Taking one recipe back from a branch, with a commit that reverts its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codemods.git.command import Git, text
from codemods.git.commit_files import Commit
from codemods.git.identity import Author, Habits
from codemods.git.repository import Repository
from codemods.git.temporary_index import ScratchIndex, temporary_folder
from codemods.landing.branch import move
from codemods.landing.history import BASE, RECIPE, UNDO, History, HistoryCommit, read_history
from codemods.model.errors import RepositoryError


@dataclass(frozen=True, slots=True)
class Undone:
    """The commit that takes a recipe back."""

    id: str
    of: HistoryCommit
    files: int


def undo(repository: Repository, branch: str, recipe: str, habits: Habits) -> Undone:
    """Put a commit on the branch that reverts the one of a recipe, named ``id`` or ``set/id``.

    Raises RepositoryError when the recipe did not land there, is undone already, the branch is checked out
    somewhere, or later commits changed the same lines.
    """
    history = read_history(repository, branch)
    commit = _landed(history, recipe)
    if where := repository.checked_out_in(branch):
        raise RepositoryError(f"branch {branch} is checked out in {where}; git revert {commit.id[:12]} there")
    author = Author.of(repository, habits)
    with temporary_folder() as folder:
        contents = _reverted(repository, commit, history.tip, folder)
        index = ScratchIndex(repository.git, folder)
        index.read(history.tip)
        made = author.commit(index.write(contents), history.tip, _message(commit, history, author))
    move(repository, {branch: (made, history.tip)}, f"codemods undo {commit.name}")
    return Undone(made, commit, len(contents))


def _landed(history: History, recipe: str) -> HistoryCommit:
    def meant(commit: HistoryCommit) -> bool:
        return recipe in (commit.name, commit.name.rpartition("/")[2])

    for commit in reversed(history.standing()):
        if meant(commit):
            return commit
    if any(map(meant, history.undone())):
        raise RepositoryError(f"recipe {recipe} is undone already on branch {history.branch}")
    landed = ", ".join(commit.name for commit in history.standing()) or "none"
    raise RepositoryError(f"recipe {recipe} did not land on branch {history.branch}; these did: {landed}")


def _reverted(
    repository: Repository, commit: HistoryCommit, tip: str, folder: Path
) -> Mapping[str, tuple[str, bytes]]:
    """Each file of the commit as it is at the tip without what the commit did to it."""
    git, now = repository.git, Commit(repository, tip)
    changed = text(git("diff-tree", "-r", "-z", "--no-renames", f"{commit.id}^", commit.id)).split("\0")[:-1]
    contents, conflicts = {}, []
    for facts, path in zip(changed[::2], changed[1::2], strict=True):
        _, _, before, after, _ = facts.split(" ")
        entry = now.entries.get(path)
        merged = (
            _merged(git, [now.blob(blob) for blob in (entry.blob, after, before)], folder) if entry else None
        )
        if entry is None or merged is None:
            conflicts.append(path)
        else:
            contents[path] = (entry.mode, merged)
    if conflicts:
        raise RepositoryError(
            f"recipe {commit.name} cannot be undone by itself, because later commits changed the same lines "
            f"of {', '.join(conflicts)}; undo those recipes first"
        )
    return contents


def _merged(git: Git, versions: list[bytes], folder: Path) -> bytes | None:
    """The first version with the change from the second to the third; None where both touched a line."""
    places = [folder / name for name in ("now", "after", "before")]
    for place, data in zip(places, versions, strict=True):
        place.write_bytes(data)
    status, out = git.ask("merge-file", "-p", "--quiet", *map(str, places), answers=range(256))
    return None if status else out


def _message(commit: HistoryCommit, history: History, author: Author) -> str:
    trailers = [f"{RECIPE}: {commit.recipe}", f"{UNDO}: {commit.id}", f"{BASE}: {history.base}"]
    if author.signed_off_by:
        trailers.append(f"Signed-off-by: {author.signed_off_by}")
    lines = [f'Revert "{commit.subject}"', "", f"This reverts commit {commit.id}.", "", *trailers, ""]
    return "\n".join(lines)
