"""Recipes past gates: what makes them fail stays away, the rest lands."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import pytest

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.landing.branch import BranchResult, create_branches
from codemods.landing.commit_chain import Chain
from codemods.landing.land import Gating, Landing, land
from codemods.model.errors import UsageError
from codemods.model.plan import Decide, accept_certain
from codemods.planner import planner
from codemods.planner.planner import Planned
from codemods.recipe.loading import LoadedRecipe
from tests.conftest import GitRepository, MakeRepository
from tests.landing.plans import recipes

PYTHON = f"'{sys.executable}'"

WORDS = {"close": "shutdown", "create": "make", "delete": "drop"}
FILES = {f"{name}.py": "close()\ncreate()\ndelete()\n" for name in "abcdef"}


def forbids(*words: str) -> str:
    """A gate that fails while any of these words, as ``path:word``, is in the code."""
    conditions = " or ".join(
        f"'{word}()' in open('{path}.py').read()" for path, word in (pair.split(":") for pair in words)
    )
    return f'{PYTHON} -c "import sys; sys.exit(bool({conditions}))"'


def landed(
    made: GitRepository, gating: Gating, words: Mapping[str, str] = WORDS
) -> tuple[Landing, BranchResult, list[str]]:
    commit = Commit(Repository.open(made.path))
    said: list[str] = []
    landings: list[Landing] = []

    def replan(some: Sequence[LoadedRecipe], decide: Decide) -> Planned:
        return planner.plan(some, commit, decide=decide)

    def build(chain: Chain) -> None:
        landings.append(land(recipes(words), replan, accept_certain, chain, gating, said.append))

    [result] = create_branches(commit, {"mods": build})
    assert made.git("worktree", "list").count("\n") == 0
    return landings[0], result, said


def ids(result: BranchResult) -> list[str]:
    return [commit.recipe.id for commit in result.commits]


def test_without_gates_everything_lands(make_repository: MakeRepository) -> None:
    landing, result, said = landed(make_repository(FILES), Gating())
    assert ids(result) == ["close", "create", "delete"]
    assert landing.complete and said == []


def test_a_recipe_that_makes_it_worse_is_left_out(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    landing, result, said = landed(made, Gating(each=(forbids("a:make"), "true")))
    assert ids(result) == ["close", "delete"]
    assert [(left.recipe.id, left.outcome.status) for left in landing.left_out] == [("create", 1)]
    assert made.blob("a.py", "mods") == b"shutdown()\ncreate()\ndrop()\n"
    assert made.git("rev-parse", "mods~2") == made.git("rev-parse", "main")
    assert any("base: running" in line for line in said)
    assert not landing.complete


def test_a_recipe_built_on_one_that_was_left_out_is_planned_anew(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    words = {"close": "shutdown", "shutdown": "halt", "absent": "x"}
    landing, result, _ = landed(made, Gating(each=(forbids("a:shutdown"),)), words)
    assert [left.recipe.id for left in landing.left_out] == ["close"]
    assert result.commits == ()
    assert made.git("branch", "--list", "mods") == ""


def test_a_base_that_fails_already_may_go_on_failing_but_no_worse(make_repository: MakeRepository) -> None:
    head = "import unittest\nclass T(unittest.TestCase):\n"
    made = make_repository(
        {
            "test_a.py": f"{head}    def test_old(self): close()\ndef close(): assert 0\n",
            "test_b.py": f"{head}    def test_new(self): globals()['cre' 'ate']()\ndef create(): pass\n",
        }
    )
    gate = f"{PYTHON} -m unittest -q"
    landing, result, _ = landed(made, Gating(each=(gate,)))
    assert ids(result) == ["close"]
    [left] = landing.left_out
    assert any(name.startswith("test_new") for name in left.outcome.failures)
    assert "KeyError" in left.outcome.output


def test_better_is_the_new_measure(make_repository: MakeRepository) -> None:
    """What the first recipe mends, the second must not break again."""
    made = make_repository({"a.py": "close()\ncreate()\n"})
    landing, result, _ = landed(made, Gating(each=(forbids("a:close", "a:make"),)))
    assert ids(result) == ["close"]
    assert [left.recipe.id for left in landing.left_out] == ["create"]


def test_final_gate_finds_the_guilty_change_among_recipes_and_files(make_repository: MakeRepository) -> None:
    files = FILES | {"d.py": "close()\ncreate(1)\ncreate()\ncreate(2)\n"}
    made = make_repository(files)
    landing, result, _ = landed(made, Gating(final=(forbids("d:make"),)))
    assert ids(result) == ["close", "create", "delete"]
    assert made.blob("d.py", "mods") == b"shutdown()\nmake(1)\ncreate()\nmake(2)\n"
    assert made.blob("c.py", "mods") == b"shutdown()\nmake()\ndrop()\n"
    [refused] = landing.planned.plan.recipes[1].refused()
    assert (refused.path, refused.line) == ("d.py", 3)
    assert refused.refused is not None
    assert refused.refused.text.endswith("failed with exit status 1")
    assert "d.py:3: with it," in made.git("log", "-1", "--format=%B", "mods~1")
    assert not landing.complete


def test_final_gate_finds_several_guilty_changes(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    landing, result, _ = landed(made, Gating(final=(forbids("b:shutdown", "e:drop"),)))
    assert ids(result) == ["close", "create", "delete"]
    assert len(landing.quarantined) == 2
    assert made.blob("b.py", "mods") == b"close()\nmake()\ndrop()\n"
    assert made.blob("e.py", "mods") == b"shutdown()\nmake()\ndelete()\n"


def test_changes_that_are_only_bad_together_go_together(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    both = "all('shutdown' in open(path).read() for path in ('a.py', 'f.py'))"
    gate = f'{PYTHON} -c "import sys; sys.exit({both})"'
    landing, _, _ = landed(made, Gating(final=(gate,)))
    assert len(landing.quarantined) == 2
    assert made.blob("a.py", "mods").startswith(b"close()")
    assert made.blob("f.py", "mods").startswith(b"close()")


def test_nothing_lands_where_everything_is_guilty(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    landing, result, _ = landed(made, Gating(final=(forbids("a:shutdown"),)))
    assert result.commits == ()
    assert len(landing.quarantined) == 1
    assert made.git("branch", "--list", "mods") == ""


def test_a_gate_that_does_not_end_on_the_base_is_refused(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    with pytest.raises(UsageError, match="'sleep 30' does not end on the base within 0 s; raise"):
        landed(made, Gating(each=("sleep 30",), timeout=0.2))
    assert made.git("worktree", "list").count("\n") == 0
    assert made.git("branch", "--list", "mods") == ""


def test_no_gate_runs_when_there_is_nothing_to_do(make_repository: MakeRepository) -> None:
    _, result, said = landed(make_repository({"a.py": "x\n"}), Gating(each=("false",)))
    assert result.commits == () and said == []


def test_only_the_tests_that_import_a_change_run(make_repository: MakeRepository) -> None:
    tests = {f"test_{name}.py": f"import {name}\n" for name in "abx"}
    made = make_repository({"a.py": "close\n", "b.py": "create\n", "x.py": "", "c.py": "delete\n"} | tests)
    echo = f"{PYTHON} -c 'import sys; print(sys.argv[1:])'"
    landing, result, said = landed(made, Gating(each=(echo,), final=(echo,), test_selection=True))
    assert ids(result) == ["close", "create", "delete"]
    ran = [line.partition(" -c ")[2].partition("' ")[2] for line in said if ": running " in line]
    assert ran == ["./test_a.py ./test_b.py", "./test_a.py", "./test_b.py", *["./test_a.py ./test_b.py"] * 2]
    assert landing.outcomes[0].output == "['./test_a.py', './test_b.py']\n"


def test_a_failure_of_the_base_counts_for_no_recipe_that_does_not_reach_it(
    make_repository: MakeRepository,
) -> None:
    files = {"a.py": "close\n", "b.py": "create\n", "test_a.py": "import a\n", "test_b.py": "import b\n"}
    script = "import sys; [print('FAILED', path) for path in sys.argv[1:]]; sys.exit(1)"
    gating = Gating(each=(f'{PYTHON} -c "{script}"',), test_selection=True)
    landing, result, _ = landed(make_repository(files), gating)
    assert ids(result) == ["close", "create"]
    assert landing.complete


def test_selection_needs_a_gate(make_repository: MakeRepository) -> None:
    with pytest.raises(UsageError, match="--test-selection narrows gates; give --verify or --verify-final"):
        landed(make_repository(FILES), Gating(test_selection=True))
