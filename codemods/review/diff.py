"""The lines of one change, before and after, with their surroundings; made only when looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.model.plan import Edit, apply_edits, ruled_edits
from codemods.review.entries import Entry
from codemods.review.session import Session
from codemods.syntax.text import Lines

KEPT, REMOVED, ADDED, REFUSED, GAP = " ", "-", "+", "!", "@"

LONGEST = 2_000
"""Characters of a line that are shown; more would cost time and help nobody."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SCOPE = re.compile(r"([ \t]*)(?:async[ ]+)?(?:def|class)[ ]+\w+")
# What could move the cursor, change colours or reorder a line must not reach a terminal.
_VISIBLE = {code: chr(0x2400 + code) for code in range(32)}
_VISIBLE |= {9: "    ", 127: "\u2421"}
_VISIBLE |= dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
_VISIBLE |= dict.fromkeys((0x2028, 0x2029, *range(0xD800, 0xE000)), "\ufffd")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: its mark, its numbers before and after, its text, and the span of it that differs."""

    mark: str
    old: int | None
    new: int | None
    text: str
    span: tuple[int, int] = (0, 0)


def visible(text: str) -> str:
    """The text without its line end, with nothing in it that a terminal would obey, and not without end."""
    shown = text.rstrip("\r\n")[: LONGEST + 1].translate(_VISIBLE)
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"


def diff(session: Session, entry: Entry, context: int = 3) -> list[DiffLine]:
    """The change as it would be applied, with what it brings into the same file.

    A refused change has no edits; its line is marked instead.
    """
    before = entry.stage.before
    lines = Lines(before)
    if not entry.change.applicable:
        return _spot(before, lines, entry.change.line, context)
    ruling = session.ruling(entry)
    own = ruled_edits(before, entry.change, ruling) if ruling else entry.change.edits
    others = (*session.companions(entry), *(one.change for one in session.requirements(entry)))
    brought = [edit for other in others if other.path == entry.path for edit in other.edits]
    try:
        blocks = list(_blocks(before, lines, [*own, *brought]))
    except ValueError:
        # A person's lines may lie over what the change brings.
        blocks = list(_blocks(before, lines, own))
    return list(_hunks(before, lines, blocks, context))


def split(lines: Sequence[DiffLine]) -> Iterator[tuple[DiffLine | None, DiffLine | None]]:
    """The lines in two columns, before and after."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in (*lines, None):
        if line is not None and line.mark in (REMOVED, ADDED):
            (removed if line.mark == REMOVED else added).append(line)
            continue
        for row in range(max(len(removed), len(added))):
            yield (
                removed[row] if row < len(removed) else None,
                added[row] if row < len(added) else None,
            )
        removed, added = [], []
        if line is not None:
            yield line, line


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines that change: the number of the first, how they were, how they become."""

    first: int
    old: Sequence[str]
    new: Sequence[str]


def _blocks(before: str, lines: Lines, edits: Sequence[Edit]) -> Iterator[_Block]:
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(dict.fromkeys(edits)):
        first, last = lines.position(edit.start)[0], lines.position(edit.end)[0]
        if groups and first <= groups[-1][1]:
            start, end, grouped = groups[-1]
            groups[-1] = (start, max(end, last), [*grouped, edit])
        else:
            groups.append((first, last, [edit]))
    for first, last, grouped in groups:
        start = lines.line_start(first)
        end = lines.line_start(last + 1) if last < len(lines) else len(before)
        moved = (Edit(edit.start - start, edit.end - start, edit.text) for edit in grouped)
        old, new = _LINE.findall(before[start:end]), _LINE.findall(apply_edits(before[start:end], moved))
        head, tail = _common(old, new)
        yield _Block(first + head, old[head : len(old) - tail], new[head : len(new) - tail])


def _hunks(before: str, lines: Lines, todo: Sequence[_Block], context: int) -> Iterator[DiffLine]:
    shown = 0
    shift = 0
    for index, block in enumerate(todo):
        start = max(block.first - context, 1, shown + 1)
        if start > shown + 1 or not shown:
            yield DiffLine(GAP, None, None, _scope(before, lines, block.first))
        yield from (
            DiffLine(KEPT, number, number + shift, visible(_line(before, lines, number)))
            for number in range(start, block.first)
        )
        yield from _changed(block, shift)
        after = block.first + len(block.old)
        shift += len(block.new) - len(block.old)
        limit = todo[index + 1].first if index + 1 < len(todo) else _count(before, lines) + 1
        shown = min(after + context, limit) - 1
        yield from (
            DiffLine(KEPT, number, number + shift, visible(_line(before, lines, number)))
            for number in range(after, shown + 1)
        )


def _changed(block: _Block, shift: int) -> Iterator[DiffLine]:
    old, new = [visible(line) for line in block.old], [visible(line) for line in block.new]
    spans = [_spans(*pair) for pair in zip(old, new, strict=True)] if len(old) == len(new) else []
    for index, text in enumerate(old):
        span = spans[index][0] if spans else (0, 0)
        yield DiffLine(REMOVED, block.first + index, None, text, span)
    for index, text in enumerate(new):
        span = spans[index][1] if spans else (0, 0)
        yield DiffLine(ADDED, None, block.first + index + shift, text, span)


def _spans(old: str, new: str) -> tuple[tuple[int, int], tuple[int, int]]:
    head, tail = _common(old, new)
    return (head, len(old) - tail), (head, len(new) - tail)


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many items are the same at the beginning, and then at the end."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _spot(before: str, lines: Lines, line: int, context: int) -> list[DiffLine]:
    last = min(line + context, _count(before, lines))
    return [
        DiffLine(GAP, None, None, _scope(before, lines, line)),
        *(
            DiffLine(
                REFUSED if number == line else KEPT, number, number, visible(_line(before, lines, number))
            )
            for number in range(max(line - context, 1), last + 1)
        ),
    ]


def _scope(before: str, lines: Lines, line: int) -> str:
    """The classes and functions around a line, outermost first, read from indentation alone."""
    names: list[str] = []
    indent = 10_000
    for number in range(min(line, len(lines)), 0, -1):
        text = _line(before, lines, number)
        if not text.strip():
            continue
        width = len(text) - len(text.lstrip(" \t"))
        if width < indent:
            if number < line and (match := _SCOPE.match(text)):
                names.insert(0, match[0].strip())
            indent = width
        if not indent:
            break
    return " › ".join(names)


def _line(before: str, lines: Lines, number: int) -> str:
    end = lines.line_start(number + 1) if number < len(lines) else len(before)
    return before[lines.line_start(number) : end]


def _count(before: str, lines: Lines) -> int:
    """How many lines there are to show: what follows a final newline is none."""
    return len(lines) - 1 if lines.line_start(len(lines)) == len(before) else len(lines)
