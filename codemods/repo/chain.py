"""Commits one upon the other, as objects that no reference leads to yet.

Neither the working tree nor the index nor HEAD is touched: trees are put together in an index of our own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.engine import Planned
from codemods.errors import RepositoryError
from codemods.plan import RecipePlan, RecipeRef
from codemods.repo.author import Author, Habits
from codemods.repo.commit import Commit
from codemods.repo.message import render, site_count
from codemods.repo.plumbing import raw, text


@dataclass(frozen=True, slots=True)
class RecipeCommit:
    """The commit of one recipe."""

    recipe: RecipeRef
    id: str
    files: int
    sites: int


class Chain:
    """Grows from a base by one commit for each recipe, and can lose the last one again.

    Use `open_chain`. Until a reference is moved to its tip, nobody sees it.
    """

    def __init__(self, base: Commit, habits: Habits, folder: Path) -> None:
        self.base = base
        self.commits: list[RecipeCommit] = []
        self._habits = habits
        self._author = Author.of(base.repository, habits)
        self._git = base.repository.git
        self._folder = folder
        self._env = {"GIT_INDEX_FILE": str(folder / "index")}
        self._git("read-tree", base.id, env=self._env)

    @property
    def tip(self) -> str:
        return self.commits[-1].id if self.commits else self.base.id

    def add(self, recipe: RecipePlan, planned: Planned) -> RecipeCommit:
        """Commit what a recipe changed. Raises FileError when a file's encoding cannot hold its change."""
        contents = _contents(recipe, planned)
        message = render(recipe, self.base.id, self._habits, self._author.signed_off_by)
        commit = self._author.commit(self._tree(contents), self.tip, message)
        made = RecipeCommit(recipe.recipe, commit, len(contents), site_count(recipe))
        self.commits.append(made)
        return made

    def add_all(self, planned: Planned) -> None:
        """Commit each recipe of a plan that changed something."""
        for recipe in planned.plan.recipes:
            if recipe.changed_files():
                self.add(recipe, planned)

    def cut(self, length: int) -> None:
        """Forget all commits but the first ``length``."""
        del self.commits[length:]
        self._git("read-tree", self.tip, env=self._env)

    def trial(self, recipe: RecipePlan, planned: Planned) -> str:
        """The id of what `add` would commit, unsigned, without adding it."""
        unsigned = replace(self._author, signing="--no-gpg-sign")
        commit = unsigned.commit(
            self._tree(_contents(recipe, planned)), self.tip, f"Trial of {recipe.recipe.id}\n"
        )
        self._git("read-tree", self.tip, env=self._env)
        return commit

    def _tree(self, contents: dict[str, bytes]) -> str:
        """The tree of the tip with these files' contents replaced, all else as it was."""
        blobs = zip(contents, self._blobs(list(contents.values())), strict=True)
        lines = (f"{self.base.entry(path).mode} {blob}\t{path}\0" for path, blob in blobs)
        self._git("update-index", "-z", "--index-info", stdin=raw("".join(lines)), env=self._env)
        # In a partial clone most objects of the base are not here, and need not be.
        return self._git.line("write-tree", "--missing-ok", env=self._env)

    def _blobs(self, contents: list[bytes]) -> list[str]:
        """New blobs. No filter runs: the text came from blobs and goes back into blobs."""
        paths = []
        for number, data in enumerate(contents):
            content = self._folder / str(number)
            content.write_bytes(data)
            paths.append(f"{content}\n")
        out = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=raw("".join(paths)))
        return text(out).split()


def _contents(recipe: RecipePlan, planned: Planned) -> dict[str, bytes]:
    return {file.path: planned.encoded(file.path, file.after) for file in recipe.changed_files()}


@contextmanager
def open_chain(base: Commit, habits: Habits) -> Iterator[Chain]:
    """A chain that has no commits yet.

    Raises RepositoryError when nobody is known to be the author, or there is no room for temporary files.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="codemods-") as folder:
            yield Chain(base, habits, Path(folder))
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        raise RepositoryError(f"{where} cannot be written: {error.strerror}; nothing was changed") from None
