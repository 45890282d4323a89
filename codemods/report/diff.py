"""Unified diffs that keep every byte: lines end at ``\\n`` only, and long files stay quick."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

CONTEXT = 3
_LONG = 1000
"""Stretches of more lines, as many before as after, are compared line by line."""

_LINE_END = re.compile(r"(?<=\n)")

Line = TypeVar("Line", str, bytes)
_Difference = tuple[int, int, int, int]
Hunk = tuple[str, list[tuple[str, Line]]]
"""The ``@@`` header, and the lines, each with its mark: a space, ``-`` or ``+``."""


def hunks(
    before: Sequence[Line], after: Sequence[Line], context: int = CONTEXT, skipped: int = 0
) -> Iterator[Hunk[Line]]:
    """The hunks that turn one list of lines into another, with lines of context around each.

    ``skipped`` is how many lines stand before both lists, in a text of which they are a part.
    """
    group: list[_Difference] = []
    for difference in _differences(before, after):
        if group and difference[0] - group[-1][1] > 2 * context:
            yield _hunk(before, after, group, context, skipped)
            group = []
        group.append(difference)
    if group:
        yield _hunk(before, after, group, context, skipped)


def lines_of(text: str) -> list[str]:
    """The lines with their ends, of which only ``\n`` is one."""
    return [line for line in _LINE_END.split(text) if line]


def _hunk(
    before: Sequence[Line], after: Sequence[Line], group: Sequence[_Difference], context: int, skipped: int
) -> Hunk[Line]:
    lead = min(context, group[0][0])
    tail = min(context, len(before) - group[-1][1])
    lines: list[tuple[str, Line]] = []
    position = group[0][0] - lead
    for i1, i2, j1, j2 in group:
        lines += ((" ", line) for line in before[position:i1])
        lines += (("-", line) for line in before[i1:i2])
        lines += (("+", line) for line in after[j1:j2])
        position = i2
    lines += ((" ", line) for line in before[position : position + tail])
    old = _range(skipped + group[0][0] - lead, skipped + group[-1][1] + tail)
    new = _range(skipped + group[0][2] - lead, skipped + group[-1][3] + tail)
    return f"@@ -{old} +{new} @@", lines


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _differences(before: Sequence[Line], after: Sequence[Line]) -> Iterator[_Difference]:
    """The runs in which the texts differ."""
    i = j = 0
    for block_i, block_j, size in _matches(before, after):
        if (block_i, block_j) != (i, j):
            yield i, block_i, j, block_j
        i, j = block_i + size, block_j + size


def _matches(before: Sequence[Line], after: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    """Equal runs in order, ending with an empty one at the end of both."""
    i = j = 0
    for next_i, next_j in [*_anchors(before, after), (len(before), len(after))]:
        while i < next_i and j < next_j and before[i] == after[j]:
            yield i, j, 1
            i, j = i + 1, j + 1
        yield from ((i + a, j + b, size) for a, b, size in _gap(before[i:next_i], after[j:next_j]))
        i, j = next_i, next_j
    yield len(before), len(after), 0


def _gap(before: Sequence[Line], after: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    """Equal runs between two lines that are the same; many that repeat themselves take long to compare."""
    if len(before) == len(after) > _LONG:
        yield from ((i, i, 1) for i, (old, new) in enumerate(zip(before, after, strict=True)) if old == new)
        return
    tail = 0
    while tail < min(len(before), len(after)) and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    ends = len(before) - tail, len(after) - tail
    matcher = difflib.SequenceMatcher(None, before[: ends[0]], after[: ends[1]], autojunk=False)
    yield from (block for block in matcher.get_matching_blocks() if block.size)
    if tail:
        yield ends[0], ends[1], tail


def _anchors(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[int, int]]:
    """Lines that stand once in each text, as far as they stand in the same order (greedily)."""
    counts_before, counts_after = Counter(before), Counter(after)
    place = {line: j for j, line in enumerate(after) if counts_after[line] == 1}
    anchors: list[tuple[int, int]] = []
    for i, line in enumerate(before):
        j = place.get(line, -1)
        if j >= 0 and counts_before[line] == 1 and (not anchors or j > anchors[-1][1]):
            anchors.append((i, j))
    return anchors
