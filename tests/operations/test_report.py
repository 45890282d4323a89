"""Code that should not be there is listed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.planner.examples import run as run_examples
from codemods.planner.planner import plan
from codemods.recipe.model import Example
from tests.conftest import MakeRepository
from tests.operations.running import Result, recipe_of, run

_HOOKS = {
    "op": "report",
    "patterns": [
        "async def setup_method(self, $...params):\n    $...body",
        "async def teardown_method(self, $...params):\n    $...body",
    ],
    "message": "pytest never awaits this hook",
}


def _lines(result: Result, path: str = "example.py") -> list[int]:
    return [change.line for change in result.plan.reported() if change.path == path]


def test_patterns_are_listed_and_nothing_changes() -> None:
    text = """\
class A:
    async def setup_method(self):
        pass

    @decorated
    async def teardown_method(self, method, *, a=1):
        '''Doc.'''
        await x()

    def setup_class(cls):
        pass


class B:
    def setup_method(self):
        async def setup_method(this):
            pass
"""
    result = run(_HOOKS, text)
    assert result.text() == text
    assert _lines(result) == [2, 6]
    assert [change.refused.text for change in result.changes if change.refused] == [
        "pytest never awaits this hook"
    ] * 2
    assert not list(result.plan.refused())


def test_where_narrows() -> None:
    step = {
        "op": "report",
        "pattern": "asyncio.run($...x)",
        "message": "use a fixture",
        "where": {"in-function": ["setup_*", "teardown_*"], "tests": True},
    }
    text = "import asyncio as a\n\ndef teardown_method(self):\n    a.run(f())\n\ndef g():\n    a.run(f())\n"
    result = run(step, {"test_a.py": text, "a.py": text})
    assert [(change.path, change.line) for change in result.plan.reported()] == [("test_a.py", 4)]


def test_imports_that_do_not_exist() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/db.py": "class Manager: ...\nif True:\n    extra = 1\n",
        "pkg/sub/b.py": "from .. import db, lost\nfrom ..db import Manager, Absent\nfrom . import c\n",
        "pkg/dynamic.py": "def __getattr__(name): ...\n",
        "a.py": """\
import pkg.db
import pkg.gone
from pkg.db import Manager, Missing, extra
from pkg import db, nothing
from pkg.gone import x
from pkg.dynamic import anything
from pkgs import other
try:
    from pkg.old import y
except ImportError:
    y = None
""",
    }
    step = {"op": "report", "missing-imports": ["pkg"], "message": "it does not exist"}
    result = run(step, files)
    assert _lines(result, "pkg/sub/b.py") == [1, 2, 3]
    assert [(c.line, c.reason.text) for c in result.plan.reported() if c.path == "a.py"] == [
        (2, "pkg.gone is not in the repository"),
        (3, "pkg.db.Missing is not in the repository"),
        (4, "pkg.nothing is not in the repository"),
        (5, "pkg.gone.x is not in the repository"),
    ]


def test_a_name_that_a_module_has_in_a_string_may_be_made_at_run_time() -> None:
    files = {
        "pkg/__init__.py": "__all__ = ['gone']\nlazy(__name__, {'pkg.a': ['made']})\n",
        "example.py": "from pkg import made\nfrom pkg import gone\n",
    }
    result = run({"op": "report", "missing-imports": ["pkg"], "message": "gone"}, files)
    assert _lines(result) == [2]


def test_modules_that_are_compiled_vendored_or_generated_are_not_missing(
    make_repository: MakeRepository,
) -> None:
    made = make_repository(
        {
            "pkg/__init__.py": "",
            "pkg/_fast.cpython-311-x86_64-linux-gnu.so": "",
            "pkg/_slow.pyd": "",
            "pkg/_built.pyx": "",
            "pkg/_vendor/six.py": "",
            "pkg/api_pb2.py": "",
            "pkg/a.py": "from ._fast import f\nfrom . import _slow, gone\nimport pkg._built.x\n"
            "from ._vendor import six\nfrom ._vendor.six import moves\nfrom .api_pb2 import A\n"
            "from .gone import x\n",
        }
    )
    step = recipe_of({"op": "report", "missing-imports": ["*"], "message": "it does not exist"})
    [recipe] = plan([step], Commit(Repository.open(made.path))).plan.recipes
    assert [change.reason.text for change in recipe.reported()] == [
        "pkg.gone is not in the repository",
        "pkg.gone.x is not in the repository",
    ]


def test_a_doubtful_capture_is_possible_and_not_reported() -> None:
    files = {
        "m.py": "class A:\n    def f(self): ...\n",
        "a.py": "from m import A\n\ndef g(a: A, b):\n    a.f()\n    b.f()\n",
    }
    step = {"op": "report", "pattern": "$a.f()", "captures": {"a": {"type": "m.A"}}, "message": "no"}
    assert _lines(run(step, files), "a.py") == [4]


@pytest.mark.parametrize(("lines", "passed"), [([1], True), ([], False), ([1, 2], False)])
def test_examples_say_which_lines_are_reported(lines: list[int], passed: bool) -> None:
    recipe = recipe_of({"op": "report", "pattern": "print($...x)", "message": "no printing"})
    example = Example.model_validate({"name": "a", "unchanged": "print(1)\nlen(1)\n", "reported": lines})
    loaded = recipe.__class__(
        recipe.recipe.model_copy(update={"example": [example]}), recipe.ref, recipe.path
    )
    assert {result.passed for result in run_examples(loaded)} == {passed}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({}, "name either a pattern, patterns, missing-imports, or async-hooks"),
        ({"pattern": "len(", "message": "x"}, "`len(` is no Python code"),
        (
            {"pattern": "len(1)", "missing-imports": ["a"]},
            "name either a pattern, patterns, missing-imports, or async-hooks",
        ),
    ],
)
def test_bad_steps_are_refused_when_loaded(step: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        run({"op": "report", "message": "x", **step}, "")
    assert message in str(caught.value)


def test_only_where_the_code_is_a_statement() -> None:
    text = """\
import asyncio

async def f():
    task = asyncio.create_task(g())
    await asyncio.create_task(g())
    asyncio.create_task(g())
"""
    step = {"op": "report", "pattern": "asyncio.create_task($x)", "message": "nobody awaits it"}
    assert _lines(run(step, text)) == [4, 5, 6]
    assert _lines(run({**step, "statement": True}, text)) == [6]


def test_hooks_that_nobody_awaits_are_listed() -> None:
    text = """\
class Base:
    async def setup_method(self): ...


class TestA(Base):
    def setup_method(self): ...

    async def teardown_method(self): ...


class Sandbox:
    async def setup_method(self): ...
"""
    step = {"op": "report", "async-hooks": ["setup_method", "teardown_method"], "message": "never awaited"}
    result = run(step, {"test_a.py": text})
    assert _lines(result, "test_a.py") == [2, 8]
    assert result.text("test_a.py") == text


def test_imports_of_every_package_of_the_repository_are_tried() -> None:
    files = {
        "app/__init__.py": "",
        "lib/__init__.py": "from . import gone\nfrom .there import x, y\n",
        "lib/there.py": "x = 1\n",
        "example.py": "import app.gone\nimport requests.gone\nfrom lib import there\n",
    }
    result = run({"op": "report", "missing-imports": ["*"], "message": "gone"}, files)
    assert _lines(result) == [1]
    assert _lines(result, "lib/__init__.py") == [1, 2]
