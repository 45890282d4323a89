"""A recipe that runs Python runs only where its file was named, or the user trusts its folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_main import RECIPE, codemods
from tests.conftest import GitRepository, MakeRepository

QUERY = """\
id    = "old-new"
title = "old() is now new()"
why   = "It was renamed."

# The step's op stands on line eight.

[[step]]
op    = "query"
query = "fix.py:query"

[[example]]
name   = "a call"
before = "old()\\n"
after  = "new()\\n"

[[example]]
name      = "another"
unchanged = "older()\\n"
"""


class Recipes:
    """A folder with a recipe that runs Python, which leaves a mark when it did."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = folder.parent / "it-ran"
        folder.mkdir(parents=True)
        (folder / "recipe.toml").write_text(QUERY)
        (folder / "fix.py").write_text(
            f"from pathlib import Path\nPath({str(self.mark)!r}).touch()\n"
            "def query(q):\n    q.select_function('old').rename('new')\n"
        )

    def ran(self) -> bool:
        found = self.mark.exists()
        self.mark.unlink(missing_ok=True)
        return found


@pytest.fixture
def recipes(tmp_path: Path) -> Recipes:
    return Recipes(tmp_path / "some recipes")


@pytest.fixture
def repository(make_repository: MakeRepository) -> GitRepository:
    return make_repository({"a.py": "old()\n"})


@pytest.fixture
def trust(repository: GitRepository) -> Callable[[Path | str], str]:
    return lambda folder: repository.git("config", "--global", "--add", "codemods.trusted", str(folder))


def commands(recipes: Path, repository: GitRepository) -> dict[str, list[str | Path]]:
    """Every command that runs recipes."""
    at = ("--repo", repository.path)
    return {
        "run": ["run", recipes, *at],
        "check": ["run", recipes, *at, "--check", "--format", "json"],
        "apply": ["apply", recipes, *at, "--branch", "fix"],
        "review": ["review", recipes, *at],
        "explain": ["explain", recipes, "a.py:1", *at],
        "test": ["test", recipes],
    }


@pytest.mark.parametrize("command", ["run", "check", "apply", "review", "explain", "test"])
def test_a_folder_is_refused_a_file_is_not_a_trusted_folder_is_not(
    command: str, recipes: Recipes, repository: GitRepository, trust: Callable[[Path | str], str]
) -> None:
    refused = codemods(*commands(recipes.folder, repository)[command])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"codemods: {recipes.folder}/recipe.toml:8: the step runs Python (fix.py), and {recipes.folder} is "
        "no trusted folder; read it, then name the recipe's file itself, or trust it with "
        f"`git config --global --add codemods.trusted '{recipes.folder}'`\n"
    )
    assert not recipes.ran()

    named = codemods(*commands(recipes.folder / "recipe.toml", repository)[command])
    assert recipes.ran()
    assert named.returncode in (0, 1)

    trust(recipes.folder)
    repository.git("branch", "-D", "fix") if command == "apply" else None
    assert codemods(*commands(recipes.folder, repository)[command]).returncode == named.returncode
    assert recipes.ran()


def test_rebase_runs_what_is_trusted(
    recipes: Recipes, repository: GitRepository, trust: Callable[[Path | str], str]
) -> None:
    """It names no recipe, and the record of what was applied lies in the repository."""
    apply = codemods("apply", recipes.folder / "recipe.toml", "--branch", "fix", "--repo", repository.path)
    assert (apply.returncode, recipes.ran()) == (0, True)
    repository.commit({"b.py": "old()\n"})
    refused = codemods("rebase", "fix", "--repo", repository.path)
    assert (refused.returncode, recipes.ran()) == (2, False)
    assert "recipe.toml:8: the step runs Python" in refused.stderr
    assert "read it, then trust it with `git config" in refused.stderr
    trust(recipes.folder)
    assert codemods("rebase", "fix", "--repo", repository.path).returncode == 0
    assert recipes.ran()
    assert repository.blob("b.py", "fix") == b"new()\n"


