"""The last screen: what apply would commit, what is left out and why; and from here, apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from codemods.errors import CodemodsError, UsageError
from codemods.review.dialogs import Ask, Choice
from codemods.review.keybar import KeyBar
from codemods.review.session import Session
from codemods.review.summary import Applying, summarize
from codemods.review.telling import preview_lines, summary_lines
from codemods.words import counted


class SummaryScreen(Screen[None]):
    """The summary, and ``c`` to commit it on a branch."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "commit", "Commit on a branch")]
    CSS = "SummaryScreen VerticalScroll { height: 1fr; }"

    def __init__(self, session: Session, applying: Applying) -> None:
        super().__init__()
        self._session = session
        self._applying = applying

    def compose(self) -> ComposeResult:
        yield Static(" What apply would commit", classes="bar", markup=False)
        with VerticalScroll():
            yield Static(id="summary", markup=False)
            yield Static(id="preview", markup=False)
        yield Static(id="said", classes="said", markup=False)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        self._session.refresh()
        self.query_one("#summary", Static).update("\n".join(summary_lines(summarize(self._session))))
        self._work(
            "#preview",
            "Planning with these decisions …",
            lambda: "\n".join(preview_lines(self._session, self._applying.preview())),
        )

    def action_commit(self) -> None:
        accepted = summarize(self._session).accepted

        def named(branch: str | None) -> None:
            if branch:
                self.app.push_screen(
                    Choice(
                        f"Commit {counted(accepted, 'accepted change')} on the branch {branch!r}?",
                        {"y": "yes, make the branch"},
                    ),
                    lambda answer: self._commit(branch) if answer == "y" else None,
                )

        if accepted:
            hint = "Your working tree stays as it is. Esc goes back."
            self.app.push_screen(Ask("The name of the new branch:", hint=hint, check=_named), named)
        else:
            self._say("Nothing is accepted, so there is nothing to commit.")

    def _commit(self, branch: str) -> None:
        self._work("#said", "Planning and committing …", lambda: self._applying.commit(branch))

    def _work(self, place: str, meanwhile: str, work: Callable[[], str]) -> None:
        """Do in the background what may take seconds, and show what comes of it."""

        def run() -> None:
            try:
                said = work()
            except CodemodsError as error:
                said = str(error)
            if not get_current_worker().is_cancelled:
                self.app.call_from_thread(self.query_one(place, Static).update, said)

        self.query_one(place, Static).update(meanwhile)
        self.run_worker(run, thread=True, exclusive=True, group=place)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(text)


def _named(branch: str) -> None:
    if not branch.strip():
        raise UsageError("A branch needs a name.")
