"""What a script imports: load recipes, plan them, write the plan or apply it as a branch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codemods import engine
from codemods.engine import Planned, Progress
from codemods.errors import FileError, RecipeError, RepositoryError
from codemods.landing import NO_GATES, Applied, Gating, Landing, land
from codemods.operations import OPERATIONS
from codemods.plan import REJECTED, Change, Decide, Plan, accept_certain
from codemods.recipe import load as recipe_load
from codemods.recipe.load import LoadedRecipe, RecipeSet
from codemods.repo import records
from codemods.repo.author import Habits
from codemods.repo.branch import BranchResult, Build, create_branches
from codemods.repo.chain import Chain, open_chain
from codemods.repo.commit import Commit
from codemods.repo.handover import check_patch_folder, push_branches, write_patches
from codemods.repo.history import read_history
from codemods.repo.notes import annotate
from codemods.repo.records import Record, left_by
from codemods.repo.repository import Repository
from codemods.repo.selection import Selection
from codemods.repo.split import split
from codemods.repo.watch import Watch
from codemods.repo.working_tree import WorkingTree, Written
from codemods.report.branches import branch_lines
from codemods.report.markdown import markdown
from codemods.review.decisions import Decisions, DecisionsFile, import_json
from codemods.review.decisions import load as load_decisions
from codemods.review.session import Session
from codemods.review.summary import Applying
from codemods.review.telling import left_lines
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
    branch: str | None,
    *,
    patch_dir: Path | None = None,
    base: str = "HEAD",
    force: bool = False,
    habits: Habits | None = None,
    decide: Decide = accept_certain,
    accept: str = "certain",
    only: Sequence[str] = (),
    gating: Gating = NO_GATES,
    split_by: str = "",
    tell: Tell = _silent,
    progress: Progress | None = None,
) -> Applied:
    """Plan on a commit and land the plan on a branch, one commit per recipe; nothing else is touched.

    With ``split_by`` several branches are made below that name; without a branch, files in ``patch_dir``.
    ``accept`` names the rule that ``decide`` is, for `rebase`; ``only`` narrows what is changed to some
    files. ``tell`` hears how the gates fare. Raises RepositoryError when a branch cannot be made; then there
    is none.
    """
    commit = Commit(Repository.open(options.repo), base, options.selection)
    habits = habits or Habits()
    landings: dict[str, Landing] = {}

    def replan(some: Sequence[LoadedRecipe], rule: Decide) -> Planned:
        return _planned(some, commit, options, rule, progress)

    def build(name: str, paths: Collection[str]) -> Build:
        def add(chain: Chain) -> None:
            landings[name] = land(recipes, replan, _within(paths, decide), chain, gating, tell)

        return add

    if branch is None:
        assert patch_dir is not None, "without a branch there is a folder for patches"
        check_patch_folder(patch_dir)
        with open_chain(commit, habits) as chain:
            build("", only)(chain)
        result = BranchResult("", commit.id, tuple(chain.commits))
        patches = write_patches(commit.repository, commit.id, result.tip, patch_dir)
        return Applied(landings[""].planned, ((result, landings[""]),), tuple(patches))

    groups: Mapping[str, Collection[str]] = {branch: only}
    whole = None
    if split_by:
        whole = replan(recipes, _within(only, decide))
        parts = split(whole.plan, split_by, commit)
        groups = {f"{branch}/{name}": paths for name, paths in parts.items()}

    def remember(result: BranchResult) -> None:
        landing = landings[result.name]
        annotate(commit.repository, result.tip, markdown(result, landing))
        record = Record(
            branch=result.name,
            base=commit.repository.name_of(base),
            recipes=tuple(str(recipe.path.resolve()) for recipe in recipes),
            include=options.include,
            exclude=options.exclude,
            source_roots=options.source_roots,
            accept=accept,
            only=tuple(sorted(groups[result.name])),
            verify=gating.each,
            verify_final=gating.final,
            verify_timeout=gating.timeout,
            test_selection=gating.test_selection,
            sign=habits.sign,
            signoff=habits.signoff,
            template=habits.template,
            conventional=habits.conventional,
            left=left_by(landing.planned.plan),
        )
        records.keep(commit.repository, record)

    builds = {name: build(name, paths) for name, paths in groups.items()}
    results = create_branches(commit, builds, force=force, habits=habits, announce=remember)
    made = tuple((result, landings[result.name]) for result in results)
    return Applied(whole or landings[branch].planned, made)


def rebase(
    repo: Path, branch: str, onto: str = "", *, tell: Tell = _silent, progress: Progress | None = None
) -> Applied:
    """Make a branch anew on what its base is now, or on another one, by running its recipes again.

    Recipes that were undone stay away; decisions count as stored. Raises RepositoryError when the branch was
    not made here, is checked out somewhere, or holds commits of somebody else, which would be lost.
    """
    repository = Repository.open(repo)
    history = read_history(repository, branch)
    record = records.find(repository, branch)
    if record is None:
        raise RepositoryError(f"branch {branch} was not made in this clone; apply its recipes again instead")
    if others := history.others():
        raise RepositoryError(
            f"branch {branch} holds {counted(len(others), 'commit')} of somebody else, such as "
            f"{others[0].id[:12]}, that would be lost; move them to another branch first"
        )
    loaded = [recipe_load.load(Path(path), OPERATIONS).recipes[0] for path in record.recipes]
    undone = {commit.name for commit in history.undone()}
    options = Options(repo, record.include, record.exclude, record.source_roots)
    return apply(
        [recipe for recipe in loaded if f"{recipe.ref.set}/{recipe.ref.id}" not in undone],
        options,
        branch,
        base=onto or record.base,
        force=True,
        habits=Habits(record.sign, record.signoff, record.template, record.conventional),
        decide=decisions(options).decide() if record.accept == "reviewed" else accept_certain,
        accept=record.accept,
        only=record.only,
        gating=Gating(record.verify, record.verify_final, record.verify_timeout, record.test_selection),
        tell=tell,
        progress=progress,
    )


def push(applied: Applied, options: Options, remote: str, *, force: bool = False) -> None:
    """Push the branches that were made. Raises RepositoryError when the remote does not take them."""
    names = [result.name for result, _ in applied.branches if result.commits]
    if names:
        push_branches(Repository.open(options.repo), remote, names, force=force)


def write_report(applied: Applied, path: Path) -> None:
    """Write the Markdown report of all branches. Raises FileError when it cannot be written."""
    text = "\n".join(markdown(result, landing) for result, landing in applied.branches)
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise FileError(str(path), f"the report cannot be written: {error.strerror}") from None


def _within(paths: Collection[str], decide: Decide) -> Decide:
    """The same decisions, but nothing outside the paths; all paths when there are none."""
    if not paths:
        return decide
    return lambda change: decide(change) if change.path in paths else REJECTED


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
            applied = apply(
                recipes, options, branch, base=base, habits=habits, decide=kept.decide(), accept="reviewed"
            )
            lines = [line for result, _ in applied.branches for line, _ in branch_lines(result)]
            left = left_lines(session, applied.planned.plan)
            return "\n".join([*(lines or ["Nothing was committed."]), *left])

        session = Session(planned.plan, kept, watch.changed)
        yield session, Applying(preview, commit_on)


def decisions(options: Options) -> Decisions:
    """What was decided in the reviews of a repository. Raises FileError when it cannot be read."""
    return load_decisions(_decisions_folder(Repository.open(options.repo)))


def import_decisions(options: Options, name: str, data: bytes) -> str:
    """Take over the decisions of an exported file; says how many, and how many replaced other ones."""
    records = import_json(name, data)
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
