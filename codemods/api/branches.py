"""Land plans as branches or patches, make a branch anew, and review what a plan would land."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path

from codemods.api.planning import (
    Options,
    plan_on,
    plan_on_commit,
)
from codemods.git.commit_files import Commit
from codemods.git.file_watch import Watch
from codemods.git.identity import Habits
from codemods.git.repository import Repository
from codemods.landing import branch_records
from codemods.landing.branch import BranchResult, Build, create_branches
from codemods.landing.branch_records import Record, left_by
from codemods.landing.commit_chain import Chain, open_chain
from codemods.landing.gates import Tell
from codemods.landing.history import read_history
from codemods.landing.land import NO_GATES, Applied, Gating, Landing, land
from codemods.landing.notes import annotate
from codemods.landing.publishing import check_patch_folder, format_patches, push_branches
from codemods.landing.split import split
from codemods.model.errors import FileError, RepositoryError
from codemods.model.formatting import counted
from codemods.model.plan import REJECTED, Decide, Plan, accept_certain
from codemods.operations import OPERATIONS
from codemods.planner.planner import Planned, Progress
from codemods.recipe import loading
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.trust import require_trust
from codemods.report.branches import branch_lines
from codemods.report.markdown import markdown, rejections
from codemods.review.decisions import Decisions, DecisionsFile, import_json
from codemods.review.decisions import load as load_decisions
from codemods.review.phrases import left_lines
from codemods.review.session import Session
from codemods.review.summary import Applying


def _silent(_sentence: str) -> None:
    pass


def apply(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    branch: str,
    *,
    base: str = "HEAD",
    force: bool = False,
    replaces: str = "",
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

    With ``split_by`` several branches are made below that name. ``accept`` names the rule that ``decide`` is,
    for `rebase`; ``only`` narrows what is changed to some files; ``tell`` hears how the gates fare. An
    existing branch is replaced with ``force``, or where it is at the commit ``replaces``.
    Raises RepositoryError when a branch cannot be made; then there is none.
    """
    habits = habits or Habits()
    run = _Run(recipes, options, base, decide, gating, tell, progress)
    whole, groups = None, {branch: frozenset(only)}
    if split_by:
        whole = run.replan(recipes, _within(only, decide))
        parts = split(whole.plan, split_by, run.commit)
        groups = {f"{branch}/{name}": paths for name, paths in parts.items()}

    def announce(result: BranchResult) -> None:
        annotate(run.commit.repository, result.tip, markdown(result, run.landings[result.name]))
        branch_records.keep(
            run.commit.repository, run.record(result.name, base, accept, groups[result.name], habits)
        )

    builds = {name: run.build(name, paths) for name, paths in groups.items()}
    results = create_branches(
        run.commit, builds, force=force, replaces=replaces, habits=habits, announce=announce
    )
    made = tuple((result, run.landings[result.name]) for result in results)
    return Applied(whole or run.landings[branch].planned, made)


def write_patches(
    recipes: Sequence[LoadedRecipe],
    options: Options,
    folder: Path,
    *,
    base: str = "HEAD",
    habits: Habits | None = None,
    decide: Decide = accept_certain,
    gating: Gating = NO_GATES,
    tell: Tell = _silent,
    progress: Progress | None = None,
) -> Applied:
    """Like `apply`, but as files for ``git am`` in a new or empty folder; no branch is made.

    Raises UsageError when the folder holds something already.
    """
    check_patch_folder(folder)
    run = _Run(recipes, options, base, decide, gating, tell, progress)
    with open_chain(run.commit, habits or Habits()) as chain:
        run.build("", ())(chain)
    result = BranchResult("", run.commit.id, tuple(chain.commits))
    patches = format_patches(run.commit.repository, run.commit.id, result.tip, folder)
    return Applied(run.landings[""].planned, ((result, run.landings[""]),), tuple(patches))


