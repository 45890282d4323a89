"""The review as a full-screen app: thin over the session, which holds all rules."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from codemods.review.session import Session
from codemods.review.summary import Applying
from codemods.review.tui.dialogs import Page
from codemods.review.tui.overview import OverviewScreen
from codemods.review.tui.review_screen import HELP, ReviewScreen
from codemods.review.tui.summary_screen import SummaryScreen


class ReviewApp(App[None]):
    """Overview, review and summary of one session."""

    TITLE = "codemods review"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    CSS = """
    .bar { height: 1; background: $panel; color: $text; }
    .said { height: auto; color: $text-accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("1", "switch_mode('overview')", "Overview"),
        Binding("2", "switch_mode('review')", "Review"),
        Binding("3", "switch_mode('summary')", "Summary"),
        Binding("q", "quit", "Save and quit"),
    ]

    def __init__(self, session: Session, applying: Applying) -> None:
        super().__init__()
        self.session = session
        self.review = ReviewScreen(session)
        self.add_mode("overview", partial(OverviewScreen, session))
        self.add_mode("review", lambda: self.review)
        self.add_mode("summary", partial(SummaryScreen, session, applying))

    def on_mount(self) -> None:
        self.switch_mode("overview" if len(self.session.plan.recipes) > 1 else "review")

    def on_overview_screen_chosen(self, event: OverviewScreen.Chosen) -> None:
        self.review.filter_by(f"recipe:{event.recipe}")
        self.switch_mode("review")

    def action_help(self) -> None:
        self.push_screen(Page(HELP))
