"""Bowler's selectors, made to see what they overlook: type parameters, a lone `self`, bodies on one line."""

from __future__ import annotations

import re

_MENDED = [
    (r"(function_name='[^']*') (function_parameters=parameters)", r"\1 [typeparams< any* >] \2"),
    (r"('class' class_name=any) ('\(')", r"\1 [typeparams< any* >] \2"),
    (
        r"function_arguments=(typedargslist< \( 'self' \| 'cls' \) any\* >)\*",
        r"function_arguments=( \1 | 'self' | 'cls' )*",
    ),
    (r"any\* suite< any\* > any\* >", "any* >"),
]


def mended(pattern: str) -> str:
    """The pattern of a selector, on one line as Bowler makes it; a match captures what it did before."""
    for overlooked, seen in _MENDED:
        pattern = re.sub(overlooked, seen, pattern)
    return pattern
