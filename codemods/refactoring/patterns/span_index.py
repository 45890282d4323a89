"""Things that lie in a text, found by where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, TypeVar

_STRETCH = 1024
"""The text is divided into stretches of that many characters; each knows what lies in it."""

T = TypeVar("T")


class Nearby(Generic[T]):
    """Things with their spans. All that is asked answers in the order in which they were added."""

    def __init__(self) -> None:
        self._things: dict[int, tuple[range, T]] = {}
        self._stretches: dict[int, set[int]] = defaultdict(set)
        self._added = 0

    def add(self, start: int, end: int, thing: T) -> None:
        stretches = _stretches(start, end)
        self._things[self._added] = stretches, thing
        for stretch in stretches:
            self._stretches[stretch].add(self._added)
        self._added += 1

    def remove(self, number: int) -> None:
        stretches, _ = self._things.pop(number)
        for stretch in stretches:
            self._stretches[stretch].discard(number)

    def near(self, start: int, end: int) -> list[tuple[int, T]]:
        """All things that touch a span, and some that only lie close to it, by their numbers."""
        found: set[int] = set()
        for stretch in _stretches(start, end):
            found |= self._stretches.get(stretch, set())
        return [(number, self._things[number][1]) for number in sorted(found)]

    def __iter__(self) -> Iterator[T]:
        return (thing for _, thing in self._things.values())


def _stretches(start: int, end: int) -> range:
    return range(start // _STRETCH, end // _STRETCH + 1)
