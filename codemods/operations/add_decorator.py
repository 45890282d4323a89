"""``add-decorator``: a decorator above the functions or classes that need one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Literal, Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import import_of
from codemods.edits.statement_edits import newline_of
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.operations.remove_decorator import decorator_path, definitions
from codemods.refactoring.fields import DottedPath
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.patterns.rewriter import Unsafe
from codemods.refactoring.symbols.import_naming import Naming
from codemods.refactoring.symbols.moved_paths import is_under
from codemods.semantic import Judgement
from codemods.syntax.module import FunctionNode, Module


class AddDecorator(Operation):
    """Decorates functions or classes that the decorator is not above yet, nearest to the definition."""

    decorator: str = Field(
        description="The decorator as code with its full import path, such as pytest.mark.timeout(10)."
    )
    import_: DottedPath | None = Field(
        default=None, description="What of its path is imported; without it, the first word: `import pytest`."
    )
    to: Literal["function", "async-function", "class"] = Field(description="What is decorated.")
    names: list[str] = Field(min_length=1, description="Globs of the names of what is decorated.")
    unless: list[DottedPath] = Field(default=[], description="Decorators that make this one needless.")

    @model_validator(mode="after")
    def _is_an_expression(self) -> Self:
        try:
            path = _path_of(ast.parse(self.decorator, mode="eval").body)
        except SyntaxError as error:
            raise ValueError(f"decorator is no Python expression: {error.msg}") from None
        if path is None:
            raise ValueError(f"decorator must be a dotted name, or a call of one, not {self.decorator!r}")
        if not is_under(path, self._imported):
            raise ValueError(f"decorator {path!r} does not begin with what is imported, {self._imported!r}")
        return self

    @property
    def _imported(self) -> str:
        return self.import_ or self.decorator.partition("(")[0].strip().partition(".")[0]

    def find(self, context: Context) -> Iterator[Change]:
        words = {"function": "def", "async-function": "async", "class": "class"}
        for module in context.modules(context.codebase.grep(words[self.to])):
            naming = Naming(context, module, {self._imported: import_of(self._imported)})
            for definition in definitions(module):
                if self._means(definition):
                    yield from self._decorated(context, module, naming, definition)
            yield from naming.changes([])

    def _means(self, definition: FunctionNode | ast.ClassDef) -> bool:
        match self.to:
            case "function":
                of_kind = not isinstance(definition, ast.ClassDef)
            case "async-function":
                of_kind = isinstance(definition, ast.AsyncFunctionDef)
            case "class":
                of_kind = isinstance(definition, ast.ClassDef)
        return of_kind and any(fnmatchcase(definition.name, glob) for glob in self.names)

    def _decorated(
        self, context: Context, module: Module, naming: Naming, definition: FunctionNode | ast.ClassDef
    ) -> Iterator[Change]:
        start = module.span(definition)[0]
        own = _path_of(ast.parse(self.decorator, mode="eval").body)
        for decorator in definition.decorator_list:
            path = decorator_path(context, module, decorator)
            if path in (own, *self.unless):
                text = f"{definition.name} is decorated with {path}"
                judgement = Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text))
                yield change_at(module, start, (), judgement)
                return
        text = f"{definition.name} lacks the decorator {own}"
        judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        try:
            spelled, needed = naming.spell(self._imported, definition, [])
        except Unsafe as unsafe:
            why = Reason(unsafe.code, str(unsafe))
            yield change_at(module, start, (), judgement, refused=why)
            return
        indent = module.text[module.lines.line_start(definition.lineno) : start]
        if indent.strip(" \t\f"):
            why = Reason(ReasonCode.UNSAFE_EDIT, "the definition does not begin a line")
            yield change_at(module, start, (), judgement, refused=why)
            return
        # The first letter is part of the edit, so that an import can be added at the same place.
        code = f"@{spelled}{self.decorator[len(self._imported) :]}{newline_of(module, start)}{indent}"
        edit = Edit(start, start + 1, code + module.text[start])
        yield change_at(module, start, [edit], judgement, requires=(needed,) if needed else ())


def _path_of(node: ast.expr) -> str | None:
    """The dotted name that a decorator is, or is a call of."""
    made_by = node.func if isinstance(node, ast.Call) else node
    names: list[str] = []
    while isinstance(made_by, ast.Attribute):
        names.insert(0, made_by.attr)
        made_by = made_by.value
    return ".".join([made_by.id, *names]) if isinstance(made_by, ast.Name) else None
