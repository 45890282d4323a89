"""``rename-parameter``."""

from __future__ import annotations

import pytest

from codemods.plan import ReasonCode
from tests.hazards import Site
from tests.operations.running import run

STEP = {"op": "rename-parameter", "function": "app.work.start", "from": "session", "to": "run"}

SITES = [
    Site(
        STEP,
        before="start(session=1)",
        after="start(run=1)",
        header="from app.work import start\n",
        names=("start",),
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
    use = "from app.work import start\n\n\ndef all(session):\n    start(session=session)\n    f(session='')\n"
    result = run(STEP, {"app/work.py": work, "app/use.py": use})
    assert result.text("app/work.py") == (
        "def start(run: str, *, other=None):\n"
        "    def inner(x=run):\n        return run, [run for _ in x], f'{run!r} {other}'\n"
        "    def own(session):\n        return session\n"
        "    run = run.strip()\n    return inner, own(session=run), run.session\n"
    )
    assert result.text("app/use.py") == use.replace("start(session=", "start(run=")


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
    assert [change.refused.code for change in result.changes if change.refused] == [code]


def test_a_function_without_the_parameter_is_warned_about() -> None:
    result = run(STEP, {"app/work.py": "def start(run): ...\n"})
    assert result.plan.warnings == ("app.work.start has no parameter session (any more)",)
