"""Draw the review of the netra recipes on a repository: ``picture.py REPOSITORY SVG``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from codemods.api import branches, planning
from codemods.review.tui.app import ReviewApp

KEYS = ("2", "slash", *"recipe", "colon", *"redis", "enter", "a", "r", "j", "a", "a", "n")


async def draw(repository: Path, target: Path) -> None:
    with branches.review(planning.load("netra").recipes, planning.Options(repository)) as (session, applying):
        app = ReviewApp(session, applying)
        async with app.run_test(size=(132, 34)) as pilot:
            for key in KEYS:
                await pilot.press(key)
                await pilot.pause()
            target.write_text(app.export_screenshot(title="codemods review netra"), encoding="utf-8")


asyncio.run(draw(Path(sys.argv[1]), Path(sys.argv[2])))
