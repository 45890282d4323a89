"""What a script imports: load recipes, plan them, write the plan or apply it as a branch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codemods import engine
from codemods.engine import Planned, Progress
from codemods.errors import RecipeError
from codemods.landing import NO_GATES, Gating, Landing, land
from codemods.operations import OPERATIONS
from codemods.plan import Change, Decide, Plan, accept_certain
from codemods.recipe import load as recipe_load
from codemods.recipe.load import LoadedRecipe, RecipeSet
from codemods.repo.author import Habits
from codemods.repo.branch import BranchResult, create_branches
from codemods.repo.chain import Chain
from codemods.repo.commit import Commit
from codemods.repo.repository import Repository
from codemods.repo.selection import Selection
from codemods.repo.watch import Watch
from codemods.repo.working_tree import WorkingTree, Written
from codemods.report.text import branch_lines
from codemods.review.decisions import Decisions, DecisionsFile, import_json
from codemods.review.decisions import load as load_decisions
from codemods.review.session import Session
from codemods.review.summary import Applying
from codemods.verify import Tell
from codemods.words import counted


def _silent(_sentence: str) -> None:
    pass


@dataclass(frozen=True)
class Options:
    """Which files of a repository are planned on, and how they are resolved."""

    repo: Path = Path()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()
    weak: bool = False

    @property
    def selection(self) -> Selection:
        return Selection(self.include, self.exclude)


def load(recipes: str) -> RecipeSet:
    """The recipes of a file, a folder, or something shipped. Raises RecipeError."""
    return recipe_load.load(recipe_load.find(recipes), OPERATIONS)


def load_all(recipes: str | None = None) -> list[RecipeSet]:
    """All sets at or below a path, or all that are shipped. Raises RecipeError."""
    path = recipe_load.shipped_root() if recipes is None else recipe_load.find(recipes)
    return recipe_load.load_all(path, OPERATIONS)


def find_recipes(name: str) -> list[LoadedRecipe]:
    """The recipes that ``name`` means: those of a path or shipped name, or the shipped ones with that id.

    Raises RecipeError when there are none.
    """
    try:
        path = recipe_load.find(name)
    except RecipeError:
        found = [recipe for known in load_all() for recipe in known.recipes if recipe.ref.id == name]
        if found:
            return found
        raise
    return [recipe for known in recipe_load.load_all(path, OPERATIONS) for recipe in known.recipes]


def plan(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    *,
    decide: Decide = accept_certain,
    progress: Progress | None = None,
) -> Planned:
    """What the recipes do to the working tree. Raises RepositoryError or UnknownTargetError."""
    return _planned(
        recipes, WorkingTree(Repository.open(options.repo), options.selection), options, decide, progress
    )


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


def apply(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    branch: str,
    *,
    base: str = "HEAD",
    force: bool = False,
    habits: Habits | None = None,
    decide: Decide = accept_certain,
    gating: Gating = NO_GATES,
    tell: Tell = _silent,
    progress: Progress | None = None,
) -> tuple[Landing, BranchResult]:
    """Plan on a commit and land the plan on a branch, one commit per recipe; nothing else is touched.

    ``tell`` hears how the gates fare. Raises RepositoryError when the branch cannot be made; then there is
    none.
    """
    commit = Commit(Repository.open(options.repo), base, options.selection)
    landings: list[Landing] = []

    def replan(some: Sequence[LoadedRecipe], rule: Decide) -> Planned:
        return _planned(some, commit, options, rule, progress)

    def build(chain: Chain) -> None:
        landings.append(land(recipes, replan, decide, chain, gating, tell))

    [result] = create_branches(commit, {branch: build}, force=force, habits=habits)
    return landings[0], result


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
    return _planned(recipes, commit, options, decide, progress)


@contextmanager
def review(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    *,
    base: str = "HEAD",
    habits: Habits | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Session, Applying]]:
    """A review of the recipes on a commit, and the way from its decisions into the repository.

    Raises UsageError while another review of the repository is open.
    """
    repository = Repository.open(options.repo)
    with DecisionsFile(_decisions_folder(repository)) as kept:
        commit = Commit(repository, base, options.selection)
        watch = Watch(commit, base)
        planned = _planned(recipes, commit, options, kept.decide(accept_certain), progress)

        def preview() -> Plan:
            return plan_on_commit(recipes, options, base=base, decide=kept.decide()).plan

        def commit_on(branch: str) -> str:
            _, result = apply(recipes, options, branch, base=base, habits=habits, decide=kept.decide())
            return "\n".join(line for line, _ in branch_lines(result))

        yield Session(planned.plan, kept, watch.changed), Applying(preview, commit_on)


def decisions(options: Options) -> Decisions:
    """What was decided in the reviews of a repository. Raises FileError when it cannot be read."""
    return load_decisions(_decisions_folder(Repository.open(options.repo)))


def import_decisions(options: Options, name: str, text: str) -> str:
    """Take over the decisions of an exported text; says how many, and how many replaced other ones."""
    records = import_json(name, text)
    with DecisionsFile(_decisions_folder(Repository.open(options.repo))) as kept:
        replaced = sum(kept.ruling(record.key) not in (None, record.ruling) for record in records)
        kept.append(records)
    return f"Imported {counted(len(records), 'decision')}; {replaced} of them replaced another one."


def explain(recipe: LoadedRecipe, options: Options, path: str, line: int) -> list[Change]:
    """Every site of a recipe that stands on one line of the working tree, the excluded ones too."""
    tree = WorkingTree(Repository.open(options.repo), options.selection)
    return engine.explain(recipe, tree, path, line, source_roots=options.source_roots)


def _decisions_folder(repository: Repository) -> Path:
    return repository.common_dir / "codemods"


def _planned(
    recipes: Sequence[LoadedRecipe],
    files: WorkingTree | Commit,
    options: Options,
    decide: Decide,
    progress: Progress | None,
) -> Planned:
    return engine.plan(
        recipes,
        files,
        decide=decide,
        source_roots=options.source_roots,
        weak=options.weak,
        progress=progress,
    )
