"""The list of changes on the screen: virtual, so that twenty thousand rows cost no more than twenty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from codemods.model.plan import Verdict
from codemods.review.entries import Entry, State
from codemods.review.session import Session
from codemods.review.tui.rows import Header, Row, headers, row_text, rows


class Listing(ScrollView, can_focus=True):
    """Recipes, files and changes with a cursor on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--cursor",
        "listing--recipe",
        "listing--file",
        "listing--accepted",
        "listing--rejected",
        "listing--possible",
        "listing--muted",
    }
    DEFAULT_CSS = """
    Listing { scrollbar-size-vertical: 1; overflow-x: hidden; }
    Listing > .listing--cursor { background: $primary 40%; text-style: bold; }
    Listing > .listing--recipe { text-style: bold; color: $accent; }
    Listing > .listing--file { color: $text-muted; }
    Listing > .listing--accepted { color: $text-success; }
    Listing > .listing--rejected { color: $text-error; }
    Listing > .listing--possible { color: $text-warning; }
    Listing > .listing--muted { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
        Binding("left", "fold", "Fold", show=False),
        Binding("right", "unfold", "Unfold", show=False),
        Binding("enter", "fold_or_unfold", "Fold or unfold", show=False),
    ]

    class Selected(Message):
        """The cursor is on another row."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.session = session
        self._headers: list[Header] = []
        self._rows: list[Row] = []
        self.cursor = 0

    @property
    def row(self) -> Row | None:
        return self._rows[self.cursor] if self._rows else None

    @property
    def entry(self) -> Entry | None:
        row = self.row
        return row if isinstance(row, Entry) else None

    def show(self, entries: Sequence[Entry]) -> None:
        """Show other entries, with the cursor where it was if that is still there."""
        entry = self.entry
        self._headers = headers(entries)
        self._lay_out(entry)

    def go(self, entry: Entry) -> None:
        """Put the cursor on an entry, unfolding what hides it. One that is not listed is left alone."""
        hiding = [
            header
            for header in self._headers
            if header.folded and header.recipe is entry.recipe and header.path in ("", entry.path)
        ]
        for header in hiding:
            header.folded = False
        if hiding:
            self._lay_out(entry)
        elif entry in self._rows:
            self._select(self._rows.index(entry))

    def find(self, wanted: Callable[[Entry], bool], step: int) -> Entry | None:
        """The nearest entry below (or with ``step`` -1 above) the cursor that is wanted, folded or not."""
        listed = [entry for header in self._headers for entry in header.entries]
        if not listed:
            return None
        here = self._place()
        ahead = (one for one in listed if one.number > here)
        behind = (one for one in reversed(listed) if one.number < here)
        return next((one for one in (ahead if step > 0 else behind) if wanted(one)), None)

    def action_move(self, step: int) -> None:
        place = self.cursor + step
        while 0 <= place < len(self._rows) and not self._stops(self._rows[place]):
            place += step
        if 0 <= place < len(self._rows):
            self._select(place)
        elif step < 0:
            self.scroll_home(animate=False)

    def action_page(self, step: int) -> None:
        height = max(self.size.height - 1, 1)
        self._settle(self.cursor + step * height, step)

    def action_edge(self, place: int) -> None:
        self._settle(place % len(self._rows) if self._rows else 0, 1 if place == 0 else -1)

    def action_fold(self) -> None:
        """Fold the file of the cursor's change, or, where that is done, its recipe."""
        row = self.row
        if row is None or (isinstance(row, Header) and not row.path and row.folded):
            return
        path = row.path if isinstance(row, Entry) or not row.folded else ""
        header = next(one for one in self._headers if one.recipe is row.recipe and one.path == path)
        header.folded = True
        self._lay_out(header)

    def action_unfold(self) -> None:
        row = self.row
        if isinstance(row, Header) and row.folded:
            row.folded = False
            self._lay_out(row)

    def action_fold_or_unfold(self) -> None:
        if isinstance(self.row, Header) and self.row.folded:
            self.action_unfold()
        else:
            self.action_fold()

    def on_click(self, event: Click) -> None:
        place = self.scroll_offset.y + event.y
        if place < len(self._rows):
            self._select(place)

    def on_resize(self) -> None:
        self._reveal()

    def render_line(self, y: int) -> Strip:
        place = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if place >= len(self._rows):
            text = " No change matches the filter." if not self._rows and y == 0 else ""
            return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)
        row = self._rows[place]
        style = self.rich_style + self._style(row)
        if place == self.cursor:
            style += self.get_component_rich_style("listing--cursor")
        pointer = "▶" if place == self.cursor else " "
        text, start, end = row_text(self.session, row, width - 1)
        changing = style + Style(underline=True)
        parts = ((pointer + text[:start], style), (text[start:end], changing), (text[end:], style))
        return Strip([Segment(*part) for part in parts if part[0]]).adjust_cell_length(width, style)

    def _style(self, row: Row) -> Style:
        if isinstance(row, Header):
            return self.get_component_rich_style(
                "listing--file" if row.path else "listing--recipe", partial=True
            )
        name = {
            State.ACCEPTED: "accepted",
            State.REJECTED: "rejected",
            State.REFUSED: "muted",
            State.REPORTED: "muted",
            State.STALE: "muted",
            State.UNDECIDED: "possible" if row.change.verdict is Verdict.POSSIBLE else "",
        }[self.session.state(row)]
        return self.get_component_rich_style(f"listing--{name}", partial=True) if name else Style()

    def _place(self) -> int:
        row = self.row
        if isinstance(row, Entry):
            return row.number
        if row is None:
            return -1
        entries = row.entries or next(
            one.entries for one in self._headers if one.recipe is row.recipe and one.path
        )
        return entries[0].number - 1

    def _stops(self, row: Row) -> bool:
        return isinstance(row, Entry) or row.folded

    def _settle(self, place: int, step: int) -> None:
        """Put the cursor on the row, or the next beyond it that a cursor can be on."""
        place = min(max(place, 0), len(self._rows) - 1)
        for order in (step, -step):
            near = place
            while 0 <= near < len(self._rows):
                if self._stops(self._rows[near]):
                    self._select(near)
                    return
                near += order

    def _lay_out(self, cursor: Row | None) -> None:
        """Lay the rows out anew, with the cursor on that row or, if it is gone, on the next one."""
        self._rows = rows(self._headers)
        self.virtual_size = Size(0, len(self._rows))
        number = cursor.number if isinstance(cursor, Entry) else None
        place = next(
            (
                index
                for index, row in enumerate(self._rows)
                if row is cursor or (number is not None and isinstance(row, Entry) and row.number >= number)
            ),
            0,
        )
        self.cursor = 0
        self._settle(place, 1)
        self.refresh()
        if not self._rows:
            self.post_message(self.Selected())

    def _select(self, place: int) -> None:
        self.cursor = place
        self._reveal()
        self.refresh()
        self.post_message(self.Selected())

    def _reveal(self) -> None:
        """Scroll to the cursor, and to the headers right above it where they fit."""
        place = above = self.cursor
        while (
            above > 0 and isinstance(self._rows[above - 1], Header) and place - above + 2 < self.size.height
        ):
            above -= 1
        self.scroll_to_region(Region(0, above, 1, place - above + 1), animate=False, force=True)
