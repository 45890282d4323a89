"""``set-argument``: an argument gets another value in place of those it may no longer have."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode
from codemods.refactoring.calls.argument_list import Argument, ArgumentList
from codemods.refactoring.calls.call_step import may_hold, site, unless_hearsay, unless_partial
from codemods.refactoring.calls.passed_argument import PassedArgumentStep
from codemods.refactoring.fields import NewIdentifier
from codemods.refactoring.operation import Context
from codemods.refactoring.patterns.precedence import Binding, binding
from codemods.semantic import Target
from codemods.syntax.module import Module


class SetArgument(PassedArgumentStep):
    """Gives an argument new values by a table, or the opposite of a truth value under a new name.

    Code that stands for the value (a variable, a call) is left as it is; under a new name, it is refused.
    """

    to: NewIdentifier | None = Field(default=None, description="The argument's new name.")
    values: dict[str, str] = Field(default={}, description="New values by the old ones, both as code.")
    invert: bool = Field(default=False, description="The new argument says the opposite: needs to.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if bool(self.values) == self.invert:
            raise ValueError("name either values or invert")
        if self.invert and self.to is None:
            raise ValueError("invert needs to, or a second run would turn the values back")
        if self.to == self.name:
            raise ValueError(f"to is {self.to!r}, the name the argument has already")
        old = {_dump(key): key for key in self.values}
        for key, value in self.values.items():
            if _dump(key) == _dump(value) and self.to is None:
                raise ValueError(f"values gives {key} the value it has")
            if self.to is None and _dump(value) in old:
                raise ValueError(f"values gives {key} the value {value}, which it changes too")
            for node in ast.walk(_parse(value)):
                if isinstance(node, ast.Name) and not hasattr(builtins, node.id):
                    raise ValueError(f"the value {value} needs `{node.id}`; use replace, which can import it")
        return self

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        passed = self.passed(context, module, call, target)
        if passed is None:
            return
        item = passed.item
        new = None if item is None else self._new_value(module, item)
        if item is not None and new is None and self.to is None:
            return
        judgement = unless_hearsay(context.resolver.callee(module, call, target), call, target)
        if item is None:
            yield site(module, call, may_hold(judgement, self.name), [])
            return
        refused = self._why_not(passed.arguments, item, new)
        edits = [] if new is None else self._edits(module, item, new)
        if self.to is not None and not isinstance(item.node, ast.keyword):
            judgement = unless_partial(context, module, call, judgement)
            edits += passed.name_the_rest()
        yield site(module, call, judgement, edits, refused, item.start)

    def _new_value(self, module: Module, item: Argument) -> str | None:
        """The code of the new value; None where the table does not know the old one."""
        if not self.invert:
            dumped = ast.dump(item.value)
            return next((value for key, value in self.values.items() if _dump(key) == dumped), None)
        if isinstance(item.value, ast.Constant) and isinstance(item.value.value, bool):
            return str(not item.value.value)
        text = module.source(item.value)
        if isinstance(item.value, ast.UnaryOp) and isinstance(item.value.op, ast.Not):
            return module.source(item.value.operand)
        return f"not {text}" if binding(item.value) >= Binding.NOT else f"not ({text})"

    def _edits(self, module: Module, item: Argument, new: str) -> list[Edit]:
        start, end = module.span(item.value)
        if self.to is None:
            return [Edit(start, end, new)]
        if isinstance(item.node, ast.keyword):
            return [Edit(item.start, item.start + len(self.name), self.to), Edit(start, end, new)]
        return [Edit(item.start, item.end, f"{self.to}={new}")]

    def _why_not(self, arguments: ArgumentList, item: Argument, new: str | None) -> Reason | None:
        if self.to is not None and arguments.named(self.to) is not None:
            return Reason(ReasonCode.ALREADY_PRESENT, f"the call already passes {self.to}=")
        if new is None:
            text = f"its value `{ast.unparse(item.value)}` is none that the step knows"
            return Reason(ReasonCode.UNSAFE_EDIT, text)
        return None


def _parse(code: str) -> ast.expr:
    try:
        return ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(f"values holds {code!r}, which is no expression") from None


def _dump(code: str) -> str:
    return ast.dump(_parse(code))
