"""Where a place in a changed text came from."""

from hypothesis import given
from hypothesis import strategies as st

from codemods.model.plan import Edit, apply_edits
from codemods.planner.offset_map import Origin


@st.composite
def layers(draw: st.DrawFn) -> tuple[str, list[list[Edit]]]:
    base = text = draw(st.text("abcdefgh", min_size=1, max_size=30))
    result = []
    for _ in range(draw(st.integers(1, 3))):
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
        edits = [
            Edit(start, end, draw(st.text("XYZ", max_size=4)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        result.append(edits)
        text = apply_edits(text, edits)
    return base, result


@given(layers())
def test_a_character_that_survived_is_traced_to_where_it_stood(case: tuple[str, list[list[Edit]]]) -> None:
    base, edit_layers = case
    origin = Origin()
    # Follow every character of the base by hand, as pairs of character and first offset.
    traced: list[tuple[str, int | None]] = [(character, place) for place, character in enumerate(base)]
    for edits in edit_layers:
        origin.add(edits)
        for edit in sorted(edits, reverse=True):
            traced[edit.start : edit.end] = [(character, None) for character in edit.text]
    for offset, (_, place) in enumerate(traced):
        if place is not None:
            assert origin.offset(offset) == place
