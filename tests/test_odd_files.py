"""Files of odd sizes and shapes are planned right, or named with the reason; others change all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.api import planning
from codemods.planner.planner import Planned
from tests.cli.test_main import codemods
from tests.conftest import GitRepository, MakeRepository
from tests.odd_files import (
    CHANGED,
    HOLE,
    LINES,
    SHAPES,
    USES,
    functions,
    package,
    small_file,
    write_recipes,
)

SIZES = {
    "long file": (1_000,),
    "call chain": (30, 500, 5_000),
    "call chain as arguments": (80, 500),
    "parentheses": (190, 2_000),
    "lists": (190, 2_000),
    "calls": (150, 2_000),
    "additions": (2_000, 20_000),
    "signs": (200, 2_000),
    "nots": (2_000,),
    "powers": (2_000,),
    "conditionals": (200, 2_000),
    "lambdas": (500,),
    "attributes": (150, 2_000),
    "subscripts": (200, 2_000),
    "ands": (5_000,),
    "strings": (5_000,),
    "blocks": (90, 120),
    "elifs": (200, 1_000),
    "long string": (2_000_000,),
    "long list": (2_000_000,),
    "statements on a line": (1_000,),
    "rebindings": (300,),
}
SLOW = {("elifs", 1_000): {"await-call", "query", "rename-method"}}
"""What takes seconds and is measured by `scripts/odd-files` instead."""


def planned(repository: GitRepository, recipe: str) -> Planned:
    return planning.plan(planning.load(recipe).recipes, planning.Options(repo=repository.path))


def text(made: Planned, path: str) -> str:
    found = made.codebase.text(path)
    assert found is not None
    return found


def reasons(made: Planned, path: str) -> list[str]:
    """Every sentence of the plan that speaks of a file."""
    troubles = [one.why for one in (*made.plan.unparsed, *made.plan.failed) if one.path == path]
    (recipe,) = made.plan.recipes
    refused = [one.refused.text for one in recipe.refused() if one.refused and one.path == path]
    return troubles + refused + [one.reason.text for one in recipe.possible() if one.path == path]


def test_every_shape_is_tried() -> None:
    assert SIZES.keys() == SHAPES.keys()


@pytest.mark.parametrize(("shape", "size"), [(shape, size) for shape in SIZES for size in SIZES[shape]])
def test_a_shape(shape: str, size: int, make_repository: MakeRepository, tmp_path: Path) -> None:
    repository = make_repository(package({"test_odd.py": USES + SHAPES[shape](size)}))
    for operation, recipe in write_recipes(tmp_path).items():
        if operation in SLOW.get((shape, size), ()):
            continue
        made = planned(repository, recipe)
        assert CHANGED[operation] in text(made, "test_usual.py"), operation
        why = reasons(made, "test_odd.py")
        assert all("\n" not in sentence and len(sentence) < 500 for sentence in why)
        if CHANGED[operation] not in text(made, "test_odd.py"):
            assert why, operation
        elif operation in ("rename-method", "query") and shape != "rebindings":
            assert HOLE not in text(made, "test_odd.py") or why, operation


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("blocks", 90),
        ("parentheses", 190),
        ("additions", 2_000),
        ("elifs", 300),
        ("long string", 2_000_000),
        ("call chain", 25),
    ],
)
def test_what_python_bears_is_changed(
    shape: str, size: int, make_repository: MakeRepository, tmp_path: Path
) -> None:
    """No refusal where there is no need for one."""
    repository = make_repository(package({"test_odd.py": USES + SHAPES[shape](size)}))
    recipes = write_recipes(tmp_path)
    for operation in ("rename-method", "rename", "replace"):
        made = planned(repository, recipes[operation])
        assert made.plan.complete, operation
        assert CHANGED[operation] in text(made, "test_odd.py")
    assert HOLE not in text(planned(repository, recipes["rename-method"]), "test_odd.py")


def test_the_command_names_the_file_and_goes_on(make_repository: MakeRepository, tmp_path: Path) -> None:
    repository = make_repository(package({"test_odd.py": USES + SHAPES["subscripts"](2_000)}))
    recipes = write_recipes(tmp_path)
    for operation in ("rename", "rename-method", "query"):
        done = codemods("run", recipes[operation], "--repo", repository.path)
        assert done.stderr == ""
        assert "+++ b/test_usual.py" in done.stdout
        if done.returncode:
            assert "  failed: test_odd.py:" in done.stdout or "not read: test_odd.py" in done.stdout
        else:
            assert "+++ b/test_odd.py" in done.stdout
    done = codemods("explain", recipes["rename"], "test_odd.py:1", "--repo", repository.path)
    assert (done.returncode, "Traceback" in done.stderr) in ((0, False), (1, False))


def test_a_generated_file_of_fifty_thousand_lines(make_repository: MakeRepository, tmp_path: Path) -> None:
    source = USES + functions(50_000, every=100)
    repository = make_repository(package({"test_odd.py": source}))
    recipes = write_recipes(tmp_path)
    expected = {
        "rename-method": source.replace("pool.close()", "pool.drain()"),
        "query": source.replace("pool.close()", "pool.drain()"),
        "rename-argument": source.replace("old_size", "size"),
    }
    assert source.count("pool.close()") == 50_000 // LINES // 100 + 2
    for operation, after in expected.items():
        made = planned(repository, recipes[operation])
        assert made.plan.complete
        assert text(made, "test_odd.py") == after


def test_many_small_files(make_repository: MakeRepository, tmp_path: Path) -> None:
    files = {f"part{number % 40}/test_{number}.py": small_file(number) for number in range(800)}
    repository = make_repository(package(files))
    recipes = write_recipes(tmp_path)
    for operation in ("rename-method", "query"):
        made = planned(repository, recipes[operation])
        assert made.plan.complete
        for path, source in files.items():
            assert text(made, path) == source.replace("pool.close()", "pool.drain()"), path
