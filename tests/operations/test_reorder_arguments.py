"""``reorder-arguments``."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode
from tests.hazards import Site
from tests.operations.running import recipe_of, run

FILES = {"app/__init__.py": "", "app/work.py": "def send(first, third, second): ...\n"}
STEP = {
    "op": "reorder-arguments",
    "function": "app.work.send",
    "from": ["first", "second", "third"],
    "to": ["first", "third", "second"],
}
IMPORT = "from app.work import send\n"

SITES = [
    Site(
        STEP,
        before="send(1, (2), 3)",
        after="send(1, second=(2), third=3)",
        header=IMPORT,
        names=("send",),
        files=FILES,
    )
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("send(1)", "send(1)"),
        ("send(1, 2)", "send(1, second=2)"),
        ("send(1, 2, third=3)", "send(1, second=2, third=3)"),
        ("send(1, x := 2)", "send(1, second=(x := 2))"),
        ("send(1, second=2)", "send(1, second=2)"),
    ],
)
def test_arguments_that_moved_are_passed_by_keyword(before: str, after: str) -> None:
    assert run(STEP, {**FILES, "example.py": f"{IMPORT}{before}\n"}).text() == f"{IMPORT}{after}\n"


def test_any_call_of_an_unknown_function_is_no_evidence() -> None:
    code = f"{IMPORT}\n\ndef use(other, send):\n    other(1, 2, 3)\n    send(1, 2, 3)\n"
    result = run(STEP, {**FILES, "example.py": code})
    assert [change.line for change in result.plan.possible()] == [6]
    assert result.plan.weak == 1


def test_a_starred_argument_is_refused() -> None:
    result = run(STEP, {**FILES, "example.py": f"{IMPORT}send(1, *rest)\n"})
    assert [change.refused.code for change in result.changes if change.refused] == [ReasonCode.UNSAFE_EDIT]


@pytest.mark.parametrize(
    "to", [["first", "second", "third"], ["first", "second"], ["first", "first", "third"]]
)
def test_bad_orders_are_refused(to: list[str]) -> None:
    with pytest.raises(ValidationError, match=r"order|same parameters"):
        recipe_of({**STEP, "to": to})
