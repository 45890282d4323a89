"""Bytes to text and back without losing one, and the positions of ``ast`` as offsets in that text."""

from __future__ import annotations

import ast
import codecs
import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from codemods.model.errors import FileError

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's text, newlines as they stand in the file, with what is needed to write it back."""

    text: str
    encoding: str = "utf-8"
    bom: bool = False
    digest: str = ""
    """SHA-256 of the file's bytes."""

    def encode(self, path: str, text: str) -> bytes:
        """``text`` as bytes in this file's encoding. Raises FileError where the encoding cannot hold it."""
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            bad = text[error.start : error.end]
            why = f"the change needs {bad!r}, which the file's encoding {self.encoding} cannot hold"
            raise FileError(path, why, text.count("\n", 0, error.start) + 1) from None
        return codecs.BOM_UTF8 + data if self.bom else data


def decode(path: str, data: bytes) -> SourceText:
    """The text of a source file, by its byte order mark, its coding cookie (PEP 263) or UTF-8.

    Raises FileError when the cookie names no known encoding, contradicts the mark, or the bytes do not
    decode, or do not encode back to the same bytes.
    """
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[3:] if bom else data
    encoding = _declared_encoding(path, body) or "utf-8"
    if bom and codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
        raise FileError(path, f"it has a UTF-8 byte order mark but its cookie says {encoding}", 1)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        why = f"byte 0x{body[error.start]:02x} is not {encoding}; convert the file or declare its encoding"
        raise FileError(path, why, line) from None
    if encoding != "utf-8" and text.encode(encoding) != body:
        raise FileError(path, f"its encoding {encoding} does not round-trip; convert the file to UTF-8")
    return SourceText(text, encoding, bom, hashlib.sha256(data).hexdigest())


@lru_cache(maxsize=256)
def whole_words(*words: str) -> re.Pattern[str]:
    """Where one of the words stands as a whole.

    What is before a word is looked at last: a pattern that begins with ``\\b`` takes 5 to 30 times as long.
    """
    escaped = map(re.escape, words)
    return re.compile("(?:" + "|".join(rf"{word}(?<!\w{word})" for word in escaped) + r")\b")


def _declared_encoding(path: str, body: bytes) -> str | None:
    head = body[:4096]
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", head)[:2] if b"coding" in head else (), 1):
        if match := _COOKIE.match(line):
            name = match[1].decode("ascii", "replace")
            try:
                codec = codecs.lookup(name)
                if not codec._is_text_encoding:
                    raise LookupError(name)
            except LookupError:
                raise FileError(
                    path, f"its coding cookie names the unknown encoding {name!r}", number
                ) from None
            return "utf-8" if codec.name in ("utf-8", "utf-8-sig") else name
        if not _BLANK.match(line):
            return None
    return None


def _starts_of_lines(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in NEWLINE.finditer(text))]
    lengths = [len(line) + 1 for line in text.split("\n")]
    return list(accumulate(lengths[:-1], initial=0))


class LineNumbers:
    """The numbers, from 1, of the lines of a text that few offsets, each behind the last, are on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = "\r" not in text
        self._line = 1
        self._counted = 0

    def of(self, offset: int) -> int:
        start, self._counted = self._counted, offset
        if self._plain:
            self._line += self._text.count("\n", start, offset)
        else:
            self._line += len(NEWLINE.findall(self._text, start, offset))
        return self._line


class Lines:
    """Line starts of a text, as Python counts lines: ``\\n``, ``\\r\\n`` and a lone ``\\r`` end one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = _starts_of_lines(text)
        self._ascii = text.isascii()

    def offset(self, line: int, utf8_column: int) -> int:
        """The offset of an ``ast`` position: a line from 1, a column in UTF-8 bytes from 0."""
        start = self._starts[line - 1]
        if self._ascii:
            return start + utf8_column
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        prefix = self._text[start:end]
        if prefix.isascii():
            return start + utf8_column
        return start + len(prefix.encode()[:utf8_column].decode())

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column in characters, both from 1, as editors show them."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def ast_position(self, offset: int) -> tuple[int, int]:
        """The line, from 1, and the column in UTF-8 bytes, from 0, as ``ast`` counts."""
        line = bisect_right(self._starts, offset)
        return line, len(self._text[self._starts[line - 1] : offset].encode())

    def line_start(self, line: int) -> int:
        """The offset at which a line, counted from 1, begins."""
        return self._starts[line - 1]

    def __len__(self) -> int:
        return len(self._starts)

    def span(
        self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.ExceptHandler | ast.pattern
    ) -> tuple[int, int]:
        """The offsets at which an ``ast`` node begins and ends (decorators are not part of a definition)."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )
