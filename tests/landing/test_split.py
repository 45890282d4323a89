"""Which files of a plan go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.landing.split import split
from codemods.model.errors import UsageError
from codemods.model.plan import Plan
from codemods.planner.planner import Planned
from tests.conftest import MakeRepository
from tests.landing.plans import replacing


def planned(make: MakeRepository, paths: Iterable[str], owners: str = "") -> tuple[Planned, Commit]:
    files = dict.fromkeys(paths, "close()\n")
    made = make(files | ({".github/CODEOWNERS": owners} if owners else {}))
    commit = Commit(Repository.open(made.path))
    return replacing(commit, {"close": "shutdown"}), commit


def sorted_groups(groups: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {name: sorted(group) for name, group in groups.items()}


def test_by_the_first_folder_that_differs(make_repository: MakeRepository) -> None:
    plan, base = planned(make_repository, ["src/app/a.py", "src/app/deep/b.py", "src/lib/c.py", "src/d.py"])
    assert sorted_groups(split(plan.plan, "dir", base)) == {
        "app": ["src/app/a.py", "src/app/deep/b.py"],
        "lib": ["src/lib/c.py"],
        "src": ["src/d.py"],
    }


def test_files_at_the_top(make_repository: MakeRepository) -> None:
    plan, base = planned(make_repository, ["a.py", "my lib/b.py", "my-lib/c.py"])
    assert sorted_groups(split(plan.plan, "dir", base)) == {
        "my-lib": ["my lib/b.py"],
        "my-lib-2": ["my-lib/c.py"],
        "top": ["a.py"],
    }


def test_by_owner_the_last_rule_counts(make_repository: MakeRepository) -> None:
    owners = "# who\n* @all\n/lib/ @lib/core @me # both\n*.pyi @types\ndocs/* @docs\nlib/free/\n"
    paths = ["a.py", "app/lib/b.py", "lib/c.py", "lib/d.pyi", "lib/free/e.py", "docs/f.py", "docs/deep/g.py"]
    plan, base = planned(make_repository, paths, owners)
    assert sorted_groups(split(plan.plan, "owner", base)) == {
        "all": ["a.py", "app/lib/b.py", "docs/deep/g.py"],
        "lib-core-me": ["lib/c.py"],
        "types": ["lib/d.pyi"],
        "docs": ["docs/f.py"],
        "unowned": ["lib/free/e.py"],
    }


def test_by_size(make_repository: MakeRepository) -> None:
    plan, base = planned(make_repository, [f"{name}.py" for name in "abcde"])
    assert sorted_groups(split(plan.plan, "size=2", base)) == {
        "1": ["a.py", "b.py"],
        "2": ["c.py", "d.py"],
        "3": ["e.py"],
    }


@pytest.mark.parametrize("how", ["dir", "size=1"])
def test_changes_that_require_each_other_stay_together(make_repository: MakeRepository, how: str) -> None:
    plan, base = planned(make_repository, ["a/x.py", "b/x.py", "c/x.py"])
    [recipe] = plan.plan.recipes
    tied = []
    for file in recipe.files:
        [stage] = file.stages
        [change] = stage.changes
        change = replace(
            change,
            label="definition" if file.path == "c/x.py" else "",
            requires=("definition",) if file.path == "a/x.py" else (),
        )
        tied.append(replace(file, stages=(replace(stage, changes=(change,)),)))
    groups = split(Plan((replace(recipe, files=tuple(tied)),)), how, base)
    assert sorted(map(sorted, groups.values())) == [["a/x.py", "c/x.py"], ["b/x.py"]]


@pytest.mark.parametrize("how", ["size=0", "size=", "folder", "--x"])
def test_unknown_ways(make_repository: MakeRepository, how: str) -> None:
    plan, base = planned(make_repository, ["a.py"])
    with pytest.raises(UsageError, match=f"--split-by {how} is unknown; use dir, owner or size=N"):
        split(plan.plan, how, base)


def test_owner_needs_a_file(make_repository: MakeRepository) -> None:
    plan, base = planned(make_repository, ["a.py"])
    with pytest.raises(UsageError, match="--split-by owner needs a CODEOWNERS file in commit"):
        split(plan.plan, "owner", base)
