"""Load recipes and plan them: all that a run without a branch needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.git.selection import Selection
from codemods.git.working_tree import WorkingTree, Written
from codemods.model.errors import RecipeError
from codemods.model.plan import Change, Decide, accept_certain
from codemods.operations import OPERATIONS
from codemods.planner import planner
from codemods.planner.planner import Planned, Progress
from codemods.recipe import loading
from codemods.recipe.loading import LoadedRecipe, RecipeSet
from codemods.recipe.trust import require_trust


@dataclass(frozen=True)
class Options:
    """Which files of a repository are planned on, and how they are resolved."""

    repo: Path = Path()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()
    weak: bool = False
    jobs: int = 1
    """How many processes may judge files at once."""

    @property
    def selection(self) -> Selection:
        return Selection(self.include, self.exclude)


def load(recipes: str) -> RecipeSet:
    """The recipes of a file, a folder, or something shipped.

    Raises RecipeError, also where a recipe of a folder would run Python and the folder is not trusted.
    """
    path = loading.find(recipes)
    loaded = loading.load(path, OPERATIONS)
    require_trust(loaded.recipes, path)
    return loaded


def load_all(recipes: str | None = None) -> list[RecipeSet]:
    """All sets at or below a path, or all that are shipped. Raises RecipeError as `load` does."""
    found = listed(recipes)
    require_trust([recipe for known in found for recipe in known.recipes], Path(recipes or ""))
    return found


def listed(recipes: str | None = None) -> list[RecipeSet]:
    """The same, only to be shown, so that it matters not what they would run. Raises RecipeError."""
    path = loading.shipped_root() if recipes is None else loading.find(recipes)
    return loading.load_all(path, OPERATIONS)


def find_recipes(name: str) -> list[LoadedRecipe]:
    """The recipes that ``name`` means: those of a path or shipped name, or the shipped ones with that id.

    Raises RecipeError when there are none.
    """
    try:
        path = loading.find(name)
    except RecipeError:
        found = [recipe for known in listed() for recipe in known.recipes if recipe.ref.id == name]
        if found:
            return found
        raise
    return [recipe for known in loading.load_all(path, OPERATIONS) for recipe in known.recipes]


def plan(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    *,
    decide: Decide = accept_certain,
    progress: Progress | None = None,
) -> Planned:
    """What the recipes do to the working tree. Raises RepositoryError or UnknownTargetError."""
    return plan_on(
        recipes, WorkingTree(Repository.open(options.repo), options.selection), options, decide, progress
    )


def plan_on_commit(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    *,
    base: str = "HEAD",
    decide: Decide = accept_certain,
    progress: Progress | None = None,
) -> Planned:
    """What the recipes do to a commit. Raises RepositoryError or UnknownTargetError."""
    commit = Commit(Repository.open(options.repo), base, options.selection)
    return plan_on(recipes, commit, options, decide, progress)


def write(planned: Planned, options: Options) -> Written:
    """Write a plan into the working tree it was made on; each file whole or not at all."""
    tree = WorkingTree(Repository.open(options.repo), options.selection)
    contents = {}
    for path in planned.plan.changed_paths():
        source, text = planned.codebase.base(path), planned.codebase.text(path)
        assert source is not None
        assert text is not None
        contents[path] = (source.encode(path, source.text), source.encode(path, text))
    return tree.write_all(contents)


def explain(recipe: LoadedRecipe, options: Options, path: str, line: int) -> list[Change]:
    """Every site of a recipe that stands on one line of the working tree, the excluded ones too."""
    tree = WorkingTree(Repository.open(options.repo), options.selection)
    return planner.explain(recipe, tree, path, line, source_roots=options.source_roots)


def plan_on(
    recipes: Sequence[LoadedRecipe],
    files: WorkingTree | Commit,
    options: Options,
    decide: Decide,
    progress: Progress | None,
) -> Planned:
    """What the recipes do to these files."""
    return planner.plan(
        recipes,
        files,
        decide=decide,
        source_roots=options.source_roots,
        weak=options.weak,
        jobs=options.jobs,
        progress=progress,
    )
