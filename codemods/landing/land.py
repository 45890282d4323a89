"""From recipes to the commits of a branch, past the gates: what fails them is left out, the rest lands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from codemods.landing.bisection import first_bad, minimal
from codemods.landing.branch import BranchResult
from codemods.landing.commit_chain import Chain
from codemods.landing.gates import Gates, Outcome, Tell, open_gates, words_of, worse
from codemods.landing.impacted_tests import Impact
from codemods.model.errors import UsageError
from codemods.model.plan import (
    REJECTED,
    Change,
    Decide,
    FilePlan,
    Plan,
    Reason,
    ReasonCode,
    RecipePlan,
    RecipeRef,
    Ruling,
)
from codemods.planner.planner import Planned
from codemods.recipe.loading import LoadedRecipe

Replan = Callable[[Sequence[LoadedRecipe], Decide], Planned]
"""Plans some of the recipes on the base, with these decisions."""


@dataclass(frozen=True, slots=True)
class Gating:
    """The commands that guard a branch."""

    each: tuple[str, ...] = ()
    """Run after each recipe; one that makes a command fare worse is left out."""
    final: tuple[str, ...] = ()
    """Run on the whole; the guilty change is searched for and left out."""
    timeout: float = 1800.0
    """Seconds that one run of a command may take."""
    test_selection: bool = False
    """Whether the commands are given only the test files that import what changed."""

    def __bool__(self) -> bool:
        return bool(self.each or self.final)


NO_GATES = Gating()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A recipe that a gate kept from landing."""

    recipe: RecipeRef
    outcome: Outcome


@dataclass
class Landing:
    """What lands: the plan of the recipes that passed, and what the gates said."""

    planned: Planned
    left_out: list[LeftOut] = field(default_factory=list)
    quarantined: dict[str, Outcome] = field(default_factory=dict)
    """Keys of changes with which a final gate fails, and how."""
    outcomes: list[Outcome] = field(default_factory=list)
    """How the gates fared at the end."""

    @property
    def complete(self) -> bool:
        """Whether no gate kept anything from landing."""
        return not (self.left_out or self.quarantined)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was planned, and the branches or patch files that were made of it."""

    planned: Planned
    branches: tuple[tuple[BranchResult, Landing], ...]
    patches: tuple[Path, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the plan is complete and no gate kept anything from landing."""
        return self.planned.plan.complete and all(landing.complete for _, landing in self.branches)


def land(
    recipes: Sequence[LoadedRecipe], replan: Replan, decide: Decide, chain: Chain, gating: Gating, tell: Tell
) -> Landing:
    """Add a commit to the chain for each recipe that changes something and passes the gates.

    Raises UsageError when a gate cannot be run on the base.
    """
    for command in (*gating.each, *gating.final):
        words_of(command)
    if gating.test_selection and not gating:
        raise UsageError("--test-selection narrows gates; give --verify or --verify-final with it")
    planned = replan(recipes, decide)
    if not gating or not planned.plan.pending:
        chain.add_all(planned)
        return Landing(planned)
    base = chain.base
    with open_gates(base.repository, base.id, gating.timeout, tell) as gates:
        return _Guarded(recipes, replan, decide, chain, gates, planned, gating.test_selection).run(gating)


