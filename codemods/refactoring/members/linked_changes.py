"""A definition and its uses: when it gets its new name no use may be left behind, or the code breaks."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Set
from dataclasses import replace

from codemods.model.plan import Change, Reason, ReasonCode, Verdict

_POSSIBLE, _REFUSED = 1, 2


def together(changes: Iterable[Change], definitions: Set[str]) -> list[Change]:
    """The changes, of which those that carry one of these labels are made only with all that require them.

    Where one of them is refused, all are. Where one is only possible, so are all: then a person decides, and
    may leave the doubtful ones behind. An unknown without evidence holds nothing up.
    """
    found = [_labelled(change, number) for number, change in enumerate(changes)]
    sure = [change.verdict is Verdict.CERTAIN for change in found]
    carriers, users = _ties(found)
    waits: dict[int, set[int]] = defaultdict(set)
    for label in definitions:
        for number in carriers[label]:
            waits[number].update(users[label])
    for doubt in (_REFUSED, _POSSIBLE):
        todo = deque((number, change) for number, change in enumerate(found) if _doubt(change) == doubt)
        while todo:
            by, culprit = todo.popleft()
            waiting = {one for label in found[by].requires for one in carriers[label] if by in waits[one]}
            for number in sorted(waiting.union(users[found[by].label])):
                if found[number].edits and _doubt(found[number]) < doubt:
                    found[number] = _held(found[number], culprit)
                    if sure[number]:
                        todo.append((number, culprit))
    for number, others in waits.items():
        labels = (found[other].label for other in sorted(others) if sure[other])
        found[number] = replace(found[number], requires=(*found[number].requires, *labels))
    return found


def _labelled(change: Change, number: int) -> Change:
    return change if change.label else replace(change, label=f"{change.path}:use:{number}")


def _ties(found: list[Change]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Which changes carry each label, and which require it."""
    carriers: dict[str, list[int]] = defaultdict(list)
    users: dict[str, list[int]] = defaultdict(list)
    for number, change in enumerate(found):
        if change.verdict is not Verdict.EXCLUDED and not change.weak:
            carriers[change.label].append(number)
            for label in change.requires:
                users[label].append(number)
    return carriers, users


def _doubt(change: Change) -> int:
    """How much speaks against a change: it cannot be made, it may be wrong, or nothing does."""
    if change.verdict is Verdict.POSSIBLE:
        return _POSSIBLE
    return 0 if change.edits and not change.refused else _REFUSED


def _held(change: Change, by: Change) -> Change:
    """The change as it stands while another one of its group is left behind."""
    place = f"the use at {by.path}:{by.line}"
    why = (by.refused or by.reason).text
    if _doubt(by) == _REFUSED:
        text = f"{place} cannot be changed ({why}), and all uses go together"
        if change.verdict is Verdict.CERTAIN:
            return replace(change, edits=(), refused=Reason(ReasonCode.NAME_CONFLICT, text))
        return replace(change, edits=(), reason=replace(change.reason, text=f"{change.reason.text}; {text}"))
    text = f"{place} is only possible ({why}), and all uses go together"
    reason = Reason(by.reason.code, f"{change.reason.text}; but {text}", change.reason.chain)
    return replace(change, verdict=Verdict.POSSIBLE, reason=reason)
