"""``rename-method``: calls of a class's method under its new name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.asynchrony.add_await import (
    ASYNC_CALLERS,
    AsyncCallers,
    await_edits,
    awaited_or_handed_over,
    why_no_await,
)
from codemods.refactoring.asynchrony.remove_await import unawait_edits
from codemods.refactoring.members.members import MemberRename
from codemods.refactoring.operation import Context
from codemods.semantic import Judgement, Target
from codemods.syntax.module import Module

if TYPE_CHECKING:
    from codemods.refactoring.asynchrony.propagation import Propagation


class RenameMethod(MemberRename):
    """Renames a method where it is used on instances of a class, its subclasses, or the class itself.

    A subclass that overrides the old name keeps it, unless ``definition`` is set: its method is another one.
    """

    await_: bool | Literal["keep"] = Field(
        default="keep",
        description="true: the new method is asynchronous, so calls get the await they lack, and calls in "
        "sync functions are refused; false: the new method is not, so calls lose their await; keep: leave "
        "awaits as they are.",
    )

    async_callers: AsyncCallers = ASYNC_CALLERS

    @model_validator(mode="after")
    def _propagates_awaits(self) -> Self:
        if self.async_callers == "propagate" and self.await_ is not True:
            raise ValueError('async-callers = "propagate" goes with await = true')
        return self

    @property
    def independent(self) -> bool:
        return super().independent and self.async_callers != "propagate"

    def find(self, context: Context) -> Iterator[Change]:
        if self.async_callers == "refuse":
            yield from super().find(context)
            return
        from codemods.refactoring.asynchrony.propagation import Propagation

        propagation = Propagation(context)
        sites = self.sites(context)
        yield from self.tied(
            replace(site, change=self._carried(context, propagation, site.change)) for site in sites
        )
        yield from propagation.changes()

    def _carried(self, context: Context, propagation: Propagation, change: Change) -> Change:
        """The change of a call in a sync function, with what makes that function asynchronous."""
        if change.refused is None or change.refused.code is not ReasonCode.SYNC_FUNCTION:
            return change
        module = context.codebase.module(change.path)
        assert module is not None
        node = next(n for n in module.nodes(ast.Attribute) if _name_start(module, n) == change.offset)
        call = module.parent(node)
        span = module.attribute_name_span(node)
        assert isinstance(call, ast.Call)
        assert span is not None
        return propagation.carried(change, module, call, [Edit(*span, self.table[node.attr])])

    def judge_use(
        self, context: Context, module: Module, node: ast.Attribute, judgement: Judgement
    ) -> tuple[Judgement, list[Edit], Reason | None]:
        above = module.parent(node)
        call = above if isinstance(above, ast.Call) and above.func is node else None
        if self.await_ is True:
            if call is None:
                return _doubted(judgement), [], None
            if not awaited_or_handed_over(module, call, context.resolver):
                return judgement, await_edits(module, call), why_no_await(module, call)
        elif self.await_ is False and call is not None:
            awaiting = module.parent(call)
            if isinstance(awaiting, ast.Await):
                return judgement, unawait_edits(module, awaiting), None
            if awaited_or_handed_over(module, call, context.resolver):
                text = "the call's coroutine is handed over, and the new method gives none"
                return judgement, [], Reason(ReasonCode.UNSAFE_EDIT, text)
        return judgement, [], None

    def warnings(self, context: Context, target: Target) -> Iterator[str]:
        name = target.paths[0].rpartition(".")[2]
        for old, new in self.table.items():
            found = context.resolver.method(target, new)
            if found is None and target.kind == "class" and not self.definition:
                missing = context.resolver.method(target, old) is None
                what = f"neither {old}() nor {new}()" if missing else f"no {new}()"
                yield f"{name} has {what} in this repository"
            elif found and self.await_ is True and not isinstance(found[1], ast.AsyncFunctionDef):
                yield f"{name}.{new}() is not asynchronous ({found[0].path}:{found[1].lineno})"


def _name_start(module: Module, node: ast.Attribute) -> int:
    span = module.attribute_name_span(node)
    return span[0] if span else -1


def _doubted(judgement: Judgement) -> Judgement:
    """A method that is passed on without a call: whoever calls it must now await it."""
    if judgement.verdict is not Verdict.CERTAIN:
        return judgement
    text = "the method is passed on without a call; whoever calls it must await the new one"
    return Judgement(Verdict.POSSIBLE, replace(judgement.reason, code=ReasonCode.REFERENCE, text=text))
