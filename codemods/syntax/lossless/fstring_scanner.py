"""Where an f-string or t-string ends, however strings, fields and format specs nest in it (PEP 701, 750)."""

from __future__ import annotations

import re
from enum import Enum

STRING = (
    r"(?:[rR][bB]?|[bB][rR]?|[uU])?+(?:"
    r"'''[^'\\]*+(?:(?:\\[\s\S]|'(?!''))[^'\\]*+)*+'''"
    r'|"""[^"\\]*+(?:(?:\\[\s\S]|"(?!""))[^"\\]*+)*+"""'
    r"|'(?!'')[^'\\\r\n]*+(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*+)*+'"
    r'|"(?!"")[^"\\\r\n]*+(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*+)*+")'
)
"""A whole string literal that is no f-string or t-string."""

OPENING = r"(?:[fFtT][rR]?|[rR][fFtT])(?:'''|\"\"\"|'|\")"
"""How an f-string or t-string begins."""

NAME = r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*+"

_CODE_TOKEN = re.compile(
    rf"{STRING}|(?P<opening>{OPENING})|{NAME}|\#[^\r\n]*+|[^A-Za-z_'\"\#()\[\]{{}}:]"
    r"|(?P<bracket>[()\[\]{}:])"
)
_TEXT_STOP = re.compile(r"[\\{}'\"\r\n]")


class _Mode(Enum):
    TEXT = "between the quotes"
    CODE = "in a replacement field"
    SPEC = "in a field's format spec"


class _Frame:
    """One level of nesting; a field remembers the quote of the string that it stands in."""

    __slots__ = ("depth", "mode", "quote", "raw")

    def __init__(self, mode: _Mode, quote: str, raw: bool) -> None:
        self.mode = mode
        self.quote = quote
        self.raw = raw
        self.depth = 0  # of the brackets open in a field


def fstring_end(text: str, start: int) -> int | None:
    """The offset behind the f-string that begins at `start`, or None when it never ends."""
    opening = re.compile(OPENING).match(text, start)
    assert opening is not None
    stack = [_frame(opening[0])]
    position = opening.end()
    while stack:
        step = _step_code if stack[-1].mode is _Mode.CODE else _step_text
        position = step(text, position, stack)
        if position < 0:
            return None
    return position


def _frame(opening: str) -> _Frame:
    quote = opening.lstrip("fFtTrR")
    return _Frame(_Mode.TEXT, quote, "r" in opening.lower())


def _step_code(text: str, position: int, stack: list[_Frame]) -> int:
    """Past one token of a field's code, or -1 where none can stand."""
    match = _CODE_TOKEN.match(text, position)
    if match is None:
        return -1
    field = stack[-1]
    if match["opening"]:
        stack.append(_frame(match["opening"]))
    elif bracket := match["bracket"]:
        if bracket in "([{":
            field.depth += 1
        elif bracket == ":":
            if field.depth == 0:
                field.mode = _Mode.SPEC
        elif field.depth:
            field.depth -= 1
        elif bracket == "}":
            stack.pop()
    return match.end()


def _step_text(text: str, position: int, stack: list[_Frame]) -> int:
    """Past the next character that matters in literal text or a format spec, or -1 where there is none."""
    match = _TEXT_STOP.search(text, position)
    if match is None:
        return -1
    frame, stop, end = stack[-1], match[0], match.end()
    in_spec = frame.mode is _Mode.SPEC
    if stop == "\\":
        return _after_backslash(text, end, frame.raw)
    if stop == "{":
        if not in_spec and text.startswith("{", end):
            return end + 1
        stack.append(_Frame(_Mode.CODE, frame.quote, frame.raw))
    elif stop == "}":
        if in_spec:
            stack.pop()
    elif stop in "\r\n":
        if len(frame.quote) == 1:
            if not in_spec:
                return -1
            frame.mode = _Mode.CODE  # a newline ends the spec of a field in single quotes
    elif text.startswith(frame.quote, match.start()):
        if in_spec:
            return -1
        stack.pop()
        return match.start() + len(frame.quote)
    return end


def _after_backslash(text: str, position: int, raw: bool) -> int:
    """Past what a backslash takes along; a brace stays a brace, but for the ones of a named character."""
    if text.startswith(("{", "}"), position):
        return position
    if not raw and text.startswith("N{", position):
        return text.find("}", position) + 1 or -1
    return position + (2 if text.startswith("\r\n", position) else 1)
