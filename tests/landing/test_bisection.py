"""Bisection and delta debugging: right answers, in few trials."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from codemods.landing.bisection import first_bad, minimal


@given(st.integers(1, 200), st.data())
def test_bisection_finds_the_first_bad_step(count: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, count - 1))
    asked: list[int] = []

    def bad(step: int) -> bool:
        asked.append(step)
        return step >= wrong

    assert first_bad(count, bad) == wrong
    assert len(asked) <= count.bit_length()


@given(st.integers(1, 40), st.data())
def test_what_is_found_is_bad_and_nothing_of_it_can_be_left_out(count: int, data: st.DataObject) -> None:
    culprits = data.draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=4))

    def bad(parts: Sequence[int]) -> bool:
        return culprits <= set(parts)

    assert set(minimal(range(count), bad)) == culprits


def test_one_culprit_among_many_takes_few_trials() -> None:
    trials = 0

    def bad(parts: Sequence[int]) -> bool:
        nonlocal trials
        trials += 1
        return 700 in parts

    assert minimal(range(1000), bad) == [700]
    assert trials <= 25
