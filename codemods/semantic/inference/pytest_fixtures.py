"""pytest: which fixture a parameter names, what it gives, and what else fills a test's parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
    NOTHING,
    Asked,
    Function,
    Mock,
    TupleOf,
    Value,
    assuming,
    flat_map,
    mock_of,
    of,
    union,
    unknown,
    via,
)
from codemods.semantic.scopes.bindings import Table
from codemods.syntax.module import FunctionNode, Module

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture's definition."""

    name: str
    module: Module
    node: FunctionNode
    owner: ClassInfo | None = None
    """The class whose tests see it, for a fixture that is a method."""


class Fixtures:
    """Looks fixtures up as pytest does: class, module, conftest files from the nearest outward, plugins."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._in_module: dict[Module, dict[str, list[Fixture]]] = {}
        self._in_class: dict[ClassInfo, dict[str, list[Fixture]]] = {}

    # -- doors ---------------------------------------------------------------------------------------------

    def injected(self, module: Module, function: FunctionNode, parameter: ast.arg) -> Value | None:
        """What pytest or ``patch`` gives a parameter; None when neither fills it."""
        patched = self._patched(module, function, parameter)
        if patched is not None:
            return patched
        if not self.takes_fixtures(module, function):
            return None
        name = parameter.arg
        values = self._parametrized(module, function, name)
        if values is not None:
            return via(values, f"`parametrize` of `{name}`", module.path, function.lineno)
        fixture = self.find(module, function, name)
        if fixture is None:
            return unknown(
                f"no fixture `{name}` is in the repository",
                f"parameter `{name}`",
                module.path,
                parameter.lineno,
            )
        return assuming(self._seen(fixture), frozenset(self._asked_by(module, function, fixture)))

    def _asked_by(self, module: Module, function: FunctionNode, fixture: Fixture) -> Iterator[Asked]:
        by_fixture = self._inference.functions.is_fixture(module, function)
        owner = self._inference.functions.enclosing_class(module, function)
        if by_fixture or owner is not None:
            shared = not PurePosixPath(module.path).name.startswith(("test_", "conftest"))
            yield Asked(fixture.name, fixture, module.path, shared, by_fixture, owner)

    def asked(self, module: Module, node: ast.AST, name: ast.expr) -> Value | None:
        """What ``request.getfixturevalue(name)`` gives at a place; None where no such fixture is known."""
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return None
        for above in module.ancestors(node):
            if isinstance(above, FunctionNode):
                fixture = self.find(module, above, name.value)
                return self._seen(fixture) if fixture else None
        return None

    def _seen(self, fixture: Fixture) -> Value:
        label = f"fixture `{fixture.name}`"
        return via(self.given(fixture), label, fixture.module.path, fixture.node.lineno)

    def takes_fixtures(self, module: Module, function: FunctionNode) -> bool:
        """Whether pytest fills the function's parameters: a test, a fixture, or a hook of xunit style."""
        if function.name.startswith("test"):
            return True
        return bool(function.decorator_list) and self._inference.functions.is_fixture(module, function)

    def find(self, module: Module, function: FunctionNode, name: str) -> Fixture | None:
        """The fixture that a parameter of a test or fixture names."""
        for candidates in self._visible(module, function):
            # Pytest registers what stands in a module or class by the alphabet; the last one counts.
            known = sorted(candidates.get(name, ()), key=lambda item: item.node.name)
            for fixture in reversed(known):
                if fixture.node is not function:
                    return fixture
        return None

    def filled_otherwise(self, module: Module, function: FunctionNode, parameter: ast.arg) -> bool:
        """Whether ``patch`` or ``parametrize`` fills a parameter, so that it asks for no fixture."""
        return (
            self._patched(module, function, parameter) is not None
            or self._parametrized(module, function, parameter.arg) is not None
        )

    def lacks(self, module: Module, function: FunctionNode, parameter: ast.arg) -> bool:
        """Whether neither a fixture, ``patch`` nor ``parametrize`` gives a test or fixture a parameter."""
        return (
            self.takes_fixtures(module, function)
            and not self.filled_otherwise(module, function, parameter)
            and self.find(module, function, parameter.arg) is None
        )

    def visible(self, module: Module, node: ast.AST) -> set[str]:
        """The names of all fixtures of the repository that tests at this place can ask for."""
        return {name for candidates in self._visible(module, node) for name in candidates}

    def given(self, fixture: Fixture) -> Value:
        """What a test gets from a fixture; pytest awaits an async one."""
        key = ("fixture", fixture.node, fixture.owner)
        return self._inference.remember(
            key,
            lambda: self._inference.functions.produced(fixture.module, fixture.node, fixture.owner),
        )

    def in_module(self, module: Module) -> dict[str, list[Fixture]]:
        """Fixtures that stand in a module or are imported into it."""
        if module not in self._in_module:
            self._in_module[module] = {}
            found: dict[str, list[Fixture]] = {}
            if "fixture" in module.text:
                for statement in _definitions(module.tree.body):
                    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self._add(found, module, statement, None)
            self._add_imported(found, module)
            self._in_module[module] = found
        return self._in_module[module]

    # -- where fixtures are --------------------------------------------------------------------------------

    def _visible(self, module: Module, node: ast.AST) -> Iterator[dict[str, list[Fixture]]]:
        for above in module.ancestors(node):
            if isinstance(above, ast.ClassDef):
                yield self._of_class(self._inference.classes.of(module, above))
        yield self.in_module(module)
        for path in _conftests(module.path):
            if path in self._inference.codebase and path != module.path:
                conftest = self._inference.codebase.outline(path)
                if conftest is not None:
                    yield self.in_module(conftest)
                    yield from self._plugins(conftest)

    def _of_class(self, cls: ClassInfo) -> dict[str, list[Fixture]]:
        """The fixtures that a class has, inherited ones too: what a nearer class defines again hides them."""
        found: dict[str, list[Fixture]] = {}
        nearer: list[ClassInfo] = []
        for item in self._inference.classes.order(cls).classes:
            for name, fixtures in self.in_class(item).items():
                for fixture in fixtures:
                    if not any(self._inference.classes.defines(one, fixture.node.name) for one in nearer):
                        found.setdefault(name, []).insert(0, fixture)
            nearer.append(item)
        return found

    def _plugins(self, conftest: Module) -> Iterator[dict[str, list[Fixture]]]:
        for binding in self._inference.table(conftest.tree).names.get("pytest_plugins", ()):
            value = binding.value
            items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            for item in items:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    found = self._inference.modules.find(item.value, conftest.path)
                    plugin = self._inference.codebase.outline(found.path) if found and found.path else None
                    if plugin is not None:
                        yield self.in_module(plugin)

    def in_class(self, cls: ClassInfo) -> dict[str, list[Fixture]]:
        """Fixtures that are methods of a class itself."""
        if cls not in self._in_class:
            found: dict[str, list[Fixture]] = {}
            if cls.node is not None and cls.module is not None and "fixture" in cls.module.text:
                for statement in cls.node.body:
                    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self._add(found, cls.module, statement, cls)
            self._in_class[cls] = found
        return self._in_class[cls]

    def _add(
        self, found: dict[str, list[Fixture]], module: Module, node: FunctionNode, owner: ClassInfo | None
    ) -> None:
        if node.decorator_list and self._inference.functions.is_fixture(module, node):
            name = _given_name(node) or node.name
            found.setdefault(name, []).append(Fixture(name, module, node, owner))

    def _add_imported(self, found: dict[str, list[Fixture]], module: Module) -> None:
        table = self._inference.table(module.tree)
        for statement in _definitions(module.tree.body):
            if isinstance(statement, ast.ImportFrom) and any(alias.name != "*" for alias in statement.names):
                source = self._inference.imports.source(module, statement)
                if source is None or not self._may_hold_fixtures(source.path):
                    continue
                for alias in statement.names:
                    for fact in self._inference.imports.top_level(module, alias.asname or alias.name):
                        if isinstance(fact.thing, Function) and self._inference.functions.is_fixture(
                            fact.thing.module, fact.thing.node
                        ):
                            node = fact.thing.node
                            name = _given_name(node) or alias.asname or alias.name
                            if not _bound_after(table, alias.asname or alias.name, statement):
                                found.setdefault(name, []).append(Fixture(name, fact.thing.module, node))
        for star in table.stars:
            source = self._inference.imports.source(module, star)
            if source is not None and self._may_hold_fixtures(source.path) and source.path is not None:
                starred = self._inference.codebase.outline(source.path)
                if starred is not None:
                    for name, fixtures in self.in_module(starred).items():
                        found.setdefault(name, []).extend(
                            fixture
                            for fixture in fixtures
                            if not _bound_after(table, fixture.node.name, star)
                            and self._inference.imports.exports(starred, fixture.node.name)
                        )

    def _may_hold_fixtures(self, path: str | None) -> bool:
        if path is None:
            return True
        return path.endswith("__init__.py") or "fixture" in (self._inference.codebase.text(path) or "")

    # -- other ways to fill a parameter --------------------------------------------------------------------

    def _parametrized(self, module: Module, function: FunctionNode, name: str) -> Value | None:
        """The values that ``parametrize`` gives a parameter; None when it does not name it."""
        for decorator in self._marks(module, function):
            if not _is_parametrize(decorator) or len(decorator.args) < 2:
                continue
            if any(keyword.arg == "indirect" for keyword in decorator.keywords):
                continue
            names = _parameter_names(decorator.args[0])
            if name not in names:
                continue
            rows = decorator.args[1]
            if not isinstance(rows, (ast.List, ast.Tuple)):
                return unknown(f"`{name}` is filled by `parametrize`")
            index = names.index(name) if len(names) > 1 else None
            return union(self._row(module, row, index) for row in rows.elts)
        return None

    def _marks(self, module: Module, function: FunctionNode) -> Iterator[ast.Call]:
        decorators = list(function.decorator_list)
        for above in module.ancestors(function):
            if isinstance(above, ast.ClassDef):
                decorators += above.decorator_list
        yield from (item for item in decorators if isinstance(item, ast.Call))
        for binding in self._inference.table(module.tree).names.get("pytestmark", ()):
            value = binding.value
            items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            yield from (item for item in items if isinstance(item, ast.Call))

    def _row(self, module: Module, row: ast.expr, index: int | None) -> Value:
        if isinstance(row, ast.Call) and isinstance(row.func, ast.Attribute) and row.func.attr == "param":
            if index is None:
                return self._inference.value(module, row.args[0]) if row.args else NOTHING
            return self._inference.value(module, row.args[index]) if index < len(row.args) else NOTHING
        value = self._inference.value(module, row)
        if index is None:
            return value
        return flat_map(
            value,
            lambda fact: (
                fact.thing.items[index]
                if isinstance(fact.thing, TupleOf) and index < len(fact.thing.items)
                else unknown("a row of `parametrize`")
            ),
        )

    def _patched(self, module: Module, function: FunctionNode, parameter: ast.arg) -> Value | None:
        """The mock that a ``@patch`` decorator hands to a parameter: innermost decorator first."""
        mocks = [
            decorator
            for decorator in reversed(function.decorator_list)
            if isinstance(decorator, ast.Call) and is_patch(decorator) and not _replaces(decorator)
        ]
        if not mocks:
            return None
        positional = [*function.args.posonlyargs, *function.args.args]
        if positional and positional[0].arg in ("self", "cls"):
            positional = positional[1:]
        for decorator, item in zip(mocks, positional, strict=False):
            if item is parameter:
                return via(self.patch_value(module, decorator), "`@patch`", module.path, decorator.lineno)
        return None

    def patch_value(self, module: Module, call: ast.Call) -> Value:
        """What ``patch(…)`` puts in place: a mock, with a spec when it says so."""
        for keyword in call.keywords:
            if keyword.arg in ("spec", "spec_set", "new"):
                spec = self._inference.value(module, keyword.value)
                if keyword.arg == "new":
                    return spec
                return of(mock_of(spec))
            if keyword.arg == "autospec":
                spec = self._patched_object(module, call)
                return of(Mock(spec or None))
        return of(Mock())

    def _patched_object(self, module: Module, call: ast.Call) -> Value:
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            return self._inference.by_path(call.args[0].value, module.path)
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            owner = self._inference.value(module, call.args[0])
            return self._inference.members.member(owner, str(call.args[1].value))
        return NOTHING


