"""Which classes name which as their bases, and what else classes are called, as single lines show it.

That says where to look, not what is meant. No file is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from codemods.source.codebase import Codebase
from codemods.source.text import NEWLINE

_LINE = (
    "[ \t\f]*(class[ \t]+\\w+[ \t]*[:([]|(from|import)[ \t].*[ \t]as[ \t]"
    "|\\(?([\\w.]+,[ \t]*)*[\\w.]+[ \t]+as[ \t]"
    "|\\w+(:[ \t]*[][\\w.]+)?[ \t]*=[ \t]*[A-Za-z_][\\w.]*[ \t\r]*($|#))"
)
_CLASS = re.compile(r"^[ \t\f]*class[ \t]+(\w+)[ \t]*(?=[:(\[])(?:\(([\w., \t]*)\)[ \t]*)?(:)?", re.MULTILINE)
_TOKEN = re.compile(r"[()\[\]{}:]|#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'")
_BASE = re.compile(r"\b[^\W\d]\w*\b(?![ \t]*[.=])")
_BLANK = re.compile(r"[ \t\f]*")
_GIVEN = re.compile(r"[ \t\f]*(\w+)(?::[^=]*)?[ \t]*=[ \t]*(?:\w+\.)*([^\W\d]\w*)[ \t\r]*(?:$|#)")
_AS = re.compile(r"(\w+)[ \t]+as[ \t]+(\w+)")
_STARTS = re.compile(_LINE, re.MULTILINE)
_NO_CLASSES = frozenset({"None", "True", "False"})

ItemT = TypeVar("ItemT", bound="Header | Alias")


@dataclass(slots=True, eq=False)
class Header:
    """A class statement: what may be the names of its bases."""

    path: str
    name: str
    bases: list[str]
    several: bool
    """Whether there may be more than one base."""


@dataclass(slots=True, eq=False)
class Alias:
    """Another name that a file gives to something, by an import or an assignment."""

    path: str
    name: str
    meant: str


class ClassLines:
    """The class statements and aliases of the codebase as it stands now; a file is read once per content."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._base: _Index | None = None
        self._above: _Index = _Index()
        """What the files that were replaced say now."""
        self._read: dict[str, tuple[str, list[Header | Alias]]] = {}
        self._generation = 0

    def deriving(self, word: str) -> list[Header]:
        """The classes with a base that is called so."""
        return self._both(lambda index: index.deriving.get(word, ()))

    def aliases(self, word: str) -> list[Alias]:
        """The other names for something that is called so."""
        return self._both(lambda index: index.aliases.get(word, ()))

    def meant(self, name: str) -> list[Alias]:
        """What something may be that is called by another name."""
        return self._both(lambda index: index.meant.get(name, ()))

    def named(self, name: str) -> list[Header]:
        """The classes of a name."""
        return self._both(lambda index: index.named.get(name, ()))

    def above(self, header: Header) -> set[str]:
        """What the bases of a class may be called, and theirs."""
        found: set[str] = set()
        todo = set(header.bases)
        while todo:
            word = todo.pop()
            found.add(word)
            todo.update(base for one in self.named(word) for base in one.bases if base not in found)
            todo.update(alias.meant for alias in self.meant(word) if alias.meant not in found)
        return found

    # -- reading -------------------------------------------------------------------------------------------

    def _both(self, ask: Callable[[_Index], Sequence[ItemT]]) -> list[ItemT]:
        if self._base is None:
            self._base = self._read_all()
        if self._generation != self._codebase.generation:
            self._generation = self._codebase.generation
            self._above = self._read_replaced()
        known = [item for item in ask(self._base) if item.path not in self._read]
        return [*known, *ask(self._above)]

    def _read_all(self) -> _Index:
        index = _Index()
        for path, line in self._codebase.lines(_LINE):
            items = _items(path, line)
            for item in self._behind(path, line) if items is None else items:
                index.add(item)
        return index

    def _behind(self, path: str, line: str) -> Iterator[Header | Alias]:
        """What a line says that goes on behind its end."""
        source = self._codebase.base(path)
        text = source.text if source else ""
        start = text.find(line)
        while start >= 0:
            yield from _items(path, text, start) or ()
            start = text.find(line, start + 1)

    def _read_replaced(self) -> _Index:
        index = _Index()
        for path, text in self._codebase.replaced().items():
            if path not in self._read or self._read[path][0] is not text:
                self._read[path] = (text, list(_items_of(path, text)))
            for item in self._read[path][1]:
                index.add(item)
        return index


