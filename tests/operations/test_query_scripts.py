"""``query``: scripts, what they ask for, and queries and scripts as recipes."""

from __future__ import annotations

import sys
from pathlib import Path

import bowler
import pytest

from codemods.git.files import MemoryFiles
from codemods.model.errors import RecipeError
from codemods.operations import OPERATIONS
from codemods.planner import examples
from codemods.planner.planner import plan
from codemods.recipe.loading import load
from tests.bowler.running import RENAME, TOML, Run, changes, text
from tests.operations.running import recipe_of


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
