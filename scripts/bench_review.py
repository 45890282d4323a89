"""Measure the review on a repository of many files with ten changes each, planned for real."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from codemods.api import branches, planning
from codemods.review.session import Session
from codemods.review.summary import Applying
from codemods.review.tui.app import ReviewApp
from tests.review.real import RECIPE

KEYS = {
    "accept": ("a",),
    "reject": ("r",),
    "undo": ("u",),
    "next undecided": ("n",),
    "next file": ("right_square_bracket",),
    "last": ("end",),
    "alike": ("g",),
    "back": ("escape",),
    "all certain": ("A",),
    "yes": ("y",),
    "undo them all": ("u",),
    "summary": ("3",),
}


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), files)
        start = time.perf_counter()
        recipes = planning.load(f"{folder}/shutdown.toml").recipes
        with branches.review(recipes, planning.Options(Path(folder, "repository"))) as (session, applying):
            print(f"{len(session.entries):,} changes in {files:,} files")
            report("plan and session", start)
            asyncio.run(use(session, applying))


def make(folder: Path, files: int) -> None:
    (folder / "shutdown.toml").write_text(RECIPE)
    repository = folder / "repository"
    repository.mkdir()
    (repository / "service.py").write_text("class Manager:\n    def shutdown(self) -> None: ...\n")
    uses = "\n".join(
        f"\ndef use{n}(manager: Manager):\n    manager.close()\n    return {n}\n" for n in range(10)
    )
    for number in range(files):
        place = repository / f"package{number // 100}" / f"module{number:04}.py"
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"from service import Manager\n\n{uses}")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Uses")):
        who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *command], cwd=repository, check=True)


async def use(session: Session, applying: Applying) -> None:
    start = time.perf_counter()
    app = ReviewApp(session, applying)
    async with app.run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        report("open", start)
        for what, keys in KEYS.items():
            start = time.perf_counter()
            await pilot.press(*keys)
            await pilot.pause()
            report(what, start)


def report(what: str, start: float) -> None:
    print(f"  {what:<20} {time.perf_counter() - start:6.2f} s")


main()
