"""Which files spell an import so, read from single lines and without parsing any file.

That says where to look, not what is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from codemods.git.files import lines_of
from codemods.syntax.codebase import Codebase

_IMPORT = "[ \t]*(from|import)[ \t]"
_FROM = re.compile(r"[ \t]*from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import\b[ \t]*(\*)?")
_PLAIN = re.compile(r"[ \t]*import[ \t]+")


class Importers:
    """Which files import what, as the codebase stands now; a file's lines are read once per content."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._importers: dict[str, set[str]] | None = None
        self._generation = 0
        self._read: dict[str, str] = {}
        """The text that the facts know of each file that was replaced."""

    def of(self, spelling: str) -> Collection[str]:
        """The files of whose imports one is spelled so.

        A spelling is the last two names of ``from a.b.c import`` (``b.c``), the path that a relative one
        means (``/a/b``), the first name of a plain ``import a.b`` (``import a``), or ``*``.
        """
        self._read_all()
        assert self._importers is not None
        return self._importers.get(spelling, ())

    def _read_all(self) -> None:
        if self._importers is None:
            self._importers = self._read_imports()
        if self._generation != self._codebase.generation:
            self._generation = self._codebase.generation
            self._follow_replacements(self._importers)

    def _read_imports(self) -> dict[str, set[str]]:
        importers: dict[str, set[str]] = defaultdict(set)
        known: dict[str, list[str]] = {}
        for both in self._codebase.lines(_IMPORT).split("\n")[:-1]:
            name, _, line = both.partition("\0")
            path = self._codebase.own(name)
            if path is None:
                continue
            # Many files have the same imports, and only a relative one depends on where it stands.
            spellings = known.get(line)
            if spellings is None:
                spellings = list(_spelled(path, line))
                if spellings and spellings[0][0] != "/":
                    known[line] = spellings
            for spelling in spellings:
                importers[spelling].add(path)
        return importers

    def _follow_replacements(self, importers: dict[str, set[str]]) -> None:
        for path, text in self._codebase.replaced().items():
            before = self._read.get(path, self._base_text(path))
            if before is text:
                continue
            self._read[path] = text
            for spelling in _all_spelled(path, before):
                importers[spelling].discard(path)
            for spelling in _all_spelled(path, text):
                importers[spelling].add(path)

    def _base_text(self, path: str) -> str:
        source = self._codebase.base(path)
        return source.text if source else ""


def _all_spelled(path: str, text: str) -> Iterable[str]:
    return (spelling for line in lines_of(text, _IMPORT) for spelling in _spelled(path, line))


def _spelled(path: str, line: str) -> Iterator[str]:
    """How a line spells the modules it imports; nothing where it imports none."""
    match = _FROM.match(line)
    if match is None:
        for item in _PLAIN.sub("", line).split("#", 1)[0].split(",") if _PLAIN.match(line) else ():
            yield f"import {item.strip().partition(' ')[0].partition('.')[0]}"
        return
    dots, dotted, star = match.groups()
    if dots:
        parts = [*path.split("/")[: -len(dots)], *dotted.split(".")]
        yield "/" + "/".join(part for part in parts if part)
    else:
        yield ".".join(dotted.rsplit(".", 2)[-2:])
    if star:
        yield "*"
