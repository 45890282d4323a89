"""Several processes: the same plan as one, nothing lost, nothing left behind."""

from __future__ import annotations

import dataclasses
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codemods.git.command import GitError
from codemods.git.commit_files import Commit
from codemods.git.files import MemoryFiles
from codemods.git.repository import Repository
from codemods.git.working_tree import WorkingTree
from codemods.model.errors import CodemodsError, FileError, SourceSyntaxError, UnknownTargetError
from codemods.planner.planner import Planned, plan
from codemods.planner.workers import PAYS
from tests.conftest import MakeRepository
from tests.operations.running import recipe_of

FILES = {
    "app/__init__.py": "",
    "app/pool.py": "class Pool:\n    def __init__(self, *, size=1): ...\n    def close(self): ...\n",
    **{
        f"app/use_{number}.py": "from app.pool import Pool\n\n\n"
        f"def f(given, known: Pool):\n    pool = Pool(size={number})\n    pool.close()\n    known.close()\n"
        "    given.close()\n    return len(str(pool))\n"
        for number in range(PAYS + 10)
    },
    "app/broken.py": "from app.pool import Pool\nPool().close(\n",
}
STEPS = [
    {"op": "rename-method", "class": "app.pool.Pool", "from": "close", "to": "drain"},
    {"op": "rename-argument", "class": "app.pool.Pool", "from": "size", "to": "limit"},
    {"op": "replace", "pattern": "len(str($x))", "replacement": "repr($x).__len__()"},
]


def _same(one: Planned, other: Planned) -> None:
    for left, right in zip(one.plan.recipes, other.plan.recipes, strict=True):
        assert left == right
    assert one.plan.unparsed == other.plan.unparsed
    for path in one.plan.changed_paths():
        assert one.codebase.text(path) == other.codebase.text(path)


@pytest.mark.parametrize(
    "error",
    [
        FileError("app/pool.py", "it changed while it was being read; run again", 3),
        SourceSyntaxError("invalid syntax", 3, 4),
        UnknownTargetError("app.pool.Pol is nowhere"),
        GitError("grep", 128, b"fatal: no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_helper_cannot_do_is_told_as_it_is(error: CodemodsError) -> None:
    sent = pickle.loads(pickle.dumps(error))
    assert type(sent) is type(error) and str(sent) == str(error)
    assert vars(sent) == vars(error) and sent.exit_code == error.exit_code


def test_a_plan_is_the_same_with_any_number_of_processes() -> None:
    # Later recipes see what earlier ones changed, in every process.
    recipes = [dataclasses.replace(recipe_of(step)) for step in STEPS]
    alone = plan(recipes, MemoryFiles(FILES))
    together = plan(recipes, MemoryFiles(FILES), jobs=3)
    _same(alone, together)
    applied = sum(
        len(stage.applied) for recipe in alone.plan.recipes for file in recipe.files for stage in file.stages
    )
    assert applied == 4 * (PAYS + 10)
    assert [trouble.path for trouble in together.plan.unparsed] == ["app/broken.py"]


def test_helpers_read_working_trees_and_commits(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    made.write({"app/use_0.py": "from app.pool import Pool\n\nPool().close()\n"})
    repository = Repository.open(made.path)
    step = recipe_of(STEPS[0])
    for files in (WorkingTree(repository), Commit(repository)):
        planned = plan([step], files, jobs=2)
        _same(plan([step], files), planned)
        assert len(planned.plan.changed_paths()) == PAYS + 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_an_interrupt_ends_every_process(make_repository: MakeRepository, tmp_path: Path) -> None:
    long = "x = [\n" + "len(str(1)),\n" * 4000 + "]\n"
    made = make_repository(FILES | {f"app/long_{number}.py": long for number in range(40)})
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'id = "count"\ntitle = "Count"\nwhy = "It is a test."\n[[step]]\nop = "replace"\n'
        'pattern = "len(str($x))"\nreplacement = "repr($x).__len__()"\n'
        '[[example]]\nname = "a"\nbefore = "len(str(1))"\nafter = "repr(1).__len__()"\n'
        '[[example]]\nname = "b"\nunchanged = "len(1)"\n'
    )
    command = [str(Path(sys.executable).with_name("codemods")), "run", str(recipe), "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=made.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    while process.poll() is None and len(_group(process.pid)) < 3:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    deadline = time.monotonic() + 20
    while _group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _group(process.pid)


def _group(leader: int) -> list[int]:
    """The living processes that a command has started, and itself."""
    out = subprocess.run(["ps", "-eo", "pid=,sess=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in out.splitlines())
    return [int(pid) for pid, session, state in rows if int(session) == leader and not state.startswith("Z")]
