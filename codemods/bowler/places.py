"""What changed between two texts, place by place, and where such places lie in the text before it all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from codemods.plan import Edit

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_WORD = re.compile(r"\w+|\r\n|[^\w]")


def differences(before: str, after: str) -> list[Edit]:
    """Edits that make one text of the other and touch no word that both have."""
    start = _common(before, after)
    rest = min(len(before), len(after)) - start
    end = bisect_left(range(rest), True, key=lambda count: not _same_end(before, after, count + 1))
    # Words and line ends stay whole.
    while start and _joined(before, start) | _joined(after, start):
        start -= 1
    while end and _joined(before, len(before) - end) | _joined(after, len(after) - end):
        end -= 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return list(_by_line(old, new, start))


def _common(before: str, after: str) -> int:
    most = min(len(before), len(after))
    return bisect_left(range(most), True, key=lambda count: before[: count + 1] != after[: count + 1])


def _same_end(before: str, after: str, count: int) -> bool:
    return before[len(before) - count :] == after[len(after) - count :]


def _joined(text: str, offset: int) -> bool:
    """Whether the characters on both sides of an offset belong to one word or line end."""
    pair = text[offset - 1 : offset + 1]
    return pair == "\r\n" or re.fullmatch(r"\w\w", pair) is not None


def _by_line(old: str, new: str, offset: int) -> Iterator[Edit]:
    for edit in _edits(_LINE.findall(old), _LINE.findall(new), offset):
        before = old[edit.start - offset : edit.end - offset]
        if before and edit.text:
            yield from _edits(_WORD.findall(before), _WORD.findall(edit.text), edit.start)
        else:
            yield edit


def _edits(old: list[str], new: list[str], offset: int) -> Iterator[Edit]:
    """The edits between two sequences of pieces, of which the old one begins at an offset."""
    starts = [offset]
    for piece in old:
        starts.append(starts[-1] + len(piece))
    for tag, first, last, new_first, new_last in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield Edit(starts[first], starts[last], "".join(new[new_first:new_last]))


@dataclass
class _Region:
    """A stretch of the base text that reads differently now, and the sites that had a part in it."""

    start: int
    end: int
    text: str
    sites: set[int]


class Places:
    """All that sites, one after the other, made of a base text; sites whose edits touch become one."""

    def __init__(self) -> None:
        self._regions: list[_Region] = []

    def add(self, edits: Iterable[tuple[int, Edit]]) -> None:
        """Edits with the site of each; offsets are those in the text that the edits added before left."""
        for site, edit in sorted(edits, key=lambda pair: (pair[1], pair[0]), reverse=True):
            self._add(site, edit)  # from the end, so that offsets before it still hold

    def _add(self, site: int, edit: Edit) -> None:
        shift = 0  # how much longer the text before a region is now
        touched: list[tuple[_Region, int]] = []
        for region in self._regions:
            start = region.start + shift
            if start > edit.end:
                break
            if start + len(region.text) >= edit.start:
                touched.append((region, start))
            shift += len(region.text) - (region.end - region.start)
        if not touched:
            new = _Region(edit.start - shift, edit.end - shift, edit.text, {site})
        else:
            (first, first_start), (last, last_start) = touched[0], touched[-1]
            before, after = edit.start - first_start, last_start + len(last.text) - edit.end
            new = _Region(
                first.start + min(before, 0),
                last.end - min(after, 0),
                first.text[: max(before, 0)] + edit.text + (last.text[-after:] if after > 0 else ""),
                {site}.union(*(region.sites for region, _ in touched)),
            )
        kept = [region for region in self._regions if all(region is not other for other, _ in touched)]
        self._regions = sorted([*kept, new], key=lambda region: (region.start, region.end))

    def by_site(self, base: str) -> dict[int, list[Edit]]:
        """The edits of each site in the base text, under the first of the sites that grew together."""
        owner: dict[int, int] = {}
        for region in self._regions:
            roots = {_root(owner, site) for site in region.sites}
            for root in roots:
                owner[root] = min(roots)
        found: dict[int, list[Edit]] = {}
        for region in self._regions:
            if base[region.start : region.end] != region.text:
                site = _root(owner, min(region.sites))
                found.setdefault(site, []).append(Edit(region.start, region.end, region.text))
        return found


def _root(owner: dict[int, int], site: int) -> int:
    while owner.setdefault(site, site) != site:
        site = owner[site]
    return site
