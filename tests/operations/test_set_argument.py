"""``set-argument``."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import run

FILES = {"app/__init__.py": "", "app/work.py": "def start(*args, **more): ...\n"}
STEP = {"op": "set-argument", "function": "app.work.start", "name": "mode", "values": {"'auto'": "'strict'"}}
INVERTED = {
    "op": "set-argument",
    "function": "app.work.start",
    "name": "verify",
    "to": "insecure",
    "invert": True,
}
IMPORT = "from app.work import start\n"

SITES = [
    Site(
        STEP,
        name="value",
        before="start(1, mode='auto')",
        after="start(1, mode='strict')",
        header=IMPORT,
        names=("start",),
        files=FILES,
    ),
    Site(
        INVERTED,
        name="inverted",
        before="start(1, verify=len('a') or 2)",
        after="start(1, insecure=not (len('a') or 2))",
        header=IMPORT,
        names=("start",),
        files=FILES,
    ),
]


def _text(step: dict[str, Any], code: str) -> str:
    return run(step, {**FILES, "example.py": f"{IMPORT}{code}\n"}).text().removeprefix(IMPORT)[:-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('start(mode="auto")', "start(mode='strict')"),
        ("start(mode=('au' 'to'))", "start(mode=('strict'))"),
        ("start(mode='other')", "start(mode='other')"),
        ("start(mode=mode)", "start(mode=mode)"),
        ("start('auto')", "start('auto')"),
    ],
)
def test_values_by_a_table(before: str, after: str) -> None:
    assert _text(STEP, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("start(1, 'auto', 3)", "start(1, 'strict', 3)"),
        ("start(1, mode='auto')", "start(1, mode='strict')"),
        ("start('auto')", "start('auto')"),
    ],
)
def test_by_position(before: str, after: str) -> None:
    assert _text({**STEP, "parameters": ["first", "mode"]}, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("start(verify=True)", "start(insecure=False)"),
        ("start(verify = False, a=1)", "start(insecure = True, a=1)"),
        ("start(verify=not x)", "start(insecure=x)"),
        ("start(verify=x.y)", "start(insecure=not x.y)"),
        ("start(verify=x if y else z)", "start(insecure=not (x if y else z))"),
        ("start(verify=(x and\n      y))", "start(insecure=(not (x and\n      y)))"),
    ],
)
def test_inverted(before: str, after: str) -> None:
    assert _text(INVERTED, before) == after


def test_inverted_by_position() -> None:
    step = {**INVERTED, "parameters": ["first", "verify", "last"]}
    assert _text(step, "start(1, (True), 2)") == "start(1, insecure=False, last=2)"


def test_refused_and_possible() -> None:
    step = {**INVERTED, "invert": False, "values": {"True": "False"}}
    code = f"{IMPORT}start(verify=x)\nstart(verify=True, insecure=1)\nstart(**x)\n"
    result = run(step, {**FILES, "example.py": code})
    assert result.text() == code
    assert [(c.line, c.refused and c.refused.code, c.verdict) for c in result.changes] == [
        (2, ReasonCode.UNSAFE_EDIT, Verdict.CERTAIN),
        (3, ReasonCode.ALREADY_PRESENT, Verdict.CERTAIN),
        (4, None, Verdict.POSSIBLE),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": {}}, "name either values or invert"),
        ({"invert": True}, "name either values or invert"),
        ({"values": {}, "invert": True}, "invert needs to, or a second run would turn the values back"),
        ({"values": {"a(": "1"}}, "values holds 'a(', which is no expression"),
        ({"values": {"1": "1"}}, "values gives 1 the value it has"),
        ({"values": {"1": "2", "2": "3"}}, "values gives 1 the value 2, which it changes too"),
        ({"values": {"1": "ssl.X"}}, "the value ssl.X needs `ssl`; use replace, which can import it"),
        ({"to": "mode"}, "to is 'mode', the name the argument has already"),
        ({"parameters": ["a"]}, "parameters lacks 'mode', the argument that"),
    ],
)
def test_bad_steps_are_refused_when_loaded(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        run({**STEP, **change}, FILES)
    assert message in str(caught.value)
