"""Commits one upon the other, as objects that no reference leads to yet.

Neither the working tree nor the index nor HEAD is touched: trees are put together in an index of our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from codemods.git.commit_files import Commit
from codemods.git.identity import Author, Habits
from codemods.git.temporary_index import ScratchIndex, temporary_folder
from codemods.landing.commit_message import render, site_count
from codemods.model.plan import RecipePlan, RecipeRef
from codemods.planner.planner import Planned


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
        self._index = ScratchIndex(base.repository.git, folder)
        self._index.read(base.id)

    @property
    def tip(self) -> str:
        return self.commits[-1].id if self.commits else self.base.id

    def add(self, recipe: RecipePlan, planned: Planned) -> RecipeCommit:
        """Commit what a recipe changed. Raises FileError when a file's encoding cannot hold its change."""
        message = render(recipe, self.base.id, self._habits, self._author.signed_off_by)
        commit = self._author.commit(self._tree(recipe, planned), self.tip, message)
        made = RecipeCommit(recipe.recipe, commit, len(recipe.changed_files()), site_count(recipe))
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
        self._index.read(self.tip)

    def trial(self, recipe: RecipePlan, planned: Planned) -> str:
        """The id of what `add` would commit, unsigned, without adding it."""
        unsigned = replace(self._author, signing="--no-gpg-sign")
        commit = unsigned.commit(self._tree(recipe, planned), self.tip, f"Trial of {recipe.recipe.id}\n")
        self._index.read(self.tip)
        return commit

    def _tree(self, recipe: RecipePlan, planned: Planned) -> str:
        contents = {
            file.path: (self.base.entries[file.path].mode, planned.encoded(file.path, file.after))
            for file in recipe.changed_files()
        }
        return self._index.write(contents)


@contextmanager
def open_chain(base: Commit, habits: Habits) -> Iterator[Chain]:
    """A chain that has no commits yet.

    Raises RepositoryError when nobody is known to be the author, or there is no room for temporary files.
    """
    with temporary_folder() as folder:
        yield Chain(base, habits, folder)
