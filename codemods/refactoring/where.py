"""Whether a place lies where a step's ``where`` wants it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath

from codemods.git.selection import matcher
from codemods.recipe.model import Where
from codemods.syntax.module import FunctionNode, Module


class Places:
    """The places a step speaks of."""

    def __init__(self, where: Where | None = None) -> None:
        self._where = where or Where()

    def admits_path(self, path: str) -> bool:
        where = self._where
        if where.include and not _matches(path, where.include):
            return False
        if where.exclude and _matches(path, where.exclude):
            return False
        return where.tests is None or where.tests == is_test_file(path)

    @property
    def narrow_inside_files(self) -> bool:
        where = self._where
        return bool(where.in_class or where.in_function) or where.async_ is not None

    def admits_offset(self, module: Module, offset: int) -> bool:
        where = self._where
        around = list(definitions_around(module, offset))
        classes = [node.name for node in around if isinstance(node, ast.ClassDef)]
        functions = [node for node in around if isinstance(node, FunctionNode)]
        if where.in_class and not any(_matches(name, where.in_class) for name in classes):
            return False
        if where.in_function and not any(_matches(node.name, where.in_function) for node in functions):
            return False
        return where.async_ is None or where.async_ == _runs_asynchronously(module, functions, offset)


def _runs_asynchronously(module: Module, around: Sequence[FunctionNode], offset: int) -> bool:
    """Whether an asynchronous function runs what stands there; its defaults run before, its lambdas later."""
    running = [node for node in around if _body_start(module, node) <= offset]
    if not running or not isinstance(running[-1], ast.AsyncFunctionDef):
        return False
    first = _body_start(module, running[-1])
    bodies = (module.span(node.body) for node in module.nodes(ast.Lambda))
    return not any(first <= start <= offset < end for start, end in bodies)


def _body_start(module: Module, node: FunctionNode) -> int:
    first = node.body[0]
    return min(module.span(part)[0] for part in (first, *getattr(first, "decorator_list", ())))


def is_test_file(path: str) -> bool:
    """Whether pytest or unittest would take the file for a test, or for a conftest."""
    name = PurePosixPath(path).name
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def definitions_around(module: Module, offset: int) -> Iterator[ast.ClassDef | FunctionNode]:
    """The classes and functions around an offset, outermost first."""
    body: Sequence[ast.AST] = module.tree.body
    while body:
        inner = next((node for node in body if _contains(module, node, offset)), None)
        if inner is None:
            return
        if isinstance(inner, ast.ClassDef | FunctionNode):
            yield inner
        body = [node for node in ast.iter_child_nodes(inner) if hasattr(node, "lineno") or _is_block(node)]


def _is_block(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler | ast.match_case)


def _contains(module: Module, node: ast.AST, offset: int) -> bool:
    if isinstance(node, ast.match_case):
        return any(_contains(module, inner, offset) for inner in node.body)
    if not isinstance(node, ast.stmt | ast.expr | ast.ExceptHandler):
        return False
    start, end = module.span(node)
    return start <= offset < end


@cache
def _matcher(globs: tuple[str, ...]) -> re.Pattern[str]:
    return matcher(globs)


def _matches(text: str, globs: Sequence[str]) -> bool:
    return _matcher(tuple(globs)).match(text) is not None
