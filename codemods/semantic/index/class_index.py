"""Which classes name which as their bases, and what else classes are called, as single lines show it.

That says where to look, not what is meant. No file is parsed.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

from codemods.syntax.codebase import Codebase
from codemods.syntax.text import LineNumbers, whole_words

_LINE = (
    "[ \t\f]*(class[ \t]+\\w+[ \t]*[:([]|(from|import)[ \t].*[ \t]as[ \t]"
    "|\\(?([\\w.]+,[ \t]*)*[\\w.]+[ \t]+as[ \t]"
    "|\\w+(:[ \t]*[][\\w.]+)?[ \t]*=[ \t]*([A-Za-z_][\\w.]*[ \t\r]*($|#)|([\\w.]*\\.)?_*[A-Z]\\w*\\[))"
)
_CLASS = re.compile(r"^[ \t\f]*class[ \t]+(\w+)[ \t]*(?=[:(\[])(?:\(([\w., \t]*)\)[ \t]*)?(:)?", re.MULTILINE)
_TOKEN = re.compile(r"[()\[\]{}:]|#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'")
# A pattern that begins with the NUL behind the path is found far sooner than one at the start of a line.
_UNFINISHED = re.compile(r"\0([ \t\f]*class[ \t]+\w+[ \t]*[(\[](?![^\n]*\)[ \t]*:)[^\n]*)")
_WHOLE_LINE = re.compile(r"[^\n]+")
_CLASS_NAME = re.compile(r"class[ \t]+([^\W\dA-Z]\w*)")
_INSIDE = re.compile(r"\0[ \t\f]+class[ \t]+\w+[ \t]*[(\[][^\n]*")
_BASE = re.compile(r"\b[^\W\d]\w*\b(?![ \t]*[.=])")
_BLANK = re.compile(r"[ \t\f]*")
_GIVEN = re.compile(r"[ \t\f]*(\w+)(?::[^=]*)?[ \t]*=[ \t]*(?:\w+\.)*([^\W\d]\w*)(?:[ \t\r]*(?:$|#)|\[)")
_AS = re.compile(r"(\w+)[ \t]+as[ \t]+(\w+)")
_STARTS = re.compile(_LINE, re.MULTILINE)
_BOUND = re.compile(r"\b(?:(?:def|class)[ \t]+|as[ \t]+(?:\w+\.)?|(?:import|for)\b.*)$")
"""What stands before a name that is bound, or set on an object; and behind one."""
_BINDS = re.compile(r"[ \t]*(?::|[-+*/|&]?=(?!=)|,[^=\n(]*=(?!=)|[\])][^=\n]*=(?!=))")
_NO_CLASSES = frozenset({"None", "True", "False"})

_SOME = 50
"""So many words are looked for one by one; then all that the lines say is kept by its words."""


@dataclass(slots=True, eq=False)
class Header:
    """A class statement: what may be the names of its bases."""

    path: str
    name: str
    bases: list[str]
    several: bool
    """Whether there may be more than one base."""
    inside: bool
    """Whether it stands in a block."""

    @property
    def words(self) -> set[str]:
        return {self.name, *self.bases}


@dataclass(slots=True, eq=False)
class Alias:
    """Another name that a file gives to something, by an import or an assignment."""

    path: str
    name: str
    meant: str
    local: bool
    """Whether it is assigned inside a block, which is taken to mean something in its own file only."""

    @property
    def words(self) -> set[str]:
        return {self.name, self.meant}


Item = Header | Alias
_Items = dict[str, list[Item]]


@dataclass(slots=True, eq=False)
class NamesAbove:
    """What the bases of some class statements, and theirs, may be called."""

    bases: dict[Header, set[str]]
    below: dict[str, list[str]]
    """The names that one is directly above of."""
    names: set[str]

    def under(self, wanted: Callable[[str], bool]) -> list[Header]:
        """The class statements among whose bases, and theirs, one may bear a name that is wanted."""
        found = {name for name in self.names if wanted(name)}
        todo = list(found)
        while todo:
            for name in self.below.get(todo.pop(), ()):
                if name not in found:
                    found.add(name)
                    todo.append(name)
        return [header for header, names in self.bases.items() if not found.isdisjoint(names)]


class ClassLines:
    """The class statements and aliases of the codebase as it stands now; a file is read once per content."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._text: str | None = None
        """The lines of all files as the repository has them, until everything they say is known."""
        self._inside: tuple[list[Header], set[str]] | None = None
        """The class statements in blocks that they say, and the names of all classes."""
        self._behind: _Items = {}
        """The class statements that go on behind their line."""
        self._found: dict[str, list[Item]] = {}
        self._all: _Items | None = None
        self._read: dict[str, tuple[str, list[Item]]] = {}
        """The files that were replaced, with the text that was read."""
        self._replaced: _Items = {}
        self._above: dict[str, set[str]] = {}
        self._bases: dict[Header, set[str]] = {}
        self._meant: dict[str, dict[str, set[str]]] = {}
        self._of_variables: dict[Header, int] | None = None
        self._generation = 0

    def deriving(self, word: str) -> list[Header]:
        """The classes with a base that is called so."""
        return [item for item in self._with(word) if isinstance(item, Header) and word in item.bases]

    def named(self, name: str) -> list[Header]:
        """The classes of a name."""
        return [item for item in self._with(name) if isinstance(item, Header) and item.name == name]

    def aliases(self, word: str) -> list[Alias]:
        """The other names for something that is called so."""
        return [item for item in self._with(word) if isinstance(item, Alias) and item.meant == word]

    def above(self, headers: Iterable[Header]) -> NamesAbove:
        """What the bases of class statements, and theirs, may be called."""
        self._follow_replacements()
        bases = {header: self._bases_of(header) for header in headers}
        below: dict[str, list[str]] = {}
        seen = set().union(*bases.values())
        todo = list(seen)
        while todo:
            word = todo.pop()
            for above in self._next_above(word):
                below.setdefault(above, []).append(word)
                if above not in seen:
                    seen.add(above)
                    todo.append(above)
        return NamesAbove(bases, below, seen)

    def in_file(self, path: str) -> Iterator[Header]:
        """The class statements of a file as it stands now."""
        text = self._codebase.text(path) or ""
        for match in _CLASS.finditer(text):
            for item in _items(path, text, match.start()) or ():
                if isinstance(item, Header):
                    yield item

    def of_variables(self) -> dict[Header, int]:
        """The class statements in blocks with a base that bears a variable's name, and those below them.

        Beside each is how many of its bases are such.
        """
        self._follow_replacements()
        if self._of_variables is None:
            read, classes = self._inside_blocks()
            known = [item for item in read if item.path not in self._read]
            inside = [*known, *_inside(_all_of(self._replaced))]
            variables = {
                item: {base for base in item.bases if _is_variable(base, classes)} for item in inside
            }
            names = {(item.path, item.name) for item, bases in variables.items() if bases}
            for item, bases in variables.items():
                bases.update(base for base in item.bases if (item.path, base) in names)
            self._of_variables = {item: len(bases) for item, bases in variables.items() if bases}
        return self._of_variables

    # -- reading -------------------------------------------------------------------------------------------

    def _inside_blocks(self) -> tuple[list[Header], set[str]]:
        if self._inside is None:
            text = self._base_text()
            lines = (f"{_path_before(text, match)}{match[0]}" for match in _INSIDE.finditer(text))
            read = _inside([*self._said(lines), *_all_of(self._behind)])
            self._inside = read, set(_CLASS_NAME.findall(text))
        return self._inside

    def _next_above(self, name: str) -> set[str]:
        """What the direct bases of the classes of a name may be called."""
        above = self._above.get(name)
        if above is None:
            above = self._above[name] = set()
            for item in self._with(name):
                if item.name == name and isinstance(item, Header):
                    above |= self._bases_of(item)
                elif item.name == name and isinstance(item, Alias) and not item.local:
                    above.add(item.meant)
        return above

    def _bases_of(self, header: Header) -> set[str]:
        """What the direct bases of a class may be called, and what else its own file calls them."""
        if header in self._bases:
            return self._bases[header]
        found = self._bases[header] = set()
        todo = set(header.bases)
        while todo:
            word = todo.pop()
            found.add(word)
            todo |= self._meant_in_files(word).get(header.path, set()) - found
        return found

    def _meant_in_files(self, name: str) -> dict[str, set[str]]:
        """What the aliases of a name stand for, by the files that have them."""
        meant = self._meant.get(name)
        if meant is None:
            meant = self._meant[name] = {}
            for item in self._with(name):
                if isinstance(item, Alias) and item.name == name:
                    meant.setdefault(item.path, set()).add(item.meant)
        return meant

    def _follow_replacements(self) -> None:
        if self._generation == self._codebase.generation:
            return
        self._generation = self._codebase.generation
        self._replaced = {}
        self._above = {}
        self._bases = {}
        self._meant = {}
        self._of_variables = None
        for path, text in self._codebase.replaced().items():
            if path not in self._read or self._read[path][0] is not text:
                self._read[path] = (text, list(_items_of(path, text)))
            _note(self._replaced, self._read[path][1])

    def _base_text(self) -> str:
        if self._text is None:
            self._text = self._codebase.lines(_LINE)
            for match in _UNFINISHED.finditer(self._text):
                _note(self._behind, self._read_on(_path_before(self._text, match), match[1]))
        return self._text

    def _with(self, word: str) -> list[Item]:
        """What lines say in which a word stands."""
        text = self._base_text()
        self._follow_replacements()
        known = self._in_base(text, word)
        if self._read:
            known = [item for item in known if item.path not in self._read]
        return [*known, *self._replaced.get(word, ())]

    def _in_base(self, text: str, word: str) -> list[Item]:
        if word not in self._found:
            if self._all is None and len(self._found) >= _SOME:
                self._all = {}
                _note(self._all, self._said(match[0] for match in _WHOLE_LINE.finditer(text)))
                self._inside_blocks()
                self._text = ""
            said = self._said(_lines_with(text, word)) if self._all is None else self._all.get(word, ())
            self._found[word] = [*(item for item in said if word in item.words), *self._behind.get(word, ())]
        return self._found[word]

    def _said(self, lines: Iterable[str]) -> Iterator[Item]:
        for both in lines:
            name, _, line = both.partition("\0")
            path = self._codebase.own(name)
            if path is not None:
                yield from _items(path, line) or ()

    def _read_on(self, path: str, line: str) -> Iterator[Item]:
        """What a line says that goes on behind its end."""
        if path not in self._codebase or _items(path, line) is not None:
            return
        source = self._codebase.base(path)
        text = source.text if source else ""
        start = text.find(line)
        while start >= 0:
            yield from _items(path, text, start) or ()
            start = text.find(line, start + 1)


