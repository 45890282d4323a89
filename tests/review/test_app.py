"""The full-screen app, key by key."""

import asyncio
import shlex
import sys
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path

import pytest

from codemods.model.errors import RepositoryError
from codemods.model.plan import Decision, Ruling
from codemods.review.decisions import Decisions
from codemods.review.entries import State
from codemods.review.session import Session
from tests.review.plans import at, plan_of, session_of
from tests.review.screens import NARROW, enter, opened, press, screen

TEXT = """import os

class TestCache:
    async def test_one(self):
        manager = RedisManager()
        await manager.close()  # imports
        assert manager.closed

    def test_two(self):
        other.close()  # possible
        x.close()  # refused
"""


def asynchronous(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    @wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def two_files() -> Session:
    return session_of({"tests/test_a.py": TEXT, "tests/test_b.py": TEXT})


def states(session: Session) -> str:
    return "".join(str(session.state(entry))[0] for entry in session.entries)


@asynchronous
async def test_the_screen_shows_the_change_its_reason_and_its_diff() -> None:
    async with opened(two_files(), (110, 24)) as pilot:
        assert screen(pilot).split("\n")[:18] == [
            " 0 of 4 decided",
            " ▾ close() is now shutdown()                │ tests/test_a.py:6  certain (proven), undecided",
            "  ▾ tests/test_a.py                         │ manager is a RedisManager",
            "▶   ·     6 await manager.close()  # imports│ ⋯",
            "    ·?   10 other.close()  # possible       │     1 + import x",
            "    !    11 x.close()  # refused            │  1  2   import os",
            "  ▾ tests/test_b.py                         │  2  3",
            "    ·     6 await manager.close()  # imports│  3  4   class TestCache:",
            "    ·?   10 other.close()  # possible       │  4  5       async def test_one(self):",
            "    !    11 x.close()  # refused            │  5  6           manager = RedisManager()",
            "                                            │  6    -         await manager.close()  # imports",
            f"{'│':>45}     7 +         await manager.shutdown()  # imports",
            "                                            │  7  8           assert manager.closed",
            "                                            │  8  9",
            "                                            │  9 10       def test_two(self):",
            "                                            │ 10 11           other.close()  # possible",
            "                                            │   because manager = RedisManager() at line 1",
            "                                            │   with it: the import at tests/test_a.py:1",
        ]


@asynchronous
async def test_accept_goes_on_to_the_next_undecided() -> None:
    session = two_files()
    async with opened(session) as pilot:
        shown = await press(pilot, "a")
        assert "Accepted tests/test_a.py:6; brings the import at tests/test_a.py:1." in shown
        assert "1 of 4 decided" in shown
        shown = await press(pilot, "r")
        assert "▶   ·     6 await manager.close()" in shown
        assert states(session) == "arruur"


@asynchronous
async def test_refused_changes_are_shown_and_not_decided() -> None:
    session = two_files()
    async with opened(session) as pilot:
        shown = await press(pilot, "j", "j", "a")
        assert "cannot be changed safely: the function is not async" in shown
        assert "refused (sync-function)" in shown
        assert states(session) == "uuruur"


@asynchronous
async def test_undo_redo_and_clear() -> None:
    session = two_files()
    async with opened(session) as pilot:
        await press(pilot, "a", "a", "u")
        assert states(session) == "auruur"
        shown = await press(pilot, "U")
        assert states(session) == "aaruur"
        assert "▶   ✓?   10" in shown
        await press(pilot, "c")
        assert states(session) == "auruur"


@asynchronous
async def test_enter_decides_nothing() -> None:
    session = two_files()
    async with opened(session) as pilot:
        shown = await press(pilot, "enter")
        assert "▶ ▸ tests/test_a.py" in shown
        assert "await manager.close()" in await press(pilot, "enter", "enter", "enter")
        await press(pilot, "A", "enter", "escape", "g", "enter", "escape", "g", "enter", "n")
        await press(pilot, "R", "enter", "escape", "3", "enter", "c", "enter", "1", "enter")
        assert states(session) == "uuruur"


@asynchronous
async def test_all_certain_shown_asks_with_the_number() -> None:
    session = two_files()
    async with opened(session) as pilot:
        shown = await press(pilot, "A")
        assert "Shown here, certain and undecided: 2 changes. Accept?" in shown
        await press(pilot, "n")
        assert states(session) == "uuruur"
        await press(pilot, "A", "y")
        assert states(session) == "auraur"
        assert "No certain change that is shown is undecided." in await press(pilot, "A")
        await press(pilot, "u")
        assert states(session) == "uuruur"


@asynchronous
async def test_only_what_is_shown_is_accepted_at_once() -> None:
    session = two_files()
    async with opened(session) as pilot:
        await press(pilot, "slash")
        assert "filter: file:test_b" in await enter(pilot, "file:test_b")
        await press(pilot, "A", "y")
        assert states(session) == "uuraur"


@asynchronous
async def test_a_wrong_filter_is_explained_where_it_is_typed() -> None:
    async with opened(two_files()) as pilot:
        await press(pilot, "slash")
        assert "did you mean 'verdict:'?" in await enter(pilot, "verdct:certain")
        assert "filter:" not in await press(pilot, "escape")


@asynchronous
async def test_under_the_filter_undecided_the_decided_go_away() -> None:
    session = two_files()
    async with opened(session) as pilot:
        await press(pilot, "slash")
        await enter(pilot, "undecided")
        shown = await press(pilot, "a", "r", "a", "r")
        assert "No change matches the filter." in shown
        assert states(session) == "arrarr"
        assert "▶   ·?   10 other.close()" in await press(pilot, "u")


@asynchronous
async def test_all_of_the_same_shape() -> None:
    session = two_files()
    async with opened(session) as pilot:
        shown = await press(pilot, "g")
        assert "2 changes, certain, of the shape" in shown
        assert "await $1.⟦close→shutdown⟧()" in shown
        await press(pilot, "r")
        assert states(session) == "rurrur"


@asynchronous
async def test_a_rejection_with_a_note() -> None:
    session = two_files()
    async with opened(session) as pilot:
        await press(pilot, "R")
        await enter(pilot, "not ours")
        assert session.ruling(session.entries[0]) == Ruling(Decision.REJECT, note="not ours")
        assert "your note: not ours" in await press(pilot, "k", "k")
        assert "note on tests/test_a.py:6: not ours" in await press(pilot, "3")


@asynchronous
async def test_moving() -> None:
    session = two_files()
    async with opened(session) as pilot:
        assert "▶   ·?   10" in await press(pilot, "j")
        assert "│ tests/test_b.py:6 " in await press(pilot, "right_square_bracket")
        assert "│ tests/test_a.py:6 " in await press(pilot, "left_square_bracket")
        assert "│ tests/test_b.py:11 " in await press(pilot, "end")
        assert "│ tests/test_b.py:10 " in await press(pilot, "p")
        assert "No undecided change below." in await press(pilot, "n")
        assert "│ tests/test_a.py:6 " in await press(pilot, "home")


@asynchronous
async def test_looking() -> None:
    async with opened(two_files(), (160, 30)) as pilot:
        assert "import os                       " in await press(pilot, "v")
        assert "def test_two" not in await press(pilot, "v", "minus", "minus")
        assert "def test_two" in await press(pilot, "plus", "plus")
        shown = await press(pilot, "o")
        assert "tests/test_a.py:6 (read only)" in shown
        assert "x.close()  # refused" in shown
        await press(pilot, "x", "escape")
        assert "Escape" not in await press(pilot, "question_mark")
        assert "0 of 4 decided" in await press(pilot, "q")


@asynchronous
async def test_long_lines_wrap_when_asked() -> None:
    session = session_of("m.close()  # " + "word " * 60 + "end\n")
    async with opened(session, (80, 40)) as pilot:
        assert "end" not in screen(pilot)
        assert "end" in await press(pilot, "w")


@asynchronous
async def test_editing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = two_files()
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write(open(sys.argv[2]).read())\n")
    text = tmp_path / "text"
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))

    async with opened(session) as pilot:
        assert "ended with exit code 1; nothing was changed" in await press(pilot, "e")
        swap = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(pathlib.Path('{}').read_text())"
        script.write_text(swap.format(text) + "\n")
        text.write_text("        await manager.shutdown(\n")
        assert "Your text was not kept: the result is not valid at line 6" in await press(pilot, "e")
        text.write_text("        await manager.shutdown(force=True)\n")
        shown = await press(pilot, "e")
        assert "Edited and accepted tests/test_a.py:6" in shown
        assert "+         await manager.shutdown(force=True)" in shown
        assert "✓ *   6 await manager.close()" in shown
        await press(pilot, "k", "k", "a")
        assert session.edited(session.entries[0])


