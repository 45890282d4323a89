"""The names a file imports and exports."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from codemods.semantic.scopes.name_scopes import Scope, names_of
from codemods.syntax.module import Module
from codemods.syntax.nodes import walk

ImportStatement = ast.Import | ast.ImportFrom
Guard = Literal["", "type-checking", "try", "condition"]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """One name that an import statement binds."""

    scope: Scope
    statement: ImportStatement
    alias: ast.alias
    path: str
    """The import path of what is imported: ``a.b`` for ``import a.b`` and ``from a import b``."""

    @property
    def local(self) -> str:
        """The name it has in the file."""
        if isinstance(self.statement, ast.Import):
            return self.alias.asname or self.alias.name.partition(".")[0]
        return self.alias.asname or self.alias.name

    @property
    def means(self) -> str:
        """The import path that the local name stands for: that of ``a`` for ``import a.b``."""
        if isinstance(self.statement, ast.Import) and not self.alias.asname:
            return self.path.removesuffix(self.alias.name[len(self.local) :])
        return self.path


def imported_names(module: Module, absolute: Callable[[ast.ImportFrom], str]) -> list[Imported]:
    """Every name the file imports, in source order.

    ``absolute`` gives the module of a from-import as an import path. Star imports bind nothing here.
    """
    found = []
    for scope in names_of(module).walk():
        for binders in scope.bindings.values():
            for alias in binders:
                if isinstance(alias, ast.alias):
                    statement = module.parent(alias)
                    assert isinstance(statement, ImportStatement)
                    found.append(Imported(scope, statement, alias, _path(statement, alias, absolute)))
    return sorted(found, key=lambda imported: (imported.alias.lineno, imported.alias.col_offset))


def star_imports(module: Module) -> list[ast.ImportFrom]:
    return [node for node in module.nodes(ast.ImportFrom) if node.names[0].name == "*"]


def guard_of(module: Module, statement: ast.stmt) -> Guard:
    """What the import depends on, inside its own function, class or module."""
    inner: ast.AST = statement
    guard: Guard = ""
    for above in module.ancestors(statement):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        if isinstance(above, ast.Try | ast.TryStar):
            return "try"
        if isinstance(above, ast.If):
            if inner in above.body and "TYPE_CHECKING" in ast.unparse(above.test):
                return "type-checking"
            guard = "condition"
        inner = above
    return guard


def exported_names(module: Module) -> Iterator[ast.Constant]:
    """The strings that ``__all__`` is made of."""
    for statement in module.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                yield from _strings(value)
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                yield from _strings(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                yield from _strings(value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__")), args=args)):
                for argument in args:
                    yield from _strings(argument)


def _path(statement: ImportStatement, alias: ast.alias, absolute: Callable[[ast.ImportFrom], str]) -> str:
    if isinstance(statement, ast.Import):
        return alias.name
    parent = absolute(statement)
    return f"{parent}.{alias.name}" if parent else alias.name


def _strings(node: ast.expr) -> Iterator[ast.Constant]:
    for part in walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part
