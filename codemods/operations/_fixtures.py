"""Which functions of a file are pytest fixtures, and by what name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.source.module import FunctionNode, Module


def functions(module: Module) -> Iterator[FunctionNode]:
    """Every function of a file."""
    yield from module.nodes(ast.FunctionDef)
    yield from module.nodes(ast.AsyncFunctionDef)


def fixture_name(function: FunctionNode) -> str:
    """The name under which pytest knows a fixture function; empty when it is not one."""
    if _fixture_decorator(function) is None:
        return ""
    explicit = explicit_name(function)
    return function.name if explicit is None else str(explicit.value)


def explicit_name(function: FunctionNode) -> ast.Constant | None:
    """The string of ``@pytest.fixture(name="…")``."""
    decorator = _fixture_decorator(function)
    for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return keyword.value
    return None


def _fixture_decorator(function: FunctionNode) -> ast.expr | None:
    for decorator in function.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = (
            named.attr
            if isinstance(named, ast.Attribute)
            else named.id
            if isinstance(named, ast.Name)
            else ""
        )
        if name in ("fixture", "yield_fixture"):
            return decorator
    return None
