"""Diffs turn one text into the other, whatever the texts."""

from hypothesis import given
from hypothesis import strategies as st

from codemods.report.diff import hunks

LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "c\n", "\n", "  x\n"]) | st.text("xyz", max_size=2), max_size=30
)


@given(LINES, LINES)
def test_hunks_applied_to_before_give_after(before: list[str], after: list[str]) -> None:
    result, position = [], 0
    for header, lines in hunks(before, after):
        start = header.split()[1].removeprefix("-")
        first, _, count = start.partition(",")
        at = int(first) - 1 if count != "0" else int(first)
        result += before[position:at]
        old = [line for mark, line in lines if mark in " -"]
        assert before[at : at + len(old)] == old
        assert int(count or 1) == len(old)
        result += [line for mark, line in lines if mark in " +"]
        position = at + len(old)
    assert result + before[position:] == after


def test_equal_texts_have_no_hunks() -> None:
    assert list(hunks(["a\n", "b\n"], ["a\n", "b\n"])) == []


def test_a_change_has_three_lines_of_context() -> None:
    before = [f"{number}\n" for number in range(20)]
    after = [*before[:10], "new\n", *before[11:]]
    ((header, lines),) = hunks(before, after)
    assert header == "@@ -8,7 +8,7 @@"
    assert [mark for mark, _ in lines] == [" ", " ", " ", "-", "+", " ", " ", " "]


def test_changes_among_thousands_of_equal_lines_stay_apart() -> None:
    before = ["first\n", *["same\n"] * 20_000, "middle\n", *["same\n"] * 20_000, "last\n"]
    after = [line if line == "same\n" else line.upper() for line in before]
    assert [header for header, _ in hunks(before, after)] == [
        "@@ -1,4 +1,4 @@",
        "@@ -19999,7 +19999,7 @@",
        "@@ -40000,4 +40000,4 @@",
    ]


def test_lines_are_added_among_thousands_of_equal_ones() -> None:
    before = ["same\n"] * 20_000
    ((_, lines),) = hunks(before, [*before[:10], "new\n", *before[10:]])
    assert [line for mark, line in lines if mark == "+"] == ["new\n"]
    assert not [line for mark, line in lines if mark == "-"]
