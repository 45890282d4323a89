"""``query``: queries that raise or cannot run fail in a sentence, and other files go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from codemods.model.errors import RecipeError
from codemods.model.plan import ReasonCode
from codemods.report.document import document
from codemods.report.text import summary
from tests.bowler.running import TOML, Run, changes, text
from tests.cli.test_main import codemods
from tests.conftest import MakeRepository
from tests.operations.running import recipe_of


def test_a_query_that_raises_leaves_the_file_alone(run: Run) -> None:
    code = (
        "def fail(node, capture, filename):\n    node.value = 'c'\n"
        "    if filename == 'b.py':\n        raise ValueError('no\\nway')\n"
        "def query(q):\n    q.select(\"'old'\").modify(fail)\n"
    )
    planned = run(code, {"a.py": "old\n", "b.py": "old\n\nold\n", "c.py": "old\n"})
    assert [text(planned, path) for path in ("a.py", "b.py", "c.py")] == ["c\n", "old\n\nold\n", "c\n"]
    assert planned.plan.unparsed == ()
    why = "b.py:1: the query raised ValueError: no way (fix.py:4)"
    assert [str(file) for file in planned.plan.failed] == [why]
    (listed,) = document(planned.plan)["recipes"][0]["failed"]
    assert listed == {"path": "b.py", "line": 1, "why": why.removeprefix("b.py:1: ")}
    lines = [line for line, _ in summary(planned.plan)]
    assert f"  failed: {why}" in lines
    assert lines[-1] == "In all: 2 sites in 2 files; a recipe failed in 1 file."


def test_a_failure_has_the_line_of_its_match(run: Run) -> None:
    code = "def query(q):\n    q.select_function('old').modify(lambda n, c, f: 1 / 0)\n"
    (failed,) = run(code, "x = 1\nold(\n    x)\n").plan.failed
    assert str(failed) == "a.py:2: the query raised ZeroDivisionError: division by zero (fix.py:2)"


def test_a_query_that_leaves_what_the_next_cannot_read_fails_there(run: Run) -> None:
    code = (
        "from bowler import Query\n"
        "def bad(node, capture, filename):\n    node.value = node.value + ' ('\n"
        "def query():\n    Query().select(\"'old'\").modify(bad).write()\n"
        "    Query().select_var('x').rename('y').write()\n"
    )
    planned = run(code, {"a.py": "old\nx = 1\n", "b.py": "x\n"})
    assert text(planned) == "old\nx = 1\n"
    assert text(planned, "b.py") == "y\n"
    (failed,) = planned.plan.failed
    assert str(failed).startswith("a.py:1: the query before left what cannot be read: ")


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """A recipe that raises in one of two files, by its path."""
    folder = tmp_path / "failing"
    folder.mkdir()
    (folder / "fix.py").write_text(
        "def fail(node, capture, filename):\n    node.value = 'new'\n"
        "    if filename == 'b.py':\n        raise ValueError('no way')\n"
        "def query(q):\n    q.select(\"'old'\").modify(fail)\n"
    )
    (folder / "recipe.toml").write_text(TOML)
    return folder / "recipe.toml"


def test_a_failure_fails_every_command_and_other_files_go_on(
    failing: Path, make_repository: MakeRepository
) -> None:
    repository = make_repository({"a.py": "old()\n", "b.py": "old()\n"})
    at = ("--repo", repository.path)
    why = "b.py:1: the query raised ValueError: no way (fix.py:4)"
    done = codemods("run", failing, *at)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"  failed: {why}\n" in done.stdout
    assert "+new()\n" in done.stdout
    report = failing.with_name("report.md")
    done = codemods("apply", failing, *at, "--branch", "fix", "--report", report)
    assert done.returncode == 1
    assert f"## Files in which a recipe failed\n\n- {why}\n" in report.read_text("utf-8")
    assert (repository.blob("a.py", "fix"), repository.blob("b.py", "fix")) == (b"new()\n", b"old()\n")
    done = codemods("explain", failing, "b.py:1", *at)
    assert (done.returncode, done.stderr) == (1, f"codemods: {why}\n")
    failing.write_text(TOML + '[[example]]\nname = "b"\npath = "b.py"\nunchanged = "old()\\n"\n')
    done = codemods("test", failing)
    assert done.returncode == 1
    assert f"    {why}\n" in done.stdout


def test_invalid_code_is_refused(run: Run) -> None:
    code = (
        "def bad(node, capture, filename):\n    node.value = node.value + ' ='\n"
        "def query(q):\n    q.select(\"'old'\").modify(bad)\n"
    )
    planned = run(code, "old\nx = 1\n")
    assert text(planned) == "old\nx = 1\n"
    (change,) = changes(planned)
    assert change.refused is not None
    assert change.refused.code is ReasonCode.INVALID_RESULT
    assert change.edits[0].text == " ="


@pytest.mark.parametrize(
    ("code", "step", "message"),
    [
        ("x = 1\n", ":query", "has no function 'query'"),
        ("query = 1\n", ":query", "has no function 'query'"),
        (
            "def query(q):\n    return 1\n",
            ":query",
            r"query\(\) returns an object of type int; it must return a bowler Query",
        ),
        ("def query():\n    pass\n", ":query", r"query\(\) returns nothing"),
        ("def query(q):\n    pass\n", ":query", r"query\(\) returns nothing"),
        ("def query(q):\n\n    1 / 0\n", ":query", r"fix.py:3: the query raised ZeroDivisionError"),
        ("def query(q):\n    q.select('(')\n", ":query", r"fix.py: the query raised TokenError"),
        ("import nothing_of_that_name\n", ":query", r"fix.py:1: the query raised ModuleNotFoundError"),
        ("def query(:\n", ":query", r"fix.py:1: is not valid Python"),
        ("x = 1\n", "", "runs no query"),
        ("from bowler import BowlerTool\nBowlerTool([]).run(['.'])\n", "", "runs a BowlerTool itself"),
    ],
)
def test_a_query_that_cannot_run_is_one_sentence(run: Run, code: str, step: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message) as caught:
        run(code, "old()\n", step=step)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "why"), [("gone.py:f", "there is no file"), ("fix", "names no Python file")]
)
def test_a_step_names_a_file_that_exists(query: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        recipe_of({"op": "query", "query": query})
