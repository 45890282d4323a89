"""``rename``: a symbol or a module by its import path, wherever it is imported, used or named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

from pydantic import Field, model_validator

from codemods.operations._file_imports import FileImports, Layout
from codemods.operations._moves import Moves, split
from codemods.operations._renamed_definitions import RenamedDefinitions
from codemods.operations._renamed_imports import RenamedImports
from codemods.operations._renamed_strings import RenamedStrings
from codemods.operations._renamed_uses import RenamedUses
from codemods.operations.base import Context, Operation
from codemods.operations.names import DottedPath
from codemods.plan import Change


class Rename(Operation):
    """Renames a function, class, constant or module, or moves it elsewhere, by its import path.

    Imports, dotted uses, ``__all__``, string annotations, import paths in strings and Sphinx roles follow.
    Everything at or below the path moves with it.
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
        layout = Layout(context.codebase, context.resolver.source_roots)
        modules = context.modules(context.codebase.grep(*moves.literals()))
        files = [FileImports(module, layout) for module in modules]
        if self.definition:
            for file in files:
                yield from RenamedDefinitions(file, moves).changes()
        _follow_exports(files, moves)
        for file in files:
            imports = RenamedImports(file, moves)
            uses = RenamedUses(file, moves, imports)
            yield from uses.changes()
            yield from imports.changes(uses.required)
            yield from RenamedStrings(file, moves).changes()


def _follow_exports(files: Sequence[FileImports], moves: Moves) -> None:
    """Add the paths under which files export what they import from a path that moved."""
    news = True
    while news:
        exports = [export for file in files for export in RenamedImports(file, moves).exports()]
        news = sum(moves.add(*export) for export in exports) > 0
