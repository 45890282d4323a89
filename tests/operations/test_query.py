"""``query``: Bowler's queries as steps, over today's syntax, without Bowler's faults."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import bowler
import pytest
from pydantic import ValidationError

from codemods import examples
from codemods.engine import Planned, plan
from codemods.errors import RecipeError, UnknownTargetError
from codemods.operations import OPERATIONS
from codemods.plan import ACCEPTED, REJECTED, ReasonCode, Verdict
from codemods.recipe.load import load
from codemods.repo.files import MemoryFiles
from codemods.report.document import document
from codemods.report.text import summary
from tests.bowler.running import changes, run_query, text
from tests.conftest import MakeRepository
from tests.operations.running import recipe_of
from tests.test_cli import codemods

Run = Callable[..., Planned]

RENAME = "def query(q):\n    q.select_function('old').rename('new')\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(run_query, tmp_path)


def test_a_function_gets_a_query(run: Run) -> None:
    planned = run(RENAME, {"a.py": "old(1)\nx.old(2)\n", "b.py": "from m import old\n", "c.py": "other()\n"})
    assert text(planned) == "new(1)\nx.old(2)\n"
    assert text(planned, "b.py") == "from m import new\n"
    assert planned.plan.changed_paths() == ["a.py", "b.py"]
    assert {change.reason.code for change in changes(planned)} == {ReasonCode.QUERY}
    assert planned.plan.recipes[0].warnings == ("this ran the Python code of fix.py",)


@pytest.mark.parametrize(
    "code",
    [
        "from bowler import Query\ndef query():\n    return Query().select_function('old').rename('new')\n",
        "from codemods.bowler import Query\ndef query(): return Query('.').select_var('old').rename('new')\n",
        "def query(q):\n    return q.select_function('old').rename('new')\n",
        "def query(q):\n    q.select_function('old').rename('new').write()\n",
        "class C:\n    def __call__(self, q): q.select_var('old').rename('new').diff()\nquery = C()\n",
    ],
)
def test_ways_to_write_a_query(run: Run, code: str) -> None:
    assert text(run(code, "old()\n")) == "new()\n"


def test_each_place_is_a_change_of_its_own(run: Run) -> None:
    """Also two on one line; and rejecting one does not lose the other, as it did with Bowler's hunks."""
    source = "a(old(1), old(2))\n\nold(\n    old(3),\n)\n"
    whole = run(RENAME, source)
    assert text(whole) == source.replace("old", "new")
    assert [(change.line, change.column) for change in changes(whole)] == [(1, 3), (1, 11), (3, 1), (4, 5)]
    half = run(
        RENAME, source, lambda change: REJECTED if change.column == 11 or change.line == 3 else ACCEPTED
    )
    assert text(half) == "a(new(1), old(2))\n\nold(\n    new(3),\n)\n"


def test_what_one_match_changes_stays_together(run: Run) -> None:
    code = (
        "from fissix.fixer_util import touch_import, Name\n"
        "def add(node, capture, filename):\n"
        "    touch_import('lib', 'shut', node)\n"
        "    capture['name'].value = 'shut'\n"
        "def query(q):\n    q.select(\"power< name='close' trailer< '(' any* ')' > >\").modify(add)\n"
    )
    planned = run(code, "'''doc'''\nimport os\n\nclose()\n")
    assert text(planned) == "'''doc'''\nimport os\nfrom lib import shut\n\nshut()\n"
    (change,) = changes(planned)
    assert len(change.edits) == 2


