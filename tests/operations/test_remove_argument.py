"""``remove-argument``."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode
from tests.hazards import Site
from tests.operations.running import recipe_of, run

FILES = {"app/__init__.py": "", "app/work.py": "def start(*args, **more): ...\n"}
STEP = {"op": "remove-argument", "function": "app.work.start", "name": "loop"}
PLACED = {**STEP, "parameters": ["first", "loop", "last"]}
IMPORT = "from app.work import start\n"

SITES = [
    Site(
        STEP,
        before="start(1, loop=None)",
        after="start(1)",
        header=IMPORT,
        names=("start",),
        files=FILES,
    )
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("start(1, 2, 3)", "start(1, last=3)"),
        ("start(1, 2)", "start(1)"),
        ("start(1)", "start(1)"),
        ("start(1, (2), last=3)", "start(1, last=3)"),
        ("start(1, last=3, loop=2)", "start(1, last=3)"),
        ("start(\n    1,\n    2,  # loop\n    3,\n)", "start(\n    1,\n    last=3,\n)"),
        ("start(loop=1,\n      last=3)", "start(last=3)"),
        ("start(loop=1,  # loop\n      last=3)", "start(# loop\n      last=3)"),
    ],
)
def test_an_argument_goes_by_name_or_by_place(before: str, after: str) -> None:
    assert run(PLACED, {**FILES, "example.py": f"{IMPORT}{before}\n"}).text() == f"{IMPORT}{after}\n"


def test_only_the_given_values_go() -> None:
    step = {**STEP, "values": ["None", "False"]}
    code = f"{IMPORT}start(loop=None)\nstart(loop=(False))\nstart(loop=True)\n"
    assert run(step, {**FILES, "example.py": code}).text() == f"{IMPORT}start()\nstart()\nstart(loop=True)\n"


@pytest.mark.parametrize("value", ["make()", "(x := 1)", "[y() for y in z]"])
def test_a_value_with_an_effect_is_refused(value: str) -> None:
    code = f"{IMPORT}start(loop={value})\n"
    result = run(STEP, {**FILES, "example.py": code})
    assert result.text() == code
    assert [change.refused.code for change in result.changes if change.refused] == [ReasonCode.UNSAFE_EDIT]


def test_any_call_of_an_unknown_function_is_no_evidence() -> None:
    code = f"{IMPORT}\n\ndef use(other, start):\n    other(1, 2, 3)\n    start(1, 2, 3)\n"
    result = run(PLACED, {**FILES, "example.py": code})
    assert [change.line for change in result.plan.possible()] == [6]
    assert result.plan.weak == 1


def test_arguments_that_may_hold_it_are_possible() -> None:
    code = f"{IMPORT}more = {{'loop': None}}\nstart(**more)\n"
    result = run(STEP, {**FILES, "example.py": code})
    assert [change.reason.code for change in result.changes] == [ReasonCode.MAY_HOLD]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"parameters": ["a"]}, "parameters lacks 'loop'"),
        ({"values": ["a b"]}, "no expression"),
        ({"class": "a.B"}, "either a class or a function"),
        ({"function": None}, "either a class or a function"),
    ],
)
def test_bad_steps_are_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe_of({**STEP, **keys})
