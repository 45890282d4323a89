"""``add-argument``."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode
from tests.hazards import Site
from tests.operations.running import recipe_of, run

FILES = {"app/__init__.py": "", "app/registry.py": "class Registry:\n    def __init__(self, *a, **k): ...\n"}
STEP = {"op": "add-argument", "class": "app.registry.Registry", "name": "manager", "value": "None"}
IMPORT = "from app.registry import Registry\n"

SITES = [
    Site(
        STEP,
        before="Registry()",
        after="Registry(manager=None)",
        header=IMPORT,
        names=("Registry",),
        files=FILES,
    )
]


@pytest.mark.parametrize(
    ("keys", "before", "after"),
    [
        ({}, "Registry(1)", "Registry(1, manager=None)"),
        ({}, "Registry(manager=1)", "Registry(manager=1)"),
        ({"parameters": ["manager"]}, "Registry(1)", "Registry(1)"),
        ({"parameters": ["size", "manager"]}, "Registry(1)", "Registry(1, manager=None)"),
        ({"position": 0}, "Registry(1)", "Registry(None, 1)"),
        ({"position": 0}, "Registry(None, 1)", "Registry(None, 1)"),
        ({"position": 1}, "Registry(1, b=2)", "Registry(1, None, b=2)"),
        ({}, "Registry(\n    1,\n)", "Registry(\n    1,\n    manager=None,\n)"),
    ],
)
def test_calls_that_lack_the_argument_get_it(keys: dict[str, object], before: str, after: str) -> None:
    result = run({**STEP, **keys}, {**FILES, "example.py": f"{IMPORT}{before}\n"})
    assert result.text() == f"{IMPORT}{after}\n"


@pytest.mark.parametrize(
    ("keys", "call", "code"),
    [
        ({}, "Registry(x for x in y)", ReasonCode.UNSAFE_EDIT),
        ({"position": 2}, "Registry(1)", ReasonCode.UNSAFE_EDIT),
    ],
)
def test_what_cannot_be_written_is_refused(keys: dict[str, object], call: str, code: ReasonCode) -> None:
    text = f"{IMPORT}{call}\n"
    result = run({**STEP, **keys}, {**FILES, "example.py": text})
    assert result.text() == text
    assert [change.refused.code for change in result.changes if change.refused] == [code]


def test_arguments_that_may_hold_it_are_possible() -> None:
    result = run(STEP, {**FILES, "example.py": f"{IMPORT}Registry(**k)\n"})
    assert [change.reason.code for change in result.changes] == [ReasonCode.MAY_HOLD]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"value": "a b"}, "no expression"),
        ({"parameters": ["x"]}, "parameters lacks 'manager'"),
        ({"parameters": ["x", "manager"], "position": 2}, "position is 2, and 'manager' stands elsewhere"),
        ({"name": "class"}, "'class' is a keyword"),
    ],
)
def test_bad_steps_are_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe_of({**STEP, **keys})


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("models.CASCADE", True),
        ("lambda x: x", False),
        ("[x for x in range(3)]", False),
        ("lambda: missing", True),
        ("Registry", False),
        ("__name__", False),
    ],
)
def test_a_value_that_means_nothing_at_the_call_is_refused(value: str, refused: bool) -> None:
    result = run({**STEP, "value": value}, {**FILES, "example.py": f"{IMPORT}Registry()\n"})
    assert [change.refused is not None for change in result.changes] == [refused]


def test_a_star_import_may_bring_any_name() -> None:
    result = run(
        {**STEP, "value": "models.X"}, {**FILES, "example.py": f"from x import *\n{IMPORT}Registry()\n"}
    )
    assert "manager=models.X" in result.text()
