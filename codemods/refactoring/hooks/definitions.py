"""Setup and teardown hooks of test classes: who calls them, and which definition a call reaches."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from codemods.refactoring.operation import Context
from codemods.refactoring.where import is_test_file
from codemods.semantic.scopes.bindings import statements
from codemods.semantic.verdicts.model import Base, Target
from codemods.syntax.module import FunctionNode, Module

HookName = Literal[
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
]
"""The hooks that pytest or unittest calls without awaiting what they return."""

SETUP_OF: dict[str, HookName] = {
    "teardown_method": "setup_method",
    "teardown_class": "setup_class",
    "tearDown": "setUp",
    "tearDownClass": "setUpClass",
}
"""The hook that must have run before a teardown hook can."""

UNITTEST_HOOKS = {"setUp", "tearDown", "setUpClass", "tearDownClass"}
ISOLATED = {"unittest.IsolatedAsyncioTestCase", "unittest.async_case.IsolatedAsyncioTestCase"}
"""The test cases that await asyncSetUp and asyncTearDown."""

TEST_CASES = {
    "unittest.TestCase",
    "unittest.case.TestCase",
    *ISOLATED,
    "django.test.SimpleTestCase",
    "django.test.TransactionTestCase",
    "django.test.TestCase",
    "django.test.LiveServerTestCase",
}
"""Classes from outside the repository that are known to define the unittest hooks, all of them sync."""


_ASYNC_DEF = re.compile(r"\basync[\s\\]+def[\s\\]+$")
_ASSIGNED = re.compile(r"\s*[:=]")


@dataclass(frozen=True, eq=False)
class Definition:
    """A hook as a class defines it; ``node`` is no function where the name is bound in another way."""

    cls: Base
    name: str
    module: Module
    node: ast.stmt

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_fixture(self) -> bool:
        """Whether it is no hook but a fixture, which pytest awaits."""
        decorators = self.node.decorator_list if isinstance(self.node, FunctionNode) else []
        called = (node.func if isinstance(node, ast.Call) else node for node in decorators)
        return any(re.fullmatch(r"(\w+\.)*fixture", ast.unparse(node)) for node in called)

    @property
    def place(self) -> str:
        return f"{self.module.path}:{self.node.lineno}"

    def __str__(self) -> str:
        return f"{name_of(self.cls)}.{self.name}()"


@dataclass(frozen=True)
class Outside:
    """A hook that is not in the repository: sync, or not known (``why`` says what stands in the way)."""

    why: str = ""
    missing: bool = False
    """Whether there is none at all."""


Provider = Definition | Outside


class Hooks:
    """The hooks of a codebase by class, with their class hierarchies."""

    def __init__(self, context: Context, names: Iterable[str]) -> None:
        self._resolver = context.resolver
        self._codebase = context.codebase
        self.names = frozenset(names)
        self._definitions: dict[tuple[Base, str], Definition | None] = {}
        self._orders: dict[ast.ClassDef, tuple[list[Base], bool]] = {}

    @cached_property
    def asynchronous(self) -> list[Definition]:
        """Every hook that is written ``async def``, or is bound without a ``def``, in order."""
        return [
            found
            for module in self.modules(_may_define)
            for node in module.nodes(ast.ClassDef)
            for name in sorted(_unusual_names(node) & self.names)
            if (found := self.definition(self.class_of(module, node), name))
            and (found.is_async or not isinstance(found.node, FunctionNode))
            and not found.is_fixture
        ]

    @cached_property
    def related(self) -> dict[ast.ClassDef, Module]:
        """The classes that share a class below them with an asynchronous hook, with their files."""
        return {
            cls.node: cls.module
            for member in self._derived
            for cls in self.order_of(member)
            if cls.node is not None and cls.module is not None
        }

    @cached_property
    def _derived(self) -> list[Base]:
        """The classes that define or inherit an asynchronous hook."""
        seeds = list(dict.fromkeys(definition.cls for definition in self.asynchronous))
        target = Target(tuple(cls.dotted for cls in seeds), "class")
        found = self._resolver.subclasses(target) if seeds else []
        # A class inside a function has no import path; what derives from it stands in the same file.
        local = {cls.module: None for cls in seeds if cls.module}
        found += [(module, node) for module in local for node in module.nodes(ast.ClassDef)]
        orders = (self.order(module, node)[0] for module, node in dict.fromkeys(found))
        wanted = frozenset(seeds)
        return [order[0] for order in orders if not wanted.isdisjoint(order)]

    @cached_property
    def _below(self) -> dict[Base, list[Base]]:
        """The classes that define or inherit an asynchronous hook, by each of their bases."""
        below: dict[Base, list[Base]] = {}
        for member in self._derived:
            for base in dict.fromkeys(self.order_of(member)[1:]):
                below.setdefault(base, []).append(member)
        return below

    def modules(self, admits: Callable[[str, str], bool]) -> Iterator[Module]:
        """The parsed files that name a hook between such texts on its line; the others are not parsed."""
        names = re.compile(rf"\b(?:{'|'.join(sorted(self.names))})\b")
        for path in sorted(self._codebase.grep(*self.names)):
            text = self._codebase.text(path) or ""
            spans = (match.span() for match in names.finditer(text))
            if any(admits(text[max(start - 80, 0) : start], text[end : end + 9]) for start, end in spans):
                module = self._codebase.module(path)
                if module is not None:
                    yield module

    def class_of(self, module: Module, node: ast.ClassDef) -> Base:
        return self.order(module, node)[0][0]

    def order(self, module: Module, node: ast.ClassDef) -> tuple[list[Base], bool]:
        """The class and its bases in lookup order, and whether all of them are known."""
        if node not in self._orders:
            self._orders[node] = self._resolver.bases(module, node)
        return self._orders[node]

    def definition(self, cls: Base, name: str) -> Definition | None:
        """The hook in the class's own body; the last one where it is bound twice."""
        key = cls, name
        if key not in self._definitions:
            self._definitions[key] = next(bindings(cls, name), None)
        return self._definitions[key]

    def family(self, cls: Base) -> list[Base]:
        """The class, and its subclasses as far as they have to do with an asynchronous hook."""
        return [cls, *self._below.get(cls, ())]

    def providers(self, cls: Base, name: str, *, behind: Base | None = None) -> list[Provider]:
        """What ``name`` may be on an object of the class or a subclass.

        ``behind``: what ``super()`` in that class reaches. Each distinct provider once.
        """
        found: list[Provider] = []
        for member in self.family(cls):
            provider = self._provider(member, name, behind)
            if provider not in found:
                found.append(provider)
        # A mixin that relies on what stands beside it in its subclasses is never used by itself.
        return [item for item in found if not (isinstance(item, Outside) and item.missing)] or found

    def caller(self, cls: Base, name: str) -> str:
        """Which test runner calls the hook on the class or a subclass, or ''."""
        members = self.family(cls)
        if any(self._is_test_case(member) for member in members):
            return "unittest" if name in UNITTEST_HOOKS else "pytest"
        if name not in UNITTEST_HOOKS and any(self._is_collected(member) for member in members):
            return "pytest"
        return ""

    def unknown_base(self, cls: Base) -> str:
        """A base that might call the hooks in a way of its own, in words, or ''."""
        for member in self.family(cls):
            order, complete = self._order(member)
            if not complete:
                return f"a base of {name_of(member)} is not known"
            for base in order:
                if base.node is None and base.dotted not in TEST_CASES:
                    return f"{base.dotted} is not in the repository"
        return ""

    def _provider(self, member: Base, name: str, behind: Base | None) -> Provider:
        order, complete = self._order(member)
        start = order.index(behind) + 1 if behind else 0
        for cls in order[start:]:
            definition = self.definition(cls, name)
            if definition and definition.is_fixture:
                return Outside(f"{definition} is a fixture ({definition.place})")
            if definition:
                return definition
            if cls.node is None:
                if cls.dotted in TEST_CASES and name in UNITTEST_HOOKS:
                    return Outside()
                if cls.dotted not in TEST_CASES:
                    return Outside(f"{cls.dotted} is not in the repository")
        if not complete:
            return Outside(f"a base of {name_of(member)} is not known")
        return Outside(f"no base of {name_of(member)} defines {name}()", missing=True)

    def order_of(self, cls: Base) -> list[Base]:
        return self._order(cls)[0]

    def _order(self, cls: Base) -> tuple[list[Base], bool]:
        assert cls.module is not None
        assert cls.node is not None
        return self.order(cls.module, cls.node)

    def _is_test_case(self, cls: Base) -> bool:
        return any(base.dotted in TEST_CASES for base in self.order_of(cls))

    def _is_collected(self, cls: Base) -> bool:
        """Whether pytest collects the class, as far as it was not told other conventions."""
        assert cls.module is not None
        assert cls.node is not None
        if not is_test_file(cls.module.path):
            return False
        for node in (cls.node, *cls.module.ancestors(cls.node)):
            if isinstance(node, FunctionNode) or (
                isinstance(node, ast.ClassDef) and not node.name.startswith("Test")
            ):
                return False
        for base in self.order_of(cls):
            if any(next(bindings(base, name), None) for name in ("__init__", "__new__")):
                return False
        opted = next((b for base in self.order_of(cls) for b in bindings(base, "__test__")), None)
        return opted is None or not _is_false(opted.node)


def name_of(cls: Base) -> str:
    return cls.dotted.rpartition(".")[2]


def bindings(cls: Base, name: str) -> Iterator[Definition]:
    """Every binding of a name in the class's own body, the last first."""
    if cls.module is None or cls.node is None:
        return
    for node in reversed(list(statements(cls.node.body))):
        if name in _bound_names(node):
            yield Definition(cls, name, cls.module, node)


def _may_define(before: str, after: str) -> bool:
    """Whether a name between such texts may be the one of an ``async def`` or an assignment."""
    return bool(_ASYNC_DEF.search(before) or _ASSIGNED.match(after))


def _unusual_names(node: ast.ClassDef) -> set[str]:
    """The names that the class's own body binds in another way than by a sync ``def``."""
    unusual = (item for item in statements(node.body) if not isinstance(item, ast.FunctionDef))
    return {name for statement in unusual for name in _bound_names(statement)}


def _bound_names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, FunctionNode | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id


def _is_false(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Constant) and not value.value
