"""``rename-argument``."""

from __future__ import annotations

import pytest

from codemods.model.plan import ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import Result, run

CONTEXT = (
    "from dataclasses import dataclass\n\n\n@dataclass\nclass Context:\n"
    "    user: str = ''\n    run_id: str = ''\n"
)
FILES = {"app/__init__.py": "", "app/context.py": CONTEXT}
STEP = {"op": "rename-argument", "class": "app.context.Context", "from": "session_id", "to": "run_id"}
IMPORT = "from app.context import Context\n"

SITES = [
    Site(
        STEP,
        before="Context(session_id=1)",
        after="Context(run_id=1)",
        header=IMPORT,
        names=("Context",),
        files=FILES,
    ),
    Site(
        {"op": "rename-argument", "function": "app.work.run", "from": "session_id", "to": "run_id"},
        before="run( 'a', session_id = (2) , )",
        after="run( 'a', run_id = (2) , )",
        header="from app.work import run\n",
        names=("run",),
        files={"app/__init__.py": "", "app/work.py": "def run(*args, run_id): ...\n"},
        name="a function's",
    ),
]


def renamed(code: str) -> Result:
    return run(STEP, {**FILES, "example.py": IMPORT + code})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Context(session_id=session_id)\n", "Context(run_id=session_id)\n"),
        ("Context(**{'session_id': 1, 'user': 2})\n", "Context(**{'run_id': 1, 'user': 2})\n"),
        (
            "Context(\n    user=1,\n    session_id=2,  # why\n)\n",
            "Context(\n    user=1,\n    run_id=2,  # why\n)\n",
        ),
        ("Context(session_id=Context(session_id=1))\n", "Context(run_id=Context(run_id=1))\n"),
        (
            "import functools\nf = functools.partial(Context, session_id=1)\n",
            "import functools\nf = functools.partial(Context, run_id=1)\n",
        ),
        (
            "import functools\nclass A:\n    f = functools.partialmethod(Context, session_id=1)\n",
            "import functools\nclass A:\n    f = functools.partialmethod(Context, run_id=1)\n",
        ),
        (
            "import dataclasses\ndataclasses.replace(Context(), session_id=1)\n",
            "import dataclasses\ndataclasses.replace(Context(), run_id=1)\n",
        ),
        (
            "class Own(Context):\n    def __init__(self):\n        super().__init__(session_id=1)\n",
            "class Own(Context):\n    def __init__(self):\n        super().__init__(run_id=1)\n",
        ),
        (
            "class Heir(Context): ...\n\n\nHeir(session_id=1)\n",
            "class Heir(Context): ...\n\n\nHeir(run_id=1)\n",
        ),
    ],
)
def test_keywords_of_the_class_are_renamed(before: str, after: str) -> None:
    assert renamed(before).text() == IMPORT + after


@pytest.mark.parametrize(
    "code",
    [
        "dict(session_id=1)\n",
        "def build(session_id): ...\n\n\nbuild(session_id=1)\n",
        "class Context:\n    def __init__(self, session_id): ...\n\n\nContext(session_id=1)\n",
    ],
)
def test_keywords_of_others_stay(code: str) -> None:
    result = renamed(code)
    assert result.text() == IMPORT + code
    assert {change.verdict for change in result.changes} <= {Verdict.EXCLUDED}


def test_a_call_that_passes_the_new_one_already_is_refused() -> None:
    code = "Context(session_id=1, run_id=2)\n"
    result = renamed(code)
    assert result.text() == IMPORT + code
    assert [change.refused.code for change in result.changes if change.refused] == [
        ReasonCode.ALREADY_PRESENT
    ]


def test_keywords_that_may_hold_the_old_one_are_listed() -> None:
    code = "def build(**more):\n    more['session_id'] = 1\n    return Context(**more), other(**more)\n"
    [site] = renamed(code).plan.possible()
    assert (site.line, site.reason.code) == (IMPORT.count("\n") + 3, ReasonCode.MAY_HOLD)


def test_keywords_that_may_hold_the_new_one_make_the_site_possible() -> None:
    code = "def build(**more):\n    return Context(session_id=1, **more)\n"
    result = renamed(code)
    assert result.text() == IMPORT + code
    assert [change.reason.code for change in result.changes] == [ReasonCode.MAY_HOLD]


POOL = "class Pool:\n    def __init__(self, old=1): ...\n    def close(self, old=1): ...\n"
CALLS = """import app.pool
from app.pool import Pool


class Own(Pool):
    def stop(self):
        Pool(old=1)
        app.pool.Pool(old=1)
        type(self)(old=1)
        self.__class__(old=1)
        super().__init__(old=1)
        self.close(old=2)
        super().close(old=2)
        Pool.close(self, old=2)
        close = self.close
        close(old=2)
"""


@pytest.mark.parametrize(("method", "value"), [("__init__", "1"), ("close", "2")])
def test_the_calls_of_a_method_are_not_those_of_its_class(method: str, value: str) -> None:
    step = {"op": "rename-argument", "function": f"app.pool.Pool.{method}", "from": "old", "to": "new"}
    result = run(step, {"app/__init__.py": "", "app/pool.py": POOL, "example.py": CALLS})
    assert result.text() == CALLS.replace(f"old={value}", f"new={value}")
