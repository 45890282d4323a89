"""Finding what is guilty with few trials: bisection over steps, delta debugging over parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Part = TypeVar("Part")


def first_bad(count: int, bad: Callable[[int], bool]) -> int:
    """The first of the steps 0 to ``count - 1`` after which things are bad; after the last one they are."""
    good, wrong = -1, count - 1
    while wrong - good > 1:
        middle = (good + wrong) // 2
        if bad(middle):
            wrong = middle
        else:
            good = middle
    return wrong


def minimal(parts: Sequence[Part], bad: Callable[[Sequence[Part]], bool]) -> list[Part]:
    """Parts that are bad together, none of which can be left out; all of them together are bad.

    This is Zeller's ddmin: try ever smaller pieces, then what remains without each piece.
    """
    parts, pieces = list(parts), 2
    while len(parts) > 1:
        size = -(-len(parts) // pieces)
        chunks = [parts[start : start + size] for start in range(0, len(parts), size)]
        if chunk := next((chunk for chunk in chunks if bad(chunk)), None):
            parts, pieces = chunk, 2
            continue
        rests = ([part for part in parts if part not in chunk] for chunk in chunks)
        if len(chunks) > 2 and (rest := next((rest for rest in rests if bad(rest)), None)):
            parts, pieces = rest, max(pieces - 1, 2)
        elif size == 1:
            break
        else:
            pieces = min(pieces * 2, len(parts))
    return parts