def test_places_that_touch_become_one_change(run: Run) -> None:
    code = (
        "def twice(node, capture, filename):\n    node.value += 'x'\n"
        "def query(q):\n    q.select(\"'a'\").modify(twice).select(\"'ax'\").modify(twice)\n"
    )
    planned = run(code, "a = b\n")
    assert text(planned) == "axx = b\n"
    assert len(changes(planned)) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\r\nold()\r\n", "x = 1\r\nnew()\r\n"),
        ("x = 1\r\nold()\ny = 2\r", "x = 1\r\nnew()\ny = 2\r"),
        ("x = 1\nold()", "x = 1\nnew()"),
        ("\ufeffold()\n".encode(), "\ufeffnew()\n".encode()),
        ("x\n\f\nold()\n\f", "x\n\f\nnew()\n\f"),
        ("old('\u2028\x1c')\nold()", "new('\u2028\x1c')\nnew()"),
        (
            "# coding: latin-1\nx = 'é'; old()\n".encode("latin-1"),
            "# coding: latin-1\nx = 'é'; new()\n".encode("latin-1"),
        ),
        ("if x:\n\told()\n        # c\n", "if x:\n\tnew()\n        # c\n"),
    ],
    ids=["CRLF", "mixed", "no final newline", "BOM", "form feed", "line separators", "latin-1", "tabs"],
)
def test_bowlers_faults_cannot_happen(run: Run, before: str | bytes, after: str | bytes) -> None:
    """Bowler changes every line end, drops the edit without a word, or aborts the run."""
    planned = run(RENAME, {"a.py": before, "b.py": "old()\n"})
    expected = after.encode() if isinstance(after, str) else after
    assert planned.encoded("a.py", text(planned)) == expected
    assert text(planned, "b.py") == "new()\n"


def test_new_lines_end_as_the_files_lines_do(run: Run) -> None:
    code = (
        "from fissix.fixer_util import touch_import\n"
        "def query(q):\n    q.select_function('old').modify(lambda n, c, f: touch_import(None, 'lib', n))\n"
    )
    assert text(run(code, "import os\r\nold()\r\n")) == "import os\r\nimport lib\r\nold()\r\n"


def test_a_file_that_cannot_be_parsed_is_loud(run: Run) -> None:
    """Bowler skips it and exits 0; files that cannot hold a match are not read at all."""
    planned = run(RENAME, {"a.py": "old(\n", "b.py": "old()\n", "c.py": "def (\n"})
    assert [str(file) for file in planned.plan.unparsed] == ["a.py:1: this '(' is never closed"]
    assert text(planned, "b.py") == "new()\n"


def test_an_encoding_that_cannot_hold_the_result_empties_no_file(run: Run) -> None:
    code = "def query(q):\n    q.select_function('old').rename('neũ')\n"
    planned = run(code, {"a.py": "# coding: latin-1\nold()\n", "b.py": "old()\n"})
    with pytest.raises(Exception, match="latin-1 cannot hold"):
        planned.encoded("a.py", text(planned))
    assert text(planned, "b.py") == "neũ()\n"


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


POOL = {
    "app/__init__.py": "",
    "app/pool.py": "class Pool:\n    def close(self): ...\n\n\nclass Sub(Pool):\n  def close(self, a): ...\n",
    "app/other.py": "class Other:\n    def close(self, a): ...\n",
    "use.py": (
        "from app.pool import Pool\n\n\ndef f(pool, other):\n    Pool().close()\n    open('x').close()\n"
        "    pool.close()\n    Pool().x.close()\n"
    ),
}
RECEIVER = (
    "from codemods.bowler import receiver_is\n"
    "def query(q):\n    q.select_method('close').filter(receiver_is('app.pool.Pool')).rename('drain')\n"
)


def test_a_query_can_ask_which_object_it_is(run: Run) -> None:
    planned = run(RECEIVER, POOL)
    assert "    Pool().drain()\n    open('x').close()\n    pool.close()\n" in text(planned, "use.py")
    assert "def drain(self, a)" in text(planned, "app/pool.py")
    assert text(planned, "app/other.py") == POOL["app/other.py"]
    doubtful = [change for change in changes(planned) if change.verdict is Verdict.POSSIBLE]
    assert ("use.py", 7) in {(change.path, change.line) for change in doubtful}


