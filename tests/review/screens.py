"""The review app without a terminal: press keys, read the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from codemods.review.session import Session
from codemods.review.tui.app import ReviewApp
from tests.review.plans import applying

SCROLLBAR = " ▁▂▃▄▅▆▇█"
WIDE, NARROW = (120, 30), (40, 10)


@asynccontextmanager
async def opened(
    session: Session, size: tuple[int, int] = WIDE, commit: Callable[[str], str] = "Made {}.".format
) -> AsyncIterator[Pilot[None]]:
    app = ReviewApp(session, applying(session, commit))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


async def press(pilot: Pilot[None], *keys: str) -> str:
    """The screen after the keys."""
    if keys:
        await pilot.press(*keys)
    await pilot.pause()
    return screen(pilot)


async def enter(pilot: Pilot[None], text: str) -> str:
    """The screen after typing a line."""
    return await press(pilot, *({" ": "space", ":": "colon"}.get(char, char) for char in text), "enter")


def screen(pilot: Pilot[None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip(SCROLLBAR) for strip in strips)
