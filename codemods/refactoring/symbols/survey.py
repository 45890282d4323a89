"""Where what moved may be used: the files that name it, and the names under which they hand it on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from codemods.refactoring.operation import Context
from codemods.refactoring.symbols.definitions import RenamedDefinitions
from codemods.refactoring.symbols.file_imports import FileImports, Layout
from codemods.refactoring.symbols.imports import RenamedImports
from codemods.refactoring.symbols.moved_paths import Moves, is_under, split

_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w+\s*$")
_LONGEST = 100
"""So far the word before a dot is looked for."""
_FEW = 250
"""So many files are parsed sooner than it is found out who imports from them."""
_MANY = 8
"""So many names of a module take git longer to find than the module, if that is not common itself."""
_COMMON = 500
"""A module in more files is common."""


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
    promising = files.promising(moves, files.first(moves))
    while any([moves.add(*export) for export in _exports(files, promising, moves)]):  # noqa: C419 (all of them)
        promising |= files.promising(moves, files.candidates - promising)
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
    """The files of a codebase as a rename looks at them."""

    def __init__(self, context: Context, moves: Moves) -> None:
        self._context = context
        self._codebase = context.codebase
        self._modules = context.resolver.modules
        self._imports = context.resolver.imports
        self._layout = Layout(self._modules)
        # Whoever hands a name on under another one does not change it, so these names are all there will be.
        self._names = frozenset(moves.names())

    @cached_property
    def candidates(self) -> frozenset[str]:
        """The files that hold a name that moved."""
        return frozenset(self._context.paths(self._codebase.grep(*self._names)))

    def first(self, moves: Moves) -> frozenset[str]:
        """The files from which a moved path can be reached; many names are found by their few modules."""
        modules = moves.by_module()
        words = {split(module)[1] for module in modules if module}.union(modules.get("", ()))
        if len(self._names) <= _MANY * len(words) or len(found := self._codebase.grep(*words)) > _COMMON:
            return self.candidates
        for path in self._codebase.paths():
            dotted = self._layout.dotted_of(path)
            if any(is_under(dotted, module) for module in modules if module):
                found.add(path)
        return frozenset(self._context.paths(found))

    def defining(self, moves: Moves) -> Iterator[FileImports]:
        """The candidates in which a path that moved may be defined."""
        homes = moves.by_module().keys()
        for path in sorted(self.first(moves)):
            if self._layout.dotted_of(path) in homes:
                yield from self._file(path)

    def promising(self, moves: Moves, paths: Set[str]) -> set[str]:
        """Those of the files whose text names a moved path and where it comes from."""
        clues = [_Clue(module, names) for module, names in moves.by_module().items()]
        return {path for path in paths if self._promises(path, clues)}

    def _promises(self, path: str, clues: Sequence[_Clue]) -> bool:
        text, dotted = self._codebase.text(path) or "", self._layout.dotted_of(path)
        of_module = [clue for clue in clues if clue.names_module(text, dotted)]
        words = frozenset(_WORD.findall(text)) if of_module else frozenset()
        return any(clue.names_member(text, words) for clue in of_module)

    def handing_on(self, paths: Set[str]) -> Iterator[FileImports]:
        """Those of the files from which a candidate may have a name that moved."""
        for path in sorted(paths):
            if len(paths) <= _FEW or self._is_asked_for(path):
                yield from self._file(path)

    def _file(self, path: str) -> Iterator[FileImports]:
        module = self._codebase.module(path)
        if module is not None:
            yield FileImports(module, self._layout)

    def _is_asked_for(self, path: str) -> bool:
        asked = self._asked
        key = self._modules.key_of(path)
        above, _, last = key.rpartition("/")
        return (
            (above, last) in asked.names
            or key in asked.stars
            or f"{key}/" in asked.packages
            or last in asked.in_doctests
            or any((key, name) in asked.names or (last, name) in asked.members for name in self._names)
        )

    @cached_property
    def _asked(self) -> _Asked:
        asked = _Asked()
        member = re.compile(rf"\.\s*({'|'.join(sorted(self._names))})\b")
        for path in self.candidates:
            text = self._codebase.text(path) or ""
            lines = self._imports.of(path)
            asked.names.update((key, name) for key, name, _ in lines.names)
            asked.stars.update(lines.stars)
            asked.packages.update(lines.packages)
            for match in member.finditer(text):
                before = _LAST_WORD.search(text, max(0, match.start() - _LONGEST), match.start())
                asked.members.update([(before[0].rstrip(), match[1])] if before else ())
            if ">>>" in text:
                asked.in_doctests.update(_WORD.findall(text))
        return asked


class _Clue:
    """Words without which no file uses names that moved: a name, and the last word of its module.

    Only ``from . import name`` does without that word, in files below the module; a module at the top has
    none, and must be imported or stand in a string.
    """

    def __init__(self, module: str, names: Sequence[str]) -> None:
        self._module = module
        self._names = frozenset(names)
        word = split(module)[1]
        # Where only the modules below it are named, as in `from collections.abc import Mapping`, it is not.
        self._itself = re.compile(rf"{word}\b(?<!\w{word})(?!\s*\.\s*(?!(?:{'|'.join(names)})\b)\w)")

    def names_module(self, text: str, dotted: str) -> bool:
        """Whether the text of a file with this import path names the module, if it has a name."""
        return not self._module or self._itself.search(text) is not None or is_under(dotted, self._module)

    def names_member(self, text: str, words: Set[str]) -> bool:
        """Whether such a text, of these words, names what moved too."""
        found = self._names & words
        return bool(found) if self._module else any(_names_top_module(text, name) for name in found)


def _names_top_module(text: str, name: str) -> bool:
    line = r"(?:[^\r\n;]|\\\r?\n)*"
    imported = rf"(?m)(?:^|[;:])[ \t\f]*import\b{line}\b{name}\b|\bfrom[\s\\]+{name}\b"
    return re.search(rf"{imported}|['\"`<~]{name}\.", text) is not None
