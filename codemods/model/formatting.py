"""How counts, places and names are written for a person; one owner, so that every report says it alike."""

from __future__ import annotations

import re

from codemods.model.plan import Change, Reason

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text with bytes that are no UTF-8 and control characters escaped, so that a terminal is safe."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def place(change: Change) -> str:
    path = printable(change.path).replace("\n", "\\n")
    return f"{path}:{change.line}"


def because(reason: Reason) -> str:
    """A reason in one line: what, and the chain that led to it."""
    return printable(" ← ".join((reason.text, *reason.chain)))