@asynchronous
async def test_a_file_that_changes_underneath() -> None:
    touched: set[str] = set()
    session = session_of({"a.py": TEXT, "b.py": TEXT}, changed=touched.__contains__)
    async with opened(session) as pilot:
        touched.add("b.py")
        await press(pilot, "a")
        shown = await press(pilot, "right_square_bracket")
        assert "b.py has changed since the plan was made; its changes are stale." in shown
        assert "~     6 await manager.close()" in shown
        await press(pilot, "a")
        assert session.state(at(session, 6, "b.py")) is State.STALE
        assert "1 of 2 decided" in screen(pilot)
        shown = await press(pilot, "3")
        assert "one commit: 1 change (1 import) in 1 file" in shown
        assert "left out: 2 stale: the file has changed since the plan was made" in shown


@asynchronous
async def test_overview_and_summary() -> None:
    session = Session(plan_of({"a.py": TEXT}, ("one", "two"), unparsed=1), Decisions())
    async with opened(session) as pilot:
        shown = screen(pilot)
        assert "0/2      1        1         1        close() is now shutdown()" in shown
        assert "Enter Review the recipe" in shown
        assert "1 could not be read:\n  bad0.py:1: does not parse" in shown
        shown = await press(pilot, "down", "enter")
        assert "filter: recipe:netra/two" in shown
        await press(pilot, "a", "1")
        assert "1/2" in screen(pilot)
        shown = await press(pilot, "3")
        assert "netra/one: close() is now shutdown()\n  no commit: nothing is accepted" in shown
        assert "netra/two: close() is now shutdown()\n  one commit: 1 change (1 import) in 1 file" in shown
        assert "left out: 1 refused (sync-function)" in shown
        await press(pilot, "P")
        await pilot.app.workers.wait_for_complete()
        shown = await press(pilot)
        assert "Planned with these decisions: 1 change in 1 file would be committed." in shown


@asynchronous
async def test_committing_from_the_summary() -> None:
    session = two_files()
    branches = []

    def commit(branch: str) -> str:
        branches.append(branch)
        if branch == "taken":
            raise RepositoryError("The branch 'taken' exists.")
        return f"Made {branch}."

    async with opened(session, commit=commit) as pilot:
        assert "Nothing is accepted, so there is nothing to commit." in await press(pilot, "3", "c")
        await press(pilot, "2", "a", "3", "c")
        shown = await enter(pilot, "taken")
        assert "Commit 1 accepted change on the branch 'taken'?" in shown
        assert not branches
        await press(pilot, "y")
        await pilot.app.workers.wait_for_complete()
        assert "The branch 'taken' exists." in await press(pilot)
        await press(pilot, "c")
        await enter(pilot, "new")
        await press(pilot, "y")
        await pilot.app.workers.wait_for_complete()
        assert "Made new." in await press(pilot)
        assert branches == ["taken", "new"]


@asynchronous
async def test_a_small_terminal() -> None:
    session = two_files()
    async with opened(session, NARROW) as pilot:
        shown = screen(pilot).split("\n")
        assert shown.pop(7).startswith("tests/test_a.py:6  certain")
        assert shown == [
            " 0 of 4 decided",
            "▶   ·     6 await manager.close()  # im",
            "    ·?   10 other.close()  # possible",
            "────────────────────────────────────────",
            "  1 + import x",
            "6   -         await manager.close()  #",
            "  7 +         await manager.shutdown()",
            "4 changes to decide.",
            "a Accept  r Reject  u Undo",
        ]
        for keys in (
            ("A", "y"),
            ("g", "escape"),
            ("1",),
            ("3",),
            ("question_mark", "escape"),
            ("2", "o", "escape"),
        ):
            await press(pilot, *keys)
        assert states(session) == "auraur"


