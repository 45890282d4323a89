"""``rename``: a symbol or a module by its import path, wherever it is imported, used or named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pydantic import Field

from codemods.model.plan import Change, Verdict
from codemods.refactoring.fields import DottedPath, NewPath, PairOrTable
from codemods.refactoring.members.linked_changes import together
from codemods.refactoring.operation import Context
from codemods.refactoring.symbols.definitions import RenamedDefinitions
from codemods.refactoring.symbols.doctests import RenamedDoctests
from codemods.refactoring.symbols.file_imports import FileImports, Layout
from codemods.refactoring.symbols.imports import RenamedImports
from codemods.refactoring.symbols.moved_paths import Moves, split
from codemods.refactoring.symbols.star_imports import RenamedStars
from codemods.refactoring.symbols.strings import RenamedStrings
from codemods.refactoring.symbols.survey import Survey, surveyed
from codemods.refactoring.symbols.uses import RenamedUses


class Rename(PairOrTable):
    """Renames a function, class, constant or module, or moves it elsewhere, by its import path.

    Imports, dotted uses, ``__all__``, annotations in strings and comments, import paths in strings, Sphinx
    roles and doctests follow. Everything at or below the path moves with it. With ``definition``, nothing is
    renamed while a use is left behind.
    """

    from_: DottedPath | None = Field(
        default=None, description="The old import path, such as package.module.Name."
    )
    to: NewPath | None = Field(default=None, description="The new import path.")
    names: dict[DottedPath, NewPath] = Field(default={}, description="Many old paths and their new ones.")
    definition: bool = Field(
        default=False, description="Rename the definition too, where the repository has it."
    )

    def check_pair(self, old: str, new: str) -> None:
        again = self._moves.lookup(new)
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

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.table)

    @property
    def independent(self) -> bool:
        """A definition waits for all its uses."""
        return not self.definition

    def survey(self, context: Context) -> Survey:
        return surveyed(context, self.table, definition=self.definition)

    def find(self, context: Context) -> Iterator[Change]:
        survey = context.survey if isinstance(context.survey, Survey) else self.survey(context)
        changes = self._changes(context, survey)
        if self.definition:
            found = list(changes)
            yield from filter(_hearsay, found)
            changes = iter(together((one for one in found if not _hearsay(one)), survey.moves.labels()))
        yield from changes

    def _changes(self, context: Context, survey: Survey) -> Iterator[Change]:
        moves, layout = survey.moves, Layout(context.resolver.modules)
        for module in context.modules(survey.paths):
            file = FileImports(module, layout)
            if self.definition:
                yield from RenamedDefinitions(file, moves).changes()
            imports = RenamedImports(file, moves)
            uses = RenamedUses(file, moves, imports)
            yield from uses.changes()
            yield from imports.changes(uses.required)
            yield from RenamedStars(file, moves).changes()
            yield from RenamedStrings(file, moves).changes()
            yield from RenamedDoctests(file, moves).changes()


def _hearsay(change: Change) -> bool:
    """Whether nothing says that it is a use, so that it holds nothing up."""
    return change.verdict is Verdict.POSSIBLE and change.kind in ("string", "docs")
