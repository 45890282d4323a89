"""A sample of scripts/faults, which tries the same far more often."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "faults.py"


@pytest.fixture(scope="module")
def faults() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lab(faults: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return faults.Lab(tmp_path_factory.mktemp("faults").resolve(), files=20)


@pytest.mark.parametrize(
    "attempt",
    ["held_locks", "moved_meanwhile", "failing_hooks", "hostile_environment", "inside_a_hook"],
)
def test_nothing_is_lost(faults: ModuleType, lab: Any, attempt: str) -> None:
    getattr(faults, attempt)(lab)


def test_killed_at_any_moment(faults: ModuleType, lab: Any) -> None:
    faults.kill_runs(lab, 3)


def test_two_at_once(faults: ModuleType, lab: Any) -> None:
    faults.two_at_once(lab, rounds=1)


def test_writing_is_killed(faults: ModuleType, lab: Any) -> None:
    faults.kill_writes(lab, 2)
