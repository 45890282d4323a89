"""Bytes to text and back."""

import ast
import codecs

import pytest

from codemods.model.errors import FileError
from codemods.syntax.text import LineNumbers, Lines, decode, whole_words


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1",
        b"x = 1\r\ny = 2\rz = 3\n",
        codecs.BOM_UTF8 + b"x = 1\n",
        "# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\ns = '€'\n".encode("cp1252"),
        "s = 'naïve \u2028 \x0c'\n".encode(),
    ],
)
def test_bytes_survive(data: bytes) -> None:
    source = decode("a.py", data)
    assert source.encode("a.py", source.text) == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = 1\ns = '\xe9'\n", "a.py:2: byte 0xe9 is not utf-8"),
        (b"# coding: nonsense\n", "a.py:1: its coding cookie names the unknown encoding 'nonsense'"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "a.py:1: it has a UTF-8 byte order mark"),
    ],
)
def test_undecodable_files_are_named_with_the_line(data: bytes, message: str) -> None:
    with pytest.raises(FileError) as caught:
        decode("a.py", data)
    assert str(caught.value).startswith(message)


def test_text_the_encoding_cannot_hold_is_refused() -> None:
    source = decode("a.py", b"# coding: latin-1\nx = 1\n")
    with pytest.raises(FileError, match=r"a\.py:2: the change needs '€'"):
        source.encode("a.py", "# coding: latin-1\nx = '€'\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_ast_positions_become_offsets(newline: str) -> None:
    text = newline.join(["a = 'é\u2028é'; name_one = 1", "\x0c", "if a:", "    'ü'; name_two"])
    lines = Lines(text)
    names = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    spans = {node.id: lines.span(node) for node in names if node.id.startswith("name_")}
    assert {text[start:end] for start, end in spans.values()} == {"name_one", "name_two"}
    start = spans["name_two"][0]
    assert lines.position(start) == (4, 10)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_numbers_are_counted_from_one_offset_to_the_next(newline: str) -> None:
    text = newline.join(["a", "b", "", "c d", "e"])
    numbers = LineNumbers(text)

    assert [numbers.of(text.index(letter)) for letter in "abccde"] == [1, 2, 4, 4, 4, 5]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("close closed disclose close_ _close close", [0, 36]),
        ("enclose.close", [8]),
        ("closes", [0]),
        ("été.close été_close", [4]),
        ("", []),
    ],
)
def test_whole_words(text: str, found: list[int]) -> None:
    words = whole_words("close", "closes")

    assert [match.start() for match in words.finditer(text)] == found
