"""Import paths: what a recipe's path means in the repository, and the path an expression stands for."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from codemods.model.errors import UnknownTargetError
from codemods.semantic.inference.evaluator import Inference, scopes_around
from codemods.semantic.inference.values import ClassObject, External, Function, ModuleObject, Origin, Unknown
from codemods.semantic.scopes.bindings import Kind
from codemods.semantic.scopes.imported_names import Imported, exported_names, imported_names
from codemods.semantic.verdicts.judge import Wanted
from codemods.syntax.module import FunctionNode, Module


class Paths:
    """Looks import paths up."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def kind(self, paths: Sequence[str], external: bool) -> str:
        """What kind of thing the paths name. Raises UnknownTargetError when it is nowhere."""
        kinds = [kind for path in paths if (kind := self._kind(path))]
        if kinds:
            return kinds[0]
        if external or any(self._is_imported(path) for path in paths):
            return "external"
        raise UnknownTargetError(self._suggestion(paths[0]))

    def wanted(self, paths: tuple[str, ...]) -> Wanted:
        classes, functions, owners = set(), set(), set()
        for path in paths:
            for fact in self._inference.by_path(path, ""):
                match fact.thing:
                    case ClassObject(cls):
                        classes.add(cls)
                    case Function(_, node, bound):
                        functions.add(node)
                        if bound is not None:
                            owners.add(bound)
                    case External(dotted):
                        classes.add(self._inference.classes.external(dotted))
            self._inference.classes.wanted.add(path)
        return Wanted(paths, frozenset(classes), frozenset(functions), frozenset(owners))

    def definition(self, paths: tuple[str, ...]) -> tuple[Module, FunctionNode] | None:
        for path in paths:
            for fact in self._inference.by_path(path, ""):
                if isinstance(fact.thing, Function):
                    return fact.thing.module, fact.thing.node
        return None

    def exists(self, dotted: str) -> bool | None:
        if self._is_bound(dotted):
            return True
        value = self._inference.by_path(dotted, "")
        if not value:
            return None
        answers: set[bool | None] = set()
        for fact in value:
            match fact.thing:
                case External(_, Origin.MISSING):
                    answers.add(False)
                case External() | Unknown():
                    answers.add(None)
                case _:
                    answers.add(True)
        exists = answers.pop() if len(answers) == 1 else None
        if exists is False and (self._inference.modules.is_unread(dotted) or self._is_written(dotted)):
            return None
        return exists

    def same(self, one: str, other: str) -> bool:
        """Whether two import paths lead to one object, through re-exports."""
        things = [self._identities(path) for path in (one, other)]
        return len(things[0]) == 1 and things[0] == things[1]

    def _identities(self, path: str) -> set[object]:
        found: set[object] = set()
        for fact in self._inference.by_path(path, ""):
            match fact.thing:
                case ClassObject(cls):
                    found.add(cls)
                case Function(_, node):
                    found.add(node)
                case ModuleObject(_, str(place)):
                    found.add(place)
                case External(dotted, origin) if origin is not Origin.MISSING:
                    found.add(dotted)
                case _:
                    return set()
        return found

    def _is_written(self, dotted: str) -> bool:
        """Whether the module has the name in a string: it may hand names out that it never binds."""
        parent, _, name = dotted.rpartition(".")
        for fact in self._inference.by_path(parent, "") if parent else ():
            module = None
            if isinstance(fact.thing, ModuleObject) and fact.thing.path is not None:
                module = self._inference.codebase.outline(fact.thing.path)
            if module is not None and name in module.text:
                exported = set(exported_names(module))
                strings = (text for text in module.nodes(ast.Constant) if text.value == name)
                if any(text not in exported for text in strings):
                    return True
        return False

    def _is_bound(self, dotted: str) -> bool:
        """Whether a module binds the name, be it by an import that itself cannot succeed."""
        parent, _, name = dotted.rpartition(".")
        for fact in self._inference.by_path(parent, "") if parent else ():
            if isinstance(fact.thing, ModuleObject) and fact.thing.path is not None:
                module = self._inference.codebase.outline(fact.thing.path)
                bindings = self._inference.table(module.tree).names.get(name, ()) if module else ()
                if any(not _is_of_itself(binding.node, parent) for binding in bindings):
                    return True
        return False

    def subclasses(self, wanted: Wanted) -> list[tuple[Module, ast.ClassDef]]:
        """The wanted classes and everything in the repository that derives from them, bases first."""
        order = self._inference.classes.order
        below = {found for cls in wanted.classes for found in self._inference.subclasses.below(cls)}
        found = sorted(
            wanted.classes | below, key=lambda cls: (len(order(cls).classes), cls.dotted, cls.place)
        )
        return [(cls.module, cls.node) for cls in found if cls.module is not None and cls.node is not None]

    def qualified_name(self, module: Module, node: ast.expr) -> str | None:
        if isinstance(node, ast.Attribute):
            owner = self.qualified_name(module, node.value)
            return f"{owner}.{node.attr}" if owner else None
        if not isinstance(node, ast.Name):
            return None
        if self._inference.is_comprehension_name(module, node):
            return None
        name = node.id
        for scope in scopes_around(module, node):
            table = self._inference.table(scope)
            bindings = table.names.get(name)
            if not bindings or name in table.globals or name in table.nonlocals:
                continue
            if any(binding.kind is not Kind.IMPORTED for binding in bindings):
                return None
            paths = {self._imported_path(module, binding.node, binding.alias) for binding in bindings}
            return paths.pop() if len(paths) == 1 else None
        if self._inference.table(module.tree).stars:
            return None
        return f"builtins.{name}" if hasattr(builtins, name) else None

    def imported(self, module: Module) -> list[Imported]:
        def seen(imported: Imported) -> Imported:
            if isinstance(imported.statement, ast.ImportFrom):
                return imported
            return replace(imported, path=self._inference.modules.seen_from(module.path, imported.path))

        names = imported_names(module, lambda statement: self._inference.imports.absolute(module, statement))
        return [seen(imported) for imported in names]

    # -- below ---------------------------------------------------------------------------------------------

    def _imported_path(self, module: Module, statement: ast.AST, alias: ast.alias | None) -> str:
        assert alias is not None
        if isinstance(statement, ast.Import):
            dotted = alias.name if alias.asname else alias.name.split(".", 1)[0]
            return self._inference.modules.seen_from(module.path, dotted)
        assert isinstance(statement, ast.ImportFrom)
        return f"{self._inference.imports.absolute(module, statement)}.{alias.name}".lstrip(".")

    def _kind(self, path: str) -> str:
        for fact in self._inference.by_path(path, ""):
            match fact.thing:
                case ClassObject():
                    return "class"
                case Function():
                    return "function"
                case ModuleObject():
                    return "module"
                case External() | Unknown():
                    continue
                case _:
                    return "variable"
        return ""

    def _is_imported(self, path: str) -> bool:
        """Whether some file imports the path, or spells it out behind an import of its module."""
        owner, _, name = path.rpartition(".")
        if not owner:
            return False
        for file in self._inference.codebase.grep(owner.rsplit(".", 1)[-1]):
            text = self._inference.codebase.text(file) or ""
            if re.search(rf"^\s*from\s+{re.escape(owner)}\s+import\b", text, re.M) and re.search(
                rf"\b{re.escape(name)}\b", text
            ):
                return True
            if re.search(rf"^\s*import\s+{re.escape(owner)}\b", text, re.M):
                return True
            parent, _, last = owner.rpartition(".")
            if parent and re.search(
                rf"^\s*from\s+{re.escape(parent)}\s+import\b.*\b{re.escape(last)}\b", text, re.M
            ):
                return True
        return False

    def _suggestion(self, path: str) -> str:
        name = path.rsplit(".", 1)[-1]
        defined = self._definitions(name)
        message = f"{path} is neither defined nor imported anywhere in the repository"
        if not defined:
            names = {
                match for file in self._inference.codebase.grep("class ") for match in self._class_names(file)
            }
            close = difflib.get_close_matches(name, sorted(names), 1, 0.6)
            defined = self._definitions(close[0]) if close else []
        if defined:
            best = difflib.get_close_matches(path, defined, 1, 0.0)[0]
            return f"{message}; did you mean {best}? (external = true says that it is a class from elsewhere)"
        return f"{message}; mend the path, or say external = true for a class from elsewhere"

    def _definitions(self, name: str) -> list[str]:
        pattern = re.compile(rf"^(?:class|def|async def)\s+{re.escape(name)}\b", re.M)
        return sorted(
            f"{self._inference.modules.dotted_of(file)}.{name}"
            for file in self._inference.codebase.grep(name)
            if pattern.search(self._inference.codebase.text(file) or "")
        )

    def _class_names(self, path: str) -> list[str]:
        return re.findall(r"^class\s+(\w+)", self._inference.codebase.text(path) or "", re.M)


def _is_of_itself(node: ast.AST, package: str) -> bool:
    """Whether this is ``from . import name`` in a package, which binds nothing that was not there."""
    if not isinstance(node, ast.ImportFrom):
        return False
    return (node.level == 1 and not node.module) or (node.level == 0 and node.module == package)
