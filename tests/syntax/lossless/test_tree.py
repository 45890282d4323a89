"""The tree is exact: for today's syntax, odd layout and the standard library, however deep it nests."""

from __future__ import annotations

import ast
import gc
import random
import re
import sys
import time
from pathlib import Path

import pytest
from fissix.pytree import Leaf, Node
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codemods.model.errors import CodemodsError, SourceSyntaxError
from codemods.syntax.lossless.tree import leaves_of, parse, text_of
from codemods.syntax.text import decode
from tests.syntax.exactness import accepted, problem

STDLIB = Path(ast.__file__).parent

SYNTAX = Path(__file__).with_name("syntax")
"""Samples of what each Python added; a line ``# ---`` ends a sample."""


def _samples() -> list[tuple[tuple[int, ...], str]]:
    """The first Python that takes a sample, and the sample."""
    return [
        (tuple(map(int, path.stem.removeprefix("python-").split("."))), sample)
        for path in sorted(SYNTAX.glob("*.txt"))
        for sample in path.read_text(encoding="utf-8").split("# ---\n")
    ]


MODERN = _samples()

LAYOUT = [
    "",
    "\n",
    " ",
    "\t \f",
    "# only a comment",
    "\n\n# a\n  # b\n",
    "x",
    "x  # comment",
    "x\n    ",
    "x\n    # comment",
    "if x:\n  y\n # c\n# d\nz",
    "if x:\n\ty\n\tz\n",
    "if x:\n  if y:\n    z\n# c\n  # d\na\n",
    "if x:\n  y\n\f\n\fz\n",
    "\fx = 1\n\f\ny = 2\n",
    "x = (  # a\n\n  1,\n # b\n)\n",
    "x = \\\n  1\nif x: \\\n y\n",
    "\\\nx\n",
    "if x:\n  y\n\\\n\nz\n",
    "x;y ; z;\n",
    "if x: a; b\nelse: c\n",
    "class A: x = 1; y = 2\n",
    "if x:\r\n  y\r\nz\r\n",
    "if x:\r  y\rz\r",
    "if x:\n  y\r\nz\rw\n",
    "x = '''a\r\nb\rc\n'''\r\ny\n",
    "x = 'a\\\r\nb\\\rc'\r\n",
    "x = (1,\r\n 2)  # c\r\n",
    "x = '\x1c\u2028\x0b'  # \x85 \x1d\n",
    "x = 1  # \x1c\u2028\ny = 2\n",
    "def f():\n    '''doc'''\n\n    # c\n\n\n# d\n@e\nclass C:\n    x = 1\n    # last\n",
]


@pytest.mark.parametrize(("since", "text"), MODERN)
def test_todays_syntax(since: tuple[int, ...], text: str) -> None:
    """Newer syntax is read too, whatever Python runs; what it accepts is compared with it."""
    if sys.version_info >= since:
        assert accepted(text)
        assert problem(text) is None
    assert text_of(parse(text)) == str(parse(text)) == text


@pytest.mark.parametrize("text", LAYOUT)
def test_odd_layout(text: str) -> None:
    assert accepted(text)
    assert problem(text) is None


def test_an_empty_file_has_a_root() -> None:
    assert [leaf.type for leaf in leaves_of(parse(""))] == [0]
    assert isinstance(parse(""), Node)


def _sample(count: int) -> list[Path]:
    """Some files of the standard library and its tests, the same ones every time."""
    files = sorted(path for path in STDLIB.rglob("*.py") if "site-packages" not in path.parts)
    return random.Random(4).sample([path for path in files if path.stat().st_size < 40_000], count)


@pytest.mark.parametrize("path", _sample(80), ids=lambda path: str(path.relative_to(STDLIB)))
def test_the_standard_library(path: Path) -> None:
    try:
        text = decode(str(path), path.read_bytes()).text
    except CodemodsError:
        pytest.skip("not decodable, on purpose")
    if not accepted(text):
        pytest.skip("not valid, on purpose")
    assert problem(text) is None


_SEEDS = [text for since, text in MODERN if sys.version_info >= since] + [
    "class A:\n    def f(self):\n        if x:\n            return (1,\n  2)\n        # c\n    y = 2\n"
]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_mutated_layout(data: st.DataObject) -> None:
    """Newlines, indentation and trailing blanks change at will: what Python takes, we take, exactly."""
    text = data.draw(st.sampled_from(_SEEDS))
    eol = st.sampled_from(["\n", "\r\n", "\r", " \n", "\t\r\n", "\n\n", "\n\f\n", "  # c\n", "\n   # c\r"])
    indent = data.draw(st.sampled_from(["    ", "\t", " ", "\f    ", "  \t"]))
    lines = [
        re.sub("^(    |  )+", lambda match: indent * (len(match[0]) // 2), line) for line in text.split("\n")
    ]
    text = "".join(line + data.draw(eol) for line in lines[:-1]) + lines[-1]
    if data.draw(st.booleans()):
        text = text.rstrip("\r\n")
    if accepted(text):
        assert problem(text) is None
    else:
        _parses_or_says_why(text)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="abfrt'\"{}()[]:!\\\n\r\t #=,.0x@*é\u0301\x0c\x00", max_size=40))
