"""What the tests of queries share."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.bowler.running import Run, run_query


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(run_query, tmp_path)
