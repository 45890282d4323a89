"""Which binding a name means, compared with what Python itself says."""

import ast
import symtable
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from codemods.semantic.scopes.name_scopes import Scope, names_of, scopes_of
from codemods.syntax.module import Module

PEP_709 = sys.version_info >= (3, 12)
"""Since then comprehensions are part of the function's symbol table."""


def _scopes(text: str) -> Scope:
    return scopes_of(ast.parse(text))


def _module_uses(text: str, name: str) -> list[int]:
    return [use.name.lineno for use in _scopes(text).uses_of(name)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1\nprint(a)\n", [2]),
        ("a = 1\ndef f():\n    return a\n", [3]),
        ("a = 1\ndef f(a):\n    return a\n", []),
        ("a = 1\ndef f(b=a):\n    a = b\n", [2]),
        ("a = 1\nclass C:\n    a = 2\n    b = a\n    def m(self):\n        return a\n", [6]),
        ("a = 1\ndef f():\n    global a\n    a = 2\n    return a\n", [5]),
        ("a = 1\n[a for a in a]\n", [2]),
        ("[b for c in d if (a := c)]\nprint(a)\n", [2]),
        ("a = 1\nlambda a: a\nlambda b=a: b\n", [3]),
        ("import a.b\na.b.c()\n", [2]),
        ("a = 1\nclass C:\n    a = a\n    b = a\n", [3]),
        ("a = 1\nclass C:\n    b = a; a = 2; c = a\n", [3]),
        ("a = 1\nclass C:\n    def a(self, b=a): ...\n    class a(a): ...\n", [3]),
        ("a = 1\nclass C:\n    for a in a: a\n", [3]),
        ("a = 1\ndef f(a):\n    class C:\n        a = a\n", [4]),
        ("a = 1\ndef f(x: 'a.B[int]', y: 'Literal[a]') -> \"list['a']\": ...\n", [2, 2]),
        ("a = 1\nx: 'list[a]' = cast('a', 1)\n", [2, 2]),
        ("a = 1\nx: Literal['a']\ny: Annotated['a', 'a']\n", [3]),
    ],
)
def test_uses_of_a_module_name(text: str, lines: list[int]) -> None:
    assert _module_uses(text, "a") == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1\nx = []  # type: list[a]  # noqa\n", [2]),
        ("a = 1\ndef f(x):\n    # type: (a.B, *a) -> 'a'\n    a = x\n", []),
        ("a = 1\ndef f(x):\n    # type: (a.B, *a) -> 'a'\n    b = x  # type: a\n", [3, 3, 3, 4]),
        ("a = 1\ndef f(\n    x,  # type: a\n): ...\n", [3]),
        ("a = 1\nx = '# type: a'  # type: ignore\ny = 2  # type: ignore[a]\n", []),
        ("a = 1\nx = 1  # type: a(\n", []),
    ],
)
def test_names_in_type_comments(text: str, lines: list[int]) -> None:
    module = Module.parse("a.py", text)
    uses = list(names_of(module).uses_of("a"))
    assert [use.name.lineno for use in uses] == lines
    assert all(module.source(use.name) == "a" for use in uses)


def test_nonlocal_binds_outside() -> None:
    inner = "    def g():\n        nonlocal a\n        a = 2\n        return a\n"
    text = "def f():\n    a = 1\n" + inner + "    return a\n"
    (function,) = _scopes(text).children
    assert len(function.bindings["a"]) == 2
    assert [use.name.lineno for use in function.uses_of("a")] == [7, 6]


def test_a_quoted_name_stands_where_it_is_written() -> None:
    module = Module.parse("a.py", 'é: \'list["é"]\' = 1; x: "dict[str, a.b.C]" = None\n')
    (use,) = scopes_of(module.tree).uses["a"]
    assert use.quoted
    assert use.path == "a.b.C"
    assert [module.source(node) for node in (use.name, *use.attributes)] == ["a", "a.b", "a.b.C"]


def test_the_standard_library_agrees_with_symtable() -> None:
    """Every function's local names, as CPython's own symbol table has them."""
    root = Path(sysconfig.get_path("stdlib"))
    checked = 0
    for folder in ("asyncio", "email", "json", "importlib", "unittest", "concurrent/futures"):
        for path in sorted((root / folder).glob("*.py")):
            text = path.read_text("utf-8")
            ours: dict[tuple[int, str], Scope] = {
                (s.node.lineno, s.kind): s for s in _scopes(text).walk() if isinstance(s.node, ast.stmt)
            }
            for table in _tables(symtable.symtable(text, str(path), "exec")):
                scope = ours.get((table.get_lineno(), table.get_type()))
                if scope is not None:
                    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_local()}
                    inlined = {name for inner in _comprehensions(scope) for name in inner.bindings}
                    differing = _public(names) ^ _public(scope.bindings)
                    assert differing <= (inlined if PEP_709 else set()), (path, table.get_name())
                    checked += 1
    assert checked > 1000


def _tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [inner for child in table.get_children() for inner in (child, *_tables(child))]


def _comprehensions(scope: Scope) -> Iterator[Scope]:
    for child in scope.children:
        if not isinstance(child.node, ast.stmt | ast.Lambda):
            yield child
            yield from _comprehensions(child)


def _public(names: Iterable[str]) -> set[str]:
    """Without names that the compiler mangles or makes up."""
    return {name for name in names if "__" not in name}
