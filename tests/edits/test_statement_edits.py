"""Taking statements out of a text."""

import ast

import pytest

from codemods.edits.statement_edits import remove_statements
from codemods.model.plan import apply_edits
from codemods.syntax.module import Module


def _without(text: str) -> str:
    """The text without its statements ``gone`` and ``gone(…)``."""
    module = Module.parse("a.py", text)
    gone = [
        statement
        for statement in module.nodes(ast.stmt)
        if isinstance(statement, ast.Expr) and module.source(statement).startswith("gone")
    ]
    after = apply_edits(text, remove_statements(module, gone))
    ast.parse(after)
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\ngone\nb\n", "a\nb\n"),
        ("a\ngone  # why\nb", "a\nb"),
        ("a\ngone", "a"),
        ("a\r\n\r\ngone", "a"),
        ("gone", ""),
        ("gone;", ""),
        ("a; gone\nb\n", "a\nb\n"),
        ("gone; a\n", "a\n"),
        ("a; gone; b\n", "a; b\n"),
        ("a; gone; gone; b\n", "a; b\n"),
        ("gone; gone\nb\n", "b\n"),
        ("a; gone;  # why\nb\n", "a;  # why\nb\n"),
        ("if a: gone\nb\n", "if a: pass\nb\n"),
        ("if a: gone; gone\nb\n", "if a: pass\nb\n"),
        ("if a: gone; b\n", "if a: b\n"),
        ("if a:\n    gone\nelse:\n    gone(\n  1)\n", "if a:\n    pass\nelse:\n    pass\n"),
        ("def f():\n    gone\n\n    a\n", "def f():\n    a\n"),
        ("a\n\ngone\n\nb\n", "a\n\nb\n"),
        ("a\n\ngone\n\n\ndef b(): ...\n", "a\n\n\ndef b(): ...\n"),
        ("gone\n\na\n", "a\n"),
        ("# head\n\ngone\n\na\n", "# head\n\na\n"),
        ("a\n\ngone\ngone\n\nb\n", "a\n\nb\n"),
        ("a\n\n\ngone\n", "a\n"),
        ("a\r\n\r\ngone\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
        ("a\ngone(\n    1,  # one\n)\nb\n", "a\nb\n"),
        ("a\n\x0c\ngone\nb\n", "a\n\x0c\nb\n"),
        ("a; \\\n  gone\nb\n", "a\nb\n"),
    ],
)
def test_removed_without_a_trace(before: str, after: str) -> None:
    assert _without(before) == after
