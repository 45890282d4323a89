from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemods.bowler.places import Places, differences
from codemods.model.plan import Edit, apply_edits

_TEXT = st.text(alphabet="ab \n\r(.", max_size=20)
_SPLICES = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 3), st.text(alphabet="ab\n.", max_size=3)), max_size=3
)


def _spliced(text: str, splices: list[tuple[int, int, str]]) -> str:
    for start, length, new in splices:
        text = text[:start] + new + text[start + length :]
    return text


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("same\n", "same\n", []),
        ("a.close().b.close()\n", "a.shut().b.shut()\n", [Edit(2, 7, "shut"), Edit(12, 17, "shut")]),
        ("old(1)\n", "older(1)\n", [Edit(0, 3, "older")]),
        ("x = 1\n", "import a\nx = 1\n", [Edit(0, 0, "import a\n")]),
        ("a\r\nb\r\n", "a\nb\r\n", [Edit(1, 3, "\n")]),
        ("f(a, b)", "f(b)", [Edit(2, 5, "")]),
        ("", "x", [Edit(0, 0, "x")]),
    ],
)
def test_differences_touch_no_word_that_stays(before: str, after: str, edits: list[Edit]) -> None:
    assert differences(before, after) == edits


@given(_TEXT, _SPLICES)
def test_differences_lead_from_one_text_to_the_other(
    before: str, splices: list[tuple[int, int, str]]
) -> None:
    after = _spliced(before, splices)
    assert apply_edits(before, differences(before, after)) == after


@given(_TEXT, st.lists(_SPLICES, max_size=5))
def test_places_lie_in_the_base_text(base: str, steps: list[list[tuple[int, int, str]]]) -> None:
    """However sites edit what the ones before them left, together their edits lead to the last text."""
    places, text = Places(), base
    for site, splices in enumerate(steps):
        after = _spliced(text, splices)
        places.add((site, edit) for edit in differences(text, after))
        text = after
    edits = [edit for found in places.by_site(base).values() for edit in found]
    assert apply_edits(base, edits) == text


def test_sites_are_kept_apart_or_joined() -> None:
    places = Places()
    places.add([(0, Edit(0, 1, "xx")), (1, Edit(4, 5, "y")), (2, Edit(8, 8, "z"))])
    places.add([(3, Edit(5, 6, "Y"))])  # what site 1 made
    places.add([(4, Edit(7, 7, "-"))])
    assert places.by_site("0123456789") == {
        0: [Edit(0, 1, "xx")],
        1: [Edit(4, 5, "Y")],
        2: [Edit(8, 8, "z")],
        4: [Edit(6, 6, "-")],
    }
