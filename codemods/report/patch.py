"""A plan as a patch that ``git apply`` accepts byte for byte."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.planner.planner import Planned
from codemods.report.diff import hunks

_PLAIN = frozenset(range(0x20, 0x7F)) - set(b'"\\')
_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def patch(planned: Planned) -> Iterator[bytes]:
    """The whole plan as one patch against the state it was made on, a file at a time."""
    for path in planned.plan.changed_paths():
        source = planned.codebase.base(path)
        text = planned.codebase.text(path)
        assert source is not None
        assert text is not None
        before, after = source.encode(path, source.text), source.encode(path, text)
        if before != after:
            yield _file_patch(path, before, after)


def _file_patch(path: str, before: bytes, after: bytes) -> bytes:
    old, new = quoted(f"a/{path}"), quoted(f"b/{path}")
    out = [f"diff --git {old} {new}\n--- {_with_tab(old)}\n+++ {_with_tab(new)}\n".encode()]
    for header, lines in hunks(_lines(before), _lines(after)):
        out.append(header.encode() + b"\n")
        for mark, line in lines:
            out += (mark.encode(), line)
            if not line.endswith(b"\n"):
                out.append(b"\n\\ No newline at end of file\n")
    return b"".join(out)


def quoted(path: str) -> str:
    """A path as git writes it in a patch: in C quotes where it has unusual bytes."""
    raw = path.encode("utf-8", "surrogateescape")
    if all(byte in _PLAIN for byte in raw):
        return path
    inner = "".join(chr(byte) if byte in _PLAIN else _ESCAPES.get(byte, f"\\{byte:03o}") for byte in raw)
    return f'"{inner}"'


def _with_tab(name: str) -> str:
    """A name with a space needs a tab behind it, or patch readers take the rest for a date."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