@asynchronous
async def test_a_row_shows_what_changes() -> None:
    path = "a/very/long/path/to/the/tests/of/some/service/test_it.py"
    session = session_of({path: f"first.close(), {'x' * 60}.close(), last\nm.close()\n"})
    async with opened(session, (54, 24)) as pilot:
        lines = screen(pilot).split("\n")
        assert lines[2] == "  ▾ …long/path/to/the/tests/of/some/service/test_it.py"
        assert lines[3].startswith("▶   ·     1 first.close(), xxxx")
        assert lines[4].startswith("    ·     1 …xxxx")
        assert ".close" in lines[4]


@asynchronous
async def test_changes_that_are_tied_say_so() -> None:
    session = session_of({"conftest.py": "x.close()  # def\n", "a.py": "m.close()  # needs\n"})
    async with opened(session) as pilot:
        shown = await press(pilot, "end")
        assert "with it: conftest.py:1 x.close()  # def" in shown
        assert "1 change tied to it went along." in await press(pilot, "a")


@asynchronous
async def test_clicking_and_paging() -> None:
    session = session_of("".join(f"m{n}.close()\n" for n in range(100)))
    async with opened(session) as pilot:
        await pilot.click("#list", offset=(5, 4))
        assert "│ a.py:3 " in await press(pilot)
        assert "│ a.py:3 " not in await press(pilot, "pagedown")
        assert "│ a.py:3 " in await press(pilot, "pageup")
        assert "▶ ▸ a.py" in await press(pilot, "enter")
        shown = await press(pilot, "left")
        assert "▶▸ close() is now shutdown()" in shown
        assert "a.py" not in shown.split("\n")[2]
        assert "▶ ▸ a.py" in await press(pilot, "left", "right")
        assert "│ a.py:1 " in await press(pilot, "right")
        await press(pilot, "left", "left")
        await press(pilot, "n")
        assert "│ a.py:1 " in screen(pilot)


@asynchronous
async def test_nothing_to_review() -> None:
    async with opened(Session(plan_of({}), Decisions())) as pilot:
        for key in ("a", "r", "c", "n", "p", "A", "g", "e", "o", "R", "u", "j", "end", "enter", "v"):
            await press(pilot, key)
        assert "No change matches the filter." in screen(pilot)


@asynchronous
async def test_twenty_thousand_changes_open_and_answer_at_once() -> None:
    text = "import os\n" + "".join(f"def f{n}(m):\n    m.close()\n" for n in range(10))
    session = Session(plan_of({f"pkg/m{n:04}.py": text for n in range(2000)}), Decisions())
    assert len(session.entries) == 20_000
    start = time.process_time()
    async with opened(session) as pilot:
        assert time.process_time() - start < 3
        for key in ("a", "j", "n", "end", "u", "pageup", "right_square_bracket"):
            start = time.process_time()
            await press(pilot, key)
            assert time.process_time() - start < 1.5, key
