"""Exact positions inside f-strings on Python 3.11, whose parser places the nodes of fields wrongly.

Each field's expression is found in the text and parsed alone, where positions are right; they are then copied
to the nodes of the file, nested f-strings included.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codemods.syntax.nodes import walk
from codemods.syntax.text import Lines

NEEDED = sys.version_info < (3, 12)

_STRING = re.compile(
    r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\")(?P<body>(?:\\[\s\S]|(?!(?P=quote))[\s\S])*)(?P=quote)"
)
_GAP = re.compile(r"(?:[\s\f]|\\\r?\n|#[^\r\n]*)*")
_FSTRING = re.compile(r"(?i)(?<![a-z0-9_])(?:f|fr|rf)['\"]")


@dataclass
class _Field:
    """A replacement field: where its expression stands, and the fields in its format spec."""

    start: int
    end: int
    inner: list[_Field] = field(default_factory=list)


def may_begin(text: str) -> Iterator[int]:
    """The offsets at which f-strings may begin: every f-string of the text begins at one, or before it."""
    return (match.start() for match in _FSTRING.finditer(text))


def correct_positions(nodes: Iterable[ast.AST], text: str, lines: Lines) -> None:
    """Give every node inside an f-string among the nodes the position at which it stands in the text."""
    inside: set[ast.AST] = set()
    for node in nodes:
        if isinstance(node, ast.JoinedStr) and node not in inside:
            inside.update(walk(node))
            start, end = lines.span(node)
            _place(node, list(_fields_of(text, start, end)), text, lines)


def _place(string: ast.JoinedStr, fields: list[_Field], text: str, lines: Lines) -> None:
    values = [value for value in string.values if isinstance(value, ast.FormattedValue)]
    for value, found in zip(values, fields, strict=True):
        _copy_positions(value.value, found, text, lines)
        if isinstance(value.format_spec, ast.JoinedStr):
            _place(value.format_spec, found.inner, text, lines)


def _copy_positions(node: ast.expr, found: _Field, text: str, lines: Lines) -> None:
    alone = f"({text[found.start : found.end]})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = ast.parse(alone, mode="eval").body
    alone_lines = Lines(alone)
    correct_positions(walk(parsed), alone, alone_lines)
    shift = found.start - 1
    for ours, theirs in zip(walk(node), walk(parsed), strict=True):
        if isinstance(ours, ast.expr | ast.arg | ast.keyword):
            assert isinstance(theirs, ast.expr | ast.arg | ast.keyword)
            start, end = alone_lines.span(theirs)
            if start == 0:  # a bare tuple, which took our parentheses for its own
                start, end = 1 + len(alone[1:]) - len(alone[1:].lstrip()), len(alone[:-1].rstrip())
            ours.lineno, ours.col_offset = lines.ast_position(start + shift)
            ours.end_lineno, ours.end_col_offset = lines.ast_position(end + shift)


def _fields_of(text: str, start: int, end: int) -> Iterator[_Field]:
    """The fields of an f-string, which may be several literals side by side."""
    while start < end:
        literal = _STRING.match(text, start, end)
        assert literal is not None
        prefix = literal["prefix"].lower()
        if "f" in prefix:
            yield from _Scanner(text, "r" in prefix).fields(literal.start("body"), literal.end("body"))
        gap = _GAP.match(text, literal.end(), end)
        assert gap is not None
        start = gap.end()


class _Scanner:
    """Finds the replacement fields in the body of one literal, as Python 3.11 reads it."""

    def __init__(self, text: str, raw: bool) -> None:
        self.text = text
        self.raw = raw
        self.at = 0

    def fields(self, start: int, end: int) -> Iterator[_Field]:
        self.at = start
        while self.at < end:
            char = self.text[self.at]
            if char == "\\" and not self.raw:
                self._skip_escape()
            elif char in "{}" and self.text[self.at : self.at + 2] in ("{{", "}}"):
                self.at += 2
            elif char == "{":
                yield self._field()
            else:
                self.at += 1

    def _skip_escape(self) -> None:
        if self.text.startswith("\\N{", self.at):
            self.at = self.text.index("}", self.at) + 1
        else:
            self.at += 1 if self.text[self.at + 1] in "{}" else 2

    def _field(self) -> _Field:
        start = self.at + 1
        self.at = start
        found = _Field(start, self._skip_expression())
        while self.text[self.at] not in ":}":
            self.at += 1
        if self.text[self.at] == ":":
            self.at += 1
            while self.text[self.at] != "}":
                if self.text[self.at] == "{":
                    found.inner.append(self._field())
                elif self.text[self.at] == "\\" and not self.raw:
                    self._skip_escape()
                else:
                    self.at += 1
        self.at += 1
        return found

    def _skip_expression(self) -> int:
        """Move to what ends the field's expression: ``}``, ``:``, ``!r`` or the ``=`` that prints it."""
        depth = 0
        while True:
            char = self.text[self.at]
            if char in "'\"":
                literal = _STRING.match(self.text, self.at)
                assert literal is not None
                self.at = literal.end()
                continue
            if depth == 0 and (char in "}:" or self._is_conversion() or self._is_debug()):
                return self.at
            if char in "([{":
                depth += 1
            elif char in ")]}":
                depth -= 1
            self.at += 2 if self.text[self.at : self.at + 2] in ("==", "!=", "<=", ">=") else 1

    def _is_conversion(self) -> bool:
        return self.text[self.at] == "!" and self.text[self.at + 1] != "="

    def _is_debug(self) -> bool:
        return self.text[self.at] == "=" and self.text[self.at + 1] != "="
