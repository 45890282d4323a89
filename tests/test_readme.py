"""The README is true: its commands run, and its recipe passes its own examples."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.test_main import codemods
from tests.conftest import GitRepository

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHOWN = re.compile(r"^\$ codemods ([^#|\n]+)", re.MULTILINE)
USE = SHOWN.findall(README[README.index("## Use") : README.index("## A recipe")])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    path = tmp_path_factory.mktemp("readme") / "repo"
    shutil.copytree(ROOT / "tests/sample_repo", path, ignore=shutil.ignore_patterns("__pycache__"))
    repository = GitRepository.init(path)
    for key, value in (("user.name", "A Tester"), ("user.email", "tester@example.com")):
        repository.git("config", key, value)
    repository.commit({})
    return repository


def test_every_command_shown_runs(repository: GitRepository) -> None:
    """In the order of the page; without a terminal `review` prints the plan and exits 1."""
    assert len(USE) >= 12
    for command in USE:
        words = [
            "netra_backend/tests/conftest.py:1" if "test_a.py" in word else word
            for word in shlex.split(command)
        ]
        done = codemods(*words, cwd=repository.path)
        repository.git("checkout", "--quiet", "--", ".")
        assert done.returncode in (0, 1), (command, done.stderr)
        assert not done.stderr.startswith("codemods: "), (command, done.stderr)


def test_every_option_shown_exists() -> None:
    for command in SHOWN.findall(README):
        name, *words = shlex.split(command)
        page = codemods(name, "--help").stdout
        options = [word for word in words if word.startswith("--")]
        assert all(f"{option} " in page or f"{option}\n" in page for option in options), command


def test_the_recipe_shown_passes_its_examples(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(id .*?)```", README, re.DOTALL)
    path = tmp_path / "pool-drain.toml"
    path.write_text(shown, "utf-8")
    done = codemods("test", path)
    assert done.returncode == 0, done.stdout


def test_the_scripts_shown_exist() -> None:
    for script in re.findall(r"\./(scripts/[\w-]+)", README):
        assert (ROOT / script).stat().st_mode & 0o111, script
