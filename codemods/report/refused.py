"""What a refused change would have made, so that a person can judge the refusal."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.model.formatting import printable
from codemods.model.plan import Change, RecipePlan, apply_edits
from codemods.report.diff import CONTEXT, hunks, lines_of

_LINES = 40
_WIDTH = 200


def refused_diff(plan: RecipePlan, change: Change) -> list[tuple[str, str]]:
    """The lines of its diff with their marks, cut short where they are many or long; none without edits."""
    if not change.edits:
        return []
    before = _text_before(plan, change)
    after = apply_edits(before, change.edits)
    start, end = _around(before, *change.hull)
    old, new = before[start:end], after[start : len(after) - (len(before) - end)]
    lines = list(_diff(old, new, before.count("\n", 0, start)))
    if len(lines) > _LINES:
        lines[_LINES:] = [("", f"… {len(lines) - _LINES} more lines")]
    return [(mark, line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…") for mark, line in lines]


def _text_before(plan: RecipePlan, change: Change) -> str:
    """The text that the change's step saw."""
    return next(
        stage.before
        for file in plan.files
        if file.path == change.path
        for stage in file.stages
        if stage.step == change.step
    )


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with whole lines of context on both sides; a whole file would take long for each change."""
    for _ in range(CONTEXT + 1):
        start = text.rfind("\n", 0, max(start - 1, 0)) + 1
        end = text.find("\n", end) + 1 or len(text)
    return start, end


def _diff(before: str, after: str, skipped: int) -> Iterator[tuple[str, str]]:
    for header, lines in hunks(lines_of(before), lines_of(after), skipped=skipped):
        yield "@", header
        yield from ((mark, mark + printable(line.rstrip("\r\n"))) for mark, line in lines)
