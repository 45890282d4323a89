"""The plan as plain data."""

import pytest

from codemods.plan import whole_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a<b>c", "a<b>c"),
        ("x\na<b>c\ny\n", "a<b>c"),
        ("x\r\na<b>c\r\ny\r\n", "a<b>c"),
        ("x\ra<b>c\ry\r", "a<b>c"),
        ("x\na<b\nc>d\ny", "a<b\nc>d"),
        ("x\na<b\n>c\n", "a<b\n>"),
        ("x\r\na<b\r\n>c", "a<b\r\n>"),
        ("x\na<>\r\ny", "a<>"),
        ("<>", "<>"),
    ],
)
def test_whole_lines(text: str, lines: str) -> None:
    bare = text.replace("<", "").replace(">", "")
    start, end = whole_lines(bare, text.index("<"), text.index(">") - 1)
    assert bare[start:end] == lines.replace("<", "").replace(">", "").removesuffix("\n").removesuffix("\r")
