"""``rename``: a symbol or a module by its import path, wherever it is imported, used or named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Self

from pydantic import Field, model_validator

from codemods.operations._base import Context, Operation
from codemods.operations._file_imports import FileImports, Layout
from codemods.operations._moves import Move, Moves, is_under, split
from codemods.operations._names import DottedPath
from codemods.operations._renamed_definitions import RenamedDefinitions
from codemods.operations._renamed_doctests import RenamedDoctests
from codemods.operations._renamed_imports import RenamedImports
from codemods.operations._renamed_stars import RenamedStars
from codemods.operations._renamed_strings import RenamedStrings
from codemods.operations._renamed_uses import RenamedUses
from codemods.operations._together import together
from codemods.plan import Change, Verdict

_WORD = re.compile(r"\w+")


class Rename(Operation):
    """Renames a function, class, constant or module, or moves it elsewhere, by its import path.

    Imports, dotted uses, ``__all__``, annotations in strings and comments, import paths in strings, Sphinx
    roles and doctests follow. Everything at or below the path moves with it. With ``definition``, nothing is
    renamed while a use is left behind.
    """

    from_: DottedPath | None = Field(
        default=None, description="The old import path, such as package.module.Name."
    )
    to: DottedPath | None = Field(default=None, description="The new import path.")
    names: dict[DottedPath, DottedPath] = Field(default={}, description="Many old paths and their new ones.")
    definition: bool = Field(
        default=False, description="Rename the definition too, where the repository has it."
    )

    @model_validator(mode="after")
    def _a_pair_or_a_table(self) -> Self:
        if (self.from_ is None) != (self.to is None):
            raise ValueError("from and to belong together")
        if (self.from_ is None) == (not self.names):
            raise ValueError("name either from and to, or a table of names")
        moves = Moves(self.table)
        for old, new in self.table.items():
            if old == new:
                raise ValueError(f"{old!r} is renamed to itself")
            again = moves.lookup(new)
            if again is not None and again.old == old:
                raise ValueError(f"{old!r} becomes {new!r}, which a second run would rename again")
            if again is not None:
                raise ValueError(
                    f"{old!r} becomes {new!r}, which the step renames too, by {again.old!r}; "
                    "the order would matter"
                )
            if self.definition and split(old)[0] != split(new)[0]:
                raise ValueError(
                    f"definition can only rename in place, and {new!r} is another module than {old!r}; "
                    "move the code by hand and leave definition out"
                )
        return self

    @property
    def table(self) -> dict[str, str]:
        """New paths by their old ones."""
        if self.from_ is not None and self.to is not None:
            return {self.from_: self.to}
        return dict(self.names)

    def find(self, context: Context) -> Iterator[Change]:
        moves = Moves(self.table)
        changes = list(self._changes(context, moves))
        if self.definition:
            yield from filter(_hearsay, changes)
            changes = together((one for one in changes if not _hearsay(one)), moves.labels())
        yield from changes

    def _changes(self, context: Context, moves: Moves) -> Iterator[Change]:
        files = _Files(context, moves)
        if self.definition:
            for file in files.promising():
                yield from RenamedDefinitions(file, moves).changes()
        while any([moves.add(*export) for export in files.exports()]):  # noqa: C419 (all of them)
            pass
        for file in files.promising():
            imports = files.imports_of(file)
            uses = RenamedUses(file, moves, imports)
            yield from uses.changes()
            yield from imports.changes(uses.required)
            yield from RenamedStars(file, moves).changes()
            yield from RenamedStrings(file, moves).changes()
            yield from RenamedDoctests(file, moves).changes()


def _hearsay(change: Change) -> bool:
    """Whether nothing says that it is a use, so that it holds nothing up."""
    return change.verdict is Verdict.POSSIBLE and change.kind in ("string", "docs")


class _Files:
    """The files that may use what moved, each read once."""

    def __init__(self, context: Context, moves: Moves) -> None:
        self._context = context
        self._moves = moves
        self._layout = Layout(context.codebase, context.resolver.source_roots)
        self._files: dict[str, FileImports] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._imports: dict[str, tuple[list[Move | None], RenamedImports]] = {}

    def promising(self) -> list[FileImports]:
        """The files whose text names a moved path and where it comes from."""
        found = []
        clues = [_Clue(module, names) for module, names in self._moves.by_module().items()]
        for path in self._context.paths(self._context.codebase.grep(*self._moves.literals())):
            text = self._context.codebase.text(path)
            if path not in self._files and text is not None:
                dotted = self._layout.dotted_of(path)
                words = self._words.setdefault(path, frozenset(_WORD.findall(text)))
                module = None
                if any(clue.is_in(text, words, dotted) for clue in clues):
                    module = self._context.codebase.module(path)
                if module is not None:
                    self._files[path] = FileImports(module, self._layout)
            if path in self._files:
                found.append(self._files[path])
        return found

    def exports(self) -> list[tuple[str, str, str]]:
        """What the files export of what moved, under names that change."""
        return [export for file in self.promising() for export in self.imports_of(file).exports()]

    def imports_of(self, file: FileImports) -> RenamedImports:
        """What becomes of a file's imports, found out again only where more of them have moved since."""
        moved = [self._moves.lookup(imported.path) for imported in file.imported]
        known = self._imports.get(file.module.path)
        if known is None or known[0] != moved:
            known = self._imports[file.module.path] = (moved, RenamedImports(file, self._moves))
        return known[1]


class _Clue:
    """Words without which no file uses names that moved: a name, and the last word of its module.

    Only ``from . import name`` does without that word, in files below the module; a module at the top has
    none, and must be imported or stand in a string.
    """

    def __init__(self, module: str, names: Sequence[str]) -> None:
        self._module = module
        self._last_word = split(module)[1]
        self._names = frozenset(names)

    def is_in(self, text: str, words: Set[str], dotted: str) -> bool:
        """Whether it is in the text, of these words, of a file with this import path."""
        if self._module:
            named = self._last_word in words or is_under(dotted, self._module)
            return named and not self._names.isdisjoint(words)
        return any(_names_top_module(text, name) for name in self._names & words)


def _names_top_module(text: str, name: str) -> bool:
    line = r"(?:[^\r\n;]|\\\r?\n)*"
    imported = rf"(?m)(?:^|[;:])[ \t\f]*import\b{line}\b{name}\b|\bfrom[\s\\]+{name}\b"
    return re.search(rf"{imported}|['\"`<~]{name}\.", text) is not None
