"""What becomes of the imports of one file when paths moved, and of the names that those imports bind."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from codemods.edits.import_edits import (
    NewImport,
    add_names,
    drop_names,
    module_span,
    module_text,
    replace_statement,
    statement_code,
)
from codemods.edits.name_conflicts import conflict
from codemods.edits.statement_edits import full_lines, newline_of, remove_statements
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.moved_paths import Move, Moves, is_under, split
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import Imported, ImportStatement, exported_names, guard_of
from codemods.semantic.scopes.name_scopes import Scope, Use, names_of


@dataclass(eq=False)
class Fate:
    """What becomes of one imported name."""

    imported: Imported
    move: Move
    new: NewImport | None
    """The import instead of the old one; None where the new name is a builtin."""
    more: list[NewImport] = field(default_factory=list)
    """Further modules that its uses reach: ``urllib.error`` beside ``urllib.parse``."""
    excluded: str = ""
    refused: str = ""
    renames: str = ""
    """What the name is called from now on, where that is something else."""
    dotted: bool = False
    """Whether it is ``import a.b``, whose uses are dotted expressions."""
    uses: list[Use] = field(default_factory=list)


class RenamedImports:
    """The imports of a file that moved."""

    def __init__(self, file: FileImports, moves: Moves) -> None:
        self.file = file
        self.module = file.module
        self._moves = moves

    @cached_property
    def fates(self) -> dict[Imported, Fate]:
        """What becomes of each imported name that moved."""
        fates: dict[Imported, Fate] = {}
        for (scope, local), group in self.file.bindings.items():
            moved = {imported: move for imported in group if (move := self._move_of(imported))}
            if moved:
                fates.update(self._fates_of(scope, local, group, moved))
        return fates

    def exports(self) -> Iterator[tuple[str, str, str]]:
        """Names that other files may import from here and that are called something else now.

        Each with its old path, its new path, and the label of the change that renames it.
        """
        for imported, fate in self.fates.items():
            if imported.scope is names_of(self.module) and fate.renames and not fate.refused:
                local = f"{self.file.dotted}.{imported.local}"
                yield local, f"{self.file.dotted}.{fate.renames}", self.label(imported.statement)

    def label(self, statement: ast.stmt) -> str:
        return f"{self.module.path}:import:{statement.lineno}:{statement.col_offset}"

    def changes(self, more: dict[ast.stmt, list[str]]) -> Iterator[Change]:
        """The changes of the import statements and of the names they bind.

        ``more`` are the labels of further changes that a statement's change requires: of its dotted uses.
        """
        by_statement: dict[ImportStatement, list[Fate]] = defaultdict(list)
        for fate in self.fates.values():
            if fate.excluded or fate.refused:
                yield self._left(fate)
            else:
                by_statement[fate.imported.statement].append(fate)
        for statement, fates in by_statement.items():
            uses = [change for fate in fates for change in self._uses(fate)]
            requires = [use.label for use in uses] + more.get(statement, [])
            yield self._statement(statement, fates, requires)
            yield from uses

    # -- what becomes of a name ----------------------------------------------------------------------------

    def _move_of(self, imported: Imported) -> Move | None:
        move = self._moves.lookup(imported.path)
        if move is None or move.target == imported.path:
            return None
        relative = isinstance(imported.statement, ast.ImportFrom) and imported.statement.level
        if relative and is_under(self.file.dotted, move.old):
            return None  # inside a module that moves as a whole
        return move

    def _fates_of(
        self, scope: Scope, local: str, group: list[Imported], moved: dict[Imported, Move]
    ) -> dict[Imported, Fate]:
        plain = [imported for imported in moved if imported.means != imported.path]
        fates = {}
        for imported, move in moved.items():
            dotted = bool(plain) and isinstance(imported.statement, ast.Import) and not imported.alias.asname
            new = NewImport(move.target) if dotted else self._new_import(imported, move)
            already = self._already(imported, move, group)
            fates[imported] = Fate(imported, move, new, excluded=already, dotted=dotted)
        going = [fate for fate in fates.values() if not fate.excluded and not fate.dotted]
        if going:
            self._settle_name(scope, local, going)
        for fate in fates.values():
            parent = split(fate.move.target)[0]
            if parent and fate.new is not None and not self.file.may_be_module(parent):
                fate.refused = (
                    f"{parent} is no module from which it could be imported; a replace step can say it"
                )
        return fates

    def _new_import(self, imported: Imported, move: Move) -> NewImport:
        parent, name = split(move.target)
        asname = imported.alias.asname or ""
        if isinstance(imported.statement, ast.Import):
            if asname or not parent:
                return NewImport(move.target, "", "" if asname == move.target else asname)
            return NewImport(parent, name)
        if not parent:
            return NewImport(name, "", "" if asname == name else asname)
        written = self.file.written(imported.statement, parent)
        return NewImport(written, name, "" if asname == name else asname)

    def _already(self, imported: Imported, move: Move, group: list[Imported]) -> str:
        """Why an import stays because code around it knows the new place."""
        for other in group:
            if other is not imported and other.path == move.target:
                if guard_of(self.module, other.statement) or guard_of(self.module, imported.statement):
                    return f"the other branch, at line {other.alias.lineno}, imports {move.target}"
        return ""

    def _settle_name(self, scope: Scope, local: str, fates: list[Fate]) -> None:
        """Whether the file's name changes with the import, or stays by an alias."""
        new = fates[0].new
        assert new is not None
        builtin = split(fates[0].move.target)[0] == "builtins" and not new.asname
        wanted = new.name if builtin else new.local
        same_for_all = len(fates) == len(scope.bindings[local]) and len({fate.new for fate in fates}) == 1
        renames = wanted != local
        if (renames or builtin) and (not same_for_all or scope.kind == "class"):
            for fate in fates:
                assert fate.new is not None
                fate.new = NewImport(fate.new.module, fate.new.name, local if renames else "")
            return
        if builtin:
            problem = self._hidden_builtin(scope, local, wanted)
        elif renames:
            same = [other.alias for other in self.file.imported if other.path == fates[0].move.target]
            problem = conflict(scope, local, wanted, same=same) or self._written_otherwise(scope, local)
        else:
            problem = ""
        for fate in fates:
            fate.refused = problem
            fate.new = None if builtin else fate.new
            fate.renames = wanted if renames else ""
        fates[0].uses = list(scope.uses_of(local)) if renames else []
        self._load_submodules(scope, local, fates)

    def _load_submodules(self, scope: Scope, local: str, fates: list[Fate]) -> None:
        """``import urllib`` does not load ``urllib.parse``."""
        for fate in fates:
            if fate.new is None or fate.new.name or fate.refused:
                continue
            modules = self.file.modules_used(fate.move.target, scope.uses_of(local))
            if fate.new.asname and modules != [fate.move.target]:
                fate.refused = f"{modules[0]} is a module, which `{statement_code([fate.new])}` does not load"
            elif not fate.new.asname:
                first, *more = modules
                fate.new, fate.more = NewImport(first), [NewImport(module) for module in more]

    def _written_otherwise(self, scope: Scope, local: str) -> str:
        """Python reads some letters as others (NFKC); such a name cannot be found by its text."""
        for use in scope.uses_of(local):
            if self.module.source(use.name) != local:
                return f"line {use.name.lineno} writes it as {self.module.source(use.name)!r}"
        return ""

    def _hidden_builtin(self, scope: Scope, local: str, name: str) -> str:
        for use in scope.uses_of(local):
            above = use.scope.lookup(name)
            if above is scope and name == local:
                above = scope.parent.lookup(name) if scope.parent else None
            if above is not None:
                return f"at line {use.name.lineno} {name!r} does not mean the builtin"
        return ""

    # -- changes -------------------------------------------------------------------------------------------

    def _left(self, fate: Fate) -> Change:
        offset = self.module.span(fate.imported.alias)[0]
        if fate.excluded:
            judgement = Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, fate.excluded))
            return change_at(self.module, offset, (), judgement, kind="import")
        refused = Reason(
            ReasonCode.NAME_CONFLICT, f"{fate.imported.local!r} cannot be renamed: {fate.refused}"
        )
        requires = fate.move.requires
        return change_at(
            self.module, offset, (), proven(fate.move), refused=refused, requires=requires, kind="import"
        )

    def _uses(self, fate: Fate) -> Iterator[Change]:
        for use in fate.uses:
            start, end = self.module.span(use.name)
            yield change_at(
                self.module,
                start,
                [Edit(start, end, fate.renames)],
                proven(fate.move, fate.imported),
                label=f"{self.module.path}:{start}",
                requires=(self.label(fate.imported.statement),),
            )

    def _statement(self, statement: ImportStatement, fates: list[Fate], requires: list[str]) -> Change:
        edits = self._statement_edits(statement, fates)
        if statement in self.module.tree.body:
            renames = {fate.imported.local: fate.renames for fate in fates if fate.renames}
            edits += self.rename_exports(renames)
        origin = [label for fate in fates for label in fate.move.requires]
        return change_at(
            self.module,
            self.module.span(statement)[0],
            edits,
            proven(fates[0].move),
            label=self.label(statement),
            requires=tuple(dict.fromkeys([*requires, *origin])),
            kind="import",
        )

    def rename_exports(self, renames: dict[str, str]) -> list[Edit]:
        """The edits of the names in ``__all__``."""
        edits = []
        for text in exported_names(self.module):
            start, end = self.module.span(text)
            source = self.module.text[start:end]
            if text.value in renames and source[1:-1] == text.value:
                edits.append(Edit(start + 1, end - 1, renames[text.value]))
        return edits

    def _statement_edits(self, statement: ImportStatement, fates: list[Fate]) -> list[Edit]:
        needed = [fate for fate in fates if fate.new and not self._is_imported(statement, fate)]
        news = list(dict.fromkeys(new for fate in needed for new in (fate.new, *fate.more) if new))
        whole = len(fates) == len(statement.names)
        if whole and not news:
            return remove_statements(self.module, [statement])
        modules = {new.module for new in news}
        if whole and len(news) == len(fates) and isinstance(statement, ast.Import):
            if len(news) == 1 or all(not new.name for new in news):
                return self._replaced_import(statement, fates)
        if whole and len(news) == len(fates) and len(modules) == 1 and all(new.name for new in news):
            assert isinstance(statement, ast.ImportFrom)
            return self._replaced_from(statement, fates)
        if whole and len(news) == 1:
            return self.replaced(statement, news)
        if whole:
            return self._several(statement, news)
        return self._partly(statement, fates, news)

    def _partly(self, statement: ImportStatement, fates: list[Fate], news: list[NewImport]) -> list[Edit]:
        """Some names stay; of the others, those of the same module keep their place."""
        edits = []
        going = []
        for fate in fates:
            if fate.new in news and self._is_of(statement, fate.new):
                edits.append(Edit(*self.module.span(fate.imported.alias), fate.new.item))
            else:
                going.append(fate.imported.alias)
        elsewhere = [new for new in news if not self._is_of(statement, new)]
        if going:
            edits += drop_names(self.module, statement, going)
        return edits + [edit for group in _by_module(elsewhere) for edit in self._added(statement, group)]

    def _is_of(self, statement: ImportStatement, new: NewImport) -> bool:
        if isinstance(statement, ast.Import):
            return not new.name
        return bool(new.name) and new.module == module_text(statement)

    def _is_imported(self, statement: ImportStatement, fate: Fate) -> bool:
        """Whether another import of the same suite, one that stays, binds the new name to the new path."""
        assert fate.new is not None
        for other in self.file.bindings.get((fate.imported.scope, fate.new.local), ()):
            if other.path == fate.move.target and other not in self.fates:
                if self.module.parent(other.statement) is self.module.parent(statement):
                    return True
        return False

    def replaced(self, statement: ImportStatement, news: list[NewImport]) -> list[Edit]:
        """The edits that import these names, of one module, in the place of a statement."""
        target = self._joinable(statement, news[0].module) if news[0].name else None
        if target is not None:
            items = [new.item for new in news]
            return remove_statements(self.module, [statement]) + add_names(self.module, target, items)
        return self._replace(statement, statement_code(news), news[0].module)

    def _replaced_import(self, statement: ast.Import, fates: list[Fate]) -> list[Edit]:
        """``import a, b as c``, each name in its place."""
        if len(fates) == 1:
            assert fates[0].new is not None
            return self.replaced(statement, [fates[0].new])
        return [
            Edit(*self.module.span(fate.imported.alias), fate.new.item)
            for fate in fates
            if fate.new is not None
        ]

    def _replaced_from(self, statement: ast.ImportFrom, fates: list[Fate]) -> list[Edit]:
        """``from a import b, c`` in its own form, with its comments."""
        news = {fate.imported.alias: fate.new for fate in fates if fate.new is not None}
        module = next(iter(news.values())).module
        target = self._joinable(statement, module) if module != module_text(statement) else None
        if target is not None:
            items = [new.item for new in news.values()]
            return remove_statements(self.module, [statement]) + add_names(self.module, target, items)
        edits = [
            Edit(*self.module.span(alias), new.item)
            for alias, new in news.items()
            if self.module.source(alias) != new.item
        ]
        if module == module_text(statement):
            return edits
        edits.append(Edit(*module_span(self.module, statement), module))
        start, end = self.module.span(statement)
        code = self.module.text[start:end]
        for edit in sorted(edits, reverse=True):
            code = code[: edit.start - start] + edit.text + code[edit.end - start :]
        moved = self._replace(statement, code, module)
        return edits if moved == [Edit(start, end, code)] else moved

    def _several(self, statement: ImportStatement, news: list[NewImport]) -> list[Edit]:
        """All names of a statement go to several modules: a statement each, side by side."""
        codes = sorted(statement_code(group) for group in _by_module(news))
        lines = full_lines(self.module, statement)
        if lines is None:
            return [Edit(*self.module.span(statement), "; ".join(codes))]
        indent = self.module.text[lines[0] : self.module.span(statement)[0]]
        code = (newline_of(self.module, lines[0]) + indent).join(codes)
        if statement in self.module.tree.body:
            return self._replace(statement, code, codes[0].split()[1])
        return [Edit(*self.module.span(statement), code)]

    def _added(self, statement: ImportStatement, news: list[NewImport]) -> list[Edit]:
        target = self._joinable(statement, news[0].module) if news[0].name else None
        if target is not None:
            return add_names(self.module, target, [new.item for new in news])
        if statement in self.module.tree.body:
            return self.file.add_statement(news, statement)
        return self.file.add_beside(statement, news)

    def _replace(self, statement: ImportStatement, code: str, module: str) -> list[Edit]:
        return replace_statement(self.module, statement, code, module, first_party=self.file.first_party)

    def _joinable(self, statement: ImportStatement, module: str) -> ast.ImportFrom | None:
        """A from-import of the module in the same suite that nothing else rewrites."""
        going = {fate.imported.statement for fate in self.fates.values()}
        for other in self.file.from_imports:
            if (
                other is not statement
                and other not in going
                and other.names[0].name != "*"
                and module_text(other) == module
            ):
                if self.module.parent(other) is self.module.parent(statement):
                    return other
        return None


def proven(move: Move, imported: Imported | None = None) -> Judgement:
    where = f", imported at line {imported.alias.lineno}" if imported else ""
    return Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"it is {move.path}{where}"))


def _by_module(news: list[NewImport]) -> list[list[NewImport]]:
    """The imports in groups that one statement can hold."""
    groups: dict[tuple[str, bool, str], list[NewImport]] = defaultdict(list)
    for new in news:
        groups[new.module, bool(new.name), "" if new.name else new.asname].append(new)
    return list(groups.values())
