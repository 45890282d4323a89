"""The screen on which changes are decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Container, ScrollableContainer
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from codemods.model.errors import CodemodsError
from codemods.model.formatting import counted
from codemods.review import filter as filters
from codemods.review.diff import visible
from codemods.review.editor import edit_lines, newline_of
from codemods.review.entries import Entry, State
from codemods.review.filter import Filter
from codemods.review.session import Outcome, Session
from codemods.review.tui.dialogs import Ask, Choice, SourcePage
from codemods.review.tui.keybar import KeyBar
from codemods.review.tui.listing import Listing
from codemods.review.tui.view import Look, detail

HELP = f"""\
Deciding
  a  accept the change, with what it requires      r  reject it
  R  reject it with a note                         c  take the decision back
  A  accept all certain changes that are shown     g  decide all changes of the same shape
  e  edit the new lines in $EDITOR                 u  undo    U  redo

Moving
  n  next undecided    p  previous undecided       ]  next file    [  previous file
  j, k, arrows, Page up, Page down                 left, right, Enter  fold, unfold

Looking
  /  filter     v  side by side or unified         w  wrap long lines
  +, -  more or fewer lines around                 o  open the file at the line, read only
  Tab  scroll the diff

  1  overview    2  review    q  quit; decisions are already saved
  3  what apply would commit; there: P  plan with these decisions, c  commit them on a branch

Marks
  ·  undecided   ✓  accepted   ✗  rejected   !  refused: cannot be changed safely
  ~  stale: the file has changed               »  reported: for you to mend
  ?  possible: not proven to be a use          *  edited

Filter
  {filters.HELP}
"""


class ReviewScreen(Screen[None]):
    """The list of changes and the selected one."""

    CSS = """
    ReviewScreen #said { max-height: 2; }
    ReviewScreen #panes { layout: vertical; height: 1fr; }
    ReviewScreen Listing { height: 2fr; }
    ReviewScreen #pane { height: 3fr; border-top: solid $panel-lighten-2; }
    ReviewScreen.-wide #panes { layout: horizontal; }
    ReviewScreen.-wide Listing { width: 2fr; height: 1fr; }
    ReviewScreen.-wide #pane { width: 3fr; height: 1fr; padding: 0 1; }
    ReviewScreen.-wide #pane { border-top: none; border-left: solid $panel-lighten-2; }
    ReviewScreen #detail { width: 100%; height: auto; }
    ReviewScreen #detail.-long { width: auto; min-width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "accept", "Accept"),
        Binding("r", "reject", "Reject"),
        Binding("u", "undo", "Undo"),
        Binding("n", "next_undecided(1)", "Next undecided"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
        Binding("q", "app.quit", "Save and quit"),
        Binding("A", "accept_certain", "All certain"),
        Binding("g", "alike", "Alike"),
        Binding("c", "clear", "Clear"),
        Binding("R", "reject_with_note", "Reject with note"),
        Binding("U", "redo", "Redo"),
        Binding("e", "edit", "Edit"),
        Binding("p", "next_undecided(-1)", "Previous undecided"),
        Binding("right_square_bracket", "next_file(1)", "Next file", key_display="]"),
        Binding("left_square_bracket", "next_file(-1)", "Previous file", key_display="["),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("v", "columns", "Side by side"),
        Binding("w", "wrap", "Wrap"),
        Binding("plus", "context(2)", "More lines", key_display="+"),
        Binding("minus", "context(-2)", "Fewer lines", key_display="-"),
        Binding("o", "open", "Open file"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._filter = Filter()
        self._look = Look()
        self._list = Listing(session, id="list")

    def compose(self) -> ComposeResult:
        yield Static(id="status", classes="bar", markup=False)
        with Container(id="panes"):
            yield self._list
            with ScrollableContainer(id="pane"):
                yield Static(id="detail", markup=False)
        yield Static(self._session.greeting(), id="said", classes="said", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self._list.focus()
        self._begin()

    def on_screen_resume(self) -> None:
        self._show()

    def on_resize(self, _: Resize) -> None:
        self.call_after_refresh(self._show)

    def on_listing_selected(self) -> None:
        if (entry := self._list.entry) and self._session.refresh([entry.path]):
            self._say(f"{entry.path} has changed since the plan was made; its changes are stale.")
        self.query_one("#pane").scroll_home(animate=False)
        self._show()

    def filter_by(self, text: str) -> None:
        """Show only what the filter lets through. Raises UsageError."""
        self._filter = Filter(text)
        if self.is_mounted:
            self._begin()

    # Deciding

    def action_accept(self) -> None:
        self._decide(self._session.accept)

    def action_reject(self) -> None:
        self._decide(self._session.reject)

    def action_clear(self) -> None:
        self._decide(self._session.clear, stay=True)

    def action_reject_with_note(self) -> None:
        def noted(note: str | None) -> None:
            if note:
                self._decide(lambda entry: self._session.reject(entry, note))

        if entry := self._entry():
            self.app.push_screen(
                Ask(f"Why is {entry.place} rejected?", hint="An empty note rejects nothing."), noted
            )

    def action_undo(self) -> None:
        self._do(self._session.undo)

    def action_redo(self) -> None:
        self._do(self._session.redo)

    def action_accept_certain(self) -> None:
        shown = self._session.certain(self._shown())

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._do(lambda: self._session.accept_all(shown))

        if not shown:
            self._say("No certain change that is shown is undecided.")
            return
        changes = counted(len(shown), "change")
        question = f"Shown here, certain and undecided: {changes}. Accept?"
        self.app.push_screen(Choice(question, {"y": f"yes, accept {changes}"}), answered)

    def action_alike(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        group = self._session.alike(entry)

        def answered(answer: str | None) -> None:
            if answer == "a":
                self._do(lambda: self._session.accept_all(group))
            elif answer == "r":
                self._do(lambda: self._session.reject_all(group))

        if not group:
            self._say("There is nothing to decide there.")
            return
        changes = counted(len(group), "change")
        question = f"{changes}, {entry.change.verdict}, of the shape\n\n  {entry.shape()[-1]}"
        self.app.push_screen(
            Choice(question, {"a": f"accept {changes}", "r": f"reject {changes}"}),
            answered,
        )

    def action_edit(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        if why := self._session.uneditable(entry):
            self._say(why)
            return
        try:
            with self.app.suspend():
                text = self._edited(entry)
        except SuspendNotSupported:
            text = self._edited(entry)
        self.app.refresh()
        if text is not None:
            self._do(lambda: self._session.edit(entry, text))

    # Moving and looking

    def action_next_undecided(self, step: int) -> None:
        found = self._list.find(lambda entry: self._session.state(entry) is State.UNDECIDED, step)
        if found is None:
            self._say(f"No undecided change {'below' if step > 0 else 'above'}.")
        else:
            self._list.go(found)

    def action_next_file(self, step: int) -> None:
        here = self._list.entry
        found = self._list.find(lambda entry: here is None or entry.path != here.path, step)
        if found is not None and step < 0:
            # The first change of that file, not its last.
            place = (found.recipe, found.path)
            found = next(one for one in self._shown() if (one.recipe, one.path) == place)
        if found is not None:
            self._list.go(found)

    def action_filter(self) -> None:
        def entered(text: str | None) -> None:
            if text is not None:
                self.filter_by(text)

        self.app.push_screen(Ask("Show only:", self._filter.text, filters.HELP, Filter), entered)

    def action_columns(self) -> None:
        self._look = replace(self._look, columns=not self._look.side_by_side(self._width()))
        self._show()

    def action_wrap(self) -> None:
        self._look = replace(self._look, wrap=not self._look.wrap)
        self._show()

    def action_context(self, lines: int) -> None:
        self._look = self._look.more(lines)
        self._show()

    def action_open(self) -> None:
        if entry := self._entry():
            self.app.push_screen(SourcePage(entry.path, entry.stage.before, entry.change.line))

    # Showing

    def _entry(self) -> Entry | None:
        if self._list.entry is None:
            self._say("Select a change first.")
        return self._list.entry

    def _decide(self, action: Callable[[Entry], Outcome], *, stay: bool = False) -> None:
        """Do it to the selected change and go on to the next undecided one."""
        if entry := self._entry():
            following = self._list.find(lambda one: self._session.state(one) is State.UNDECIDED, 1)
            self._do(lambda: action(entry), entry if stay else following or entry)

    def _do(self, action: Callable[[], Outcome], cursor: Entry | None = None) -> None:
        """Do it, say so, and put the cursor there, or else on the first change that it touched."""
        try:
            outcome = action()
        except CodemodsError as error:
            self._say(str(error))
            return
        self._say(outcome.said)
        if self._filter.text:
            self._list_again()
        if outcome.entries:
            self._list.go(cursor or outcome.entries[0])
        self._show()

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(visible(text))

    def _begin(self) -> None:
        """Show the list with the cursor on the first undecided change."""
        self._list_again()
        self._list.action_edge(0)
        undecided = (entry for entry in self._shown() if self._session.state(entry) is State.UNDECIDED)
        if first := next(undecided, None):
            self._list.go(first)

    def _shown(self) -> list[Entry]:
        return self._session.select(self._filter)

    def _list_again(self) -> None:
        self._list.show(self._shown())
        self._show()

    def _show(self) -> None:
        decided, total = self._session.progress()
        filtered = f" · filter: {self._filter.text}" if self._filter.text else ""
        self.query_one("#status", Static).update(f" {decided:,} of {total:,} decided{filtered}")
        self._list.refresh()
        pane, target = self.query_one("#pane"), self.query_one("#detail", Static)
        entry = self._list.entry
        target.set_class(not self._look.wrap and not self._look.side_by_side(self._width()), "-long")
        if entry is None:
            target.update("")
        else:
            target.update(detail(self._session, entry, self._look, self._width(), pane.size.height))

    def _width(self) -> int:
        return self.query_one("#pane").size.width

    def _edited(self, entry: Entry) -> str | None:
        try:
            return edit_lines(self._session.text(entry), newline_of(entry.stage.before))
        except CodemodsError as error:
            self._say(str(error))
            return None
