"""The tree of changes, recipe → file → change, flattened to rows of which some are folded away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from codemods.model.formatting import printable
from codemods.model.plan import RecipeRef, Verdict
from codemods.review.diff import visible
from codemods.review.entries import Entry, State
from codemods.review.session import Session

MARKS = {
    State.UNDECIDED: "·",
    State.ACCEPTED: "✓",
    State.REJECTED: "✗",
    State.REFUSED: "!",
    State.REPORTED: "»",
    State.STALE: "~",
}


@dataclass(slots=True, eq=False)
class Header:
    """A recipe, or a file of it when it has a path."""

    recipe: RecipeRef
    path: str = ""
    folded: bool = False
    entries: list[Entry] = field(default_factory=list)


Row = Header | Entry


def headers(entries: Iterable[Entry]) -> list[Header]:
    """Each recipe's header, followed by those of its files, which hold the entries."""
    found: list[Header] = []
    last: tuple[str, str] | None = None
    for entry in entries:
        place = (entry.recipe.hash, entry.path)
        if last is None or last[0] != place[0]:
            found.append(Header(entry.recipe))
        if last != place:
            found.append(Header(entry.recipe, entry.path))
        found[-1].entries.append(entry)
        last = place
    return found


def rows(heads: Iterable[Header]) -> list[Row]:
    """What is to be seen: a folded recipe hides its files, a folded file its changes."""
    found: list[Row] = []
    hidden = False
    for header in heads:
        if not header.path:
            hidden = header.folded
            found.append(header)
        elif not hidden:
            found.append(header)
            if not header.folded:
                found += header.entries
    return found


def row_text(session: Session, row: Row, width: int) -> tuple[str, int, int]:
    """A row in words and marks, which carry the state without any colour, and the part that changes.

    What does not fit is cut so that the end of a path, and the part that changes, can be seen.
    """
    if isinstance(row, Entry):
        state = MARKS[session.state(row)]
        doubt = "?" if row.change.verdict is Verdict.POSSIBLE else " "
        edited = "*" if session.edited(row) else " "
        lead = f"   {state}{doubt}{edited}{row.change.line:>4} "
        text, start, end = row.line()
        cut = min(max(end - (width - len(lead)) + 1, 0), max(start - 1, 0))
        text = visible(f"…{text[cut + 1 :]}" if cut else text)
        return lead + text, len(lead) + start - cut, len(lead) + end - cut
    fold = "▸" if row.folded else "▾"
    if not row.path:
        return f"{fold} {visible(row.recipe.title)}", 0, 0
    path = printable(row.path)
    cut = max(len(path) + 3 - width, 0)
    return f" {fold} " + (f"…{path[cut + 1 :]}" if cut else path), 0, 0
