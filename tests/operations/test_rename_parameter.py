"""``rename-parameter``."""

from __future__ import annotations

import pytest

from codemods.model.plan import ACCEPTED, ReasonCode
from tests.hazards import Site
from tests.operations.running import run

STEP = {"op": "rename-parameter", "function": "app.work.start", "from": "session", "to": "run"}

OTHER_STARTS = (
    *("parameter", "keyword-only parameter", "lambda parameter", "f-string with a parameter"),
    *("assignment after the use", "closure over a parameter", "nonlocal", "loop variable", "with target"),
    *("comprehension variable", "dictionary comprehension variable", "match capture", "from-import"),
)
"""Where a shadowed name is another object, of which nobody knows that it is not the function."""

SITES = [
    Site(
        STEP,
        before="start(session=1)",
        after="start(run=1)",
        header="from app.work import start\n",
        names=("start",),
        otherwise={f"start as {hazard}": None for hazard in OTHER_STARTS},
        files={"app/__init__.py": "", "app/work.py": "def start(session):\n    return session\n"},
    )
]


def test_definition_body_and_calls_change_together() -> None:
    work = (
        "def start(session: str, *, other=None):\n"
        "    def inner(x=session):\n        return session, [session for _ in x], f'{session!r} {other}'\n"
        "    def own(session):\n        return session\n"
        "    session = session.strip()\n    return inner, own(session=session), session.session\n"
    )
    use = (
        "from app.work import start\n\n\ndef f(session): ...\ndef all(session):\n"
        "    start(session=session)\n    f(session='')\n"
    )
    result = run(STEP, {"app/work.py": work, "app/use.py": use})
    assert result.text("app/work.py") == (
        "def start(run: str, *, other=None):\n"
        "    def inner(x=run):\n        return run, [run for _ in x], f'{run!r} {other}'\n"
        "    def own(session):\n        return session\n"
        "    run = run.strip()\n    return inner, own(session=run), run.session\n"
    )
    assert result.text("app/use.py") == use.replace("start(session=", "start(run=")


@pytest.mark.parametrize(
    "work",
    [
        "from typing import overload\n@overload\ndef start(session: int): ...\n"
        "@overload\ndef start(session: str): ...\ndef start(session): return session\n",
        "if sys:\n    def start(session): return session\nelse:\n    async def start(session): ...\n",
    ],
)
def test_all_definitions_of_the_name_change(work: str) -> None:
    other = "class Other:\n    def start(self, session): ...\n"
    result = run(STEP, {"app/work.py": work + other})
    assert result.text("app/work.py") == work.replace("session", "run") + other


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("    run = 1\n    return session\n", ReasonCode.NAME_CONFLICT),
        ("    return run(session)\n", ReasonCode.NAME_CONFLICT),
        ("    return locals()\n", ReasonCode.UNSAFE_EDIT),
        ("    import session\n", ReasonCode.UNSAFE_EDIT),
        (
            "    def inner():\n        nonlocal session\n        session = 1\n    inner()\n",
            ReasonCode.UNSAFE_EDIT,
        ),
    ],
)
def test_a_definition_that_cannot_change_keeps_its_calls(body: str, code: ReasonCode) -> None:
    files = {
        "app/work.py": f"def start(session):\n{body}",
        "app/use.py": "from app.work import start\nstart(session=1)\n",
    }
    result = run(STEP, files)
    assert {path: data.decode() for path, data in result.files.items()} == files
    assert all(change.refused for change in result.changes)
    work = [
        change.refused.code for change in result.changes if change.refused and change.path == "app/work.py"
    ]
    assert work == [code]


def test_a_call_that_is_refused_keeps_the_definition() -> None:
    files = {
        "app/work.py": "def start(session=1, **more): ...\n",
        "app/use.py": "from app.work import start\nstart(session=1)\nstart(session=1, run=2)\n",
    }
    result = run(STEP, files)
    assert not result.applied
    reasons = {(change.path, change.line): change.refused.text for change in result.changes if change.refused}
    assert reasons["app/work.py", 1] == reasons["app/use.py", 2]
    assert reasons["app/work.py", 1].startswith("the use at app/use.py:3 cannot be changed (the call already")


def test_what_may_be_a_use_keeps_the_definition_until_a_person_decides() -> None:
    files = {
        "app/work.py": "def start(session): ...\n",
        "app/use.py": "from app.work import start\nstart(session=1)\nstart(**more)  # session\n",
    }
    result = run(STEP, files)
    assert not result.applied
    reasons = {(one.path, one.line): one.reason for one in result.plan.possible() if one.edits}
    assert reasons["app/work.py", 1].text.endswith(
        "but the use at app/use.py:3 is only possible (a * or ** argument of the call may hold 'session'), "
        "and all uses go together"
    )
    assert set(reasons) == {("app/work.py", 1), ("app/use.py", 2)}
    decided = run(STEP, files, decide=lambda _: ACCEPTED)
    assert decided.text("app/work.py") == "def start(run): ...\n"
    assert decided.text("app/use.py") == files["app/use.py"].replace("session=1", "run=1")


def test_a_constructors_parameter_is_that_of_the_calls_of_its_class() -> None:
    work = "class Base:\n    def __init__(self, session): ...\n\n\nclass Own(Base):\n{}    pass\n"
    own = "    def __init__(self):\n        super().__init__(session=1)\n"
    use = "from app.work import Base, Own\nBase(session=1)\nOwn(session=2)\nother(session=1)\n"
    step = {**STEP, "function": "app.work.Base.__init__"}
    result = run(step, {"app/work.py": work.format(""), "app/use.py": use})
    assert result.text("app/work.py") == work.format("").replace("session", "run")
    assert result.text("app/use.py") == use.replace("Base(session", "Base(run").replace(
        "Own(session", "Own(run"
    )
    result = run(step, {"app/work.py": work.format(own), "app/use.py": use})
    assert result.text("app/work.py") == work.format(own).replace("session", "run")


def test_a_function_without_the_parameter_is_warned_about() -> None:
    result = run(STEP, {"app/work.py": "def start(run): ...\n"})
    assert result.plan.warnings == ("app.work.start has no parameter session (any more)",)
