"""Gates: what counts as worse, and that nothing is left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codemods.git.repository import Repository
from codemods.landing.gates import Gates, Outcome, open_gates
from codemods.model.errors import UsageError
from tests.conftest import GitRepository, MakeRepository

PYTHON = f"'{sys.executable}'"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary working trees go, so that a test sees what stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def run(made: GitRepository, *commands: str, timeout: float = 30, commit: str = "HEAD") -> list[Outcome]:
    repository = Repository.open(made.path)
    with open_gates(repository, repository.commit_id(commit), timeout, lambda _: None) as gates:
        return gates.run(repository.commit_id(commit), commands, "base")


def clean(made: GitRepository, temporary: Path) -> bool:
    return made.git("worktree", "list").count("\n") == 0 and not list(temporary.iterdir())


def outcome(status: int | None = 0, output: str = "", failures: str = "", diagnostics: int = 0) -> Outcome:
    return Outcome("gate", status, output, frozenset(failures), diagnostics, 1.0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (outcome(0), outcome(0), False),
        (outcome(0), outcome(1), True),
        (outcome(0), outcome(None), True),
        (outcome(1, failures="ab"), outcome(0), False),
        (outcome(1, failures="ab"), outcome(1, failures="b"), False),
        (outcome(1, failures="ab"), outcome(1, failures="c"), True),
        (outcome(1, failures="ab"), outcome(2), True),
        (outcome(4), outcome(1, failures="a"), False),
        (outcome(2, failures="a"), outcome(1, failures="bc"), False),
        (outcome(2, failures="a"), outcome(2, failures="b"), True),
        (outcome(1, failures="a"), outcome(2, failures="b"), True),
        (outcome(1, diagnostics=3), outcome(1, diagnostics=3), False),
        (outcome(1, diagnostics=3), outcome(1, diagnostics=4), True),
        (outcome(1, diagnostics=3), outcome(2, diagnostics=1), True),
        (outcome(1), outcome(1), False),
        (outcome(1), outcome(-11), True),
        (outcome(1), outcome(None), True),
    ],
)
def test_what_is_worse(before: Outcome, after: Outcome, expected: bool) -> None:
    assert after.worse_than(before) is expected


def test_a_file_that_could_not_be_collected_covers_its_tests() -> None:
    before = Outcome("gate", 1, "", frozenset({"test_a.py", "test_b.py::test_x"}), 0, 1.0)
    assert not Outcome("gate", 1, "", frozenset({"test_a.py::test_new"}), 0, 1.0).worse_than(before)
    assert Outcome("gate", 1, "", frozenset({"test_b.py::test_new"}), 0, 1.0).worse_than(before)


def test_failing_tests_are_known_by_name(make_repository: MakeRepository, temporary: Path) -> None:
    made = make_repository(
        {
            "test_a.py": "import pytest\ndef test_good(): pass\ndef test_bad(): assert 0, 'x - y'\n"
            "@pytest.mark.parametrize('v', ['a b'])\ndef test_p(v): assert 0\n",
            "unit.py": "import unittest\nclass T(unittest.TestCase):\n    def test_x(self): self.fail()\n",
        }
    )
    options = "-q -p no:randomly -p no:cacheprovider --color=yes"
    pytest_, unittest = run(made, f"{PYTHON} -m pytest {options}", f"{PYTHON} -m unittest unit")
    assert pytest_.failures == {"test_a.py::test_bad", "test_a.py::test_p[a b]"}
    assert [name.partition(" ")[0] for name in unittest.failures] == ["test_x"]
    assert pytest_.words == "failed 2 tests"
    assert clean(made, temporary)


def test_the_code_under_test_is_that_of_the_commit(make_repository: MakeRepository, temporary: Path) -> None:
    made = make_repository({"a.py": "X = 1\n", "src/b.py": "Y = 1\n", "keep.txt": "x"})
    made.write({"a.py": "X = 2\n", "untracked.py": ""})
    check = "import a, b, os; print(a.X, b.Y, sorted(os.listdir())); open('keep.txt', 'w'); open('new', 'w')"
    first, second = run(made, f'{PYTHON} -c "{check}"', f'{PYTHON} -c "{check}"')
    assert first.output == second.output == "1 1 ['.git', 'a.py', 'keep.txt', 'src']\n"
    assert made.git("status", "--porcelain") == " M a.py\n?? untracked.py"
    assert clean(made, temporary)


def test_gates_know_nothing_of_another_repository(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": "x"})
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    [status] = run(made, "git status --porcelain")
    assert (status.status, status.output) == (0, "")


def test_bare_repository(make_repository: MakeRepository, tmp_path: Path, temporary: Path) -> None:
    make_repository({"a.py": "x"}).git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    [listing] = run(GitRepository(tmp_path / "bare"), "ls")
    assert listing.output == "a.py\n"
    assert clean(GitRepository(tmp_path / "bare"), temporary)


def test_submodules_are_not_in_the_way(make_repository: MakeRepository, temporary: Path) -> None:
    made, inner = make_repository({"a.py": "x"}), make_repository({"b.py": ""}, name="inner")
    made.git("submodule", "--quiet", "add", str(inner.path), "module")
    made.commit({})
    [update, listing] = run(made, "git submodule --quiet update --init", "ls module")
    assert (update.status, listing.output) == (0, "b.py\n")
    assert clean(made, temporary)


def test_hooks_of_the_repository_do_not_run(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "x"})
    hook = made.path / ".git/hooks/post-checkout"
    hook.write_text("#!/bin/sh\ntouch hooked\nexit 1\n")
    hook.chmod(0o755)
    [listing] = run(made, "ls")
    assert listing.output == "a.py\n"


def test_a_gate_that_does_not_end_is_stopped_with_all_it_started(
    make_repository: MakeRepository, tmp_path: Path, temporary: Path
) -> None:
    made = make_repository({"a.py": "x"})
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > '{pids}'; echo begun; wait"
    [stopped] = run(made, f'sh -c "{script}"', timeout=3)
    assert (stopped.status, stopped.output) == (None, "begun\n")
    assert re.fullmatch(r"was stopped after \d+ s", stopped.words)
    assert gone(int(pids.read_text()))
    assert clean(made, temporary)


def test_what_a_gate_leaves_running_is_ended(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "x"})
    pids = tmp_path / "pids"
    [left] = run(made, f"sh -c \"sleep 60 & echo $! > '{pids}'\"")
    assert left.passed
    assert gone(int(pids.read_text()))


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("no-such-program --x", "'no-such-program --x' cannot be started: No such file or directory"),
        ("'unclosed", "cannot be read: No closing quotation"),
        (" ", "a gate is a command to run"),
    ],
)
def test_gates_that_cannot_be_run(
    make_repository: MakeRepository, temporary: Path, command: str, sentence: str
) -> None:
    made = make_repository({"a.py": "x"})
    with pytest.raises(UsageError, match=sentence):
        run(made, command)
    assert clean(made, temporary)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_interruption_leaves_nothing_behind(
    make_repository: MakeRepository, tmp_path: Path, temporary: Path, number: signal.Signals
) -> None:
    """After SIGKILL nobody is left to clean up; the next run does."""
    made = make_repository({"a.py": "x"})
    pids = tmp_path / "pids"
    program = (
        "import sys; from pathlib import Path\n"
        "from codemods.git.repository import Repository; from codemods.landing.gates import open_gates\n"
        "r = Repository.open(Path(sys.argv[1])); c = r.commit_id()\n"
        "with open_gates(r, c, 60, lambda _: None) as gates: gates.run(c, [sys.argv[2]], 'base')\n"
    )
    gate = f"sh -c \"echo $$ > '{pids}'; exec sleep 60\""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(made.path), gate], stderr=subprocess.PIPE, env=dict(os.environ)
    )
    deadline = time.monotonic() + 30
    while not (pids.exists() and pids.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode != 0, errors
    if number is signal.SIGKILL:
        os.kill(int(pids.read_text()), signal.SIGKILL)
        assert not clean(made, temporary)
        run(made, "true")
    else:
        assert gone(int(pids.read_text()))
    assert clean(made, temporary)


def test_an_interruption_while_a_command_starts_comes_when_it_is_known(tmp_path: Path) -> None:
    """Between the start of a process and our hearing of it nobody could end it."""
    program = (
        "import os, signal, subprocess, sys, tempfile; from pathlib import Path\n"
        "from codemods.landing import gates\n"
        "class Interrupted(subprocess.Popen):\n"
        "    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n"
        "        Path(sys.argv[1]).write_text(str(self.pid))\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "subprocess.Popen = Interrupted\n"
        "with gates._stopped_like_ctrl_c(), tempfile.TemporaryFile() as output:\n"
        "    gates._status(['sleep', '60'], 'sleep', Path('.'), 60, output)\n"
    )
    pid = tmp_path / "pid"
    done = subprocess.run([sys.executable, "-c", program, str(pid)], capture_output=True, check=False)
    assert b"KeyboardInterrupt" in done.stderr
    assert gone(int(pid.read_text()))


def test_gates_run_in_any_thread(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "x"})
    with ThreadPoolExecutor() as pool:
        [outcome] = pool.submit(run, made, "true").result()
    assert outcome.passed


def test_the_worktrees_of_others_stay(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "x"})
    made.git("worktree", "add", "-q", str(tmp_path / "gone"))
    (tmp_path / "gone" / ".git").unlink()
    repository = Repository.open(made.path)
    with open_gates(repository, repository.commit_id(), 30, lambda _: None) as first:
        assert isinstance(first, Gates)
        run(made, "true")
        assert made.git("worktree", "list").count("\n") == 2
    assert made.git("worktree", "list").count("\n") == 1


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has ended too."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
