"""The main job, end to end: recipes turn the sample repository's failing suite green, a commit per recipe."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.api.planning import load
from tests.cli.test_main import codemods
from tests.conftest import GitRepository

SAMPLE = Path(__file__).parent / "sample_repo"

MUST_STAY = (
    "netra_backend/app",
    "netra_backend/tests/base_test_case.py",
    "netra_backend/tests/unit/test_closing.py",
    "netra_backend/tests/unit/test_sandbox.py",
    "netra_backend/tests/websocket",
)
"""Files and folders that hold only look-alikes."""

MAY_CHANGE = "netra_backend/app/agents/tests/test_supervisor_smoke.py"
"""The one test that lives beside the code."""


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[GitRepository, str]:
    """The sample under git with the netra recipes on a branch, and what `apply` printed."""
    path = tmp_path_factory.mktemp("sample") / "repo"
    shutil.copytree(SAMPLE, path, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    repository = GitRepository.init(path)
    repository.git("config", "user.name", "A Tester")
    repository.git("config", "user.email", "tester@example.com")
    repository.commit({})
    done = codemods("apply", "netra", "--repo", path, "--branch", "codemods/netra")
    assert (done.returncode, done.stderr) == (0, "")
    return repository, done.stdout


def outcome(repository: GitRepository) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=repository.path,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout


def test_the_working_tree_stays_as_it_is(landed: tuple[GitRepository, str]) -> None:
    repository, _ = landed
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("symbolic-ref", "--short", "HEAD") == "main"


def test_there_is_one_commit_per_recipe_in_order(landed: tuple[GitRepository, str]) -> None:
    repository, _ = landed
    subjects = repository.git("log", "--reverse", "--format=%s", "main..codemods/netra").split("\n")
    titles = [recipe.ref.title for recipe in load("netra").recipes]
    assert subjects == [title for title in titles if title in subjects]
    assert len(subjects) == 13
    trailers = repository.git(
        "log", "--format=%(trailers:key=Codemod-Recipe,valueonly)", "main..codemods/netra"
    )
    assert len(re.findall(r"^netra/[\w-]+@[0-9a-f]{12}$", trailers, re.MULTILINE)) == len(subjects)


def test_look_alikes_survive_byte_for_byte(landed: tuple[GitRepository, str]) -> None:
    repository, _ = landed
    changed = repository.git("diff", "--name-only", "main", "codemods/netra", "--", *MUST_STAY)
    assert changed == MAY_CHANGE


def test_every_fixed_file_is_named_with_its_lines(landed: tuple[GitRepository, str]) -> None:
    _, printed = landed
    path = "netra_backend/tests/integration/test_redis_manager.py"
    assert f"  changed: {path}: 9 sites, lines 17, 31, 37, 38, 46, 53, 72, 84\n" in printed


def test_what_was_refused_is_named(landed: tuple[GitRepository, str]) -> None:
    _, printed = landed
    assert re.findall(r"(?:refused|reported): \S+/(\w+\.py):\d+: .*\[([\w-]+)\]", printed) == [
        ("test_agent_tools.py", "reported"),
        ("test_hooks.py", "real-await"),
        ("maintenance.py", "sync-function"),
        ("test_agent_registry.py", "name-conflict"),
        ("test_user_execution_context.py", "already-present"),
    ]


def test_the_suite_is_green_on_the_branch_and_a_second_run_finds_nothing(
    landed: tuple[GitRepository, str], tmp_path: Path
) -> None:
    repository, _ = landed
    repository.git("worktree", "add", "--quiet", str(tmp_path / "green"), "codemods/netra")
    green = GitRepository(tmp_path / "green")
    printed = outcome(green)
    assert re.search(r"^80 passed, 2 skipped, 1 warning in", printed, re.MULTILINE), printed
    again = codemods("apply", "netra", "--repo", green.path, "--branch", "again")
    assert "Nothing to do" in again.stdout
