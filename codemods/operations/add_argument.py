"""``add-argument``: calls of a class or function with an argument they lack."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Reason, ReasonCode, Verdict
from codemods.refactoring.calls.argument_list import ArgumentList
from codemods.refactoring.calls.call_step import CallStep, doubted, site, unless_hearsay, unless_partial
from codemods.refactoring.fields import Identifier, NewIdentifier
from codemods.refactoring.fixtures.parameters import is_bound, request, undefined
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module


class AddArgument(CallStep):
    """Passes an argument in calls that do not pass it yet, by keyword or, with ``position``, by position.

    Names in the value must mean the same at every call. A value that is a pytest fixture is asked for by the
    test or fixture around the call; ``add-fixture`` adds it to files in which it is not visible.
    """

    name: NewIdentifier = Field(description="The keyword; a call that passes it already stays as it is.")
    value: str = Field(description="The expression to pass.")
    position: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Pass it at this place, from 0 (self does not count), instead of by keyword.",
    )
    parameters: list[Identifier] = Field(
        default=[],
        description="The positional parameters in order, to see which calls pass the argument by position.",
    )

    fixture: bool = Field(
        default=False,
        description="The value names a pytest fixture: where it means nothing else, the test or fixture "
        "around the call gets it as a parameter, and any other call is refused.",
    )

    @model_validator(mode="after")
    def _the_value_is_an_expression(self) -> Self:
        try:
            ast.parse(f"({self.value}\n)", mode="eval")
        except SyntaxError:
            raise ValueError(f"value is no expression: {self.value!r}") from None
        if self.parameters and self.name not in self.parameters:
            raise ValueError(f"parameters lacks {self.name!r}, the argument to add")
        if self.parameters and self.position not in (None, self.parameters.index(self.name)):
            raise ValueError(f"position is {self.position}, and {self.name!r} stands elsewhere in parameters")
        if self.fixture and not self.value.isidentifier():
            raise ValueError(f"value is no name of a fixture: {self.value!r}")
        return self

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        if any(keyword.arg == self.name for keyword in call.keywords):
            return
        judgement = unless_hearsay(context.resolver.callee(module, call, target), call, target)
        if judgement.verdict is Verdict.EXCLUDED:
            yield site(module, call, judgement, [])
            return
        arguments = ArgumentList(module, call)
        shifted = context.resolver.leading(module, call)
        if self._passed_by_position(arguments, shifted):
            return
        refused = None
        if arguments.bare_generator:
            refused = Reason(ReasonCode.UNSAFE_EDIT, "a bare generator cannot stand beside another argument")
        if arguments.unpacks_mapping() or (self.parameters and arguments.unpacks_sequence()):
            text = f"a * or ** argument of the call may already hold {self.name!r}"
            judgement = doubted(judgement, ReasonCode.MAY_HOLD, text)
        if self.parameters or self.position is not None:
            judgement = unless_partial(context, module, call, judgement)
        if self.position is None:
            edit = arguments.append(f"{self.name}={self.value}")
        else:
            place = self.position + shifted
            if place > len(arguments.positional()):
                text = f"the call passes fewer than {self.position} positional arguments"
                refused = Reason(ReasonCode.UNSAFE_EDIT, text)
            edit = arguments.insert(place, self.value)
        edits = [edit]
        if not self.fixture and (name := undefined(module, call, self._names())):
            refused = Reason(ReasonCode.NAME_CONFLICT, f"{name}, which the value needs, means nothing here")
        if self.fixture and not is_bound(context, module, call, self.value):
            asked = request(context, module, call, self.value)
            if isinstance(asked, Reason):
                refused = refused or asked
            else:
                edits.append(asked[1])
        yield site(module, call, judgement, edits, refused, module.span(call)[0])

    def _passed_by_position(self, arguments: ArgumentList, shifted: int) -> bool:
        positional = arguments.positional()[shifted:]
        if self.position is not None and self.position < len(positional):
            if ast.dump(positional[self.position].value) == ast.dump(self._expression):
                return True
        return bool(self.parameters) and len(positional) > self.parameters.index(self.name)

    def _names(self) -> list[str]:
        """The names that the value takes from where it stands."""
        nodes = list(ast.walk(self._expression))
        own = {node.arg for node in nodes if isinstance(node, ast.arg)}
        names = [node for node in nodes if isinstance(node, ast.Name)]
        own.update(node.id for node in names if isinstance(node.ctx, ast.Store))
        return [node.id for node in names if node.id not in own]

    @property
    def _expression(self) -> ast.expr:
        return ast.parse(f"({self.value}\n)", mode="eval").body