@example("0\\\r#")
@example("if 0:\n 0\\\n#")
def test_any_text_parses_or_is_refused(text: str) -> None:
    if accepted(text):
        assert problem(text) is None
    else:
        _parses_or_says_why(text)


def _parses_or_says_why(text: str) -> None:
    try:
        tree = parse(text)
    except SourceSyntaxError as error:
        place = error.line, error.column
        assert min(place) >= 1
    else:
        assert text_of(tree) == text


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("x = = 1\n", 1, 5, "'='"),
        ("x = (1,\n\ny = [", 3, 5, "'[' is never closed"),
        ("x = (\n", 1, 5, "'(' is never closed"),
        ("é = 'abc\n", 1, 5, "never ends"),
        ("a\nx = '''abc\n\n", 2, 5, "never ends"),
        ("x = f'{a'\n", 1, 5, "never ends"),
        ("if x:\n    y\n  z\n", 3, 3, "matches no outer one"),
        ("if x:\ny\n", 2, 1, "'y'"),
        ("x\n  y\n", 2, 1, "an indentation begins"),
        ("def f(:):\n", 1, 7, "':'"),
        ("x = a b", 1, 7, "'b'"),
        ("x = (a b)", 1, 8, "'b'"),
        ("x = $\n", 1, 5, "'$'"),
        ("x = \\ \n", 1, 5, "backslash"),
        ("x = a\u2003b\n", 1, 5, "not a valid name"),
        ("x = 1\0\n", 1, 6, r"'\x00'"),
        ("x = (]\n", 1, 6, "']'"),
        ("while", 1, 6, "the line ends"),
        ("match x:\n    y\n", 2, 5, "'y'"),
    ],
)
def test_an_error_says_where_and_why(text: str, line: int, column: int, why: str) -> None:
    with pytest.raises(SourceSyntaxError, match=re.escape(why)) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")
    assert "\n" not in str(caught.value)


def _nested(depth: int) -> dict[str, str]:
    return {
        "brackets": "x = " + "(" * depth + ")" * depth + "\n",
        "calls": "x = " + "f(" * depth + ")" * depth + "\n",
        "lists": "x = " + "[1, " * depth + "]" * depth + "\n",
        "unary": "x = " + "-" * depth + "1\n",
        "lambdas": "x = " + "lambda: " * depth + "1\n",
        "powers": "x = " + "2 ** " * depth + "1\n",
        "chain": "x = a" + ".b(c)" * depth + "\n",
        "fields": "x = f'" + "{x:" * depth + "}" * depth + "'\n",
        "fstrings": "x = " + "f'{" * depth + "1" + "}'" * depth + "\n",
        "blocks": "".join(" " * level + "if x:\n" for level in range(depth // 20)) + " " * depth + "y\n",
    }


@pytest.mark.parametrize("shape", list(_nested(1)))
def test_deep_nesting_does_no_harm(shape: str) -> None:
    text = _nested(2000)[shape]
    assert text_of(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "1, " * 700_000 + "]\n",
        "x = '" + "a" * 2_000_000 + "'\n",
        "x = f'" + "{a['b']}" * 50_000 + "'\n",
        "x = (" + "f'{a['b']}' " * 30_000 + ")\n",
        "if x:\n  # c\n    y = f(1)\n" * 20_000,
        "x = " + "f'{" * 100_000,
        "x = " + "'''" * 100_001,
        "x = \\\n" * 100_000,
        "(" * 100_000,
        "\n" * 500_000 + "\f#" * 50_000,
    ],
    ids=lambda text: re.sub(r"\s+", " ", text[:24]),
)
def test_time_is_linear(text: str) -> None:
    begin = time.process_time()
    _parses_or_says_why(text)
    assert time.process_time() - begin < 15


def test_nodes_and_leaves_are_fissixs_own() -> None:
    """Subclasses would break `==`, on which fissix's and Bowler's helpers rely."""
    tree = parse("a.b(c)\n")
    assert {type(node) for node in tree.pre_order()} == {Node, Leaf}
    assert tree == parse("a . b( c )\n") == tree.clone()


def test_the_garbage_collector_is_left_as_it_was() -> None:
    parse("x\n")
    assert gc.isenabled()
    gc.disable()
    try:
        parse("x\n")
        assert not gc.isenabled()
        with pytest.raises(SourceSyntaxError):
            parse("(")
    finally:
        gc.enable()
    with pytest.raises(SourceSyntaxError):
        parse("(")
    assert gc.isenabled()
