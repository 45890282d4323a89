"""Which places a step's ``where`` admits."""

from __future__ import annotations

import pytest

from tests.operations.running import run

STEP = {"op": "replace", "pattern": "len($x)", "replacement": "sum($x)"}


@pytest.mark.parametrize(
    "code",
    [
        "async def f():\n    len(1)\n    with x(len(2)): len(3)\n",
        "async def f():\n    @dec(len(1))\n    def inner(x=len(2)): ...\n",
        "async def f():\n    class A:\n        x = len(1)\n",
        "async def f(): return [len(1) for _ in len(2)]\n",
        "def f():\n    async def inner():\n        len(1)\n",
        "async def f():\n    x(lambda y=len(1): 0)\n",
    ],
)
def test_what_an_asynchronous_function_runs(code: str) -> None:
    changed = code.replace("len", "sum")
    assert run({**STEP, "where": {"async": True}}, code).text() == changed
    assert run({**STEP, "where": {"async": False}}, code).text() == code


@pytest.mark.parametrize(
    "code",
    [
        "len(1)\n",
        "async def f(x=len(1)) -> len(2): ...\n",
        "@dec(len(1))\nasync def f(): ...\n",
        "async def f():\n    x(y=lambda: len(1))\n",
        "async def f():\n    def inner():\n        len(1)\n",
    ],
)
def test_what_runs_before_an_asynchronous_function_or_later(code: str) -> None:
    assert run({**STEP, "where": {"async": True}}, code).text() == code
    assert run({**STEP, "where": {"async": False}}, code).text() == code.replace("len", "sum")


def test_classes_and_functions_by_their_names() -> None:
    code = "class TestA:\n    def test_x(self): len(1)\n    def other(self): len(2)\ndef test_x(): len(3)\n"
    step = {**STEP, "where": {"in-class": ["Test*"], "in-function": ["test_*"]}}
    assert run(step, code).text() == code.replace("len(1)", "sum(1)")
