"""Bowler's selectors and modifiers on syntax that stock fissix cannot parse, and on code Bowler overlooks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.bowler.running import run_query, text


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (
            "q.select_function('old').rename('new')",
            "match x:\n    case old(a=1): pass\n",
            "match x:\n    case new(a=1): pass\n",
        ),
        (
            "q.select_function('old').rename('new')",
            "def old[T](x: T, /) -> T: return (y := old(x))\n",
            "def new[T](x: T, /) -> T: return (y := new(x))\n",
        ),
        (
            "q.select_class('A').rename('B')",
            "with (A() as a, A() as b): pass\n",
            "with (B() as a, B() as b): pass\n",
        ),
        (
            "q.select_subclass('A').modify(lambda n, c, f: setattr(c['class_name'], 'value', 'X'))",
            "class C[T](A):\n    y: int\n",
            "class X[T](A):\n    y: int\n",
        ),
        (
            "q.select_class('A').rename('B')",
            "@x[A()]\nclass A[T](C):\n    y: int\n",
            "@x[B()]\nclass B[T](C):\n    y: int\n",
        ),
        ("q.select_var('a').rename('b')", "x[*a, a := 1]\ntype a = int\n", "x[*b, b := 1]\ntype b = int\n"),
        (
            "q.select_attribute('a').rename('b')",
            "async def f(): return [await x.a async for x in y.a]\n",
            "async def f(): return [await x.b async for x in y.b]\n",
        ),
        (
            "q.select_module('a').rename('b')",
            "try: import a\nexcept* (a.E, ValueError): pass\n",
            "try: import b\nexcept* (b.E, ValueError): pass\n",
        ),
        (
            "q.select_method('m').rename('n')",
            "lambda: (await a.b.m(*x, y=1)).c\n",
            "lambda: (await a.b.n(*x, y=1)).c\n",
        ),
    ],
)
def test_todays_syntax(tmp_path: Path, code: str, before: str, after: str) -> None:
    """Bowler's own selectors and modifiers, where stock fissix cannot even parse."""
    try:
        ast.parse(before)
    except SyntaxError:
        pytest.skip("newer than this Python")
    assert text(run_query(tmp_path, f"def query(q):\n    {code}\n", before)) == after


@pytest.mark.parametrize(
    ("select", "before"),
    [
        ("select_function", "class A:\n    def old(self): pass\n"),
        ("select_method", "class A:\n    def old(self): pass\n"),
        ("select_method", "class A:\n    @classmethod\n    def old(cls): pass\n"),
        ("select_method", "class A:\n    def old(self, a): pass\n"),
        ("select_class", "class old: pass\n"),
        ("select_class", "class old(A):\n    x = 1\n"),
        ("select_class", "class A(old): pass\n"),
    ],
)
def test_definitions_that_bowler_overlooks(tmp_path: Path, select: str, before: str) -> None:
    planned = run_query(tmp_path, f"def query(q):\n    q.{select}('old').rename('new')\n", before)
    assert text(planned) == before.replace("old", "new")
