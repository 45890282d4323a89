"""``add-method``: a method that a class calls on itself and has not."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.recipe.model import Text
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.semantic import Judgement
from codemods.syntax.module import FunctionNode, Module


class AddMethod(Operation):
    """Adds a method to the classes that call it on ``self`` and neither define nor inherit it.

    Of a class and its subclasses, the highest that calls it gets it.
    """

    source: Text = Field(description="The definition of the method.")

    @model_validator(mode="after")
    def _one_definition(self) -> Self:
        try:
            body = ast.parse(self.source).body
        except SyntaxError:
            body = []
        if len(body) != 1 or not isinstance(body[0], FunctionNode) or not body[0].args.args:
            raise ValueError("source is not the definition of one method with self")
        return self

    @property
    def name(self) -> str:
        [definition] = ast.parse(self.source).body
        assert isinstance(definition, FunctionNode)
        return definition.name

    def find(self, context: Context) -> Iterator[Change]:
        for module in context.modules(context.codebase.grep(self.name)):
            for node in module.nodes(ast.ClassDef):
                call = next(_calls(node, self.name), None)
                if call is not None:
                    yield from self._judged(context, module, node, call)

    def _judged(
        self, context: Context, module: Module, node: ast.ClassDef, call: ast.Attribute
    ) -> Iterator[Change]:
        [own, *bases], complete = context.resolver.bases(module, node)
        inherited = [base.node for base in bases if base.node is not None]
        if any(_binds(cls, self.name) for cls in (node, *inherited)):
            return
        if any(next(_calls(cls, self.name), None) for cls in inherited):
            return  # the base gets it
        text = f"{node.name} calls self.{self.name}() (line {call.lineno}) and has no such method"
        judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        unknown = next((base.dotted for base in bases if base.node is None and base.dotted != "object"), "")
        if unknown or not complete:
            doubt = f"{text}, unless {unknown or 'a base that is not known'} has it"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, doubt))
        elif any(_binds(cls, self.name) for cls in self._subclasses(context, own.dotted)):
            doubt = f"{text}, but a subclass has it"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.EVIDENCE, doubt))
        yield change_at(module, module.span(node)[0], [self._edit(module, node)], judgement)

    def _subclasses(self, context: Context, dotted: str) -> list[ast.ClassDef]:
        target = context.resolver.target([dotted], external=True)
        return [node for _, node in context.resolver.subclasses(target)]

    def _edit(self, module: Module, node: ast.ClassDef) -> Edit:
        """Behind the last line of the class, a blank line away."""
        first = module.lines.line_start(
            node.body[0].lineno
        )  # a class with a method does not stand on one line
        newline = "\r\n" if module.text[:first].endswith("\r\n") else module.text[first - 1]
        indent = module.text[first : module.span(node.body[0])[0]]
        end = module.span(node.body[-1])[1]
        while end < len(module.text) and module.text[end] not in "\r\n":
            end += 1
        code = textwrap.indent(textwrap.dedent(self.source).strip().replace("\r\n", "\n"), indent)
        return Edit(end, end, newline * 2 + code.replace("\n", newline))


def _calls(node: ast.ClassDef, name: str) -> Iterator[ast.Attribute]:
    """Where the class's own methods call the method on themselves."""
    for method in node.body:
        if isinstance(method, FunctionNode) and method.args.args:
            receiver = method.args.args[0].arg
            for inner in ast.walk(method):
                match inner:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=used), attr=attr) as func):
                        if used == receiver and attr == name:
                            yield func


def _binds(node: ast.ClassDef, name: str) -> bool:
    """Whether the class makes the name one of its members, or all names."""
    for inner in ast.walk(node):
        match inner:
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
                if bound in (name, "__getattr__", "__getattribute__") and inner in node.body:
                    return True
            case ast.Name(id=bound, ctx=ast.Store()) | ast.Attribute(attr=bound, ctx=ast.Store()):
                if bound == name:
                    return True
    return False
