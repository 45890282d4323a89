"""From the pieces of an old text and of a new one to the smallest edits between them.

What both have in common stays where it stands, with the blanks, line breaks and comments around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from codemods.model.plan import Edit
from codemods.refactoring.patterns.replacement import Piece

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_BREAK = re.compile(r"(?<!\\)(?:\r\n|\r|\n)")


def align(text: str, old: Sequence[Piece], new: Sequence[Piece], *, in_brackets: bool) -> list[Edit]:
    """The edits that turn the old pieces into the new.

    ``in_brackets``: brackets around the place hold its lines together.
    """
    edits = []
    matcher = SequenceMatcher(
        None, [piece.key for piece in old], [piece.key for piece in new], autojunk=False
    )
    anchors = [(a + k, b + k) for a, b, size in matcher.get_matching_blocks() for k in range(size)]
    anchors = _with_partners(old, new, anchors)
    previous = (-1, -1)
    for anchor in [*anchors, (len(old), len(new))]:
        edit = _between(text, old, new, previous, anchor, in_brackets)
        if edit is None and _becomes_unary(old, new, previous, anchor):
            edit = Edit(old[previous[0]].end, old[anchor[0]].start, "")
        if edit is not None:
            edits.append(edit)
        previous = anchor
    return edits


def _becomes_unary(
    old: Sequence[Piece], new: Sequence[Piece], sign: tuple[int, int], operand: tuple[int, int]
) -> bool:
    """Whether a sign that stood between two operands now belongs to the one behind it."""
    if sign[0] < 1 or operand[1] >= len(new) or old[sign[0]].text not in ("+", "-"):
        return False
    was_binary = old[sign[0] - 1].text not in _OPENING | {","}
    is_unary = sign[1] == 0 or new[sign[1] - 1].text in _OPENING | {","}
    return was_binary and is_unary and not new[operand[1]].before


def _with_partners(
    old: Sequence[Piece], new: Sequence[Piece], anchors: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The anchors without closing brackets whose opening ones are not the same."""
    ours, theirs = _openings(old), _openings(new)
    known = set(anchors)
    return [
        (place, other)
        for place, other in anchors
        if place not in ours or other not in theirs or (ours[place], theirs[other]) in known
    ]


def _openings(pieces: Sequence[Piece]) -> dict[int, int]:
    """Where the opening bracket of each closing one stands."""
    stack: list[int] = []
    found = {}
    for index, piece in enumerate(pieces):
        if piece.key in _OPENING:
            stack.append(index)
        elif piece.key in _CLOSING and stack:
            found[index] = stack.pop()
    return found


def _between(
    text: str,
    old: Sequence[Piece],
    new: Sequence[Piece],
    left: tuple[int, int],
    right: tuple[int, int],
    in_brackets: bool,
) -> Edit | None:
    """The edit between two neighbouring pieces that stay."""
    start = old[left[0]].end if left[0] >= 0 else old[0].start
    end = old[right[0]].start if right[0] < len(old) else old[-1].end
    removed, added = old[left[0] + 1 : right[0]], new[left[1] + 1 : right[1]]
    at_edge = left[0] < 0 or right[0] >= len(old)
    last = new[right[1]] if right[1] < len(new) else None
    spacing = last.before if last is not None and not (at_edge and not added and left[0] < 0) else ""
    inner = "".join(piece.before * (index > 0) + piece.text for index, piece in enumerate(added))
    before = added[0].before if added and left[0] >= 0 else ""

    def stays(blanks: str, piece: Piece | None) -> bool:
        if in_brackets or (piece is not None and piece.depth > 0):
            return True
        wanted = "" if piece is None else piece.before
        return _ends_line(blanks) == _ends_line(wanted) and _indentation(blanks) == _indentation(wanted)

    if not removed:
        blanks = text[start:end]
        if not added:
            return None if stays(blanks, last) else Edit(start, end, spacing)
        if not _has_break(blanks) or not stays(blanks, added[0]) or not stays(blanks, last):
            return Edit(start, end, before + inner + spacing)
        if inner.endswith(",") and not blanks.strip():
            return Edit(end, end, inner + blanks)
        if len(spacing) < len(before):
            return Edit(end, end, inner + spacing)
        return Edit(start, start, before + inner)
    blanks_before, blanks_behind = text[start : removed[0].start], text[removed[-1].end : end]
    if not added:
        if left[0] >= 0 and old[left[0]].text in _OPENING and last is not None and last.text in _CLOSING:
            return Edit(start, end, spacing)
        if _has_break(blanks_behind) and stays(blanks_behind, last):
            return Edit(start, removed[-1].end, "")
        if _has_break(blanks_before) and stays(blanks_before, last):
            return Edit(removed[0].start, end, "")
        return Edit(start, end, spacing)
    if inner == "," and _has_break(blanks_before) and stays(blanks_before, last):
        return Edit(start, end, "," + (blanks_behind if _has_break(blanks_behind) else blanks_before))
    exchanged = len(removed) == len(added) and all(one.text.isidentifier() for one in [*removed, *added])
    closes = added[0].key in _CLOSING and not _has_break(before)
    keeps_before = not closes and stays(blanks_before, added[0]) and _serve(blanks_before, before, exchanged)
    keeps_behind = stays(blanks_behind, last) and _serve(blanks_behind, spacing, exchanged)
    return Edit(
        removed[0].start if keeps_before else start,
        removed[-1].end if keeps_behind else end,
        ("" if keeps_before else before) + inner + ("" if keeps_behind else spacing),
    )


def _serve(blanks: str, wanted: str, exchanged: bool) -> bool:
    """Whether blanks of the file do for blanks of the template: there are some where some are needed.

    Where as many tokens come as go (``exchanged``), blanks that the template has not are the file's style.
    """
    if _has_break(blanks) or bool(blanks) == bool(wanted):
        return True
    return exchanged and not wanted and not blanks.strip()


def _ends_line(blanks: str) -> bool:
    """Whether blanks end a line of code where no brackets hold it together."""
    return "#" in blanks or bool(_BREAK.search(blanks))


def _indentation(blanks: str) -> str:
    """What stands before the code of a new line; nothing where no line ends."""
    return re.split(r"[\r\n]", blanks)[-1] if _ends_line(blanks) else ""


def _has_break(blanks: str) -> bool:
    return "\n" in blanks or "\r" in blanks
