"""The argument list of a call as text."""

import ast

import pytest

from codemods.model.plan import apply_edits
from codemods.refactoring.calls.argument_list import ArgumentList, as_keyword
from codemods.syntax.module import Module


def parsed(text: str) -> tuple[Module, ArgumentList]:
    module = Module.parse("a.py", text)
    call = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return module, ArgumentList(module, call)


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("f(a, b, c)", 0, "f(b, c)"),
        ("f(a, b, c)", 1, "f(a, c)"),
        ("f(a, b, c)", 2, "f(a, b)"),
        ("f(a)", 0, "f()"),
        ("f(a,)", 0, "f()"),
        ("f(a, b,)", 1, "f(a,)"),
        ("f((a), (b), (c))", 1, "f((a), (c))"),
        ("(f)((a), b)", 0, "(f)(b)"),
        ("f(x=1, **k)", 0, "f(**k)"),
        ("f(\n    a,\n    b,  # why, b\n    c,\n)", 1, "f(\n    a,\n    c,\n)"),
        ("f(\n    a,\n    # about c\n    c\n)", 1, "f(\n    a\n    # about c\n)"),
        ("f(\r\n    a,\r\n    b,\r\n)", 0, "f(\r\n    b,\r\n)"),
        ("f(a, 'x, (y)', b)", 1, "f(a, b)"),
        ("f(a # no, (\n  , b)", 0, "f(b)"),
    ],
)
def test_an_argument_goes_with_one_comma(text: str, index: int, expected: str) -> None:
    module, arguments = parsed(text)
    assert apply_edits(module.text, [arguments.remove(arguments.items[index])]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f()", "f(n=1)"),
        ("f( )", "f(n=1 )"),
        ("f(a)", "f(a, n=1)"),
        ("f(a,)", "f(a, n=1,)"),
        ("f((a))", "f((a), n=1)"),
        ("f(**k)", "f(**k, n=1)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    n=1,\n)"),
        ("f(\n    a,\n    b  # last, (\n)", "f(\n    a,\n    b,\n    n=1  # last, (\n)"),
        ("f(\n    a,  # last, (\n)", "f(\n    a,  # last, (\n    n=1,\n)"),
        ("f(\r\n\ta,\r\n)", "f(\r\n\ta,\r\n\tn=1,\r\n)"),
        ("f(\n    a, b)", "f(\n    a, b, n=1)"),
    ],
)
def test_an_argument_comes_in_the_style_of_the_list(text: str, expected: str) -> None:
    module, arguments = parsed(text)
    assert apply_edits(module.text, [arguments.append("n=1")]) == expected


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("f(a, b)", 0, "f(n, a, b)"),
        ("f(a, b)", 1, "f(a, n, b)"),
        ("f(a, b)", 2, "f(a, b, n)"),
        ("f(\n    a,\n    b,\n)", 1, "f(\n    a,\n    n,\n    b,\n)"),
    ],
)
def test_an_argument_is_put_at_its_place(text: str, index: int, expected: str) -> None:
    module, arguments = parsed(text)
    assert apply_edits(module.text, [arguments.insert(index, "n")]) == expected


def test_a_walrus_becomes_a_keyword_in_parentheses() -> None:
    module, arguments = parsed("f(1, y := 2, (z := 3))")
    edits = [edit for item in arguments.items for edit in as_keyword(item, "k")]
    assert apply_edits(module.text, edits) == "f(k=1, k=(y := 2), k=(z := 3))"


def test_a_bare_generator_is_seen() -> None:
    assert parsed("f(x for x in y)")[1].bare_generator
    assert not parsed("f((x for x in y))")[1].bare_generator