def test_a_class_that_is_nowhere_is_an_error(run: Run) -> None:
    with pytest.raises(UnknownTargetError, match="Pol"):
        run(RECEIVER.replace("pool.Pool", "pool.Pol"), POOL)


ARGUMENTS = "def old(a, b=1, *c): pass\ndef query(q):\n    q.select_function(old)"


@pytest.mark.parametrize(
    ("modifier", "before", "after"),
    [
        ("add_argument('c', 'None')", "old(1, x=2)\n", "old(1, x=2)\n"),
        ("add_argument('c', 'None', positional=True)", "old(1, x=2)\n", "old(1, None, x=2)\n"),
        ("add_argument('c', 'None')", "def old(a):\n    pass\n", "def old(a, c=None):\n    pass\n"),
        ("modify_argument('b', new_name='c')", "old(1, b=2)\n", "old(1, c=2)\n"),
        ("modify_argument('b', new_name='c')", "old(1, x=2,)\n", "old(1, x=2,)\n"),
        ("modify_argument('b', new_name='c')", "old(\n    1,\n    b=2,\n)\n", "old(\n    1,\n    c=2,\n)\n"),
        ("add_argument('c', 'None')", "def old(a,):\n    pass\n", "def old(a, c=None,):\n    pass\n"),
        ("remove_argument('b')", "old(1, 2)\nold(1, b=2)\nold(1)\n", "old(1)\nold(1)\nold(1)\n"),
        # what Bowler would spoil is left alone
        ("remove_argument('b')", "old(*x, 2)\n", None),
        ("remove_argument('b')", "old(a := 1, 2)\n", None),
        ("remove_argument('b')", "old(\n    1,  # one\n    2,\n)\n", None),
        ("add_argument('c', 'None', positional=True)", "old(x := 1)\n", None),
        ("add_argument('c', 'None')", "def old(a, /, b):\n    pass\n", None),
        ("add_argument('c', 'None')", "def old(a: list[int]):\n    pass\n", None),
        (
            "modify_argument('b', new_name='c')",
            "def old(a, *, b: 'x.y' = 1):\n    pass\n",
            "def old(a, *, c: 'x.y' = 1):\n    pass\n",
        ),
    ],
)
def test_modifiers_of_arguments(run: Run, modifier: str, before: str, after: str | None) -> None:
    planned = run(f"{ARGUMENTS}.{modifier}\n", before)
    assert text(planned) == (before if after is None else after)
    refused = [change for change in changes(planned) if change.refused]
    assert bool(refused) == (after is None)


def test_a_query_runs_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Adding an argument again would be wrong, but so is calling the query's work wrong for that."""
    planned = run(f"print('once')\n{ARGUMENTS}.add_argument('c', 'None', positional=True)\n", "old(1)\n")
    assert text(planned) == "old(1, None)\n"
    assert capsys.readouterr().err == "once\n"


def test_paths_and_processors_narrow_a_query(run: Run) -> None:
    code = (
        "from bowler import Query\nseen = []\ndef keep(filename, hunk):\n"
        "    assert hunk[0].startswith('---') and hunk[2].startswith('@@')\n    return '+new(1)' in hunk\n"
        "def query():\n    return Query(['pkg', 'one.py', 'gone'], filename_matcher=lambda f: 'x' not in f)"
        ".select_function('old').rename('new').process(keep)\n"
    )
    planned = run(
        code,
        {"pkg/a.py": "old(1)\nold(2)\n", "pkg/x.py": "old(1)\n", "one.py": "old(1)\n", "b.py": "old(1)\n"},
    )
    assert planned.plan.changed_paths() == ["one.py", "pkg/a.py"]
    assert text(planned, "pkg/a.py") == "new(1)\nold(2)\n"
    assert "the query's path 'gone' holds no file of the repository" in planned.plan.recipes[0].warnings


