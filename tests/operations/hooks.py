"""One test file with hooks, and what make-sync makes of it and the files beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import dedent

from codemods.model.plan import Verdict
from tests.operations.running import Result, run

STEP = {"op": "make-sync", "methods": ["setup_method", "teardown_method", "setUp", "tearDown"]}
PATH = "tests/test_example.py"


def made(source: str, files: Mapping[str, str] | None = None) -> Result:
    """What the step makes of a test file and the files beside it."""
    given = {name: dedent(text) for name, text in (files or {}).items()}
    return run(STEP, {PATH: dedent(source), **given})


def check(before: str, after: str, files: Mapping[str, str] | None = None) -> Result:
    result = made(before, files)
    assert result.text(PATH) == dedent(after), [c.refused or c.reason for c in result.changes]
    return result


def refused(source: str, words: str, files: Mapping[str, str] | None = None) -> Result:
    """The file stays, and one change is refused for a reason with these words."""
    result = made(source, files)
    assert result.text(PATH) == dedent(source)
    reasons = [change.refused.text for change in result.changes if change.refused]
    assert any(re.search(words, reason) for reason in reasons), reasons
    return result


def possible(source: str, words: str, files: Mapping[str, str] | None = None) -> Result:
    """The file stays, and every change is possible for a reason with these words."""
    result = made(source, files)
    assert result.text(PATH) == dedent(source)
    assert result.changes
    for change in result.changes:
        assert change.verdict is Verdict.POSSIBLE
        assert change.applicable
        assert re.search(words, change.reason.text), change.reason
    return result
