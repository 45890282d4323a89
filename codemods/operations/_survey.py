"""Where what moved may be used: the files that name it, and the names under which they hand it on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from codemods.operations._base import Context
from codemods.operations._file_imports import FileImports, Layout
from codemods.operations._moves import Moves, is_under, split
from codemods.operations._renamed_definitions import RenamedDefinitions
from codemods.operations._renamed_imports import RenamedImports

_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w+\s*$")
_LONGEST = 100
"""So far the word before a dot is looked for."""


@dataclass(frozen=True)
class Survey:
    """What a rename knows before it judges any file."""

    moves: Moves
    """All paths that moved, with those under which files hand them on."""
    paths: frozenset[str]
    """The files that may use them."""


def surveyed(context: Context, table: Mapping[str, str], *, definition: bool) -> Survey:
    """Read who imports what, and parse only the files whose imports others import again."""
    moves = Moves(table)
    files = _Files(context, moves)
    if definition:
        for file in files.defining(moves):
            list(RenamedDefinitions(file, moves).changes())  # which labels what the definitions need
    promising = files.promising(moves)
    while any([moves.add(*export) for export in _exports(files, promising, moves)]):  # noqa: C419 (all of them)
        promising |= files.promising(moves, known=promising)
    return Survey(moves, frozenset(promising))


def _exports(files: _Files, promising: Set[str], moves: Moves) -> Iterator[tuple[str, str, str]]:
    """What the files export of what moved, under names that change."""
    for file in files.handing_on(promising):
        yield from RenamedImports(file, moves).exports()


@dataclass
class _Asked:
    """What the candidates ask of other modules, all together; modules by their keys (see ModuleTable)."""

    names: set[tuple[str, str]] = field(default_factory=set)
    """From-imports: the module and the name in it."""
    stars: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    """Modules of plain imports, and the packages around them, each with a slash."""
    members: set[tuple[str, str]] = field(default_factory=set)
    """A name that moved, in code or in a string, and the word before its dot."""
    in_doctests: set[str] = field(default_factory=set)
    """Words of files that hold doctests, whose imports are not read."""


class _Files:
    """The candidates: the files in which a name that moved is a word."""

    def __init__(self, context: Context, moves: Moves) -> None:
        self._codebase = context.codebase
        self._modules = context.resolver.modules
        self._imports = context.resolver.imports
        self._layout = Layout(self._modules)
        # Whoever hands a name on under another one does not change it, so these names are all there will be.
        self._names = frozenset(moves.names())
        self._words = self._read_words(context, moves)
        self._asked: _Asked | None = None

    def _read_words(self, context: Context, moves: Moves) -> dict[str, frozenset[str]]:
        """The words of each candidate that are names, or the last of the path of a module."""
        paths = list(context.paths(self._codebase.grep(*self._names)))
        telling = {split(module)[1] for module in (*moves.by_module(), *map(self._layout.dotted_of, paths))}
        telling |= self._names
        found = {}
        for path in paths:
            words = frozenset(_WORD.findall(self._codebase.text(path) or ""))
            if not words.isdisjoint(self._names):
                found[path] = words & telling
        return found

    def defining(self, moves: Moves) -> Iterator[FileImports]:
        """The candidates in which a path that moved may be defined."""
        homes = moves.by_module().keys()
        for path in self._words:
            if self._layout.dotted_of(path) in homes:
                yield from self._file(path)

    def promising(self, moves: Moves, known: Set[str] = frozenset()) -> set[str]:
        """The candidates whose text names a moved path and where it comes from, but for those known."""
        clues = [_Clue(module, names) for module, names in moves.by_module().items()]
        return {path for path in self._words.keys() - known if self._promises(path, clues)}

    def _promises(self, path: str, clues: Sequence[_Clue]) -> bool:
        text, dotted = self._codebase.text(path) or "", self._layout.dotted_of(path)
        return any(clue.is_in(text, self._words[path], dotted) for clue in clues)

    def handing_on(self, paths: Set[str]) -> Iterator[FileImports]:
        """Those of the files from which a candidate may have a name that moved."""
        self._asked = self._asked or self._read_imports()
        for path in sorted(paths):
            if self._is_asked_for(path, self._asked):
                yield from self._file(path)

    def _file(self, path: str) -> Iterator[FileImports]:
        module = self._codebase.module(path)
        if module is not None:
            yield FileImports(module, self._layout)

    def _is_asked_for(self, path: str, asked: _Asked) -> bool:
        key = self._modules.key_of(path)
        above, _, last = key.rpartition("/")
        return (
            (above, last) in asked.names
            or key in asked.stars
            or f"{key}/" in asked.packages
            or last in asked.in_doctests
            or any((key, name) in asked.names or (last, name) in asked.members for name in self._names)
        )

    def _read_imports(self) -> _Asked:
        asked = _Asked()
        member = re.compile(rf"\.\s*({'|'.join(sorted(self._names))})\b")
        for path, words in self._words.items():
            text = self._codebase.text(path) or ""
            lines = self._imports.of(path)
            asked.names.update((key, name) for key, name, _ in lines.names)
            asked.stars.update(lines.stars)
            asked.packages.update(lines.packages)
            for match in member.finditer(text):
                before = _LAST_WORD.search(text, max(0, match.start() - _LONGEST), match.start())
                asked.members.update([(before[0].rstrip(), match[1])] if before else ())
            if ">>>" in text:
                asked.in_doctests |= words
        return asked


class _Clue:
    """Words without which no file uses names that moved: a name, and the last word of its module.

    Only ``from . import name`` does without that word, in files below the module; a module at the top has
    none, and must be imported or stand in a string.
    """

    def __init__(self, module: str, names: Sequence[str]) -> None:
        self._module = module
        self._last_word = word = split(module)[1]
        self._names = frozenset(names)
        # Where only the modules below it are named, as in `from collections.abc import Mapping`, it is not.
        self._itself = re.compile(rf"{word}\b(?<!\w{word})(?!\s*\.\s*(?!(?:{'|'.join(names)})\b)\w)")

    def is_in(self, text: str, words: Set[str], dotted: str) -> bool:
        """Whether it is in the text, of these words, of a file with this import path."""
        if self._module:
            if self._names.isdisjoint(words):
                return False
            named = self._last_word in words and self._itself.search(text) is not None
            return named or is_under(dotted, self._module)
        return any(_names_top_module(text, name) for name in self._names & words)


def _names_top_module(text: str, name: str) -> bool:
    line = r"(?:[^\r\n;]|\\\r?\n)*"
    imported = rf"(?m)(?:^|[;:])[ \t\f]*import\b{line}\b{name}\b|\bfrom[\s\\]+{name}\b"
    return re.search(rf"{imported}|['\"`<~]{name}\.", text) is not None
