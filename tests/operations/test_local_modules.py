"""A module of one's own that has the name of a package: every operation knows it for what it is."""

from __future__ import annotations

import pytest

from tests.operations.running import Step, run

THEIRS = "import mock\nfrom mock import patch\n\nmock.patch(old=1)\npatch(old=1)\nmock.Call().old()\n"
OWN = {
    "tests/mock.py": "class Call: ...\ndef patch(old): ...\n",
    "tests/test_own.py": THEIRS,
    "tests/deep/test_own.py": "import mock\nmock.patch(old=1)\n",
}
STEPS: list[Step] = [
    {"op": "rename", "from": "mock.patch", "to": "mock.patched"},
    {"op": "rename-argument", "function": "mock.patch", "from": "old", "to": "new", "external": True},
    {"op": "remove-argument", "function": "mock.patch", "name": "old", "external": True},
    {"op": "rename-method", "class": "mock.Call", "from": "old", "to": "new", "external": True},
    {"op": "replace", "pattern": "mock.patch($...x)", "replacement": "mock.patched($...x)"},
    {"op": "rename", "from": "mock", "to": "unittest.mock"},
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['op']} {step.get('from', '')}")
def test_what_is_said_of_the_package_leaves_the_module_alone(step: Step) -> None:
    result = run(step, {**OWN, "app/use.py": THEIRS})
    assert {change.path for change in result.applied} == {"app/use.py"}


def test_a_new_use_of_the_package_is_not_written_with_the_module() -> None:
    step: Step = {
        "op": "replace",
        "pattern": "print($x)",
        "replacement": "mock.call($x)",
        "imports": ["import mock"],
    }
    result = run(step, {**OWN, "tests/test_own.py": "import mock\nprint(1)\nmock\n"})
    assert not result.applied
