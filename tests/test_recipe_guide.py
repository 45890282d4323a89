"""The recipe author's guide does what it says: every snippet is run in a copy of the sample repository."""

import fnmatch
import itertools
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.operations.running import run

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "sample_repo"
GUIDE = (ROOT / "recipes" / "README.md").read_text("utf-8")


@dataclass(frozen=True)
class Snippet:
    language: str
    title: str
    text: str
    line: int


SNIPPETS = [
    Snippet(match[1], match[2].strip(), match[3], GUIDE.count("\n", 0, match.start()) + 1)
    for match in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
]
RECIPES = [snippet for snippet in SNIPPETS if snippet.language == "toml" and snippet.title]
STEPS = [snippet for snippet in SNIPPETS if snippet.language == "toml" and not snippet.title]
DIFFS = {
    before.line: after
    for before, after in itertools.pairwise(SNIPPETS)
    if before in STEPS and after.language == "diff"
}
CONSOLES = [snippet for snippet in SNIPPETS if snippet.language == "console"]


def test_every_snippet_is_run() -> None:
    assert len(SNIPPETS) == len(RECIPES) + len(STEPS) + len(DIFFS) + len(CONSOLES)
    assert len(DIFFS) == len(STEPS) >= 12


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"line-{step.line}")
def test_step_makes_its_diff(step: Snippet) -> None:
    before, after = _sides(DIFFS[step.line].text)
    path = "netra_backend/tests/integration/test_guide.py"
    result = run(tomllib.loads(step.text)["step"], {**_sample_files(), path: before})
    assert result.text(path) == after


def test_console_session(tmp_path: Path) -> None:
    repo = shutil.copytree(SAMPLE, tmp_path / "repo", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for recipe in RECIPES:
        (repo / recipe.title).write_text(recipe.text, "utf-8")
    _run("git init --quiet .", repo)
    _run("git add netra_backend pyproject.toml README.md", repo)
    _run("git -c user.name=Ada -c user.email=ada@example.org commit --quiet -m Start", repo)
    for console in CONSOLES:
        for command, expected in _commands(console.text):
            got = _run(command, repo)
            assert fnmatch.fnmatchcase(got, expected), f"line {console.line}: {command}\n{got}"


def _sides(diff: str) -> tuple[str, str]:
    """The file before and after; a diff of the guide shows it whole."""
    lines = diff.splitlines(keepends=True)
    return (
        "".join(line[1:] for line in lines if line[0] in " -"),
        "".join(line[1:] for line in lines if line[0] in " +"),
    )


def _sample_files() -> dict[str, str | bytes]:
    return {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in SAMPLE.rglob("*.py")}


def _commands(session: str) -> list[tuple[str, str]]:
    """Each command and a glob of what it prints; three dots stand for anything, alone on a line too."""
    commands = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    return [(command, _glob(output)) for command, output in commands]


def _glob(output: str) -> str:
    literal = re.sub(r"[\[*?]", r"[\g<0>]", output)
    return re.sub(r"^\.\.\.\n|\.\.\.", "*", literal, flags=re.MULTILINE)


def _run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    programs = {"python": sys.executable, "codemods": str(Path(sys.executable).with_name("codemods"))}
    done = subprocess.run(
        [programs.get(words[0], words[0]), *words[1:]],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout
