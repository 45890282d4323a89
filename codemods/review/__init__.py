"""Show a plan, take decisions, keep them."""

from __future__ import annotations

import os
import sys

from codemods.review.decisions import export_json
from codemods.review.prompt import Prompt
from codemods.review.session import Session
from codemods.review.summary import Applying

__all__ = ["conduct", "export_json", "farewell", "interactive", "wants_plain"]


def interactive(*, plain: bool) -> bool:
    """Whether there is a terminal to talk on. The full-screen app draws on standard error."""
    streams = (sys.stdin, sys.stdout) if plain else (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def wants_plain() -> bool:
    """Whether the terminal can do no more than lines."""
    return os.environ.get("TERM") == "dumb"


def conduct(session: Session, applying: Applying, *, plain: bool) -> None:
    """Let a person decide, in the full-screen app or line by line, until they quit."""
    if plain:
        Prompt(session, applying, sys.stdin, sys.stdout).run()
        return
    from codemods.review.tui.app import ReviewApp

    ReviewApp(session, applying).run()


def farewell(session: Session) -> str:
    """What to say when the screen is gone."""
    decided, total = session.progress()
    return f"{decided} of {total} decided, and saved. To apply what was accepted: apply --accept reviewed."