def _bound_after(table: Table, name: str, statement: ast.stmt) -> bool:
    """Whether a module binds a name again after a statement."""
    return any(binding.line > statement.lineno for binding in table.names.get(name, ()))


def _definitions(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _definitions(statement.body)
            yield from _definitions(statement.orelse)


def _conftests(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield f"{folder}/conftest.py"
        folder = folder.rpartition("/")[0]
    yield "conftest.py"


def _given_name(node: FunctionNode) -> str | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return None


def _is_parametrize(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "parametrize"


def _parameter_names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [name.strip() for name in node.value.split(",")]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [str(item.value) for item in node.elts if isinstance(item, ast.Constant)]
    return []


def is_patch(call: ast.Call) -> bool:
    """``patch(…)``, ``mock.patch(…)``, ``patch.object(…)``."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "object":
        func = func.value
    return (isinstance(func, ast.Attribute) and func.attr == "patch") or (
        isinstance(func, ast.Name) and func.id == "patch"
    )


def _replaces(call: ast.Call) -> bool:
    """Whether the decorator says itself what to put in place, so that no parameter is added."""
    own = 2 if isinstance(call.func, ast.Attribute) and call.func.attr == "object" else 1
    return len(call.args) > own or any(keyword.arg == "new" for keyword in call.keywords)
