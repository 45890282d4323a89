"""The definition of what is renamed, and its uses in its own file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.edits.name_conflicts import conflict
from codemods.model.plan import Change, Edit, Reason, ReasonCode
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.imports import RenamedImports, proven
from codemods.refactoring.symbols.moved_paths import Move, Moves, split
from codemods.semantic.scopes.name_scopes import Binder, names_of

_HEAD = re.compile(r"(?:async(?:\s|\\)+)?(?:def|class)(?:\s|\\)+")


class RenamedDefinitions:
    """The definitions in one file that are renamed in place."""

    def __init__(self, file: FileImports, moves: Moves) -> None:
        self.file = file
        self.module = file.module
        self._moves = moves

    def changes(self) -> Iterator[Change]:
        scope = names_of(self.module)
        for name, binders in scope.bindings.items():
            path = f"{self.file.dotted}.{name}"
            move = self._moves.lookup(path)
            imported = [isinstance(binder, ast.alias) for binder in binders]
            if move is not None and move.old == path and not all(imported):
                label = f"{self.module.path}:definition:{name}"
                self._moves.require(path, label)
                if any(imported):
                    yield self._imported_too(name, binders, move, label)
                else:
                    yield from self._changes_of(name, binders, move, label)

    def _changes_of(self, name: str, binders: list[Binder], move: Move, label: str) -> Iterator[Change]:
        new = split(move.new)[1]
        scope = names_of(self.module)
        edits = [Edit(*span, new) for binder in binders if (span := self._name_span(binder, name))]
        edits += [Edit(*span, new) for span in self._global_spans(name)]
        edits += RenamedImports(self.file, self._moves).rename_exports({name: new})
        problem = conflict(scope, name, new)
        refused = (
            Reason(ReasonCode.NAME_CONFLICT, f"{name!r} cannot be renamed: {problem}") if problem else None
        )
        uses = []
        for use in scope.uses_of(name):
            start, end = self.module.span(use.name)
            edit = Edit(start, end, new)
            own = f"{self.module.path}:{start}"
            uses.append(change_at(self.module, start, [edit], proven(move), label=own, requires=(label,)))
        requires = tuple(use.label for use in uses)
        first = min((edit.start for edit in edits), default=0)
        yield change_at(
            self.module, first, edits, proven(move), refused=refused, label=label, requires=requires
        )
        if refused is None:
            yield from uses

    def _imported_too(self, name: str, binders: list[Binder], move: Move, label: str) -> Change:
        text = f"{name!r} is imported in one branch and defined in another; change it by hand"
        spans = (self._name_span(binder, name) for binder in binders)
        start = min((span[0] for span in spans if span), default=0)
        refused = Reason(ReasonCode.NAME_CONFLICT, text)
        return change_at(self.module, start, (), proven(move), refused=refused, label=label)

    def _name_span(self, binder: Binder, name: str) -> tuple[int, int] | None:
        """Where the name stands that a definition or an assignment binds."""
        if isinstance(binder, ast.Name):
            return self.module.span(binder)
        if isinstance(binder, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            head = _HEAD.match(self.module.text, self.module.span(binder)[0])
            if head is not None:
                return head.end(), head.end() + len(name)
        return None

    def _global_spans(self, name: str) -> Iterator[tuple[int, int]]:
        for statement in self.module.nodes(ast.Global):
            if name in statement.names:
                start, end = self.module.span(statement)
                for word in re.finditer(rf"\b{re.escape(name)}\b", self.module.text[start:end]):
                    yield start + word.start(), start + word.end()
