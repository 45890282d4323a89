"""The words without which a pattern matches nothing, so that code without them need not be matched at all."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import Any

from fissix.pytree import LeafPattern, NodePattern, WildcardPattern


def required_literals(pattern: Any) -> frozenset[str] | None:
    """Literals of which every match of a compiled pattern holds at least one; None when there are no such."""
    if isinstance(pattern, LeafPattern):
        return None if pattern.content is None else frozenset({pattern.content})
    if isinstance(pattern, NodePattern):
        return None if pattern.content is None else _rarest(pattern.content)
    if isinstance(pattern, WildcardPattern) and pattern.min > 0 and pattern.content is not None:
        alternatives = [_rarest(alternative) for alternative in pattern.content]
        if None not in alternatives:
            return frozenset().union(*(literals for literals in alternatives if literals))
    return None


def spelled(literals: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the literals in every text that has it as a token, and few others."""
    return re.compile("|".join(map(_as_token, literals)))


def _as_token(literal: str) -> str:
    # A keyword may follow a number at once: `1if x else y`.
    if not literal.isidentifier() or keyword.iskeyword(literal):
        return re.escape(literal)
    # Begun with the literal itself, the search skips quickly to where it stands.
    return rf"{literal}(?<!\w{literal})(?!\w)"


def _rarest(sequence: Iterable[Any]) -> frozenset[str] | None:
    """Of several patterns that must all match, the literals that are likely to be rarest in code."""
    candidates = [literals for pattern in sequence if (literals := required_literals(pattern))]
    return max(candidates, key=_rarity, default=None)


def _rarity(literals: frozenset[str]) -> tuple[bool, int, int]:
    names = all(literal.isidentifier() and not keyword.iskeyword(literal) for literal in literals)
    return names, -len(literals), min(map(len, literals))
