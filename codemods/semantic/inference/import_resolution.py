"""What an import brings: a module, what a module's top level binds, or something known by its path only."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codemods.semantic.index.module_table import Found
from codemods.semantic.inference.values import (
    External,
    ModuleObject,
    Origin,
    Value,
    of,
    union,
    unknown,
)
from codemods.semantic.scopes.bindings import Binding
from codemods.syntax.module import Module

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference


class Imports:
    """Follows imports to the definition, through re-exports, stars and packages."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._modules = inference.modules

    def bound(self, module: Module, binding: Binding) -> Value:
        """What an import statement binds to the binding's name."""
        alias, statement = binding.alias, binding.node
        assert alias is not None
        if isinstance(statement, ast.Import):
            dotted = alias.name if alias.asname else alias.name.split(".", 1)[0]
            return self.module(dotted, module.path)
        assert isinstance(statement, ast.ImportFrom)
        return self._from(module, statement, alias.name)

    def module(self, dotted: str, importer: str) -> Value:
        """The module a dotted name means for an importing file."""
        found = self._modules.find(dotted, importer)
        if found is not None:
            return of(ModuleObject(dotted, found.path))
        return of(External(dotted, self._origin(dotted, importer)))

    def member(self, key: str, path: str | None, dotted: str, name: str) -> Value:
        """The attribute ``name`` of a module of the repository: what it binds, else its submodule."""
        if path is not None:
            module = self._inference.codebase.outline(path)
            if module is None:
                return of(External(f"{dotted}.{name}", Origin.UNPARSED))
            value = self.top_level(module, name)
            if value:
                return value
        found = self._modules.submodule(key, name)
        if found is not None:
            return of(ModuleObject(f"{dotted}.{name}", found.path))
        if path is not None:
            module = self._inference.codebase.outline(path)
            if module is not None and "__getattr__" in self._inference.table(module.tree).names:
                return unknown(f"`{dotted}` makes its attributes in `__getattr__`")
        return of(External(f"{dotted}.{name}", Origin.MISSING))

    def top_level(self, module: Module, name: str) -> Value:
        """What stands under a name when the module has been imported; nothing when it binds no such name."""
        key = ("top", module, name)
        return self._inference.remember(key, lambda: self._top_level(module, name))

    def starred(self, module: Module, name: str) -> Value:
        """What star imports of a module bring under a name; nothing when none can."""
        key = ("star", module, name)
        return self._inference.remember(key, lambda: self._starred(module, name))

    def absolute(self, module: Module, statement: ast.ImportFrom) -> str:
        """The dotted name of the module a from-import names."""
        if not statement.level:
            return self._modules.seen_from(module.path, statement.module or "")
        key = self._modules.relative_key(module.path, statement.level)
        package = self._modules.dotted(key) if key else ""
        return ".".join(part for part in (package, statement.module) if part)

    def source(self, module: Module, statement: ast.ImportFrom) -> Found | None:
        """The module of the repository a from-import reads, if it is one."""
        if statement.level:
            return self._modules.relative(module.path, statement.level, statement.module)
        return self._modules.find(statement.module or "", module.path)

    def _from(self, module: Module, statement: ast.ImportFrom, name: str) -> Value:
        dotted = self.absolute(module, statement)
        found = self.source(module, statement)
        if found is not None:
            return self.member(found.key, found.path, dotted, name)
        origin = Origin.MISSING if statement.level else self._origin(dotted, module.path)
        return of(External(f"{dotted}.{name}", origin))

    def _origin(self, dotted: str, importer: str) -> Origin:
        """Why a name is not found: outside of the repository, or missing in a package of it."""
        return Origin.MISSING if self._modules.owns(dotted, importer) else Origin.EXTERNAL

    def _top_level(self, module: Module, name: str) -> Value:
        table = self._inference.table(module.tree)
        if name in table.names:
            value = self._inference.ended(module, name)
            if value:
                return value
        return union((self.starred(module, name), self._inference.rebound(module, name)))

    def brought(self, module: Module, stars: Sequence[ast.ImportFrom], name: str) -> Value:
        """What star imports of modules of the repository are seen to bring under a name."""
        values: list[Value] = []
        for statement in stars:
            found = self.source(module, statement)
            source = self._inference.codebase.outline(found.path) if found and found.path else None
            if source is not None and self.exports(source, name):
                values.append(self.top_level(source, name))
        return union(values)

    def _starred(self, module: Module, name: str) -> Value:
        values: list[Value] = []
        for statement in reversed(self._inference.table(module.tree).stars):
            found = self.source(module, statement)
            dotted = self.absolute(module, statement)
            if found is None or found.path is None:
                if not name.startswith("_"):
                    values.append(unknown(f"`from {dotted} import *` may bring `{name}`"))
            elif self._inference.codebase.outline(found.path) is None:
                values.append(of(External(f"{dotted}.{name}", Origin.UNPARSED)))
            elif value := self.brought(module, [statement], name):
                return union((*values, value))
        return union(values)

    def exports(self, module: Module, name: str) -> bool:
        """Whether ``import *`` takes the name; an ``__all__`` that is not plain takes anything."""
        bindings = self._inference.table(module.tree).names.get("__all__")
        if not bindings:
            return not name.startswith("_")
        if len(bindings) == 1 and isinstance(bindings[0].value, (ast.List, ast.Tuple)):
            items = bindings[0].value.elts
            if all(isinstance(item, ast.Constant) for item in items):
                return any(isinstance(item, ast.Constant) and item.value == name for item in items)
        return True
