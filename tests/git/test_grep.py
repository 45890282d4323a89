"""Searching with git gives what reading every file would, in a working tree and in a commit."""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest

from codemods.git.commit_files import Commit
from codemods.git.files import Files, MemoryFiles
from codemods.git.repository import Repository
from codemods.git.working_tree import WorkingTree
from tests.conftest import MakeRepository
from tests.git.test_working_tree import ODD_NAMES

HEADS = [f"CONF_{number:03}" for number in range(80)]
IMPORT = "[ \t]*(from|import)[ \t]"
LITERALS = [
    ["close"],
    ["close", "aclose", "a", "pool.close", "Pool", "oo", "se("],
    HEADS,
    [f"{head}_x.y" for head in HEADS],
    [f"{chr(97 + number % 26)}{number}(" for number in range(60)],
    ["é", "import *", "--x", "[", "\\"],
]


def _text(chance: random.Random) -> str:
    words = [
        "close",
        "aclose",
        "pool.close(",
        "Pool",
        "import *",
        "é",
        "--x",
        "[\\",
        "XCONF_001_x.y",
        "\0",
        " ",
    ]
    words += [*HEADS, *(f"{head}_x.y" for head in HEADS), "a0(", "z25("]
    lines = ["".join(chance.choices(words, k=6)) for _ in range(chance.randrange(5))]
    imports = [
        "import a, b.c as d",
        "  from .x import (",
        "from\ty import *",
        "importlib",
        "x = 1; import z",
        "",
    ]
    return chance.choice(["\n", "\r\n", "\r"]).join(lines + chance.choices(imports, k=2))


@pytest.mark.parametrize("literals", LITERALS, ids=lambda literals: f"{len(literals)} {literals[0]}")
def test_git_finds_what_reading_finds(make_repository: MakeRepository, literals: Collection[str]) -> None:
    chance = random.Random(len(literals))
    contents = {name: _text(chance) for name in [*ODD_NAMES, *(f"sub/f{number}.py" for number in range(40))]}
    repository = Repository.open(make_repository(contents).path)
    memory = MemoryFiles(contents)
    for files in (WorkingTree(repository), Commit(repository)):
        assert files.grep(literals) == memory.grep(literals)
        assert sorted(files.lines(IMPORT).split("\n")) == sorted(memory.lines(IMPORT).split("\n"))


def test_lines_are_those_on_disk(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "import old\n", "b.py": "import old\n"})
    made.git("update-index", "--assume-unchanged", "a.py")
    made.write({"a.py": "import new\n", "b.py": "import newer\n"})
    files: Files = WorkingTree(Repository.open(made.path))
    assert sorted(files.lines(IMPORT).split("\n")) == ["", "a.py\0import new", "b.py\0import newer"]
