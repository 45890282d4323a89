"""The nodes of a tree are those of ``ast.walk`` that have a place, and what holds them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from codemods.syntax.nodes import children, walk

_UNPLACED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


def _everything(tree: ast.AST) -> set[ast.AST]:
    return {node for node in ast.walk(tree) if not isinstance(node, _UNPLACED)}


@pytest.mark.parametrize("source", [Path(ast.__file__), Path(__file__)], ids=lambda path: path.name)
def test_a_walk_gives_every_node_of_a_file_once(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    found = walk(tree)
    assert set(found) == _everything(tree)
    assert len(found) == len(set(found))
    assert all(set(children(node)) <= _everything(node) for node in found)


def test_every_kind_of_node_is_reached() -> None:
    lines = [
        "def f(a, /, b: int = 1, *c, d=2, **e) -> None: global g",
        "class A(B, metaclass=M): x: int = lambda: {**y, 1: 2}",
        "match s:\n case A(b, c=1) | {'k': [1, *z], **rest} | None as w if q: pass",
        "try: import a.b as c\nexcept* E as e: raise F from e",
        "with a as b, c: del d[1:2, ::3]\nfor i in j: print(f'{k!r:{l}}')",
        "async def h(): return [await p async for p in q if r]",
    ]
    if sys.version_info >= (3, 12):
        lines.append("type T[U: int, *V, **W] = U")
    for line in lines:
        tree = ast.parse(line)
        assert set(walk(tree)) == _everything(tree), line