class _Guarded:
    """One landing under gates."""

    def __init__(
        self,
        recipes: Sequence[LoadedRecipe],
        replan: Replan,
        decide: Decide,
        chain: Chain,
        gates: Gates,
        planned: Planned,
        selecting: bool,
    ) -> None:
        self.recipes = list(recipes)
        self.replan = replan
        self.decide = decide
        self.chain = chain
        self.gates = gates
        self.landing = Landing(planned)
        self.impact = Impact(planned.codebase) if selecting else None

    def run(self, gating: Gating) -> Landing:
        if gating.each:
            self._each(gating.each)
        else:
            self.chain.add_all(self.landing.planned)
        if gating.final:
            self._final(gating.final)
        return self.landing

    def _baseline(self, commands: Sequence[str]) -> list[Outcome]:
        outcomes = self.gates.run(self.chain.base.id, commands, "base")
        for outcome in outcomes:
            if outcome.status is None:
                raise UsageError(
                    f"the gate {outcome.command!r} does not end on the base within {outcome.seconds:.0f} s; "
                    "raise --verify-timeout, or give a shorter command"
                )
        return outcomes

    def _narrowed(self, commands: Sequence[str], changed: Sequence[str]) -> list[str]:
        """The commands, with the tests to run where those are selected; none when there is no such test."""
        if self.impact is None:
            return list(commands)
        tests = [f"./{path}" for path in self.impact.tests(changed)]
        return [f"{command} {shlex.join(tests)}" for command in commands] if tests else []

    def _each(self, commands: Sequence[str]) -> None:
        """Recipe by recipe; the next ones are planned and built on the last good one."""
        good = self._baseline(self._narrowed(commands, self.landing.planned.plan.changed_paths()))
        number = 0
        while number < len(self.recipes):
            recipe = self.landing.planned.plan.recipes[number]
            number += 1
            if not recipe.changed_files():
                continue
            commit = self.chain.add(recipe, self.landing.planned)
            narrowed = self._narrowed(commands, [file.path for file in recipe.changed_files()])
            if not narrowed:
                continue  # no test imports what it changed
            outcomes = self.gates.run(commit.id, narrowed, recipe.recipe.id)
            if failed := worse(outcomes, good):
                self.chain.cut(len(self.chain.commits) - 1)
                number -= 1
                self._leave_out(number, failed)
            elif self.impact is None:
                good = outcomes  # what it mended, the next ones must not break again
        self.landing.outcomes += good

    def _leave_out(self, number: int, outcome: Outcome) -> None:
        recipe = self.recipes.pop(number)
        self.landing.left_out.append(LeftOut(recipe.ref, outcome))
        self.landing.planned = self._plan()

    def _final(self, commands: Sequence[str]) -> None:
        """The whole at once; while it fails, find one guilty set of changes and take it out."""
        commands = self._narrowed(commands, self.landing.planned.plan.changed_paths())
        baseline = self._baseline(commands)
        while commands and self.chain.commits:
            outcomes = self.gates.run(self.chain.tip, commands, "all recipes")
            failed = worse(outcomes, baseline)
            if failed is None:
                self.landing.outcomes += outcomes
                return
            self._take_out_the_guilty(commands, baseline, failed)

    def _take_out_the_guilty(
        self, commands: Sequence[str], baseline: Sequence[Outcome], failed: Outcome
    ) -> None:
        commits = list(self.chain.commits)

        def bad_after(step: int) -> bool:
            about = f"up to {commits[step].recipe.id}"
            return worse(self.gates.run(commits[step].id, commands, about), baseline) is not None

        step = first_bad(len(commits), bad_after)
        guilty = commits[step].recipe
        number = next(n for n, recipe in enumerate(self.recipes) if recipe.ref == guilty)
        self.chain.cut(step)
        changes = [c for c in self.landing.planned.plan.recipes[number].applied() if not c.companion]

        def bad_with(some: Iterable[Change]) -> bool:
            kept = {change.key for change in some}
            trial = self._plan(self.recipes[: number + 1], only=(guilty.id, kept))
            recipe = trial.plan.recipes[number]
            if not recipe.changed_files():
                return False
            about = f"{len(kept)} of {len(changes)} changes of {guilty.id}"
            outcomes = self.gates.run(self.chain.trial(recipe, trial), commands, about)
            return worse(outcomes, baseline) is not None

        paths = list(dict.fromkeys(change.path for change in changes))
        if len(paths) > 1:
            paths = minimal(paths, lambda some: bad_with(c for c in changes if c.path in some))
        culprits = minimal([change for change in changes if change.path in paths], bad_with)
        self.landing.quarantined |= {change.key: failed for change in culprits}
        self.landing.planned = self._plan()
        for recipe in self.landing.planned.plan.recipes[number:]:
            if recipe.changed_files():
                self.chain.add(recipe, self.landing.planned)

    def _plan(
        self, recipes: Sequence[LoadedRecipe] | None = None, only: tuple[str, set[str]] | None = None
    ) -> Planned:
        """The plan without what is in quarantine; of recipe ``only[0]``, only the changes ``only[1]``."""

        def decide(change: Change) -> Ruling:
            if change.key in self.landing.quarantined:
                return REJECTED
            if only and change.recipe == only[0] and change.key not in only[1]:
                return REJECTED
            return self.decide(change)

        planned = self.replan(self.recipes if recipes is None else recipes, decide)
        return replace(planned, plan=_with_reasons(planned.plan, self.landing.quarantined))


def _with_reasons(plan: Plan, quarantined: dict[str, Outcome]) -> Plan:
    """The plan in which the changes in quarantine are refused, so that every report says why."""
    if not quarantined:
        return plan

    def marked(change: Change) -> Change:
        outcome = quarantined.get(change.key)
        if outcome is None:
            return change
        return replace(
            change, refused=Reason(ReasonCode.GATE, f"with it, `{outcome.command}` {outcome.words}")
        )

    def marked_file(file: FilePlan) -> FilePlan:
        stages = (replace(stage, changes=tuple(map(marked, stage.changes))) for stage in file.stages)
        return replace(file, stages=tuple(stages))

    def marked_recipe(recipe: RecipePlan) -> RecipePlan:
        return replace(recipe, files=tuple(map(marked_file, recipe.files)))

    return replace(plan, recipes=tuple(map(marked_recipe, plan.recipes)))
