"""For each recipe: files, sites, changes, plan; on an overlay of what earlier recipes changed."""

from __future__ import annotations

import gc
import hashlib
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from codemods.git.files import Files
from codemods.model.errors import FileError
from codemods.model.plan import (
    Change,
    Decide,
    Decision,
    Edit,
    Failed,
    FilePlan,
    Plan,
    Reason,
    ReasonCode,
    RecipePlan,
    Ruling,
    Stage,
    Trouble,
    Verdict,
    accept_certain,
    apply_edits,
    ruled_edits,
)
from codemods.operations import Context, Operation, Places, Watch
from codemods.planner.offset_map import Origin
from codemods.planner.validation import fault
from codemods.planner.workers import Team
from codemods.recipe.loading import LoadedRecipe
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase

Progress = Callable[[str, int, int], None]
"""Told the recipe at hand, how many recipes are done, and how many there are."""


@dataclass(frozen=True)
class Planned:
    """A plan and the code it was made on, which knows how each file is encoded."""

    plan: Plan
    codebase: Codebase

    def encoded(self, path: str, text: str) -> bytes:
        """A file's new text in the encoding of the file in the repository."""
        source = self.codebase.base(path)
        assert source is not None, "only files that were read are changed"
        return source.encode(path, text)


def plan(
    recipes: Sequence[LoadedRecipe],
    files: Files,
    *,
    decide: Decide = accept_certain,
    source_roots: Sequence[str] = (),
    weak: bool = False,
    external: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Planned:
    """What the recipes do to the files, in order, with the changes that ``decide`` accepts applied.

    ``weak`` lists the unknown sites without evidence too, instead of only counting them. With ``external``,
    what a recipe names may be absent from the files, as in the examples of recipes. With several ``jobs``, so
    many processes judge a step's files where they are many; the plan is the same.
    Raises UnknownTargetError when a recipe names something that is nowhere in the code.
    """
    codebase = Codebase(files)
    resolver = Resolver(codebase, source_roots)
    origins: dict[str, Origin] = defaultdict(Origin)
    done: list[RecipePlan] = []
    with _collector_paused(), Team(files, source_roots, jobs) as team:
        for number, recipe in enumerate(recipes):
            watch = None
            if progress:
                tell = partial(_tell, progress, recipe.ref.title, number, len(recipes))
                tell("")
                watch = Watch(tell)
            run = _RecipeRun(recipe, codebase, resolver, team, origins, decide, weak, external, watch)
            done.append(run.run())
    if progress:
        progress("", len(recipes), len(recipes))
    unparsed = tuple(codebase.unparsed[path] for path in sorted(codebase.unparsed))
    stats = {"files": len(codebase.paths()), "parsed": codebase.parsed_count}
    return Planned(Plan(tuple(done), unparsed, stats), codebase)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Syntax trees are many small objects that live to the end: looking for garbage there costs most.

    The first plan of a process, mostly its only one, is left out of later searches too.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
        if enabled:
            gc.enable()


def _tell(progress: Progress, title: str, number: int, total: int, more: str) -> None:
    progress(f"{title}: {more}" if more else title, number, total)


def explain(
    recipe: LoadedRecipe, files: Files, path: str, line: int, *, source_roots: Sequence[str] = ()
) -> list[Change]:
    """Every site of the recipe on one line, also the excluded and unknown ones.

    Raises FileError when the file is not among the files or cannot be read, or when a step fails in it.
    """
    codebase = Codebase(files)
    if path not in codebase:
        raise FileError(path, "it is no tracked Python file of the repository")
    if codebase.module(path) is None:
        raise _unread(codebase.unparsed[path])
    resolver = Resolver(codebase, source_roots)
    found: list[Change] = []
    for step in recipe.steps:
        assert isinstance(step, Operation)
        context = Context(codebase, resolver, Places(step.where), frozenset({path}), weak=True)
        context.survey = step.survey(replace(context, only=None))
        found += [change for change in step.found(context) if change.path == path and change.line == line]
        if path in codebase.unparsed:
            raise _unread(codebase.unparsed[path])
        for failed in context.failed:
            raise _unread(failed)
    return sorted(found, key=lambda change: change.offset)


def _unread(trouble: Trouble) -> FileError:
    return FileError(trouble.path, trouble.why, trouble.line)


class _RecipeRun:
    """One recipe over the codebase: its steps in order, each seeing what the one before it changed."""

    def __init__(
        self,
        recipe: LoadedRecipe,
        codebase: Codebase,
        resolver: Resolver,
        team: Team,
        origins: dict[str, Origin],
        decide: Decide,
        weak: bool,
        external: bool,
        watch: Watch | None = None,
    ) -> None:
        self.recipe = recipe
        self.codebase = codebase
        self.resolver = resolver
        self.team = team
        self.origins = origins
        self.decide = decide
        self.weak = weak
        self.external = external
        self.watch = watch
        self.layers = {path: len(origin) for path, origin in origins.items()}
        self.spans: dict[str, tuple[int, int]] = {}
        """Where each change stands in the base text, by its key."""
        self.endless: set[str] = set()
        """Keys of changes that are refused because a second run would change their result again."""
        self._begin()

    def _begin(self) -> None:
        self.stages: dict[str, list[Stage]] = defaultdict(list)
        self.excluded = 0
        self.weak_count = 0
        self.warnings: list[str] = []
        self.failed: list[Failed] = []

    def run(self) -> RecipePlan:
        self._run_steps()
        while endless := self._found_endless():
            self.endless |= endless
            self._take_back()
            self._run_steps()
        files = tuple(
            FilePlan(path, stages[0].before, stages[-1].after, tuple(stages))
            for path, stages in sorted(self.stages.items())
        )
        warnings = tuple(dict.fromkeys(self.warnings))
        return RecipePlan(
            self.recipe.ref, files, self.excluded, self.weak_count, warnings, tuple(self.failed)
        )

    def _run_steps(self) -> None:
        for number, step in enumerate(self.recipe.steps):
            assert isinstance(step, Operation)
            self._run_step(number, step)

    def _run_step(self, number: int, step: Operation) -> None:
        listed = []
        for change in self._find(number, step):
            self.excluded += change.verdict is Verdict.EXCLUDED
            self.weak_count += change.weak
            if change.verdict is not Verdict.EXCLUDED and (self.weak or not change.weak):
                listed.append(change)
        rulings = {change.key: self.decide(change) for change in listed if change.applicable}
        accepted = _with_requirements(self._edited(change, rulings.get(change.key)) for change in listed)
        by_path: dict[str, list[Change]] = defaultdict(list)
        for change in listed:
            by_path[change.path].append(change)
        refused = {change.key: _ENDLESS for change in listed if change.key in self.endless}
        while True:
            texts = self._texts(accepted, refused)
            kept = _with_requirements(change for change in accepted if change.key not in refused)
            if len(kept) == len(accepted):
                break
            accepted = kept
        applied = {change.key for change in accepted}
        for path, changes in by_path.items():
            before = self.codebase.text(path)
            assert before is not None
            shown = tuple(
                replace(change, refused=refused[change.key]) if change.key in refused else change
                for change in changes
            )
            keys = frozenset(change.key for change in changes) & applied
            after = texts.get(path, before)
            self.stages[path].append(Stage(number, before, after, shown, keys))
        edits: dict[str, list[Edit]] = defaultdict(list)
        for change in accepted:
            edits[change.path] += change.edits
        for path, text in texts.items():
            self.origins[path].add(edits[path])
            self.codebase.replace(path, text)

    def _edited(self, change: Change, ruling: Ruling | None) -> Change | None:
        """The change as it was accepted, with a person's own lines if they wrote some; None if it was not.

        A companion is always at hand: whether it is wanted follows from the changes that require it.
        """
        if ruling is None or (ruling.decision is not Decision.ACCEPT and not change.companion):
            return None
        before = self.codebase.text(change.path)
        assert before is not None
        return replace(change, edits=ruled_edits(before, change, ruling))

    def _find(self, number: int, step: Operation, only: frozenset[str] | None = None) -> list[Change]:
        """The sites of a step, in the order of the files, with their identity."""
        context = Context(self.codebase, self.resolver, Places(step.where), only, self.weak, self.external)
        context.watch = self.watch if only is None else None  # a second run finds nothing new
        found = self.team.found(step, context)
        labels = {change.label for change in found}
        # An import follows the uses it is tied to; when some of them are not this step's, it stays.
        found = [change for change in found if change.kind != "import" or labels.issuperset(change.requires)]
        if only is None:
            self.warnings += context.warnings
            self.failed += context.failed
        found.sort(key=lambda change: (change.path, change.offset, change.edits))
        seen: dict[str, int] = defaultdict(int)
        return [self._identified(number, change, seen) for change in found]

    def _identified(self, number: int, change: Change, seen: dict[str, int]) -> Change:
        origin = self.origins[change.path]
        base = self.codebase.base(change.path)
        start, end = change.hull
        span = (origin.offset(start), origin.offset(end))
        parts = (self.recipe.ref.hash, number, change.path, base.digest if base else "", span)
        digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        seen[digest] += 1
        key = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        self.spans[key] = span
        return replace(change, recipe=self.recipe.ref.id, step=number, key=key)

    def _texts(self, accepted: Sequence[Change], refused: dict[str, Reason]) -> dict[str, str]:
        """The new text of each file the accepted changes touch; a change that spoils it is refused."""
        by_path: dict[str, list[Change]] = defaultdict(list)
        for change in accepted:
            if change.key not in refused:
                by_path[change.path].append(change)
        texts = {}
        for path, changes in by_path.items():
            before = self.codebase.text(path)
            assert before is not None
            fitting = _without_overlaps(changes, refused)
            after = apply_edits(before, (edit for change in fitting for edit in change.edits))
            problem = fault(before, after)
            if problem is None:
                texts[path] = after
            else:
                _refuse_the_guilty(before, fitting, problem, refused)
        return texts

    def _found_endless(self) -> set[str]:
        """Run the steps again over the changed files: keys of the changes whose result would change again."""
        applied: dict[str, list[Change]] = {
            path: [change for stage in stages for change in stage.changes if change.key in stage.applied]
            for path, stages in self.stages.items()
            if stages[0].before != stages[-1].after
        }
        left = {
            change.key
            for path in applied
            for stage in self.stages[path]
            for change in stage.changes
            if change.key not in stage.applied
        }
        found: set[str] = set()
        for number, step in enumerate(self.recipe.steps if applied else ()):
            assert isinstance(step, Operation)
            again = self._find(number, step, frozenset(applied)) if step.repeatable else ()
            wanted = [
                change
                for change in again
                if change.applicable
                and change.verdict is Verdict.CERTAIN
                and change.key not in left
                and (change.companion or self.decide(change).decision is Decision.ACCEPT)
            ]
            for change in _with_requirements(wanted):
                if not change.companion:
                    found |= self._causes(change, applied[change.path])
        return found

    def _causes(self, again: Change, applied: Sequence[Change]) -> set[str]:
        """The changes at whose place a second run would change; those of the whole file when none is there.

        Where that has been tried already, it was not they: all have to go.
        """
        start, end = self.spans[again.key]
        causes = set()
        for change in applied if not self.endless else ():
            first, last = self.spans[change.key]
            if first <= end and start <= last:
                causes.add(change.key)
        return causes or {change.key for change in applied}

    def _take_back(self) -> None:
        for path, stages in self.stages.items():
            self.origins[path].cut(self.layers.get(path, 0))
            if stages[0].before != stages[-1].after:
                self.codebase.replace(path, stages[0].before)
        self._begin()


_ENDLESS = Reason(
    ReasonCode.INVALID_RESULT,
    "a second run would change the result again; narrow the step, or change it by hand",
)


def _with_requirements(changes: Iterable[Change | None]) -> list[Change]:
    """The changes whose requirements are among them too; companions only where something requires them."""
    kept = [change for change in changes if change is not None]
    while True:
        labels = {change.label for change in kept if change.label}
        required = {label for change in kept for label in change.requires}
        fitting = [
            change
            for change in kept
            if labels.issuperset(change.requires) and (not change.companion or change.label in required)
        ]
        if len(fitting) == len(kept):
            return kept
        kept = fitting


def _without_overlaps(changes: Sequence[Change], refused: dict[str, Reason]) -> list[Change]:
    """The changes whose edits do not cut into each other; of two that do, the later is refused."""
    fitting: list[Change] = []
    taken: list[Edit] = []
    for change in changes:
        if any(_cuts_into(edit, taken) for edit in change.edits):
            refused[change.key] = Reason(
                ReasonCode.UNSAFE_EDIT,
                "it overlaps another change of this step; apply that one and run again",
            )
            continue
        fitting.append(change)
        for edit in change.edits:
            insort(taken, edit)
    return fitting


def _cuts_into(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Whether the edit overlaps one of ``taken``, which are sorted and do not overlap each other."""
    place = bisect_left(taken, edit)
    if place < len(taken) and taken[place] == edit:
        return False
    neighbours = taken[max(place - 1, 0) : place + 1]
    return any(edit.start < other.end and other.start < edit.end for other in neighbours)


def _refuse_the_guilty(
    before: str, changes: Sequence[Change], problem: str, refused: dict[str, Reason]
) -> None:
    """Refuse the changes that spoil the text by themselves, or all of them when none does."""
    guilty = {
        change.key: alone for change in changes if (alone := fault(before, apply_edits(before, change.edits)))
    }
    for change in changes:
        if not guilty or change.key in guilty:
            refused[change.key] = Reason(ReasonCode.INVALID_RESULT, guilty.get(change.key, problem))
