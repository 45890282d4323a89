"""What the steps share that speak of one argument of calls: how a call passes it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Edit
from codemods.refactoring.calls.argument_list import Argument, ArgumentList, as_keyword
from codemods.refactoring.calls.call_step import CallStep
from codemods.refactoring.fields import Identifier
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module


@dataclass(frozen=True)
class Passed:
    """How a call passes an argument."""

    arguments: ArgumentList
    item: Argument | None
    """The argument; None where only a ``*`` or ``**`` may hold it."""
    behind: Sequence[tuple[Argument, str]] = ()
    """Where it is passed by position, the positional arguments behind it, with their names."""

    def name_the_rest(self) -> list[Edit]:
        """The edits that pass the positional arguments behind it by keyword."""
        return [edit for argument, name in self.behind for edit in as_keyword(argument, name)]


class PassedArgumentStep(CallStep):
    """A step that speaks of one argument, passed by keyword or, with ``parameters``, by position."""

    name: Identifier = Field(description="The argument.")
    parameters: list[Identifier] = Field(
        default=[],
        description="The positional parameters in their old order, to find it passed by position.",
    )

    @model_validator(mode="after")
    def _is_a_parameter(self) -> Self:
        if self.parameters and self.name not in self.parameters:
            raise ValueError(f"parameters lacks {self.name!r}, the argument that the step speaks of")
        return self

    def literals(self) -> list[str]:
        return [] if self.parameters else [self.name]

    def passed(self, context: Context, module: Module, call: ast.Call, target: Target) -> Passed | None:
        """How a call passes the argument; None where it surely does not."""
        place = self.parameters.index(self.name) if self.parameters else len(call.args)
        if len(call.args) <= place and not any(word.arg in (self.name, None) for word in call.keywords):
            return None
        arguments = ArgumentList(module, call)
        item = arguments.named(self.name)
        positional = arguments.positional()[context.resolver.leading(module, call) :]
        if item is not None or place >= len(positional):
            return Passed(arguments, item)
        behind = zip(positional[place + 1 :], self.parameters[place + 1 :], strict=False)
        return Passed(arguments, positional[place], list(behind))
