"""One change as the screen shows it: what it is, why, and its diff with syntax in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from codemods.review.diff import ADDED, GAP, KEPT, REFUSED, REMOVED, DiffLine, diff, split, visible
from codemods.review.entries import Entry
from codemods.review.phrases import facts, heading, why
from codemods.review.session import Session

CRAMPED, ROOMY = 8, 20

_SYNTAX = Syntax("", "python", theme="ansi_dark", background_color="default")
_MARKS = {
    KEPT: ("", ""),
    REMOVED: ("red", "bold reverse red"),
    ADDED: ("green", "bold reverse green"),
    REFUSED: ("yellow", ""),
    GAP: ("cyan", ""),
}


@dataclass(frozen=True)
class Look:
    """How a change is shown."""

    context: int = 4
    wrap: bool = False
    columns: bool | None = None
    """Before and after side by side; None: where there is room for it."""

    ROOM = 130

    def more(self, lines: int) -> Look:
        return replace(self, context=min(max(self.context + lines, 0), 200))

    def side_by_side(self, width: int) -> bool:
        return width >= self.ROOM if self.columns is None else self.columns


def detail(session: Session, entry: Entry, look: Look, width: int, height: int) -> RenderableType:
    """Everything about a change; the less room there is, the earlier comes the diff."""
    lines = diff(session, entry, look.context if height >= CRAMPED else 0)
    if height < CRAMPED:
        lines = [line for line in lines if line.mark != GAP]
    drawn = _columns(lines, look) if look.side_by_side(width) else _unified(lines, look)
    place, standing = heading(session, entry)
    head = Text.assemble((place, "bold"), f"  {standing}\n{why(entry)}")
    rest = [Text(f"  {fact}") for fact in facts(session, entry)]
    if height < CRAMPED:
        return Group(drawn, head, *rest)
    return Group(head, drawn, *rest) if height < ROOMY else Group(head, *rest, Text(), drawn)


def _unified(lines: Sequence[DiffLine], look: Look) -> Text:
    digits = max((len(str(line.old or line.new or "")) for line in lines), default=1)
    drawn = Text("\n").join(
        Text.assemble(_number(line.old, digits), " ", _number(line.new, digits), f" {line.mark} ", code)
        if line.mark != GAP
        else code
        for line, code in zip(lines, _code(lines), strict=True)
    )
    drawn.no_wrap = not look.wrap
    drawn.overflow = "fold" if look.wrap else "ignore"
    return drawn


def _columns(lines: Sequence[DiffLine], look: Look) -> Table:
    code = dict(zip(map(id, lines), _code(lines), strict=True))
    digits = max((len(str(line.old or line.new or "")) for line in lines), default=1)
    table = Table.grid(padding=(0, 1), expand=True)
    for _ in range(2):
        table.add_column(width=digits + 2, no_wrap=True)
        table.add_column(ratio=1, no_wrap=not look.wrap, overflow="fold" if look.wrap else "ellipsis")
    for left, right in split(lines):
        if left is not None and left.mark == GAP:
            table.add_row("", code[id(left)], "", "")
            continue
        cells: list[Text] = []
        for line, number in ((left, left.old if left else None), (right, right.new if right else None)):
            cells.append(Text.assemble(_number(number, digits), f" {line.mark}") if line else Text())
            cells.append(code[id(line)] if line else Text())
        table.add_row(*cells)
    return table


def _number(number: int | None, digits: int) -> Text:
    return Text(f"{number or '':>{digits}}", "dim")


def _code(lines: Sequence[DiffLine]) -> list[Text]:
    """The text of each line in colour; before and after are coloured each in their own surroundings."""
    before = _coloured([line for line in lines if line.mark in (KEPT, REMOVED, REFUSED)])
    after = _coloured([line for line in lines if line.mark in (KEPT, ADDED)])
    drawn = []
    for line in lines:
        style, changed = _MARKS[line.mark]
        if line.mark == GAP:
            drawn.append(Text(f"⋯ {visible(line.text)}", style))
            continue
        code = (after if line.mark == ADDED else before)[id(line)].copy()
        if line.mark in (REMOVED, ADDED) and not any(line.span):
            code.stylize(style)
        code.stylize(changed, *line.span)
        drawn.append(code)
    return drawn


def _coloured(lines: Sequence[DiffLine]) -> dict[int, Text]:
    code = _SYNTAX.highlight("\n".join(line.text for line in lines))
    # The theme's own background would lie in boxes on the screen's.
    code.style = ""
    code.spans = [span for span in code.spans if not isinstance(span.style, str)]
    return {id(line): part for line, part in zip(lines, code.split("\n", allow_blank=True), strict=False)}
