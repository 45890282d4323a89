"""The commands around branches, on real repositories with real recipes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codemods.cli.main import main
from tests.cli.test_main import FILES, RECIPE
from tests.conftest import GitRepository, MakeRepository

OTHER = RECIPE.replace("pool-drain", "pool-fill").replace("close", "load").replace("drain", "fill")
POOL = "class Pool:\n    def drain(self): ...\n    def fill(self): ...\n"


LOOK = """\
id    = "pool-look"
title = "Pools are made once"
why   = "Two pools are too many."

[[step]]
op      = "report"
pattern = "app.pool.Pool()"
message = "make it once"

[[example]]
name      = "listed"
reported  = [2]
unchanged = '''
from app.pool import Pool
Pool()
'''

[[example]]
name      = "stays"
unchanged = "x()\\n"
"""


class Program:
    """The program in this process: exit code, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *args: str | Path) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["codemods", *map(str, args)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = self._capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return stop.value.code, out, err


@pytest.fixture
def codemods(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(capsys, monkeypatch)


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "1-drain.toml").write_text(RECIPE)
    (folder / "2-fill.toml").write_text(OTHER)
    return folder


@pytest.fixture
def made(make_repository: MakeRepository) -> GitRepository:
    use = "from app.pool import Pool\n\npool = Pool()\npool.close()\n\n\n\npool.load()\n"
    return make_repository(
        FILES | {"app/pool.py": POOL, "app/use.py": use, "lib/use.py": use, ".gitattributes": "* -text\n"}
    )


def test_report_stands_in_the_notes_and_in_a_file(
    codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.md"
    code, _, _ = codemods("apply", recipes, "--repo", made.path, "--branch", "fix/pool", "--report", report)
    assert code == 0
    text = report.read_text()
    assert text == made.git("notes", "--ref=codemods", "show", "fix/pool") + "\n"
    assert "# 2 recipes applied\n\n4 sites in 2 files changed on top of " in text
    assert "## Pool.close() is now drain()\n\nPool has no close().\n" in text
    assert "```diff\n--- a/app/use.py\n+++ b/app/use.py\n" in text
    assert "-pool.close()\n+pool.drain()\n" in text
    assert "- `app/maybe.py:5`: " in text


def test_what_a_recipe_only_reports_is_told_everywhere(
    codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path
) -> None:
    (recipes / "3-look.toml").write_text(LOOK)
    report = tmp_path / "report.md"
    codemods("apply", recipes, "--repo", made.path, "--branch", "fix", "--report", report)
    assert "Found, for a person to see to:\n\n- `app/use.py:3`: " in report.read_text()
    assert "  reported: pool-look: app/use.py:3: " in codemods("status", "--repo", made.path)[1]


def test_report_tells_of_gates(codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    gate = f"{sys.executable} -c \"assert 'fill' not in open('lib/use.py').read(), 'it `fills`'\""
    arguments = ("apply", recipes, "--repo", made.path, "--branch", "fix", "--report", report)
    code, out, err = codemods(*arguments, "--verify", gate)
    assert code == 1
    assert "left out: pool-fill: " in out and "AssertionError: it `fills`" in out
    assert "codemods: base: running " in err
    text = report.read_text()
    assert "## Gates\n" in text and "- `pool-fill` was left out: with it, " in text
    assert "AssertionError: it `fills`" in text


def test_patches_apply_elsewhere(
    codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "patches"
    code, out, _ = codemods("apply", recipes, "--repo", made.path, "--patch-dir", folder)
    assert code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["0001-Pool.close-is-now-drain.patch", "0002-Pool.load-is-now-fill.patch"]
    assert str(folder / names[0]) in out
    assert made.git("branch", "--list") == "* main"
    made.git("am", "-q", *(str(folder / name) for name in names))
    assert made.blob("lib/use.py").endswith(b"pool.drain()\n\n\n\npool.fill()\n")
    code, _, err = codemods("apply", recipes, "--repo", made.path, "--patch-dir", folder)
    assert code == 2 and "is not empty; give --patch-dir a folder that is new or empty" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "give either --branch NAME or --patch-dir DIR"),
        (("--branch", "x", "--patch-dir", "y"), "give either --branch NAME or --patch-dir DIR"),
        (("--patch-dir", "y", "--push", "origin"), "--split-by and --push need branches"),
        (("--branch", "x", "--split-by", "taste"), "--split-by taste is unknown; use dir, owner or size=N"),
        (("--branch", "x", "--verify", "'"), "cannot be read: No closing quotation"),
        (("--branch", "x", "--verify", "no-such-program"), "cannot be started: No such file or directory"),
    ],
)
def test_what_apply_refuses(
    codemods: Program, made: GitRepository, recipes: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    code, _, err = codemods("apply", recipes, "--repo", made.path, *arguments)
    assert code == 2 and sentence in err
    assert made.git("branch", "--list") == "* main"


def test_push(codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path) -> None:
    made.git("init", "-q", "--bare", str(tmp_path / "remote"))
    made.git("remote", "add", "origin", str(tmp_path / "remote"))
    arguments = ("apply", recipes, "--repo", made.path, "--branch", "fix")
    assert codemods(*arguments, "--push", "origin")[0] == 0
    remote = GitRepository(tmp_path / "remote")
    assert remote.git("rev-parse", "fix") == made.git("rev-parse", "fix")
    code, _, err = codemods(*arguments, "--force", "--push", "nowhere")
    assert code == 2 and "fix stands here but could not be pushed to nowhere: " in err
    code, _, err = codemods(*arguments, "--force", "--push", "--exec=true")
    assert code == 2 and "'--exec=true' is no remote" in err


def test_split_branches_are_each_complete(codemods: Program, made: GitRepository, recipes: Path) -> None:
    arguments = ("apply", recipes, "--repo", made.path, "--branch", "fix")
    code, out, _ = codemods(*arguments, "--split-by", "dir")
    assert code == 0
    assert made.git("branch", "--list", "--format=%(refname:short)").split() == ["fix/app", "fix/lib", "main"]
    assert "Branch fix/app: 2 commits on " in out
    assert made.git("diff", "--name-only", "main", "fix/lib") == "lib/use.py"
    assert made.git("log", "--format=%s", "main..fix/app").count("\n") == 1
    code, _, err = codemods(*arguments, "--split-by", "size=1")
    assert code == 0
    code, _, err = codemods(*arguments)
    assert code == 2 and "branch fix cannot be made beside branch fix/" in err


def test_status_tells_what_landed_was_undone_and_is_left(
    codemods: Program, made: GitRepository, recipes: Path
) -> None:
    assert codemods("status", "--repo", made.path)[1] == (
        "No branch was made here yet; codemods apply makes one.\n"
    )
    codemods("apply", recipes, "--repo", made.path, "--branch", "fix")
    made.commit({"other.py": "x"})
    code, out, _ = codemods("undo", "fix", "--recipe", "pool-fill", "--repo", made.path)
    assert code == 0 and out.startswith("Took recipes/pool-fill back from fix in 2 files: ")
    code, out, _ = codemods("status", "--repo", made.path)
    assert code == 0
    assert ", 1 commit behind main\n" in out
    assert "recipes/pool-drain: Pool.close() is now drain()\n" in out
    assert "  undone: " in out
    assert "  possible: pool-drain: app/maybe.py:5: " in out
    made.git("branch", "-q", "-D", "fix")
    assert codemods("status", "--repo", made.path)[1] == "fix: gone\n"
    code, _, err = codemods("status", "main", "--repo", made.path)
    assert code == 2 and "branch main was not made by codemods" in err


def test_rebase_is_a_fresh_run(codemods: Program, made: GitRepository, recipes: Path) -> None:
    apply = ("apply", recipes, "--repo", made.path, "--signoff", "--conventional", "fix")
    codemods(*apply, "--branch", "fix")
    changed = "from app.pool import Pool\n\nPool().close()  # moved\n"
    made.commit({"app/new.py": changed, "app/use.py": changed})
    code, _, _ = codemods("rebase", "fix", "--repo", made.path)
    assert code == 0
    codemods(*apply, "--branch", "fresh")
    form = "--format=%T%n%B"
    assert made.git("log", form, "main..fix") == made.git("log", form, "main..fresh")
    assert made.blob("app/new.py", "fix").endswith(b"Pool().drain()  # moved\n")


def test_rebase_leaves_out_what_was_undone(codemods: Program, made: GitRepository, recipes: Path) -> None:
    codemods("apply", recipes, "--repo", made.path, "--branch", "fix")
    codemods("undo", "fix", "--recipe", "pool-drain", "--repo", made.path)
    base = made.commit({"x.py": ""})
    made.git("branch", "later")
    assert codemods("rebase", "fix", "--onto", "later", "--repo", made.path)[0] == 0
    assert made.git("log", "--format=%s", f"{base}..fix") == "Pool.load() is now fill()"


def test_rebase_of_a_split_branch_keeps_to_its_files(
    codemods: Program, made: GitRepository, recipes: Path
) -> None:
    codemods("apply", recipes, "--repo", made.path, "--branch", "fix", "--split-by", "dir")
    made.commit({"x.py": ""})
    assert codemods("rebase", "fix/lib", "--repo", made.path)[0] == 0
    assert made.git("diff", "--name-only", "main", "fix/lib") == "lib/use.py"


def test_rebase_loses_nobodys_work(
    codemods: Program, made: GitRepository, recipes: Path, tmp_path: Path
) -> None:
    codemods("apply", recipes, "--repo", made.path, "--branch", "fix")
    made.git("worktree", "add", "-q", str(tmp_path / "linked"), "fix")
    code, _, err = codemods("rebase", "fix", "--repo", made.path)
    assert code == 2 and "branch fix is checked out in " in err
    GitRepository(tmp_path / "linked").commit({"mine.py": "x"})
    made.git("worktree", "remove", str(tmp_path / "linked"))
    code, _, err = codemods("rebase", "fix", "--repo", made.path)
    assert code == 2 and "branch fix holds 1 commit of somebody else, such as " in err
    tip = made.git("rev-parse", "fix")
    (made.path / ".git/codemods/branches/fix.json").write_text("{")
    made.git("branch", "-f", "fix", "fix~1")
    code, _, err = codemods("rebase", "fix", "--repo", made.path)
    assert code == 2 and "branch fix was not made in this clone; apply its recipes again" in err
    assert made.git("cat-file", "-t", tip) == "commit"
