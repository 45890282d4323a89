"""What the tests of operations share: queries run in memory, and helpers whose assertions show both sides."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.bowler.running import Run, run_query

pytest.register_assert_rewrite("tests.operations.hooks")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(run_query, tmp_path)
