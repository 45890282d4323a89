"""The first screen: every recipe with its counts, and the files that cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Static

from codemods.model.plan import Verdict
from codemods.review.diff import visible
from codemods.review.entries import State
from codemods.review.session import Session
from codemods.review.tui.keybar import KeyBar

LISTED = 100


class _Recipes(DataTable[str]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select_cursor", "Review the recipe")]


class OverviewScreen(Screen[None]):
    """Recipes × verdict, and how far each is decided. Enter reviews the recipe."""

    CSS = """
    OverviewScreen DataTable { height: auto; max-height: 60%; }
    OverviewScreen VerticalScroll { height: 1fr; }
    """

    class Chosen(Message):
        """A recipe was chosen to be reviewed."""

        def __init__(self, recipe: str) -> None:
            super().__init__()
            self.recipe = recipe

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        yield Static(classes="bar", markup=False, id="status")
        yield _Recipes(cursor_type="row", zebra_stripes=True)
        with VerticalScroll():
            yield Static("\n".join(self._troubles()), markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("decided", "certain", "possible", "refused", "recipe")
        table.focus()

    def on_screen_resume(self) -> None:
        self.query_one("#status", Static).update(f" {self._session.greeting()}")
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        counts = self._session.counts()
        for recipe in self._session.plan.recipes:
            ref = recipe.recipe

            def count(verdict: str | None, *states: State, key: str = ref.hash) -> int:
                return sum(
                    number
                    for (hash_, of, state), number in counts.items()
                    if hash_ == key and verdict in (None, of) and (not states or state in states)
                )

            decided = count(None, State.ACCEPTED, State.REJECTED)
            table.add_row(
                f"{decided}/{count(Verdict.CERTAIN) + count(Verdict.POSSIBLE)}",
                str(count(Verdict.CERTAIN)),
                str(count(Verdict.POSSIBLE)),
                str(count(State.REFUSED)),
                visible(ref.title),
                key=f"{ref.set}/{ref.id}",
            )
        table.move_cursor(row=row)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        if event.row_key.value is not None:
            self.post_message(self.Chosen(event.row_key.value))

    def _troubles(self) -> Iterator[str]:
        plan = self._session.plan
        weak = sum(recipe.weak for recipe in plan.recipes)
        if weak:
            yield f"{weak:,} unknown sites without evidence are not listed; --all lists them."
        for recipe in plan.recipes:
            yield from (f"warning: {visible(warning)}" for warning in recipe.warnings)
        yield from _listed("could not be read", [visible(str(one)) for one in plan.unparsed])
        yield from _listed("failed", [visible(str(one)) for one in plan.failed])
        for state in (State.REFUSED, State.REPORTED):
            entries = [one for one in self._session.entries if one.verdict == state]
            yield from _listed(str(state), [f"{one.place}: {visible(one.reason.text)}" for one in entries])


def _listed(what: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{len(lines):,} {what}:"
        yield from (f"  {line}" for line in lines[:LISTED])
    if len(lines) > LISTED:
        yield f"  and {len(lines) - LISTED:,} more"
