"""Replaces one pattern in one text, and tells what was refused."""

from __future__ import annotations

from typing import Any

from codemods.model.plan import ReasonCode
from tests.operations.running import Result, run


def made(pattern: str, replacement: str, text: str, **more: Any) -> Result:
    return run({"op": "replace", "pattern": pattern, "replacement": replacement, **more}, text)


def refused(result: Result) -> list[tuple[int, ReasonCode, str]]:
    return [
        (change.line, change.refused.code, change.refused.text)
        for change in result.changes
        if change.refused is not None
    ]
