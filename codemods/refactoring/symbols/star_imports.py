"""Star imports of what moved: the statement where its module moved, and the names that come through it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from codemods.edits.import_edits import NewImport, module_span
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.imports import proven
from codemods.refactoring.symbols.moved_paths import Moves, split
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import star_imports
from codemods.semantic.scopes.name_scopes import Use


class RenamedStars:
    """The star imports of one file."""

    def __init__(self, file: FileImports, moves: Moves) -> None:
        self.file = file
        self.module = file.module
        self._moves = moves
        self._stars = star_imports(file.module)

    def changes(self) -> Iterator[Change]:
        for statement in self._stars:
            path = self.file.absolute(statement)
            move = self._moves.lookup(path)
            if move is not None:
                text = self.file.written(statement, move.target)
                edit = Edit(*module_span(self.module, statement), text)
                yield change_at(self.module, edit.start, [edit], proven(move), kind="import")
            else:
                yield from self._names_of(path)

    def _names_of(self, path: str) -> Iterator[Change]:
        """Uses of names that nothing in the file binds, so that they come from the star import."""
        for use in self.file.uses():
            name = use.name.id
            move = self._moves.lookup(f"{path}.{name}")
            if (
                move is None
                or move.old != f"{path}.{name}"
                or use.owner is not None
                or hasattr(builtins, name)
            ):
                continue
            parent, new = split(move.new)
            requires = move.requires if parent == path else (self._label(parent, new),)
            yield self._renamed(use, new, path, requires)
            if parent != path:
                add = NewImport(parent, new) if parent else NewImport(new)
                edits = self.file.add(add)
                label = self._label(parent, new)
                yield change_at(
                    self.module,
                    edits[0].start,
                    edits,
                    proven(move),
                    label=label,
                    companion=True,
                    kind="import",
                )

    def _renamed(self, use: Use, new: str, path: str, requires: tuple[str, ...]) -> Change:
        name = use.name.id
        edit = Edit(*self.module.span(use.name), new)
        judgement = Judgement(
            Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"it is {path}.{name}, by the import of *")
        )
        if len(self._stars) > 1:
            why = Reason(ReasonCode.UNRESOLVED, f"{name!r} may come from another import of *")
            judgement = Judgement(Verdict.POSSIBLE, why)
        refused = None
        if use.scope.lookup(new) is not None:
            refused = Reason(ReasonCode.NAME_CONFLICT, f"{new!r} means another thing there")
        return change_at(
            self.module,
            edit.start,
            [edit],
            judgement,
            refused=refused,
            requires=requires,
        )

    def _label(self, parent: str, new: str) -> str:
        return f"{self.module.path}:star:{parent}.{new}"
