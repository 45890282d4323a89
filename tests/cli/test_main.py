"""The program as a user runs it: real processes, real repositories, exit codes and sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.conftest import GitRepository, MakeRepository

PROGRAM = [sys.executable, "-m", "codemods"]

RECIPE = """\
id    = "pool-drain"
title = "Pool.close() is now drain()"
why   = "Pool has no close()."

[[step]]
op    = "rename-method"
class = "app.pool.Pool"
from  = "close"
to    = "drain"

[[example]]
name   = "changes"
before = "from app.pool import Pool\\nPool().close()\\n"
after  = "from app.pool import Pool\\nPool().drain()\\n"

[[example]]
name      = "stays"
unchanged = "open('x').close()\\n"
"""

FILES = {
    "app/__init__.py": "",
    "app/pool.py": "class Pool:\n    def drain(self): ...\n",
    "app/use.py": "from app.pool import Pool\n\npool = Pool()\npool.close()  # done\nopen('x').close()\n",
    "app/maybe.py": "from app.pool import Pool\n\n\ndef stop(pool):\n    pool.close()\n",
}


def codemods(*args: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [*PROGRAM, *map(str, args)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipes" / "pool-drain.toml"
    path.parent.mkdir()
    path.write_text(RECIPE)
    return path


@pytest.fixture
def repository(make_repository: MakeRepository) -> GitRepository:
    repository = make_repository()
    repository.commit(FILES)
    return repository


def test_run_prints_the_diff_and_what_was_left(repository: GitRepository, recipe: Path) -> None:
    done = codemods("run", recipe, "--repo", repository.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "-pool.close()  # done\n+pool.drain()  # done\n" in done.stdout
    assert "pool-drain: 1 site in 1 file changed, 1 possible" in done.stdout
    assert "possible: app/maybe.py:5: " in done.stdout
    assert repository.git("status", "--porcelain") == ""
    assert "\x1b" not in done.stdout


def test_the_patch_is_what_write_does(repository: GitRepository, recipe: Path) -> None:
    patch = codemods("run", recipe, "--repo", repository.path, "--format", "patch").stdout
    repository.git("apply", "--check", "-", stdin=patch.encode())
    assert codemods("run", recipe, "--repo", repository.path, "--write").returncode == 0
    written = (repository.path / "app/use.py").read_bytes()
    assert written == FILES["app/use.py"].replace("pool.close", "pool.drain").encode()
    repository.git("checkout", "--", ".")
    repository.git("apply", "-", stdin=patch.encode())
    assert (repository.path / "app/use.py").read_bytes() == written


def test_check_says_whether_changes_are_pending(repository: GitRepository, recipe: Path) -> None:
    assert codemods("run", recipe, "--repo", repository.path, "--check").returncode == 1
    codemods("run", recipe, "--repo", repository.path, "--write")
    again = codemods("run", recipe, "--repo", repository.path, "--check")
    assert (again.returncode, again.stdout.count("@@")) == (0, 0)


def test_json_follows_its_schema(repository: GitRepository, recipe: Path) -> None:
    plan = json.loads(codemods("run", recipe, "--repo", repository.path, "--format", "json").stdout)
    schema = json.loads(codemods("schema", "plan").stdout)
    assert plan["version"] == 1
    assert set(plan) == set(schema["properties"]) == set(schema["required"])
    changes = {
        (file["path"], change["line"]): change
        for file in plan["recipes"][0]["files"]
        for change in file["changes"]
    }
    assert changes["app/use.py", 4]["applied"]
    assert changes["app/use.py", 4]["edits"] == [{"start": 46, "end": 51, "text": "drain"}]
    assert changes["app/maybe.py", 5]["verdict"] == "possible"


def test_apply_makes_a_branch_and_touches_nothing_else(repository: GitRepository, recipe: Path) -> None:
    before = (repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain"))
    done = codemods("apply", recipe, "--repo", repository.path, "--branch", "fix")
    assert (done.returncode, done.stderr) == (0, "")
    assert (repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain")) == before
    assert repository.git("log", "--format=%s", "main..fix") == "Pool.close() is now drain()"
    assert b"pool.drain()" in repository.blob("app/use.py", "fix")
    taken = codemods("apply", recipe, "--repo", repository.path, "--branch", "fix")
    assert taken.returncode == 2
    assert "branch fix exists already" in taken.stderr
    repository.git("switch", "--quiet", "fix")
    again = codemods("apply", recipe, "--repo", repository.path, "--branch", "fix-2")
    assert "Nothing to do" in again.stdout


def test_explain_tells_the_chain(repository: GitRepository, recipe: Path) -> None:
    told = codemods("explain", recipe, "app/use.py:4", "--repo", repository.path).stdout
    assert "app/use.py:4:6: certain" in told
    assert "Pool()" in told
    excluded = codemods("explain", recipe, "app/use.py:5", "--repo", repository.path).stdout
    assert "certain" not in excluded
    nothing = codemods("explain", recipe, "app/use.py:1", "--repo", repository.path).stdout
    assert "no site of this recipe stands on that line" in nothing


def test_test_runs_examples(recipe: Path) -> None:
    done = codemods("test", recipe)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("6 passed, 0 failed\n")
    recipe.write_text(RECIPE.replace("Pool().drain()", "Pool().drained()"))
    failed = codemods("test", recipe)
    assert failed.returncode == 1
    assert "-Pool().drained()" in failed.stdout


def test_new_writes_a_recipe_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "mine" / "first_one.toml"
    assert codemods("new", path).returncode == 0
    assert codemods("test", path).stdout.endswith("6 passed, 0 failed\n")
    taken = codemods("new", path)
    assert (taken.returncode, "exists already" in taken.stderr) == (2, True)


@pytest.mark.parametrize("command", ["run", "apply", "explain", "test", "list", "show", "new", "schema"])
def test_every_command_has_help(command: str) -> None:
    done = codemods(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: codemods {command}")


def test_version() -> None:
    assert codemods("--version").stdout.startswith("codemods, version ")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["run", "no-such-recipe"], "no-such-recipe: no such file or folder"),
        (["run", "RECIPE", "--repo", "no/such/folder"], "no/such/folder does not exist"),
        (["run", "RECIPE", "--repo", "PLAIN"], "is not a git repository"),
        (["run", "RECIPE", "--repo", "EMPTY"], "no commits yet"),
        (["run", "RECIPE", "--repo", "BARE"], "bare repository"),
        (["run", "RECIPE", "--write", "--check"], "--write and --check exclude each other"),
        (["explain", "RECIPE", "a.py"], "'a.py' is no place in a file"),
        (["explain", "RECIPE", "none.py:3", "--repo", "REPO"], "none.py: it is no tracked Python file"),
        (["show"], "name a recipe, or an operation"),
        (["show", "--operation", "rename-metod"], "did you mean rename-method?"),
        (["apply", "RECIPE", "--repo", "REPO", "--branch", "-x"], "no name for a branch"),
        (["apply", "RECIPE", "--repo", "REPO", "--branch", "x", "--base", "nope"], "nope"),
        (["new", "x.txt"], "a recipe is a .toml file"),
        (["run", "PLAIN"], "the folder holds no recipes"),
    ],
)
def test_bad_input_gets_one_sentence(
    args: list[str], sentence: str, repository: GitRepository, recipe: Path, tmp_path: Path
) -> None:
    for folder in ("PLAIN", "EMPTY"):
        (tmp_path / folder).mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path / "EMPTY"], check=True)
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "BARE"], check=True)
    places = {"RECIPE": recipe, "REPO": repository.path}
    places |= {name: tmp_path / name for name in ("PLAIN", "EMPTY", "BARE")}
    done = codemods(*(places.get(arg, arg) for arg in args), cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert done.stderr.startswith("codemods: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_bad_recipe_stops_the_run_before_anything_is_read(recipe: Path, tmp_path: Path) -> None:
    (recipe.parent / "second.toml").write_text(RECIPE.replace('from  = "close"', 'form = "close"'))
    done = codemods("run", recipe.parent, "--repo", tmp_path / "missing")
    assert done.returncode == 2
    assert "second.toml:8: unknown key 'form'; did you mean 'from'?" in done.stderr


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"pool.close()\nx = '\xe9'\n", "app/bad.py:2: byte 0xe9 is not utf-8"),
        (b"from app.pool import Pool\npool.close(\n", "app/bad.py:2: does not parse: "),
        (b"from app.pool import Pool\npool.close()\0\n", "app/bad.py: does not parse: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_fails_the_run(
    repository: GitRepository, recipe: Path, data: bytes, why: str
) -> None:
    repository.commit({"app/bad.py": data})
    done = codemods("run", recipe, "--repo", repository.path)
    assert done.returncode == 1
    assert "+pool.drain()" in done.stdout
    assert f"not read: {why}" in done.stdout


BROKEN = "    return (\n\n\ndef other():\n    pass\n"


@pytest.mark.parametrize("broken_last", [True, False])
def test_a_function_that_does_not_parse_takes_its_file_out_wherever_it_stands(
    repository: GitRepository, recipe: Path, broken_last: bool
) -> None:
    judged = ["def drain_it():\n    pool.close()\n\n\n", "def broken():\n" + BROKEN]
    files = {
        "app/bad.py": "from app.pool import Pool\n\npool = Pool()\n"
        + "".join(judged if broken_last else judged[::-1]),
        "app/made.py": "from app.pool import Pool\n\n\ndef make():\n    pool = Pool()\n" + BROKEN,
        "app/uses_made.py": "from app.made import make\n\npool = make()\npool.close()\n",
    }
    repository.commit(files)
    done = codemods("run", recipe, "--repo", repository.path)
    assert done.returncode == 1
    assert "not read: app/bad.py:" in done.stdout and "not read: app/made.py:" in done.stdout
    assert "--- a/app/use.py" in done.stdout and "--- a/app/bad.py" not in done.stdout
    assert "app/uses_made.py:4" in done.stdout.partition("possible")[2]


def test_a_detached_head_and_a_bare_repository_are_fine(
    repository: GitRepository, recipe: Path, tmp_path: Path
) -> None:
    repository.git("switch", "--quiet", "--detach")
    assert codemods("apply", recipe, "--repo", repository.path, "--branch", "fix").returncode == 0
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", repository.path, bare], check=True)
    assert codemods("apply", recipe, "--repo", bare, "--branch", "fix-2").returncode == 0


def test_a_class_that_is_nowhere_suggests_the_nearest(repository: GitRepository, recipe: Path) -> None:
    recipe.write_text(RECIPE.replace("app.pool.Pool", "app.pools.Pool"))
    done = codemods("run", recipe, "--repo", repository.path)
    assert done.returncode == 2
    assert "app.pool.Pool" in done.stderr


def test_a_closed_pipe_is_no_error() -> None:
    """As in ``codemods list | head -c 1``: the reader goes before all is written."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "show", "--operation", "rename-method"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert done.stderr == b""


INTERRUPTED = """
import sys
class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC())
from codemods.__main__ import main
main()
"""


def test_ctrl_c_while_the_program_is_imported_is_one_sentence() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == "codemods: interrupted; nothing had begun\n"


def test_ctrl_c_is_one_sentence_and_leaves_everything_as_it_was(
    repository: GitRepository, recipe: Path
) -> None:
    repository.commit({f"app/use{number}.py": FILES["app/use.py"] * 20 for number in range(500)})
    program = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "run", str(recipe), "--repo", str(repository.path), "--write"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"},
        encoding="utf-8",
        timeout=60,
    )
    program.expect_exact("[1/1] Pool.close() is now drain()")
    program.sendintr()
    program.expect_exact("codemods: interrupted")
    program.expect(pexpect.EOF)
    program.close()
    assert "Traceback" not in (program.before or "")
    assert program.exitstatus == 130
    assert repository.git("status", "--porcelain") == ""