def _path_before(text: str, match: re.Match[str]) -> str:
    """The path that stands in front of a NUL."""
    return text[text.rfind("\n", 0, match.start()) + 1 : match.start()]


def _note(known: _Items, items: Iterable[Item]) -> None:
    """Keep items by the words in them."""
    for item in items:
        for word in item.words:
            known.setdefault(word, []).append(item)


def _inside(items: Iterable[Item]) -> list[Header]:
    return [item for item in items if isinstance(item, Header) and item.inside]


def _all_of(known: _Items) -> list[Item]:
    return list(dict.fromkeys(item for items in known.values() for item in items))


def _is_variable(base: str, classes: Set[str]) -> bool:
    """Whether a base bears a name as variables do, and none of the classes; ``type(x)`` is one."""
    return base == "type" or (base.islower() and base not in classes and not hasattr(builtins, base))


def _lines_with(text: str, word: str) -> Iterator[str]:
    """The lines behind whose path a word stands."""
    place = text.find(word)
    while place >= 0:
        start = text.rfind("\n", 0, place) + 1
        end = text.find("\n", place)
        if text.find("\0", start, place) >= 0 or word in text[text.find("\0", place, end) : end]:
            yield text[start:end]
        place = text.find(word, end)


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
    classes: list[tuple[re.Match[str], int]] | None = None
    for match in whole_words(member).finditer(text) if member in text else ():
        line = text.rfind("\n", 0, match.start()) + 1
        if not _BINDS.match(text, match.end()) and not _BOUND.search(text[line : match.start()]):
            continue
        if classes is None:
            lines = LineNumbers(text)
            classes = [(above, lines.of(above.start(1))) for above in _CLASS.finditer(text)]
        within = _indent(text, line)
        for above, number in reversed(classes):
            if above.start() > line:
                continue
            indent = _indent(text, above.start())
            if indent < within or above.start() == line:
                within = indent
                found.setdefault(above[1], set()).add(number)
            if not within:
                break
    return found


