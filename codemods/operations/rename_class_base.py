"""``rename-class-base``: another base class where one is inherited from, and only there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import import_of
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.fields import ClassPaths, NewPath, as_list
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.patterns.rewriter import Unsafe
from codemods.refactoring.symbols.file_imports import Layout
from codemods.refactoring.symbols.import_naming import Naming
from codemods.refactoring.symbols.moved_paths import split
from codemods.semantic import Judgement
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.module import Module


class RenameClassBase(Operation):
    """Lets classes inherit from another base. Other uses of the old base stay as they are."""

    from_: ClassPaths = Field(description="The old base, by its import path or several equivalent ones.")
    to: NewPath = Field(description="The new base, by its import path.")

    @model_validator(mode="after")
    def _to_another(self) -> Self:
        if self.to in as_list(self.from_):
            raise ValueError(f"{self.to!r} is renamed to itself")
        return self

    def find(self, context: Context) -> Iterator[Change]:
        layout = Layout(context.resolver.modules)
        old = as_list(self.from_)
        for module in context.modules(context.codebase.grep(*(split(path)[1] for path in old))):
            yield from _Rebasing(context, module, layout.dotted_of(module.path), old, self.to).changes()


class _Rebasing:
    """The classes of one file that get another base."""

    def __init__(self, context: Context, module: Module, dotted: str, old: list[str], new: str) -> None:
        self.context = context
        self.module = module
        self.dotted = dotted
        self.old = old
        self.new = new
        self.naming = Naming(context, module, {new: import_of(new)})

    def changes(self) -> Iterator[Change]:
        replaced: list[tuple[str, list[ast.AST]]] = []
        for node in self.module.nodes(ast.ClassDef):
            for base in node.bases:
                expression = base.value if isinstance(base, ast.Subscript) else base
                if self._path(expression) in self.old:
                    change = self._rebased(node, expression)
                    if change.applicable:
                        replaced.append((change.label, list(ast.walk(expression))))
                    yield change
                elif isinstance(expression, ast.Name) and self._may_be_old(expression.id):
                    text = f"{expression.id} is bound more than once, by an import of the old base too"
                    judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNION, text))
                    yield change_at(self.module, self.module.span(expression)[0], (), judgement)
        yield from self.naming.changes(replaced)

    def _path(self, base: ast.expr) -> str | None:
        """The import path of a base, also where this very file defines it."""
        if isinstance(base, ast.Name) and self._is_defined_here(base.id):
            return f"{self.dotted}.{base.id}"
        return self.context.resolver.qualified_name(self.module, base)

    def _may_be_old(self, name: str) -> bool:
        imported = self.context.resolver.imported(self.module)
        return any(one.local == name and one.path in self.old for one in imported)

    def _is_defined_here(self, name: str) -> bool:
        binders = names_of(self.module).bindings.get(name, [])
        return bool(binders) and all(isinstance(binder, ast.ClassDef) for binder in binders)

    def _rebased(self, node: ast.ClassDef, base: ast.expr) -> Change:
        start, end = self.module.span(base)
        text = f"{node.name} inherits from {self._path(base)}"
        judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        if any(self._path(other) == self.new for other in node.bases):
            present = Reason(ReasonCode.ALREADY_PRESENT, f"{node.name} inherits from {self.new} already")
            return change_at(self.module, start, (), judgement, refused=present)
        parent, name = split(self.new)
        if parent == self.dotted and self._is_defined_here(name):
            return change_at(self.module, start, [Edit(start, end, name)], judgement)
        near = [part.id for part in ast.walk(base) if isinstance(part, ast.Name)]
        try:
            spelled, needed = self.naming.spell(self.new, node, near)
        except Unsafe as unsafe:
            why = Reason(unsafe.code, str(unsafe))
            return change_at(self.module, start, (), judgement, refused=why)
        return change_at(
            self.module,
            start,
            [Edit(start, end, spelled)],
            judgement,
            label=f"{self.module.path}:base:{start}",
            requires=(needed,) if needed else (),
        )