def test_a_modifier_may_replace_the_node_and_return_the_new_one(run: Run) -> None:
    code = (
        "from fissix.fixer_util import Name\n"
        "def change(node, capture, filename):\n"
        "    new = Name('new', prefix=node.prefix)\n    node.replace(new)\n    return new\n"
        "def query(q):\n    q.select(\"'old'\").modify(change)\n"
    )
    assert text(run(code, "x = old\n")) == "x = new\n"


def test_a_modifier_may_return_a_part_of_the_node(run: Run) -> None:
    code = "def query(q):\n    q.select(\"atom< '(' x=any ')' >\").modify(lambda n, c, f: c['x'])\n"
    assert text(run(code, "x = (1)\n")) == "x =1\n"


def test_a_function_may_ask_for_paths(run: Run) -> None:
    code = (
        "from bowler import Query\n"
        "def query(files):\n    return Query(files).select_function('old').rename('new').diff()\n"
    )
    assert text(run(code, "old()\n")) == "new()\n"


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nQuery(sys.argv[1])",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('files', nargs='+')\n"
        "Query(p.parse_args().files)",
    ],
)
def test_a_script_that_asks_for_paths_gets_all(
    run: Run, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    script = f"from bowler import Query\n{code}.select_function('old').rename('new').write()\n"
    assert text(run(script, "old()\n", step="")) == "new()\n"
    assert capsys.readouterr().err == ""


def test_a_step_gives_a_script_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "fix.py").write_text(
        "import sys\nfrom bowler import Query\nold, new = sys.argv[1:]\n"
        "def query(q):\n    return q.select_function(old).rename(new)\n"
    )
    step = {"op": "query", "query": f"{tmp_path}/fix.py:query", "arguments": ["old", "new"]}
    assert text(plan([recipe_of(step)], MemoryFiles({"a.py": "old()\n"}))) == "new()\n"


def test_filters_and_modifiers_may_be_text(run: Run) -> None:
    code = (
        "def query(q):\n    q.select_function('old').is_call().in_class('A')"
        ".is_filename(include='a', exclude='b').filter('len(capture[\"function_arguments\"]) == 1')"
        ".modify('node.prefix += \"  \"')\n"
    )
    source = "class A:\n    def f(self):\n        x = old(1)\n        old()\n\n\nold(1)\n"
    assert text(run(code, source)) == source.replace("x = old(1)", "x =   old(1)")


def test_queries_of_one_script_follow_each_other(run: Run) -> None:
    code = (
        "from bowler import Query\nnames = []\n"
        "Query().select_class('A').modify(lambda n, c, f: names.append(c['class_name'].value)).execute()\n"
        "for name in names:\n    Query().select_function('old').rename(name).write()\n"
        "Query().select_function('A').rename('B').diff()\nprint('done')\n"
        "import sys; sys.exit(0)\n"
    )
    planned = run(code, {"a.py": "class A:\n    pass\n", "b.py": "x = old(1) + old(2)\n"}, step="")
    assert text(planned, "b.py") == "x = B(1) + B(2)\n"
    assert len(changes(planned)) == 2


