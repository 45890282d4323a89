"""What keeps a sync function from becoming asynchronous, seen from the function itself."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemods.refactoring.asynchrony.remove_await import own_nodes, yields
from codemods.refactoring.hooks.definitions import ISOLATED, TEST_CASES, bindings, name_of
from codemods.refactoring.hooks.runner_code import Framework, framework_of
from codemods.refactoring.operation import Context
from codemods.refactoring.where import is_test_file
from codemods.semantic import Target
from codemods.syntax.module import Module

_HARMLESS = {"staticmethod", "classmethod", "typing.override", "typing_extensions.override"}
_CALLED_BY_NAME = re.compile(
    r"__\w+__|(setup|teardown)_(method|class|module|function)|(setUp|tearDown)(Class|Module)?|pytest_\w+"
)
_RUNNERS = {"asyncio.run", "anyio.run", "trio.run"}
_SETTINGS = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_AUTO_MODE = re.compile(r"^\s*asyncio_mode\s*=\s*[\"']?auto\b", re.MULTILINE)


def boundary(context: Context, module: Module, function: ast.FunctionDef) -> str:
    """Why the function itself must stay sync, in words that follow its name, or ''."""
    if yields(function):
        return "is a generator"
    if _CALLED_BY_NAME.fullmatch(function.name):
        return "is called by Python or the test runner, which never await it"
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = context.resolver.qualified_name(module, called) or ast.unparse(called)
        if name.removeprefix("builtins.") not in _HARMLESS and "pytest.mark." not in name:
            return f"is decorated with @{name}, which may need a sync function"
    owner = module.parent(function)
    return _inherited(context, module, owner, function.name) if isinstance(owner, ast.ClassDef) else ""


def runs_a_loop(context: Context, module: Module, function: ast.FunctionDef) -> str:
    """A call in the function that cannot be made while an event loop is running, in words, or ''."""
    for node in own_nodes(function):
        if isinstance(node, ast.Call):
            by_method = isinstance(node.func, ast.Attribute) and node.func.attr == "run_until_complete"
            if by_method or context.resolver.qualified_name(module, node.func) in _RUNNERS:
                return f"runs an event loop itself (line {node.lineno})"
    return ""


@dataclass(frozen=True)
class Mark:
    """How a test is run when it is asynchronous: the name of a mark in pytest, "" where none is needed."""

    text: str = ""
    stop: str = ""
    """Why it cannot be run."""


def mark_of(context: Context, module: Module, function: ast.FunctionDef) -> Mark | None:
    """The mark that an asynchronous test needs; None for a function that is no test."""
    if not function.name.startswith("test") or not is_test_file(module.path):
        return None
    owner = module.parent(function)
    marked: list[ast.expr] = list(function.decorator_list)
    if isinstance(owner, ast.ClassDef):
        cases = {cls.dotted for cls in context.resolver.bases(module, owner)[0]} & TEST_CASES
        if cases:
            return Mark(
                stop="" if cases & ISOLATED else "is a test of a unittest.TestCase, which awaits nothing"
            )
        marked += owner.decorator_list
    elif not isinstance(owner, ast.Module):
        return None
    if any("mark.asyncio" in text or "mark.anyio" in text for text in map(ast.unparse, marked)):
        return Mark()
    if _is_marked(module) or _is_auto(context):
        return Mark()
    framework = framework_of(context.codebase)
    if framework is None:
        return Mark(stop="is a test, and neither pytest-asyncio nor anyio is used to run asynchronous ones")
    return Mark("mark.asyncio" if framework is Framework.ASYNCIO else "mark.anyio")


def _inherited(context: Context, module: Module, owner: ast.ClassDef, name: str) -> str:
    """Why a method must stay sync because of the classes around its own, or ''."""
    order, complete = context.resolver.bases(module, owner)
    for cls in order[1:]:
        if cls.node is None and cls.dotted not in TEST_CASES:
            return f"may override a method of {cls.dotted}, which is not in the repository"
        if found := next(bindings(cls, name), None):
            return f"overrides {name_of(cls)}.{name}() ({found.place})"
    if not complete:
        return f"is a method of {owner.name}, of which a base is not known"
    for other_module, node in context.resolver.subclasses(Target((order[0].dotted,), "class")):
        if node is not owner:
            cls = context.resolver.bases(other_module, node)[0][0]
            if found := next(bindings(cls, name), None):
                return f"is overridden by {node.name}.{name}() ({found.place})"
    return ""


def _is_marked(module: Module) -> bool:
    """Whether the file marks all its tests."""
    return any(
        isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)
        and re.search(r"mark\.(asyncio|anyio)", ast.unparse(statement.value))
        for statement in module.tree.body
    )


def _is_auto(context: Context) -> bool:
    """Whether pytest-asyncio runs every asynchronous test."""
    texts = (context.codebase.settings(name) for name in _SETTINGS)
    return any(text is not None and _AUTO_MODE.search(text) for text in texts)