class _Index:
    """What lines say, by the names in them."""

    def __init__(self) -> None:
        self.deriving: dict[str, list[Header]] = {}
        self.named: dict[str, list[Header]] = {}
        self.aliases: dict[str, list[Alias]] = {}
        self.meant: dict[str, list[Alias]] = {}

    def add(self, item: Header | Alias) -> None:
        if isinstance(item, Alias):
            self.aliases.setdefault(item.meant, []).append(item)
            self.meant.setdefault(item.name, []).append(item)
            return
        self.named.setdefault(item.name, []).append(item)
        for word in item.bases:
            self.deriving.setdefault(word, []).append(item)


def names_given(path: str, text: str, names: Set[str]) -> set[str]:
    """The other names that a file has for classes, and the names of those that may derive from them."""
    starts = {match.start() for match in _CLASS.finditer(text)}
    for name in names:
        place = text.find(name)
        while place >= 0:
            starts.add(text.rfind("\n", 0, place) + 1)
            place = text.find(name, place + 1)
    found: set[str] = set()
    for start in starts:
        for item in _items(path, text, start) or () if _STARTS.match(text, start) else ():
            if not names.isdisjoint((item.meant,) if isinstance(item, Alias) else item.bases):
                found.add(item.name)
    return found


def classes_binding(text: str, member: str) -> dict[str, set[int]]:
    """The classes of a text in whose bodies a member may be bound, or set on ``self``; and their lines."""
    found: dict[str, set[int]] = {}
    classes: list[re.Match[str]] | None = None
    for match in _binding(member).finditer(text) if member in text else ():
        if classes is None:
            classes = list(_CLASS.finditer(text))
        line = text.rfind("\n", 0, match.start()) + 1
        within = _indent(text, line)
        for above in reversed(classes):
            if above.start() > line:
                continue
            indent = _indent(text, above.start())
            if indent < within or above.start() == line:
                within = indent
                number = len(NEWLINE.findall(text, 0, above.start(1))) + 1
                found.setdefault(above[1], set()).add(number)
            if not within:
                break
    return found


@lru_cache(maxsize=64)
def _binding(member: str) -> re.Pattern[str]:
    """Where a name may be bound, or set on an object."""
    name = re.escape(member)
    return re.compile(
        rf"\b(?:(?:def|class)[ \t]+|as[ \t]+(?:\w+\.)?|(?:import|for)\b[^\n]*\b){name}\b"
        rf"|\b{name}[ \t]*(?::|[-+*/|&]?=(?!=)|,[^=\n(]*=(?!=)|[\])][^=\n]*=(?!=))"
    )


def _indent(text: str, start: int) -> int:
    """How far a line is indented."""
    blank = _BLANK.match(text, start)
    return len(blank[0].expandtabs()) if blank else 0


def _items_of(path: str, text: str) -> Iterator[Header | Alias]:
    """What all lines of a text say."""
    start = 0
    for line in text.split("\n"):
        if _STARTS.match(line):
            yield from _items(path, text, start) or ()
        start += len(line) + 1


def _items(path: str, text: str, start: int = 0) -> list[Header | Alias] | None:
    """What the line at a place says; None where a class statement goes on behind the text."""
    match = _CLASS.match(text, start)
    if match is None:
        given = _GIVEN.match(text, start)
        end = text.find("\n", start)
        aliases = (
            [(given[2], given[1])] if given else _AS.findall(text, start, end if end >= 0 else len(text))
        )
        return [
            Alias(path, name, meant) for meant, name in aliases if name != meant and meant not in _NO_CLASSES
        ]
    bases: str | None = match[2] or ""
    if not match[3]:
        bases = _bases(text, match.end(1))
    if bases is None:
        return None
    return [Header(path, match[1], _BASE.findall(bases), "," in bases or "*" in bases)]


def _bases(text: str, start: int) -> str | None:
    """What stands between the name of a class and the colon."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth -= 1
        elif token[0] == ":" and not depth:
            return text[start : token.start()]
    return None