def test_the_summary_says_that_python_ran(recipes: Recipes, repository: GitRepository) -> None:
    at = ("--repo", repository.path)
    done = codemods("run", recipes.folder / "recipe.toml", *at)
    assert "  warning: this ran the Python code of fix.py\n" in done.stdout
    done = codemods("run", recipes.folder / "recipe.toml", *at, "--format", "json")
    assert json.loads(done.stdout)["recipes"][0]["warnings"] == ["this ran the Python code of fix.py"]


def test_a_repository_cannot_trust_itself(repository: GitRepository) -> None:
    inside = Recipes(repository.path / "recipes")
    repository.git("config", "codemods.trusted", str(inside.folder))
    repository.git("config", "--worktree", "codemods.trusted", str(inside.folder))
    done = codemods("run", "recipes", cwd=repository.path)
    assert (done.returncode, inside.ran()) == (2, False)
    assert done.stderr.startswith("codemods: recipes/recipe.toml:8: the step runs Python")


def test_a_relative_folder_is_no_trusted_one(
    recipes: Recipes, repository: GitRepository, trust: Callable[[Path | str], str]
) -> None:
    for folder in ("", ".", recipes.folder.name, recipes.folder.parent / "some"):
        trust(folder)
    done = codemods("run", ".", "--repo", repository.path, cwd=recipes.folder)
    assert (done.returncode, recipes.ran()) == (2, False)


def test_links_and_relative_paths_are_followed(
    recipes: Recipes,
    repository: GitRepository,
    trust: Callable[[Path | str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A link into a trusted folder is trusted, a link out of one is not, whichever file is the link."""
    other = Recipes(recipes.folder.parent / "home" / "mine")
    monkeypatch.setenv("HOME", str(other.folder.parent))
    trust("~/mine")
    link = recipes.folder.parent / "link"
    link.symlink_to(other.folder, target_is_directory=True)
    at = ("--repo", repository.path)
    for path in (link, other.folder / ".." / "mine"):
        assert codemods("run", path, *at).returncode == 0, path
        assert other.ran()
    assert codemods("run", ".", *at, cwd=link).returncode == 0
    assert other.ran()

    for name in ("fix.py", "recipe.toml"):
        kept = (other.folder / name).read_bytes()
        (other.folder / name).unlink()
        (other.folder / name).symlink_to(recipes.folder / name)
        done = codemods("run", other.folder, *at)
        assert (done.returncode, other.ran(), recipes.ran()) == (2, False, False)
        assert f"and {recipes.folder} is no trusted folder" in done.stderr
        (other.folder / name).unlink()
        (other.folder / name).write_bytes(kept)


def test_a_file_that_looks_like_a_shipped_name_is_not_named(repository: GitRepository) -> None:
    """Who types `python/redis-aclose` means what is shipped, and a repository may hold such a file."""
    trap = Recipes(repository.path / "python")
    (trap.folder / "recipe.toml").rename(trap.folder / "redis-aclose")
    done = codemods("run", "python/redis-aclose", cwd=repository.path)
    assert (done.returncode, trap.ran()) == (2, False)
    assert "redis-aclose:8: the step runs Python (fix.py)" in done.stderr


def test_recipes_without_python_need_no_trust_and_all_can_be_looked_at(recipes: Recipes) -> None:
    for command in ("list", "show"):
        done = codemods(command, recipes.folder)
        assert (done.returncode, recipes.ran()) == (0, False)
        assert "old() is now new()" in done.stdout
    (recipes.folder / "recipe.toml").write_text(RECIPE)
    assert codemods("test", recipes.folder).returncode == 0


def test_a_script_is_named_by_its_file(recipes: Recipes, repository: GitRepository) -> None:
    script = recipes.folder / "script.py"
    script.write_text(
        "from bowler import Query\nQuery('.').select_function('old').rename('new').write()\n", "utf-8"
    )
    done = codemods("run", script, "--repo", repository.path)
    assert done.returncode == 0
    assert "+new()\n" in done.stdout
    assert "warning: this ran the Python code of script.py" in done.stdout
