"""Which lines of a text hand a name on, by how they look: all others need not be understood."""

from __future__ import annotations

import re
from functools import lru_cache

from codemods.syntax.text import LineNumbers, whole_words

_CONTINUES = r"(?:await|async|not|or|and|if|else|lambda|in|is|yield|from|as|for|with|return|class|def)"
_PROSE = re.compile(rf"\b(?!{_CONTINUES}\b)\w+[ \t]+(?!{_CONTINUES}\b)\w")
_PROVIDES = re.compile(r"^\s*(?:class|async|def|return|yield|with|for)\b|->|=|:|\bas\b|\byield\b")
_LISTED = re.compile(r"\s*(?:as\s+\w+\s*)?,?\s*\)?\s*(?:#.*)?$")
_HANDED_ON = re.compile(
    r"(?:cast|next|anext|run|wait_for|shield|create_task|gather|enter_context|enter_async_context|closing"
    r"|aclosing|partial|getattr|copy|deepcopy|list|tuple|set|sorted|reversed|iter|type|Mock|create_autospec"
    r"|field|Factory|push|push_async_exit|max|min|choice|property|cached_property)$"
)
_PARAMETER = re.compile(r"(?:^|[(,])[ \t]*\*{0,2}(\w+)[ \t]*:[^,()=]*$")
_GOES_ON = re.compile(r",[ \t]*(?:#.*)?$|\)[^)]*:[ \t]*(?:#.*)?$")


def lines_that_hand_on(text: str, words: set[str]) -> list[int]:
    """The numbers of the lines that hand one of the words on, rather than only importing or using it."""
    found: list[int] = []
    lines, end = LineNumbers(text), -1
    for match in whole_words(*sorted(words)).finditer(text):
        if match.start() < end:
            continue  # the line is among them already
        start = text.rfind("\n", 0, match.start()) + 1
        line_end = text.find("\n", match.end())
        line_end = line_end if line_end >= 0 else len(text)
        if _hands_on(text, text[start : match.start()], text[match.end() : line_end]):
            end = line_end
            found.append(lines.of(start))
    return found


def _hands_on(text: str, before: str, after: str) -> bool:
    if "#" in before:
        return False
    if before.lstrip().startswith(("import ", "from ")) or (not before.strip() and _LISTED.match(after)):
        return False  # imports are read by themselves
    if not _PROVIDES.search(before + after):
        return False
    parameter = _PARAMETER.search(before)
    if parameter and ("def " in before or _GOES_ON.search(after)):
        handed_on = _is_kept(text, parameter[1])
    else:
        handed_on = _is_value(before) or "def " in before or before.lstrip().startswith("class ")
    return handed_on and not _PROSE.search(before)


@lru_cache(maxsize=8)
def _is_kept(text: str, parameter: str) -> bool:
    """Whether an attribute is set to what a parameter is given, on one line of all."""
    kept = rf"\.\w+(?:[ \t]*:[^=\n]+)?[ \t]*=[^=\n]*\b{parameter}\b"
    return re.search(kept, text) is not None


def _is_value(before: str) -> bool:
    """Whether what stands here is the value of the statement, not an argument of some call."""
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        char = before[index]
        if char in ")]":
            depth += 1
        elif char in "([":
            if depth:
                depth -= 1
            elif char == "(" and index and (before[index - 1].isalnum() or before[index - 1] == "_"):
                if not _HANDED_ON.search(before[:index]):
                    return False
    return True
