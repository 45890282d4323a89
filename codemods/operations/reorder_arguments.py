"""``reorder-arguments``: calls that no longer depend on the order of parameters that moved."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Reason, ReasonCode
from codemods.refactoring.calls.argument_list import ArgumentList, as_keyword
from codemods.refactoring.calls.call_step import CallStep, site, unless_hearsay, unless_partial
from codemods.refactoring.fields import Identifier
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module

_Order = Annotated[list[Identifier], Field(min_length=2)]


class ReorderArguments(CallStep):
    """Makes calls independent of an order of parameters that changed.

    Positional arguments from the first parameter that moved on are passed by keyword: that means the same
    under the old and the new signature, works for calls that pass only some of them, and a second run finds
    nothing to do, which a swap of values could not promise.
    """

    from_: _Order = Field(description="The parameters in their old order.")
    to: _Order = Field(description="The same parameters in their new order.")

    @model_validator(mode="after")
    def _the_same_parameters(self) -> Self:
        if sorted(self.from_) != sorted(self.to) or len(set(self.to)) != len(self.to):
            raise ValueError("from and to must hold the same parameters, each once")
        if self.from_ == self.to:
            raise ValueError("from and to are the same order")
        return self

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        kept = next(
            place for place, pair in enumerate(zip(self.from_, self.to, strict=True)) if len({*pair}) > 1
        )
        if not call.args:
            return
        shifted = context.resolver.leading(module, call)
        arguments = ArgumentList(module, call)
        moved = arguments.positional()[shifted + kept : shifted + len(self.from_)]
        if not moved and not arguments.unpacks_sequence():
            return
        judgement = unless_hearsay(context.resolver.callee(module, call, target), call, target)
        judgement = unless_partial(context, module, call, judgement)
        refused = None
        if arguments.unpacks_sequence():
            refused = Reason(ReasonCode.UNSAFE_EDIT, "a * argument hides which arguments are passed")
        edits = [
            edit
            for item, name in zip(moved, self.from_[kept:], strict=False)
            for edit in as_keyword(item, name)
        ]
        yield site(module, call, judgement, edits, refused, module.span(call)[0])
