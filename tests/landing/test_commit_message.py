"""What commits say, and that git reads it back."""

from __future__ import annotations

import re
from dataclasses import replace

from codemods.git.files import MemoryFiles
from codemods.git.identity import Habits
from codemods.landing.commit_message import render
from codemods.model.plan import Change, Reason, ReasonCode, RecipePlan, Verdict
from tests.conftest import MakeRepository
from tests.landing.plans import DOUBTFUL, replacing
from tests.landing.test_branch import apply

BASE = "0123456789" * 4


def recipe(left: int = 0, refused: int = 0, *, why: str = "") -> RecipePlan:
    """A recipe over one file, with sites that were left as they are."""
    made = replacing(MemoryFiles({"a.py": "close()\nclose()\n"}), {"close": "shutdown"}).plan.recipes[0]
    [file] = made.files
    doubtful = Change("b.py", 3, 1, 9, (), Verdict.POSSIBLE, DOUBTFUL.reason)
    sync = Reason(ReasonCode.SYNC_FUNCTION, "the function\nis not async")
    changes = [replace(doubtful, line=line + 1, key=f"p{line}") for line in range(left)]
    changes += [
        replace(doubtful, verdict=Verdict.CERTAIN, refused=sync, line=line + 1, key=f"r{line}")
        for line in range(refused)
    ]
    stage = replace(file.stages[0], changes=(*file.stages[0].changes, *changes))
    return replace(
        made,
        files=(replace(file, stages=(stage,)),),
        recipe=replace(made.recipe, why=why or made.recipe.why),
    )


def test_whole_message() -> None:
    digest = recipe().recipe.hash
    assert render(recipe(1, 1), BASE, Habits(), "A <a@example.com>") == (
        "close() is now shutdown()\n\n"
        "The API was renamed: close is gone.\n\n"
        "Call shutdown instead.\n\n"
        "See https://example.com/changes\n\n"
        "Changed 2 sites in 1 file.\n\n"
        "1 site not proven, so left for a person:\n"
        "- b.py:1: a comment says that it may be the word\n\n"
        "1 site meant but not safe to change:\n"
        "- b.py:1: the function is not async\n\n"
        f"Codemod-Recipe: words/close@{digest}\n"
        f"Codemod-Base: {BASE}\n"
        "Signed-off-by: A <a@example.com>\n"
    )


def test_lists_are_bounded() -> None:
    message = render(recipe(25), BASE, Habits())
    assert message.count("- b.py:") == 20
    assert "- and 5 more\n" in message


def test_long_words_stay_whole_and_lines_are_wrapped() -> None:
    link = "https://example.com/" + "x" * 100
    message = render(recipe(why=f"{'word ' * 40}{link}"), BASE, Habits())
    assert link in message
    assert all(len(line) <= 72 for line in message.split("\n") if link not in line and "Codemod" not in line)


def test_git_reads_the_trailers(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    apply(made, habits=Habits(signoff=True))
    digest = re.escape(
        replacing(MemoryFiles({"a.py": ""}), {"close": "shutdown"}).plan.recipes[0].recipe.hash
    )
    parsed = made.git(
        "interpret-trailers", "--parse", stdin=made.git_bytes("log", "-1", "--format=%B", "mods")
    )
    base = made.git("rev-parse", "main")
    assert re.fullmatch(
        f"Codemod-Recipe: words/close@{digest}\nCodemod-Base: {base}\n"
        "Signed-off-by: A Tester <tester@example.com>",
        parsed,
    )
    found = made.git("log", "-1", "--format=%(trailers:key=Codemod-Recipe,valueonly)", "mods").strip()
    assert found.startswith("words/close@")


def test_dashes_in_the_text_do_not_hide_the_trailers(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "x"})
    message = render(recipe(why="One.\n\n--- a divider\n\n---\n\nTwo: three\n"), BASE, Habits())
    parsed = made.git("interpret-trailers", "--parse", stdin=message.encode())
    assert [line.partition(":")[0] for line in parsed.split("\n")] == ["Codemod-Recipe", "Codemod-Base"]


def test_template_of_the_set() -> None:
    template = "[{set}] {title}\n\nTicket: {id}\n\n{link}\n\n{left}\n\n{counts}\n"
    made = recipe()
    assert render(made, BASE, Habits(template=template)) == (
        "[words] close() is now shutdown()\n\nTicket: close\n\nSee https://example.com/changes\n\n"
        "Changed 2 sites in 1 file.\n\n"
        f"Codemod-Recipe: words/close@{made.recipe.hash}\nCodemod-Base: {BASE}\n"
    )


def test_conventional_subject() -> None:
    message = render(recipe(), BASE, Habits(conventional="refactor"))
    assert message.startswith("refactor(words): close() is now shutdown()\n\n")