def rebase(
    repo: Path, branch: str, onto: str = "", *, tell: Tell = _silent, progress: Progress | None = None
) -> Applied:
    """Make a branch anew on what its base is now, or on another one, by running its recipes again.

    Recipes that were undone stay away; decisions count as stored. Raises RepositoryError when the branch was
    not made here, is checked out somewhere, or holds commits of somebody else, which would be lost.
    """
    repository = Repository.open(repo)
    history = read_history(repository, branch)
    record = branch_records.find(repository, branch)
    if record is None:
        raise RepositoryError(f"branch {branch} was not made in this clone; apply its recipes again instead")
    if others := history.others():
        raise RepositoryError(
            f"branch {branch} holds {counted(len(others), 'commit')} of somebody else, such as "
            f"{others[0].id[:12]}, that would be lost; move them to another branch first"
        )
    loaded = [loading.load(Path(path), OPERATIONS).recipes[0] for path in record.recipes]
    require_trust(loaded)
    undone = {commit.name for commit in history.undone()}
    options = Options(repo, record.include, record.exclude, record.source_roots)
    decide: Decide = accept_certain
    if record.accept == "reviewed":
        kept, options = reviewed(options)
        decide = kept.decide()
    return apply(
        [recipe for recipe in loaded if f"{recipe.ref.set}/{recipe.ref.id}" not in undone],
        options,
        branch,
        base=onto or record.base,
        replaces=history.tip,
        habits=Habits(record.sign, record.signoff, record.template, record.conventional),
        decide=decide,
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


def write_report(applied: Applied, path: Path, notes: Sequence[tuple[str, str]] = ()) -> None:
    """Write the Markdown report of all branches, and the notes with which changes were rejected.

    Raises FileError when it cannot be written.
    """
    parts = [markdown(result, landing) for result, landing in applied.branches]
    text = "\n".join([*parts, rejections(notes)] if notes else parts)
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise FileError(str(path), f"the report cannot be written: {error.strerror}") from None


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
        planned = plan_on(recipes, commit, options, kept.decide(accept_certain), progress)

        def preview() -> Plan:
            return plan_on_commit(recipes, _finding(kept, options), base=base, decide=kept.decide()).plan

        def commit_on(branch: str) -> str:
            applied = apply(
                recipes,
                _finding(kept, options),
                branch,
                base=base,
                habits=habits,
                decide=kept.decide(),
                accept="reviewed",
            )
            lines = [line for result, _ in applied.branches for line, _ in branch_lines(result)]
            left = left_lines(session, applied.planned.plan)
            return "\n".join([*(lines or ["Nothing was committed."]), *left])

        session = Session(planned.plan, kept, watch.changed)
        yield session, Applying(preview, commit_on)


def decisions(options: Options) -> Decisions:
    """What was decided in the reviews of a repository. Raises FileError when it cannot be read."""
    return load_decisions(_decisions_folder(Repository.open(options.repo)))


def reviewed(options: Options) -> tuple[Decisions, Options]:
    """What was decided, and the options with which a plan finds all that was accepted."""
    kept = decisions(options)
    return kept, _finding(kept, options)


def import_decisions(options: Options, name: str, data: bytes) -> str:
    """Take over the decisions of an exported file; says how many, and how many replaced other ones."""
    records = import_json(name, data)
    with DecisionsFile(_decisions_folder(Repository.open(options.repo))) as kept:
        replaced = sum(kept.ruling(record.key) not in (None, record.ruling) for record in records)
        kept.append(records)
    return f"Imported {counted(len(records), 'decision')}; {replaced} of them replaced another one."


@dataclass
class _Run:
    """One run of `apply`: what is landed on which commit, and how it went for each branch."""

    recipes: Sequence[LoadedRecipe]
    options: Options
    base: InitVar[str]
    decide: Decide
    gating: Gating
    tell: Tell
    progress: Progress | None
    commit: Commit = field(init=False)
    landings: dict[str, Landing] = field(default_factory=dict)

    def __post_init__(self, base: str) -> None:
        self.commit = Commit(Repository.open(self.options.repo), base, self.options.selection)

    def replan(self, recipes: Sequence[LoadedRecipe], decide: Decide) -> Planned:
        return plan_on(recipes, self.commit, self.options, decide, self.progress)

    def build(self, name: str, paths: Collection[str]) -> Build:
        """What adds the commits of one branch, with changes in these paths only, or in all."""

        def add(chain: Chain) -> None:
            decide = _within(paths, self.decide)
            self.landings[name] = land(self.recipes, self.replan, decide, chain, self.gating, self.tell)

        return add

    def record(self, branch: str, base: str, accept: str, only: Collection[str], habits: Habits) -> Record:
        """What `rebase` needs to make the branch again."""
        return Record(
            branch=branch,
            base=self.commit.repository.name_of(base),
            recipes=tuple(str(recipe.path.resolve()) for recipe in self.recipes),
            include=self.options.include,
            exclude=self.options.exclude,
            source_roots=self.options.source_roots,
            accept=accept,
            only=tuple(sorted(only)),
            verify=self.gating.each,
            verify_final=self.gating.final,
            verify_timeout=self.gating.timeout,
            test_selection=self.gating.test_selection,
            sign=habits.sign,
            signoff=habits.signoff,
            template=habits.template,
            conventional=habits.conventional,
            left=left_by(self.landings[branch].planned.plan),
        )


def _within(paths: Collection[str], decide: Decide) -> Decide:
    """The same decisions, but nothing outside the paths; all paths when there are none."""
    if not paths:
        return decide
    return lambda change: decide(change) if change.path in paths else REJECTED


def _finding(kept: Decisions, options: Options) -> Options:
    return replace(options, weak=True) if kept.accepts_weak else options


def _decisions_folder(repository: Repository) -> Path:
    return repository.common_dir / "codemods"
