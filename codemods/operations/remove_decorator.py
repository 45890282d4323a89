"""``remove-decorator``: decorators that no longer do anything, or no longer exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pydantic import Field

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.fields import ClassPaths, as_list
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.symbols.import_naming import Naming
from codemods.refactoring.symbols.moved_paths import split
from codemods.semantic import Judgement
from codemods.syntax.module import FunctionNode, Module

_AT = re.compile(r"@[ \t\f]*\Z")
_LINE_END = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")


class RemoveDecorator(Operation):
    """Removes a decorator, called or not, from functions, methods and classes."""

    decorator: ClassPaths = Field(description="The decorator, by its import path or several equivalent ones.")

    def find(self, context: Context) -> Iterator[Change]:
        paths = as_list(self.decorator)
        for module in context.modules(context.codebase.grep(*(split(path)[1] for path in paths))):
            removed: list[tuple[str, list[ast.AST]]] = []
            for definition in definitions(module):
                for decorator in definition.decorator_list:
                    path = decorator_path(context, module, decorator)
                    if path in paths:
                        change = _removed(module, definition, decorator, path)
                        if change.applicable:
                            removed.append((change.label, list(ast.walk(decorator))))
                        yield change
            yield from Naming(context, module, {}).changes(removed)


def definitions(module: Module) -> Iterator[FunctionNode | ast.ClassDef]:
    """Whatever can be decorated."""
    yield from module.nodes(ast.FunctionDef)
    yield from module.nodes(ast.AsyncFunctionDef)
    yield from module.nodes(ast.ClassDef)


def decorator_path(context: Context, module: Module, decorator: ast.expr) -> str | None:
    """The import path of a decorator, or of what makes it when it is called."""
    made_by = decorator.func if isinstance(decorator, ast.Call) else decorator
    return context.resolver.qualified_name(module, made_by)


def _removed(
    module: Module, definition: FunctionNode | ast.ClassDef, decorator: ast.expr, path: str
) -> Change:
    start, end = module.span(decorator)
    line = module.lines.line_start(decorator.lineno)
    at = _AT.search(module.text, line, start)
    tail = _LINE_END.match(module.text, end)
    judgement = Judgement(
        Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"{definition.name} is decorated with {path}")
    )
    if at is None or tail is None or module.text[line : at.start()].strip():
        unsafe = Reason(ReasonCode.UNSAFE_EDIT, "the decorator does not stand on lines of its own")
        return change_at(module, start, (), judgement, refused=unsafe)
    return change_at(
        module, start, [Edit(line, tail.end(), "")], judgement, label=f"{module.path}:decorator:{start}"
    )
