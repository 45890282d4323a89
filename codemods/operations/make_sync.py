"""``make-sync``: setup and teardown hooks written ``async def``, which no test runner awaits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.asynchrony.remove_await import unawait_edits
from codemods.refactoring.fields import ClassPaths, DottedPath, Identifier, as_list
from codemods.refactoring.hooks.analysis import Cases
from codemods.refactoring.hooks.calls import Fate, Use
from codemods.refactoring.hooks.conversion import Ways
from codemods.refactoring.hooks.counterparts import Counterparts
from codemods.refactoring.hooks.definitions import HookName, Hooks
from codemods.refactoring.hooks.hook import Case
from codemods.refactoring.hooks.runner_code import import_edits
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.semantic import Judgement


class MakeSync(Operation):
    """Makes asynchronous hooks of test classes synchronous, so that they run.

    A class hierarchy is judged as one: a base's hook and the overrides that await it change together or not
    at all, and a teardown stays as it is where the setup before it does. A unittest hook that really waits
    becomes the one that `unittest.IsolatedAsyncioTestCase` awaits.
    """

    methods: Annotated[list[HookName], Field(min_length=1)] = Field(description="The hooks.")
    class_: ClassPaths | None = Field(default=None, description="Only of this class and its subclasses.")
    remaining: Literal["fixture", "bridge", "leave"] = Field(
        default="leave",
        description="What becomes of a hook that really waits. fixture: an autouse asynchronous fixture runs "
        "its code; bridge: a sync hook runs its code in an event loop of its own; leave: it is refused.",
    )
    fallback: Identifier | None = Field(
        default=None, description="The sync method that a bridge calls where an event loop is running."
    )

    sync: dict[DottedPath, DottedPath] = Field(
        default={}, description="Asynchronous methods, as module.Class.method, and their sync counterparts."
    )

    @field_validator("sync")
    @classmethod
    def _of_one_class(cls, sync: dict[str, str]) -> dict[str, str]:
        for old, new in sync.items():
            if old.count(".") < 2 or old.rpartition(".")[0] != new.rpartition(".")[0]:
                raise ValueError(
                    f"{old!r} and {new!r} are not two methods of one class, as module.Class.method"
                )
        return sync

    @model_validator(mode="after")
    def _fallback_of_a_bridge(self) -> Self:
        if self.fallback and self.remaining != "bridge":
            raise ValueError('fallback goes with remaining = "bridge"')
        return self

    def find(self, context: Context) -> Iterator[Change]:
        hooks = Hooks(context, self.methods)
        ways = Ways(self.remaining, self.fallback or "")
        cases = Cases(context, hooks, ways, Counterparts(context, self.sync))
        wanted = self._wanted(context)
        changes = [
            change
            for case in cases
            if wanted is None or case.hook.cls.node in wanted
            for change in _hook_changes(context, cases, case)
        ]
        changes += [_use_change(cases, use) for use in cases.uses if _changes_by_itself(cases, use)]
        imports = {change.label: change for change in changes if change.companion}
        changes = [*imports.values(), *(change for change in changes if not change.companion)]
        yield from _refuse_incomplete(context, changes)

    def _wanted(self, context: Context) -> set[ast.ClassDef] | None:
        if self.class_ is None:
            return None
        target = context.target(as_list(self.class_))
        return {node for _, node in context.resolver.subclasses(target)}


def _hook_changes(context: Context, cases: Cases, case: Case) -> Iterator[Change]:
    """The change of a hook, and the imports that its new code needs."""
    hook = case.hook
    judgement = _judgement(case)
    requires = [other.label for other in cases.tied(case)]
    requires += [use.label for use in case.users if _changes_by_itself(cases, use)]
    if case.move and case.move.root is case and not case.obstacle:
        wanted = case.move.imports
        edits = import_edits(hook.module, wanted, lambda name: bool(context.resolver.exists(name)))
        if edits:
            label = f"import:{hook.module.path}:1:{' '.join(new.item for new in wanted)}"
            requires.append(label)
            needed = Judgement(judgement.verdict, Reason(judgement.reason.code, "the new code needs it"))
            yield change_at(
                hook.module, edits[0].start, edits, needed, label=label, companion=True, kind="import"
            )
    yield change_at(
        hook.module,
        hook.module.span(hook.node)[0],
        () if case.obstacle else case.all_edits(),
        judgement,
        refused=case.obstacle,
        label=case.label,
        requires=tuple(dict.fromkeys(requires)),
    )


def _judgement(case: Case) -> Judgement:
    if case.unrelated:
        return Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, case.unrelated, case.chain))
    if case.doubt:
        return Judgement(Verdict.POSSIBLE, case.doubt)
    text = f"{case.caller} calls {case.hook} and never awaits it"
    text += "" if case.obstacle else f"; {case.form}"
    return Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text, case.chain))


def _refuse_incomplete(context: Context, changes: list[Change]) -> list[Change]:
    """Refuse what belongs together with a hook that the step may not change, or that is refused."""
    everywhere = replace(context, only=None)
    while True:
        usable = {c.label for c in changes if not c.refused and everywhere.admits(c)}
        lacking = {
            c.label: missing
            for c in changes
            if not c.refused and (missing := next((n for n in c.requires if n not in usable), ""))
        }
        if not lacking:
            return changes
        changes = [
            replace(c, edits=(), refused=_incomplete(lacking[c.label])) if c.label in lacking else c
            for c in changes
        ]


def _incomplete(label: str) -> Reason:
    kind, path, line, _ = label.split(":")
    text = f"it belongs together with the {kind} at {path}:{line}, which the step may not change"
    return Reason(ReasonCode.REAL_AWAIT, text)


def _use_change(cases: Cases, use: Use) -> Change:
    """A call by hand stops awaiting a hook that no longer needs it, or calls what the hook became."""
    reached = cases.reached(use)
    hooks = " and ".join(str(case.hook) for case in reached)
    doubt = next((case.doubt for case in reached if case.doubt), None)
    becomes = f"{reached[0].move.name}()" if reached[0].move else "sync"
    reason = Reason(ReasonCode.PROVEN, f"it calls {hooks}, which becomes {becomes}")
    judgement = Judgement(Verdict.POSSIBLE, doubt) if doubt else Judgement(Verdict.CERTAIN, reason)
    return change_at(
        use.module,
        use.module.span(use.node)[0],
        reached[0].move.use_edits(use) if reached[0].move else _unawait(use),
        judgement,
        label=use.label,
        requires=tuple(case.label for case in reached),
    )


def _changes_by_itself(cases: Cases, use: Use) -> bool:
    """Whether the use gets a change of its own: not where the hook it stands in changes as a whole."""
    reached = cases.reached(use)
    around = cases.get(use.inside)
    if not reached or use.fate is Fate.DROPPED or (around and not around.obstacle):
        return False
    if any(case.obstacle or case.unrelated for case in reached) or not cases.can_stop_awaiting(use):
        return False
    return use.fate is not Fate.KEPT or reached[0].move is not None


def _unawait(use: Use) -> list[Edit]:
    if use.awaiting:
        return unawait_edits(use.module, use.awaiting)
    assert use.call is not None
    runner = use.module.parent(use.call)
    assert isinstance(runner, ast.Call)
    start, end = use.module.span(runner)
    inner_start, inner_end = use.module.span(use.call)
    return [Edit(start, inner_start, ""), Edit(inner_end, end, "")]
