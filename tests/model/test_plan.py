"""The plan as plain data."""

import pytest

from codemods.model.plan import Edit, apply_edits, whole_lines


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


def test_edits_are_made_in_place() -> None:
    assert apply_edits("abcdef", [Edit(4, 5, "X"), Edit(0, 0, ">"), Edit(1, 3, "")]) == ">adXf"


def test_equal_edits_count_once() -> None:
    assert apply_edits("ab", [Edit(1, 1, "-"), Edit(1, 1, "-")]) == "a-b"


@pytest.mark.parametrize("edits", [[Edit(0, 2, ""), Edit(1, 3, "")], [Edit(5, 9, "")], [Edit(3, 2, "")]])
def test_overlapping_and_outlying_edits_are_errors(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits("abcdef", edits)
