"""The argument list of a call as text: where each argument and comma stands, and how one comes or goes.

Between two arguments stand only commas, brackets, white space and comments, so that no string can be mistaken
for any of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.model.plan import Edit
from codemods.syntax.module import Module

ArgumentNode = ast.expr | ast.keyword


@dataclass(frozen=True)
class Argument:
    """One argument with the parentheses around it; ``comma`` is where the comma behind it stands."""

    node: ArgumentNode
    start: int
    end: int
    comma: int | None
    parenthesised: bool

    @property
    def name(self) -> str | None:
        """The keyword; None for a positional argument, a starred one and ``**``."""
        return self.node.arg if isinstance(self.node, ast.keyword) else None

    @property
    def value(self) -> ast.expr:
        return self.node.value if isinstance(self.node, ast.keyword) else self.node

    @property
    def unpacks(self) -> bool:
        """Whether it is ``*args`` or ``**kwargs``."""
        if isinstance(self.node, ast.keyword):
            return self.node.arg is None
        return isinstance(self.node, ast.Starred)


class ArgumentList:
    """The arguments of one call, in the order of the text."""

    def __init__(self, module: Module, call: ast.Call) -> None:
        self.module = module
        self.text = module.text
        nodes: list[ArgumentNode] = sorted(
            [*call.args, *call.keywords], key=lambda node: module.span(node)[0]
        )
        self.open = next(place for place, mark in _marks(self.text, module.span(call.func)[1]) if mark == "(")
        self.close = module.span(call)[1] - 1
        self.items = self._items(nodes)
        self.bare_generator = len(self.items) == 1 and self._is_bare_generator(self.items[0])

    def _items(self, nodes: Sequence[ArgumentNode]) -> list[Argument]:
        items: list[Argument] = []
        position = self.open + 1
        for number, node in enumerate(nodes):
            start, end = self.module.span(node)
            limit = self.module.span(nodes[number + 1])[0] if number + 1 < len(nodes) else self.close
            leading = [place for place, mark in _marks(self.text, position, start) if mark == "("]
            comma = None
            for place, mark in _marks(self.text, end, limit):
                if mark == ",":
                    comma = place
                    break
                if mark == ")":
                    end = place + 1
            items.append(Argument(node, leading[0] if leading else start, end, comma, bool(leading)))
            position = end if comma is None else comma + 1
        return items

    def _is_bare_generator(self, item: Argument) -> bool:
        return isinstance(item.node, ast.GeneratorExp) and self.module.span(item.node)[0] == self.open

    def named(self, name: str) -> Argument | None:
        return next((item for item in self.items if item.name == name), None)

    def positional(self) -> list[Argument]:
        """The positional arguments up to the first ``*``."""
        found: list[Argument] = []
        for item in self.items:
            if isinstance(item.node, ast.keyword) or item.unpacks:
                break
            found.append(item)
        return found

    def unpacks_mapping(self) -> bool:
        """Whether a ``**`` argument may hold any keyword."""
        return any(isinstance(item.node, ast.keyword) and item.unpacks for item in self.items)

    def unpacks_sequence(self) -> bool:
        """Whether a ``*`` argument may hold any positional argument."""
        return any(isinstance(item.node, ast.Starred) for item in self.items)

    def remove(self, item: Argument) -> Edit:
        """The edit that takes an argument out with one comma, and with its line if it has one of its own."""
        index = self.items.index(item)
        if item.comma is not None:
            line = self._own_line(item.start, item.comma + 1)
            if line is not None:
                return Edit(*line, "")
        if index + 1 < len(self.items) and item.comma is not None:
            following = self.items[index + 1].start
            alone = item.start == self.open + 1 and not self.text[item.comma + 1 : following].strip()
            return Edit(item.start, following if alone else self._skip_blanks(item.comma + 1), "")
        if index == 0:
            end = item.end if item.comma is None else item.comma + 1
            return Edit(item.start, end, "")
        previous = self.items[index - 1]
        assert previous.comma is not None
        if item.comma is None:
            gap = self.text[previous.comma + 1 : item.start]
            return Edit(previous.comma, item.end, gap.rstrip() if "#" in gap else "")
        return Edit(previous.comma + 1, item.comma + 1, "")

    def append(self, text: str) -> Edit:
        """The edit that puts an argument behind the last one, in the style of the list."""
        if not self.items:
            return Edit(self.open + 1, self.open + 1, text)
        last = self.items[-1]
        line_start = self._line_start(last.start)
        lead = self.text[line_start : last.start]
        own_line = not lead.strip() and line_start > self.open
        if last.comma is None:
            return Edit(last.end, last.end, f",{self._newline()}{lead}{text}" if own_line else f", {text}")
        place = last.comma + 1
        if own_line:
            place = self._line_end(place)
            return Edit(place, place, f"{self._newline()}{lead}{text},")
        return Edit(place, place, f" {text},")

    def insert(self, index: int, text: str) -> Edit:
        """The edit that puts an argument before the one that is ``index``-th now."""
        if index >= len(self.items):
            return self.append(text)
        item = self.items[index]
        line_start = self._line_start(item.start)
        lead = self.text[line_start : item.start]
        if not lead.strip() and line_start > self.open:
            return Edit(item.start, item.start, f"{text},{self._newline()}{lead}")
        return Edit(item.start, item.start, f"{text}, ")

    def _own_line(self, start: int, end: int) -> tuple[int, int] | None:
        """The whole lines from ``start`` to ``end`` where nothing but a comment stands beside them."""
        line_start, line_end = self._line_start(start), self._line_end(end)
        if line_start <= self.open or self.text[line_start:start].strip():
            return None
        behind = self.text[end:line_end].strip()
        if line_end > self.close or (behind and not behind.startswith("#")):
            return None
        newline = 2 if self.text.startswith("\r\n", line_end) else 1
        return line_start, line_end + newline

    def _skip_blanks(self, place: int) -> int:
        while place < len(self.text) and self.text[place] in " \t":
            place += 1
        return place

    def _line_start(self, place: int) -> int:
        return self.module.lines.line_start(self.module.lines.position(place)[0])

    def _line_end(self, place: int) -> int:
        while place < len(self.text) and self.text[place] not in "\r\n":
            place += 1
        return place

    def _newline(self) -> str:
        end = self._line_end(self._line_start(self.items[-1].start - 1) if self.items else self.open)
        return "\r\n" if self.text.startswith("\r\n", end) else self.text[end : end + 1] or "\n"


def as_keyword(item: Argument, name: str) -> list[Edit]:
    """The edits that pass a positional argument by keyword."""
    if isinstance(item.node, ast.NamedExpr) and not item.parenthesised:
        return [Edit(item.start, item.start, f"{name}=("), Edit(item.end, item.end, ")")]
    return [Edit(item.start, item.start, f"{name}=")]


def _marks(text: str, start: int, end: int | None = None) -> Iterator[tuple[int, str]]:
    """The commas and brackets between arguments, with their places; comments are passed over."""
    stop = len(text) if end is None else end
    place = start
    while place < stop:
        character = text[place]
        if character == "#":
            while place < stop and text[place] not in "\r\n":
                place += 1
            continue
        if character in "(),":
            yield place, character
        place += 1