def _indent(text: str, start: int) -> int:
    """How far a line is indented."""
    blank = _BLANK.match(text, start)
    return len(blank[0].expandtabs()) if blank else 0


def _items_of(path: str, text: str) -> Iterator[Item]:
    """What all lines of a text say."""
    start = 0
    for line in text.split("\n"):
        if _STARTS.match(line):
            yield from _items(path, text, start) or ()
        start += len(line) + 1


def _items(path: str, text: str, start: int = 0) -> list[Item] | None:
    """What the line at a place says; None where a class statement goes on behind the text."""
    match = _CLASS.match(text, start)
    if match is None:
        given = _GIVEN.match(text, start)
        end = text.find("\n", start)
        aliases = (
            [(given[2], given[1])] if given else _AS.findall(text, start, end if end >= 0 else len(text))
        )
        local = given is not None and text[start].isspace()
        return [
            Alias(path, name, meant, local)
            for meant, name in aliases
            if name != meant and meant not in _NO_CLASSES
        ]
    bases: str | None = match[2] or ""
    if not match[3]:
        bases = _bases(text, match.end(1))
    if bases is None:
        return None
    several, inside = "," in bases or "*" in bases, text[match.start()].isspace()
    return [Header(path, match[1], _BASE.findall(bases), several, inside)]


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
