"""``rename-parameter``: a parameter in a function's definition, its body, and the calls that name it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.calls.keywords import may_name, renamed_keywords
from codemods.refactoring.fields import DottedPath, Identifier, NewIdentifier
from codemods.refactoring.members.linked_changes import together
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.symbols.locals import local_edits
from codemods.semantic import Judgement, Target
from codemods.syntax.module import FunctionNode, Module

_DEFINITION = "definition"


class RenameParameter(Operation):
    """Renames a parameter where a function of the repository defines it, in its body, and in its calls.

    The calls are changed only together with the definition, which is refused where the new name is taken or
    the body looks names up at run time (``locals()``, ``eval``).
    """

    function: DottedPath = Field(description="The function, or a method as module.Class.method.")
    from_: Identifier = Field(description="The old name.")
    to: NewIdentifier = Field(description="The new name.")

    @model_validator(mode="after")
    def _another_name(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f"{self.from_!r} is renamed to itself")
        return self

    def find(self, context: Context) -> Iterator[Change]:
        target = context.target([self.function])
        defined = context.resolver.definition(target)
        if defined is None:
            context.warnings.append(f"{self.function} is not defined in this repository as a function")
            return
        module, function = defined
        definition = self._definition(module, function)
        if definition is None:
            context.warnings.append(f"{self.function} has no parameter {self.from_} (any more)")
            return
        yield from together([definition, *self._calls(context, target)], {_DEFINITION})

    def _calls(self, context: Context, target: Target) -> Iterator[Change]:
        owner, _, name = self.function.rpartition(".")
        if name in ("__init__", "__new__"):
            target = context.target([owner])
        for caller in context.files(target, [self.from_]):
            for call in caller.nodes(ast.Call):
                if may_name(caller, call, [self.from_]):
                    judgement = context.resolver.callee(caller, call, target)
                    yield from renamed_keywords(
                        caller, call, judgement, {self.from_: self.to}, requires=(_DEFINITION,)
                    )

    def _definition(self, module: Module, function: FunctionNode) -> Change | None:
        """The change of all definitions of that name: overloads, and those of other branches."""
        starts: list[int] = []
        edits: list[Edit] = []
        refused: Reason | None = None
        for one in _same(module, function):
            parameters = [*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs]
            parameter = next((argument for argument in parameters if argument.arg == self.from_), None)
            if parameter is not None:
                starts.append(module.span(parameter)[0])
                found = local_edits(module, one, self.from_, self.to)
                if isinstance(found, Reason):
                    refused = refused or found
                else:
                    edits += found
        if not starts:
            return None
        text = f"`{self.from_}` is a parameter of {self.function}()"
        proven = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        made = () if refused else edits
        return change_at(module, min(starts), made, proven, refused=refused, label=_DEFINITION)


def _same(module: Module, function: FunctionNode) -> list[FunctionNode]:
    """The functions of one name in one scope."""
    functions: list[FunctionNode] = [*module.nodes(ast.FunctionDef), *module.nodes(ast.AsyncFunctionDef)]
    scope = _scope(module, function)
    return [one for one in functions if one.name == function.name and _scope(module, one) is scope]


def _scope(module: Module, function: FunctionNode) -> ast.AST | None:
    around = (above for above in module.ancestors(function) if isinstance(above, ast.ClassDef | FunctionNode))
    return next(around, None)
