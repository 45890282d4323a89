"""What ties the changes of a plan together: what each requires, and who requires it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from codemods.model.plan import Change, Plan
from codemods.review.entries import Entry


class Links:
    """Ties by label within one step of one recipe, and by lines within one stage."""

    def __init__(self, plan: Plan, entries: Sequence[Entry]) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._required: dict[str, list[Change]] = {}
        self._dependents: dict[str, list[Change]] = defaultdict(list)
        self._stages: dict[int, list[Entry]] = defaultdict(list)
        self._mates: dict[int, dict[str, list[Entry]]] = {}
        for recipe in plan.recipes:
            by_label: dict[tuple[int, str], list[Change]] = defaultdict(list)
            for change in recipe.changes():
                if change.label:
                    by_label[change.step, change.label].append(change)
            for change in recipe.changes():
                required = [
                    one for label in change.requires for one in by_label.get((change.step, label), ())
                ]
                if required:
                    self._required[change.key] = required
                    for one in required:
                        self._dependents[one.key].append(change)
        for entry in entries:
            self._stages[id(entry.stage)].append(entry)

    def entry(self, change: Change) -> Entry:
        return self._entries[change.key]

    def required(self, change: Change) -> Iterator[Change]:
        """All that must be applied with the change, near or far; not the change itself."""
        return _reach(change, self._required)

    def dependents(self, change: Change) -> Iterator[Change]:
        """All that cannot be applied without the change; not the change itself."""
        return _reach(change, self._dependents)

    def mates(self, entry: Entry) -> Sequence[Entry]:
        """The other applicable changes of the same stage that touch a line this one touches."""
        stage = id(entry.stage)
        if stage not in self._mates:
            self._mates[stage] = _mates([one for one in self._stages[stage] if one.change.applicable])
        return self._mates[stage].get(entry.key, ())


def _reach(change: Change, ties: Mapping[str, Sequence[Change]]) -> Iterator[Change]:
    seen = {change.key}
    todo = [change]
    while todo:
        for one in ties.get(todo.pop().key, ()):
            if one.key not in seen:
                seen.add(one.key)
                todo.append(one)
                yield one


def _mates(listed: Sequence[Entry]) -> dict[str, list[Entry]]:
    spans = sorted(((entry.lines(), entry.number, entry) for entry in listed), key=lambda one: one[:2])
    mates: dict[str, list[Entry]] = defaultdict(list)
    for index, ((_, end), _, entry) in enumerate(spans):
        for (start, _), _, other in spans[index + 1 :]:
            if start > end:
                break
            mates[entry.key].append(other)
            mates[other.key].append(entry)
    return mates
