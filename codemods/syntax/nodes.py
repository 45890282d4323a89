"""The nodes of a syntax tree, gathered several times faster than by ``ast.walk``, and their code in short."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

_NO_NODES = {
    "ctx",
    "op",
    "ops",
    "id",
    "attr",
    "arg",
    "name",
    "asname",
    "module",
    "level",
    "kind",
    "type_comment",
}
_NO_NODES |= {"conversion", "simple", "is_async", "rest", "kwd_attrs", "tag", "lineno", "str"}
"""Fields that hold no node, or one without a place in the text: operators, and whether a name is stored."""


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each type of node that hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        if kind in (ast.Constant, ast.MatchSingleton, ast.Global, ast.Nonlocal):
            fields: tuple[str, ...] = ()
        elif kind.__name__ == "TypeAlias":  # the one type whose name is a node; Python 3.12
            fields = kind._fields
        else:
            fields = tuple(name for name in kind._fields if name not in _NO_NODES)
        self[kind] = fields
        return fields


_FIELDS = _Fields()


class _OwnFields(dict[type[ast.AST], tuple[str, ...]]):
    """The same without suites, and what runs in a scope of its own."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if kind is ast.Lambda else _FIELDS[kind]
        if issubclass(kind, (ast.stmt, ast.match_case)):
            fields = tuple(name for name in fields if name not in _SUITES)
        self[kind] = fields
        return fields


_SUITES = {"body", "orelse", "finalbody", "handlers", "cases"}
_OWN_FIELDS = _OwnFields()


class _Blocks(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each type of statement that hold its suites, or what those belong to."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = fields = tuple(name for name in kind._fields if name in _SUITES)
        return fields


_BLOCKS = _Blocks()


def children(node: ast.AST) -> list[ast.AST]:
    """The direct child nodes that have a place in the text, and those that only hold such nodes."""
    found: list[ast.AST] = []
    for name in _FIELDS[node.__class__]:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += value if None not in value else filter(None, value)
        elif value is not None:
            found.append(value)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and everything in it, outer nodes before inner ones."""
    return _walk(node, _FIELDS)


def walk_own(statement: ast.stmt) -> list[ast.AST]:
    """A statement and its own expressions, without the statements in it and the bodies of lambdas."""
    return _walk(statement, _OWN_FIELDS)


def _walk(node: ast.AST, fields: Mapping[type[ast.AST], tuple[str, ...]]) -> list[ast.AST]:
    found = [node]
    add = found.append
    for item in found:
        for name in fields[item.__class__]:
            value = getattr(item, name, None)
            if value.__class__ is list:
                found += value if None not in value else filter(None, value)
            elif value is not None:
                add(value)
    return found


def definitions(
    tree: ast.Module, into: Callable[[ast.FunctionDef | ast.AsyncFunctionDef], bool] | None = None
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes of a file, those inside a function only where it is gone ``into``."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
            if into is None or not into(node):
                continue
        elif isinstance(node, ast.ClassDef):
            yield node
        for name in _BLOCKS[node.__class__]:
            todo += getattr(node, name)


def short(node: ast.AST) -> str:
    """A node's code, cut where it is long."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."
