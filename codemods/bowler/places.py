"""What changed between two texts, place by place, and where such places lie in the text before it all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from codemods.model.plan import Edit

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

    @property
    def growth(self) -> int:
        """How much longer than the base text it is."""
        return len(self.text) - (self.end - self.start)


class Places:
    """All that sites, one after the other, made of a base text; sites whose edits touch become one."""

    def __init__(self) -> None:
        self._regions: list[_Region] = []  # in the order of the text
        self._growth = 0  # of all of them

    def add(self, edits: Iterable[tuple[int, Edit]]) -> None:
        """Edits with the site of each; offsets are those in the text that the edits added before left."""
        pairs = sorted(edits, key=lambda pair: (pair[1], pair[0]))
        if self._regions:
            for site, edit in reversed(pairs):  # from the end, so that offsets before it still hold
                self._add(site, edit)
        else:
            for site, edit in pairs:
                self._append(site, edit)

    def _append(self, site: int, edit: Edit) -> None:
        """Add an edit behind all others, with offsets in the base text."""
        last = self._regions[-1] if self._regions else None
        if last is not None and last.end == edit.start:
            self._growth -= last.growth
            last.end, last.text = edit.end, last.text + edit.text
            last.sites.add(site)
        else:
            last = _Region(edit.start, edit.end, edit.text, {site})
            self._regions.append(last)
        self._growth += last.growth

    def _add(self, site: int, edit: Edit) -> None:
        # From the last region backwards, because matches come in the order of the text.
        last = len(self._regions)
        shift = self._growth  # of the regions before `last`
        while last and self._regions[last - 1].start + shift - self._regions[last - 1].growth > edit.end:
            last -= 1
            shift -= self._regions[last].growth
        first = last
        before = after = 0
        text = edit.text
        while first and self._regions[first - 1].end + shift >= edit.start:
            first -= 1
            region = self._regions[first]
            if first == last - 1 and region.end + shift > edit.end:
                after = region.end + shift - edit.end
                text += region.text[-after:]
            shift -= region.growth
            before = edit.start - region.start - shift
        touched = self._regions[first:last]
        new = _Region(edit.start - shift, 0, text, {site}.union(*(region.sites for region in touched)))
        if before > 0:
            new.start -= before
            new.text = touched[0].text[:before] + new.text
        growth = sum(region.growth for region in touched)
        new.end = touched[-1].end if after else edit.end - shift - growth
        self._regions[first:last] = [new]
        self._growth += new.growth - growth

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
