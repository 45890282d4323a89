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

from codemods.model.errors import CodemodsError, UsageError
from codemods.model.formatting import counted
from codemods.review.phrases import preview_lines, summary_lines
from codemods.review.session import Session
from codemods.review.summary import Applying, summarize
from codemods.review.tui.dialogs import Ask, Choice
from codemods.review.tui.keybar import KeyBar


class SummaryScreen(Screen[None]):
    """The summary, ``c`` to commit it on a branch, and ``P`` to see first what becomes of each change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "commit", "Commit on a branch"),
        Binding("P", "preview", "Plan with these decisions"),
    ]
    CSS = "SummaryScreen VerticalScroll { height: 1fr; }"

    def __init__(self, session: Session, applying: Applying) -> None:
        super().__init__()
        self._session = session
        self._applying = applying

    def compose(self) -> ComposeResult:
        yield Static(" What apply would commit", classes="bar", markup=False)
        with VerticalScroll():
            yield Static(id="summary", markup=False)
            yield Static(id="result", classes="said", markup=False)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        self._session.refresh()
        self.query_one("#summary", Static).update("\n".join(summary_lines(summarize(self._session))))

    def action_preview(self) -> None:
        def work() -> str:
            return "\n".join(preview_lines(self._session, self._applying.preview()))

        self._work("Planning with these decisions …", work)

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
        self._work("Planning and committing …", lambda: self._applying.commit(branch))

    def _work(self, meanwhile: str, work: Callable[[], str]) -> None:
        """Do in the background what may take seconds, and show what comes of it."""

        def run() -> None:
            try:
                said = work()
            except CodemodsError as error:
                said = str(error)
            if not get_current_worker().is_cancelled:
                self.app.call_from_thread(self._say, said)

        if self._busy:
            return
        self._say(meanwhile)
        self.run_worker(run, thread=True)

    @property
    def _busy(self) -> bool:
        return any(worker.is_running for worker in self.workers)

    def _say(self, text: str) -> None:
        self.query_one("#result", Static).update(text)
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_end, animate=False)


def _named(branch: str) -> None:
    if not branch.strip():
        raise UsageError("A branch needs a name.")
