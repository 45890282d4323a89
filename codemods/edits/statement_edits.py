"""Takes statements out of a text without leaving a trace: semicolons, emptied suites, doubled blank lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from codemods.model.plan import Edit
from codemods.syntax.module import Module

_LINE_END = re.compile(r"[ \t\f]*;?[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_BLANK = re.compile(r"[ \t\f]*(?:\r\n|\r|\n)")


def remove_statements(module: Module, statements: Iterable[ast.stmt]) -> list[Edit]:
    """The edits that remove the statements, each with the comment on its last line.

    A suite that would be empty keeps a ``pass``.
    """
    going = set(statements)
    spans: list[tuple[int, int]] = []
    passes: list[Edit] = []
    for suite in _suites(module, going):
        removed = [statement for statement in suite if statement in going]
        if len(removed) == len(suite) and suite is not module.tree.body:
            passes.append(Edit(*module.span(removed[0]), "pass"))
            removed = removed[1:]
        spans += _spans(module, suite, removed)
    return [*(Edit(start, end, "") for start, end in union(spans)), *passes]


def union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with those that overlap or touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def suite_of(module: Module, statement: ast.stmt) -> Sequence[ast.stmt]:
    """The block that the statement stands in."""
    above = module.parent(statement)
    assert above is not None
    for _, value in ast.iter_fields(above):
        if isinstance(value, list) and statement in value:
            return value
    raise AssertionError("a statement stands in a suite of its parent")


def full_lines(module: Module, statement: ast.stmt) -> tuple[int, int] | None:
    """The lines of a statement with their newline, or None where it shares a line with another."""
    start, end = module.span(statement)
    line_start = module.lines.line_start(statement.lineno)
    if module.text[line_start:start].strip(" \t\f"):
        return None
    tail = _LINE_END.match(module.text, end)
    return (line_start, tail.end()) if tail else None


def newline_of(module: Module, at: int = 0) -> str:
    """How the file ends its lines, at an offset if it is of two minds."""
    newline = re.compile(r"\r\n|\r|\n")
    found = newline.search(module.text, at) or newline.search(module.text)
    return found[0] if found else "\n"


def _suites(module: Module, statements: set[ast.stmt]) -> Iterator[Sequence[ast.stmt]]:
    seen: list[Sequence[ast.stmt]] = []
    for statement in statements:
        suite = suite_of(module, statement)
        if not any(suite is other for other in seen):
            seen.append(suite)
            yield suite


def _spans(
    module: Module, suite: Sequence[ast.stmt], removed: Sequence[ast.stmt]
) -> Iterator[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    for row in _rows(module, suite):
        if all(statement in removed for statement in row):
            start = module.lines.line_start(row[0].lineno)
            tail = _LINE_END.match(module.text, module.span(row[-1])[1])
            if tail and not module.text[start : module.span(row[0])[0]].strip(" \t\f"):
                lines.append((start, tail.end()))
                continue
        for number, statement in enumerate(row):
            if statement in removed:
                yield _part_of_row(module, row, number, removed)
    for start, end in union(lines):
        yield _with_blank_lines(module, suite, start, end)


def _rows(module: Module, suite: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements that share a line, joined by semicolons."""
    row: list[ast.stmt] = []
    for statement in suite:
        if row and ";" not in _between(module, row[-1], statement):
            yield row
            row = []
        row.append(statement)
    if row:
        yield row


def _between(module: Module, first: ast.stmt, second: ast.stmt) -> str:
    """The text on the line that ends the first statement, up to the second."""
    gap = module.text[module.span(first)[1] : module.span(second)[0]]
    return gap if second.lineno == first.end_lineno or "\\" in gap else ""


def _part_of_row(
    module: Module, row: Sequence[ast.stmt], number: int, removed: Sequence[ast.stmt]
) -> tuple[int, int]:
    start, end = module.span(row[number])
    kept_after = any(statement not in removed for statement in row[number + 1 :])
    if kept_after:
        return start, module.span(row[number + 1])[0]
    kept_before = [statement for statement in row[:number] if statement not in removed]
    return (module.span(kept_before[-1])[1] if kept_before else start), end


def _with_blank_lines(module: Module, suite: Sequence[ast.stmt], start: int, end: int) -> tuple[int, int]:
    """The removed lines with so many blank ones around that none are doubled."""
    above = _blank_lines_above(module, start)
    below: list[int] = []
    while (blank := _BLANK.match(module.text, below[-1] if below else end)) is not None:
        below.append(blank.end())
    first = module.span(suite[0])[0] if suite else start
    if (start <= first < end or not module.text[:start].strip()) and not above:
        return start, below[-1] if below and below[-1] < len(module.text) else end
    if below[-1:] == [len(module.text)] or end == len(module.text):
        start = above[-1] if above else start
        if not module.text.endswith(("\n", "\r")):
            start = len(module.text[:start].removesuffix("\n").removesuffix("\r"))
        return start, end
    spare = min(len(above), len(below))
    return (above[spare - 1] if spare else start), end


def _blank_lines_above(module: Module, start: int) -> list[int]:
    """Where the blank lines above begin, nearest first."""
    starts: list[int] = []
    line = module.lines.position(start)[0] - 1
    while line > 0 and _BLANK.fullmatch(module.text, module.lines.line_start(line), start):
        start = module.lines.line_start(line)
        starts.append(start)
        line -= 1
    return starts
