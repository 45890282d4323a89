"""The filter language: ``recipe:redis file:tests/* verdict:possible reason:union undecided``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from codemods.model.errors import UsageError
from codemods.model.plan import ReasonCode, Verdict
from codemods.review.entries import Entry, State

_VERDICTS = (Verdict.CERTAIN, Verdict.POSSIBLE, State.REFUSED, State.REPORTED)

Matches = Callable[[Entry, State], bool]

HELP = (
    "recipe:NAME  file:PATH  verdict:certain|possible|refused|reported  reason:CODE  "
    "undecided|accepted|rejected|stale  (* stands for anything, a comma for or)"
)


class Filter:
    """A parsed filter: all its terms must hold. The empty filter lets everything through.

    Raises UsageError, saying which word is wrong and what it might have meant.
    """

    def __init__(self, text: str = "") -> None:
        self.text = " ".join(text.split())
        self._terms = [_term(word) for word in self.text.split()]

    def __call__(self, entry: Entry, state: State) -> bool:
        return all(term(entry, state) for term in self._terms)


def _term(word: str) -> Matches:
    key, colon, value = word.partition(":")
    if not colon:
        states = _known(key.casefold().split(","), State, "word")
        return lambda _, state: state in states
    values = [part for part in value.casefold().split(",") if part]
    if not values:
        raise UsageError(f"The filter {word!r} needs a value after the colon.")
    match key.casefold():
        case "recipe":
            return lambda entry, _: any(_like(f"{entry.recipe.set}/{entry.recipe.id}", one) for one in values)
        case "file":
            return lambda entry, _: any(_like(entry.path, one) for one in values)
        case "verdict":
            verdicts = _known(values, _VERDICTS, "verdict")
            return lambda entry, _: entry.verdict in verdicts
        case "reason":
            codes = _known(values, ReasonCode, "reason")
            return lambda entry, _: entry.reason.code in codes
    keys = ["recipe", "file", "verdict", "reason"]
    raise UsageError(f"There is no filter {key + ':'!r}{_hint(key.casefold(), keys, ':')}")


def _known(words: list[str], known: Iterable[str], what: str) -> set[str]:
    names = sorted(str(one) for one in known)
    for word in words:
        if word not in names:
            raise UsageError(f"The filter knows no {what} {word!r}{_hint(word, names)}")
    return set(words)


def _hint(word: str, known: list[str], suffix: str = "") -> str:
    if close := difflib.get_close_matches(word, known, 1):
        return f"; did you mean {close[0] + suffix!r}?"
    return f"; it knows {', '.join(name + suffix for name in known)}."


def _like(text: str, pattern: str) -> bool:
    """Whether the pattern stands somewhere in the text, or matches all of it where it has a wildcard."""
    folded = text.casefold()
    return fnmatchcase(folded, pattern) if any(char in pattern for char in "*?[") else pattern in folded
