"""What the operations on the arguments of a call share: which argument stands at which place."""

from __future__ import annotations

from typing import Any

import pytest

from codemods.model.plan import ReasonCode
from tests.operations.running import run

FILES = {
    "app/__init__.py": "",
    "app/pool.py": (
        "class Pool:\n    def __init__(self, a=0, b=0): ...\n    def get(self, a=0, b=0): ...\n"
        "    @classmethod\n    def make(cls, a=0, b=0): ...\n"
        "    @staticmethod\n    def held(a=0, b=0): ...\n\n\n"
        "def connect(a=0, b=0): ...\n"
    ),
}
HEADER = "from functools import partial\nfrom app.pool import Pool, connect\n"

GET = {"function": "app.pool.Pool.get"}
MAKE = {"function": "app.pool.Pool.make"}
HELD = {"function": "app.pool.Pool.held"}
POOL = {"class": "app.pool.Pool"}
CONNECT = {"function": "app.pool.connect"}
SET = {"op": "set-argument", "name": "b", "parameters": ["a", "b"], "values": {"1": "7"}}
REMOVE = {"op": "remove-argument", "name": "a", "parameters": ["a", "b"]}
INSERT = {"op": "add-argument", "name": "n", "value": "7", "position": 0}
SWAP = {"op": "reorder-arguments", "from": ["a", "b"], "to": ["b", "a"]}


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (SET | GET, "Pool.get(p, 1, 1)", "Pool.get(p, 1, 7)"),
        (SET | GET, "Pool().get(1, 1)", "Pool().get(1, 7)"),
        (SET | GET, "partial(Pool.get, p, 1, 1)", "partial(Pool.get, p, 1, 7)"),
        (SET | MAKE, "Pool.make(1, 1)", "Pool.make(1, 7)"),
        (SET | HELD, "Pool.held(1, 1)", "Pool.held(1, 7)"),
        (SET | POOL, "Pool.__init__(p, 1, 1)", "Pool.__init__(p, 1, 7)"),
        (SET | CONNECT, "partial(connect, 1, 1)", "partial(connect, 1, 7)"),
        (REMOVE | GET, "Pool.get(p, 1, 2)", "Pool.get(p, b=2)"),
        (REMOVE | HELD, "Pool().held(1, 2)", "Pool().held(b=2)"),
        (INSERT | GET, "Pool.get(p, 1)", "Pool.get(p, 7, 1)"),
        (INSERT | POOL, "Pool.__init__(p, 1)", "Pool.__init__(p, 7, 1)"),
        (SWAP | GET, "Pool.get(p, 1, 2)", "Pool.get(p, a=1, b=2)"),
        (SWAP | MAKE, "Pool.make(1, 2)", "Pool.make(a=1, b=2)"),
    ],
)
def test_the_instance_and_what_is_called_by_partial_are_no_arguments(
    step: dict[str, Any], before: str, after: str
) -> None:
    code = f"{HEADER}p = Pool()\n{{}}\n"
    result = run(step, {**FILES, "example.py": code.format(before)})
    line = [line for line in result.text().split("\n") if line][-1]
    assert line == after


@pytest.mark.parametrize("step", [REMOVE, INSERT, SWAP])
def test_what_partial_makes_may_be_given_more_by_position(step: dict[str, Any]) -> None:
    code = f"{HEADER}partial(connect, 1, 2)\n"
    result = run(step | CONNECT, {**FILES, "example.py": code})
    assert result.text() == code
    assert [change.reason.code for change in result.plan.possible()] == [ReasonCode.MAY_HOLD]