def test_a_script_may_have_a_main(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = "from bowler import Query\ndef main():\n    Query().select_function('old').rename('new').dump()\n"
    assert text(run(code, "old()\n", step="")) == "new()\n"
    assert capsys.readouterr().out == ""


def test_scripts_leave_no_trace(run: Run) -> None:
    before = (bowler.Query, bowler.query.Query, bowler.tool.BowlerTool, list(sys.argv), list(sys.path))
    run(RENAME, "old()\n")
    with pytest.raises(RecipeError):
        run("def query(q):\n    1 / 0\n", "old()\n")
    assert before == (bowler.Query, bowler.query.Query, bowler.tool.BowlerTool, sys.argv, sys.path)


def test_a_fixer_class_runs(run: Run) -> None:
    code = (
        "from fissix.fixer_base import BaseFix\nfrom fissix.fixer_util import Name\n"
        "class Fix(BaseFix):\n    PATTERN = \"'old'\"\n"
        "    def transform(self, node, results):\n"
        "        return Name(self.new_name('new'), prefix=node.prefix)\n"
        "def query(q):\n    q.fixer(Fix)\n"
    )
    assert text(run(code, "other = old\n")) == "other = new\n"
    assert re.fullmatch(r"new = new\d+\n", text(run(code, "new = old\n")))


TOML = """\
id    = "old-new"
title = "old() is now new()"
why   = "It was renamed."

[[step]]
op    = "query"
query = "fix.py:query"

[[example]]
name   = "a call"
before = "old(1)\\n"
after  = "new(1)\\n"

[[example]]
name      = "another"
unchanged = "older(1)\\n"
"""


def test_a_recipe_finds_the_query_beside_it(tmp_path: Path) -> None:
    (tmp_path / "fix.py").write_text(RENAME)
    (tmp_path / "recipe.toml").write_text(TOML)
    (recipe,) = load(tmp_path / "recipe.toml", OPERATIONS).recipes
    assert [result.got for result in examples.run(recipe) if not result.passed] == []
    (tmp_path / "fix.py").write_text(RENAME.replace("new", "newer"))
    (other,) = load(tmp_path / "recipe.toml", OPERATIONS).recipes
    assert other.ref.hash != recipe.ref.hash
    (tmp_path / "recipe.toml").write_text(TOML.replace("fix.py", "fox.py"))
    with pytest.raises(RecipeError, match=r"recipe.toml:7: query: there is no file .*fox.py"):
        load(tmp_path / "recipe.toml", OPERATIONS)


def test_a_script_is_a_recipe(tmp_path: Path) -> None:
    script = tmp_path / "Old_to new.py"
    script.write_text(
        '"""Rename old.\n\nIt is new."""\nfrom bowler import Query\n'
        "Query('.').select_function('old').rename('new').write()\n"
    )
    (recipe,) = load(script, OPERATIONS).recipes
    assert (recipe.ref.id, recipe.ref.title) == ("old-to-new", "Rename old.")
    assert recipe.ref.why == "Rename old.\n\nIt is new."
    planned = plan([recipe], MemoryFiles({"a.py": "old()\n"}))
    assert text(planned) == "new()\n"
    script.write_text("def f(:\n")
    with pytest.raises(RecipeError, match=r"new\.py:1: is not valid Python"):
        load(script, OPERATIONS)


def test_many_matches_in_one_file_take_time_in_proportion(run: Run) -> None:
    body = "        x = old(1)\n" * 500
    source = f"class A:\n    def f(self):\n{body}    def g(self):\n{body}"
    begin = time.process_time()
    planned = run(RENAME, source)
    assert time.process_time() - begin < 20
    assert text(planned) == source.replace("old", "new")
    assert len(changes(planned)) == 1000


def test_a_change_far_from_the_match_is_not_lost(run: Run) -> None:
    """Setting a value tells fissix nothing, wherever the leaf is."""
    code = (
        "def change(node, capture, filename):\n"
        "    root = node\n    while root.parent: root = root.parent\n"
        "    next(leaf for leaf in root.leaves() if leaf.value == 'far').value = 'near'\n"
        "def query(q):\n    q.select(\"'old'\").modify(change)\n"
    )
    planned = run(code, "far = 1\nold\nfar = 2\nold\n")
    assert text(planned) == "near = 1\nold\nnear = 2\nold\n"


def test_a_file_that_only_spells_a_longer_name_is_not_read(run: Run) -> None:
    planned = run(RENAME, {"a.py": "older(\n", "b.py": "# colder, old2\n", "c.py": "old()\n"})
    assert planned.plan.unparsed == ()
    assert planned.plan.changed_paths() == ["c.py"]
