"""Real runs in a terminal of their own: killed in the middle, resumed, applied."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.conftest import GitRepository
from tests.review.real import USES, codemods, command, repository

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

REVIEW = ("review", "../shutdown.toml")


def start(repo: GitRepository, *args: str, term: str = "xterm-256color") -> pexpect.spawn:
    executable, *rest = command(*args)
    return pexpect.spawn(
        executable,
        rest,
        cwd=str(repo.path),
        env={**os.environ, "TERM": term, "EDITOR": "false"},
        dimensions=(30, 110),
        timeout=30,
        encoding="utf-8",
    )


def test_the_app_is_killed_and_resumed_and_its_decisions_applied(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    child = start(repo, *REVIEW)
    child.expect("4 changes to decide")
    child.send("a")
    child.expect("Accepted uses.py:5")
    child.send("r")
    child.expect("Rejected uses.py:10")
    child.kill(9)
    child.wait()

    child = start(repo, *REVIEW)
    child.expect("2 changes to decide, 2 decided already")
    exported = tmp_path / "exported.json"
    exported.write_text(codemods(repo, "review", "--export", "-").stdout)
    second = codemods(repo, "review", "--import", str(exported))
    assert second.stderr.startswith("codemods: Another review of this repository is open")
    child.send("a")
    child.expect("Accepted uses.py:14")
    child.send("q")
    child.expect("3 of 4 decided, and saved")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

    applied = codemods(repo, "apply", "../shutdown.toml", "--branch", "fix", "--accept", "reviewed")
    assert applied.returncode == 0, applied.stderr
    lines = repo.blob("uses.py", "fix").decode().split("\n")
    calls = [line.strip() for line in lines if "await" in line]
    wanted = [
        "await manager.shutdown()",
        "await manager.close()",
        "await manager.shutdown()",
        "await manager.close()",
    ]
    assert calls == wanted
    assert (repo.path / "uses.py").read_text() == USES


def test_the_prompt_is_killed_and_resumed(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    child = start(repo, *REVIEW, term="dumb")
    child.expect(r"Change 1 of 4 \[.*\]: ")
    child.sendline("a")
    child.expect(r"Accepted uses.py:5\.")
    child.expect(r"Change 2 of 4 \[.*\]: ")
    child.kill(9)
    child.wait()

    child = start(repo, *REVIEW, "--plain")
    child.expect(r"3 changes to decide, 1 decided already\.")
    child.expect(r"Change 2 of 4 \[.*\]: ")
    child.sendline("u")
    child.expect(r"Nothing to undo\.")
    child.sendline("R")
    child.expect("Why: ")
    child.sendline("not ours")
    child.expect("with your note")
    child.sendeof()
    child.expect("2 of 4 decided, and saved")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    report = tmp_path / "report.md"
    options = ("--branch", "fix", "--accept", "reviewed", "--report", str(report))
    applied = codemods(repo, "apply", "../shutdown.toml", *options)
    assert "rejected with a note: uses.py:10: not ours" in applied.stdout
    assert report.read_text().endswith("## Rejected in the review\n\n- `uses.py:10`: not ours\n")
    assert repo.blob("uses.py", "fix").decode().count("shutdown") == 1


def test_a_second_review_says_so(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    first = start(repo, *REVIEW, "--plain")
    first.expect(r"Change 1 of 4 \[.*\]: ")
    second = start(repo, *REVIEW, "--plain")
    second.expect(rf"Another review of this repository is open \(process {first.pid}\); close it first\.")
    second.expect(pexpect.EOF)
    second.close()
    assert second.exitstatus == 2
    first.sendline("q")
    first.expect(pexpect.EOF)


def test_the_summary_applies_on_a_branch(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    child = start(repo, *REVIEW)
    child.expect("4 changes to decide")
    child.send("A")
    child.expect("yes, accept 3 changes")
    child.send("y")
    child.expect("Accepted 3 changes")
    child.send("3")
    child.expect("one commit: 3 changes in 1 file")
    child.send("c")
    child.expect("The name of the new branch")
    child.send("fix\r")
    child.expect("Commit 3 accepted changes on the branch 'fix'")
    child.send("y")
    child.expect("fix.{0,40}1 commit")
    child.send("q")
    child.expect(pexpect.EOF)
    assert repo.git("log", "--format=%s", "main..fix") == "Manager.close() is now shutdown()"


def test_no_colour_where_it_is_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = repository(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    child = start(repo, *REVIEW)
    child.expect("4 changes to decide")
    shown = child.before
    child.send("q")
    child.expect(pexpect.EOF)
    shown += child.before
    colours = {code for code in shown.split("\x1b[38;2;")[1:] if len(set(code.split("m")[0].split(";"))) > 1}
    assert not colours


def test_plain_has_no_control_sequences(tmp_path: Path) -> None:
    child = start(repository(tmp_path), *REVIEW, "--plain", term="dumb")
    for answer in ("?", "s", "a", "q"):
        child.expect(r"Change \d of 4 \[.*\]: ")
        assert "\x1b" not in child.before
        child.sendline(answer)
    child.expect(pexpect.EOF)
    assert "\x1b" not in child.before


@pytest.mark.parametrize("options", [(), ("--plain",)])
def test_without_a_terminal_the_plan_is_printed(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = repository(tmp_path)
    done = codemods(repo, *REVIEW, *options, stdin="a\na\nA\nyes\n")
    assert done.returncode == 1
    assert "+    await manager.shutdown()" in done.stdout
    assert "possible: uses.py:18" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert not (repo.path / ".git" / "codemods").exists()


def test_export_and_import(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    child = start(repo, *REVIEW, "--plain")
    for answer in ("a", "r", "q"):
        child.expect(r"Change \d of 4 \[.*\]: ")
        child.sendline(answer)
    child.expect(pexpect.EOF)
    exported = codemods(repo, "review", "--export", "-").stdout
    assert [one["decision"] for one in json.loads(exported)["decisions"]] == ["accept", "reject"]

    (tmp_path / "other").mkdir()
    other = repository(tmp_path / "other")
    shared = tmp_path / "shared.json"
    shared.write_text(exported)
    said = codemods(other, "review", "--import", str(shared)).stdout
    assert said == "Imported 2 decisions; 0 of them replaced another one.\n"
    codemods(other, "apply", "../shutdown.toml", "--branch", "fix", "--accept", "reviewed")
    assert other.blob("uses.py", "fix").decode().count("shutdown") == 1
    wrong = codemods(other, "review", *REVIEW[1:], "--import", str(shared))
    assert wrong.returncode == 2
    assert wrong.stderr == "codemods: name the recipes to review, or a file with --export or --import\n"


def test_a_file_written_during_the_review_is_stale(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    child = start(repo, *REVIEW, "--plain")
    child.expect(r"Change 1 of 4 \[.*\]: ")
    (repo.path / "uses.py").write_text("# new\n" + USES)
    child.sendline("a")
    child.expect("uses.py has changed since the plan was made; start the review again to judge it")
    child.sendline("q")
    child.expect(pexpect.EOF)
    repo.git("commit", "--quiet", "--all", "-m", "Meanwhile")
    child = start(repo, *REVIEW, "--plain")
    child.expect(r"4 changes to decide\.")
    child.sendline("q")
    child.expect(pexpect.EOF)
