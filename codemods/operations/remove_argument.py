"""``remove-argument``: calls of a class or function without an argument it no longer takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode
from codemods.refactoring.calls.argument_list import Argument
from codemods.refactoring.calls.call_step import may_hold, site, unless_hearsay, unless_partial
from codemods.refactoring.calls.passed_argument import PassedArgumentStep
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module


class RemoveArgument(PassedArgumentStep):
    """Takes an argument out of calls, passed by keyword or, with ``parameters``, by position.

    Positional arguments behind it are then passed by keyword, so that none slips into its place and a second
    run finds nothing to do. Where its value has an effect (a call, an await), the site is refused.
    """

    values: list[str] = Field(
        default=[], description="Only where the value is one of these expressions, such as ['None', 'False']."
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for value in self.values:
            try:
                ast.parse(value, mode="eval")
            except SyntaxError:
                raise ValueError(f"values holds {value!r}, which is no expression") from None
        return self

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        passed = self.passed(context, module, call, target)
        if passed is None or (passed.item is not None and not self._value_fits(passed.item)):
            return
        judgement = unless_hearsay(context.resolver.callee(module, call, target), call, target)
        item = passed.item
        if item is None:
            yield site(module, call, may_hold(judgement, self.name), [])
            return
        if not isinstance(item.node, ast.keyword):
            judgement = unless_partial(context, module, call, judgement)
        edits = [passed.arguments.remove(item), *passed.name_the_rest()]
        yield site(module, call, judgement, _merged(edits), _why_not(item), item.start)

    def _value_fits(self, item: Argument) -> bool:
        dumped = ast.dump(item.value)
        return not self.values or any(dumped == ast.dump(ast.parse(v, mode="eval").body) for v in self.values)


def _merged(edits: list[Edit]) -> list[Edit]:
    """Edits of which an insertion right behind a removal becomes part of it."""
    first, *others = edits
    if others and others[0].start == others[0].end == first.end:
        return [Edit(first.start, first.end, first.text + others[0].text), *others[1:]]
    return edits


def _why_not(item: Argument) -> Reason | None:
    if any(
        isinstance(node, ast.Call | ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom)
        for node in ast.walk(item.value)
    ):
        return Reason(ReasonCode.UNSAFE_EDIT, "the argument's value has an effect that would be lost")
    return None
