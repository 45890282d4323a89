"""Dotted uses of what moved: ``a.b.Old`` under ``import a.b``, where the import itself may stay."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from codemods.edits.import_edits import NewImport, drop_names
from codemods.edits.unused_imports import why_kept
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.imports import RenamedImports, proven
from codemods.refactoring.symbols.moved_paths import Move, Moves, is_under, split
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import Imported
from codemods.semantic.scopes.name_scopes import Scope, Use


@dataclass(eq=False)
class _DottedUse:
    """A use whose beginning moved: how many of its attributes the moved path takes, and its new text."""

    use: Use
    move: Move
    depth: int
    text: str = ""
    needs: NewImport | None = None
    statement: ast.stmt | None = None
    """The import statement that moves along, which this use requires."""
    refused: str = ""


@dataclass
class _Root:
    """All that one imported name is used for."""

    scope: Scope
    local: str
    group: list[Imported]
    moved: list[_DottedUse] = field(default_factory=list)
    others: int = 0

    @property
    def sole(self) -> bool:
        """Whether nothing but these imports binds the name, and to one path."""
        means = {imported.means for imported in self.group}
        return len(self.group) == len(self.scope.bindings[self.local]) and len(means) == 1


class RenamedUses:
    """The dotted uses of one file that moved."""

    def __init__(self, file: FileImports, moves: Moves, imports: RenamedImports) -> None:
        self.file = file
        self.module = file.module
        self._moves = moves
        self._imports = imports
        self.required: dict[ast.stmt, list[str]] = defaultdict(list)
        """Labels of uses that a moved import statement requires."""

    def changes(self) -> list[Change]:
        return [change for root in self._roots() for change in self._changes_of(root)]

    def _roots(self) -> Iterator[_Root]:
        for (scope, local), group in self.file.bindings.items():
            root = _Root(scope, local, group)
            for use in scope.uses_of(local):
                found = self._moved(root, use)
                if found is None:
                    root.others += 1
                else:
                    root.moved.append(found)
            if root.moved:
                yield root

    def _moved(self, root: _Root, use: Use) -> _DottedUse | None:
        """A use that moved otherwise than by its name's own import."""
        names = [attribute.attr for attribute in use.attributes]
        for means in dict.fromkeys(imported.means for imported in root.group):
            move = self._moves.lookup(".".join((means, *names)))
            if move is None:
                continue
            depth = move.old.count(".") - means.count(".")
            fates = [self._imports.fates.get(imported) for imported in root.group]
            if depth > 0 or any(fate and fate.dotted and not fate.refused for fate in fates):
                return self._expressed(root, _DottedUse(use, move, max(depth, 0)))
        return None

    # -- the new expression --------------------------------------------------------------------------------

    def _expressed(self, root: _Root, found: _DottedUse) -> _DottedUse:
        use, move, depth = found.use, found.move, found.depth
        means = root.group[0].means
        above = ".".join((means, *(attribute.attr for attribute in use.attributes[: depth - 1])))
        parent, name = split(move.new)
        moved_along = self._moved_along(root, use, depth)
        if moved_along is not None:
            found.text, found.statement = move.new, moved_along
            root_name = move.new.partition(".")[0]
            owner = use.scope.lookup(root_name)
            if owner is not None and owner is not root.scope:
                found.refused = f"{root_name!r} means another thing there"
        elif depth and parent == above:
            found.text = self._source_above(use, depth) + name
        elif parent == "builtins":
            found.text = name
            found.refused = (
                "" if use.scope.lookup(name) is None else f"{name!r} does not mean the builtin there"
            )
        elif (known := self._known(use, move.new)) is not None:
            found.text = known
        else:
            self._express_by_new_import(root, found)
        return found

    def _moved_along(self, root: _Root, use: Use, depth: int) -> ast.stmt | None:
        """The statement ``import a.b`` that moves itself and that this use speaks of."""
        path = ".".join((root.local, *(attribute.attr for attribute in use.attributes[: max(depth, 1)])))
        for imported in root.group:
            fate = self._imports.fates.get(imported)
            if fate is not None and fate.dotted and not fate.excluded and imported.means != imported.path:
                if is_under(path, imported.path) or is_under(imported.path, path):
                    return imported.statement
        return None

    def _source_above(self, use: Use, depth: int) -> str:
        """The text of the expression up to the attribute that changes."""
        attribute = use.attributes[depth - 1]
        start = self.module.span(use.name)[0]
        end = self.module.span(attribute)[1]
        return self.module.text[start : end - len(attribute.attr)]

    def _known(self, use: Use, path: str) -> str | None:
        """The path as the file can say it already."""
        for imported in sorted(self.file.imported, key=lambda one: -len(one.means)):
            if imported in self._imports.fates or not is_under(path, imported.means):
                continue
            owner = use.scope.lookup(imported.local)
            only = len(owner.bindings[imported.local]) == 1 if owner else False
            if owner is not imported.scope or not (only or imported.means != imported.path):
                continue
            if not self.file.is_plain(imported) or not self._reaches(imported, path):
                continue
            return imported.local + path[len(imported.means) :]
        return None

    def _reaches(self, imported: Imported, path: str) -> bool:
        """Whether the module that holds the path is certainly loaded by an import of this root."""
        module = path if self.file.is_module(path) else self.file.module_above(path)
        if imported.path in (path, module):
            return True
        return any(
            other.means == imported.means and other.path == module and self.file.is_plain(other)
            for other in self.file.imported
        )

    def _express_by_new_import(self, root: _Root, found: _DottedUse) -> None:
        parent, name = split(found.move.new)
        if not parent or (self.file.is_module(found.move.new) and self._is_plain_style(root)):
            found.text, found.needs = found.move.new, NewImport(self._module_of(found))
        else:
            package, module = split(parent)
            if self.file.is_module(found.move.new):
                package, module, name = parent, name, ""
            by_name = bool(package) and not self._is_plain_style(root)
            above = parent if not name else self.file.module_above(found.move.new)
            new = NewImport(package, module) if by_name else NewImport(above)
            found.text = f"{module}.{name}".rstrip(".") if by_name else found.move.new
            found.needs = new
        assert found.needs is not None
        owner = found.use.scope.lookup(found.needs.local)
        if owner is not None and not self._binds_same(owner, found.needs):
            found.refused = f"{found.needs.local!r}, which {found.move.new} needs, means another thing there"

    def _is_plain_style(self, root: _Root) -> bool:
        return isinstance(root.group[0].statement, ast.Import)

    def _module_of(self, found: _DottedUse) -> str:
        """The deepest module that the use reaches."""
        module = found.move.new
        for attribute in found.use.attributes[found.depth :]:
            if not self.file.is_module(f"{module}.{attribute.attr}"):
                break
            module = f"{module}.{attribute.attr}"
        return module

    def _binds_same(self, owner: Scope, new: NewImport) -> bool:
        """Whether what the new import would bind is bound already, to the same."""
        means = new.local if not new.name else f"{new.module}.{new.name}"
        group = self.file.bindings.get((owner, new.local), [])
        return len(group) == len(owner.bindings[new.local]) and all(
            one.means == means and one not in self._imports.fates for one in group
        )

    # -- changes -------------------------------------------------------------------------------------------

    def _changes_of(self, root: _Root) -> Iterator[Change]:
        self._refuse_half_moved(root)
        needed = list(dict.fromkeys(one.needs for one in root.moved if one.needs and not one.refused))
        goes = self._old_import_goes(root)
        takes_place = goes and len(needed) <= 1 and len(root.group[0].statement.names) == 1
        labels = []
        for found in root.moved:
            requires = list(found.move.requires)
            if found.statement is not None:
                requires.append(self._imports.label(found.statement))
            if found.needs is not None:
                old = self._imports.label(root.group[0].statement)
                requires.append(old if takes_place else self._add_label(found.needs, root.group[0]))
            change = self._change(root, found, tuple(requires))
            labels.append(change.label)
            if found.statement is not None:
                self.required[found.statement].append(change.label)
            yield change
        if not takes_place:
            yield from (self._companion(root, new) for new in needed)
        if goes:
            yield self._replacement(root, needed[0] if needed and takes_place else None, tuple(labels))

    def _refuse_half_moved(self, root: _Root) -> None:
        """``import a.b`` cannot move where its name ``a`` is still needed for something else."""
        for imported in root.group:
            fate = self._imports.fates.get(imported)
            if fate is not None and fate.dotted and root.others and len(root.group) == 1:
                fate.refused = f"{root.local!r} is used for something else too"
                for found in root.moved:
                    found.refused = found.refused or (fate.refused if found.statement else "")

    def _change(self, root: _Root, found: _DottedUse, requires: tuple[str, ...]) -> Change:
        use, depth = found.use, found.depth
        start = self.module.span(use.name)[0]
        end = self.module.span(use.attributes[depth - 1] if depth else use.name)[1]
        old = ".".join((use.name.id, *(attribute.attr for attribute in use.attributes[:depth])))
        edit = Edit(start, end, found.text)
        if found.text.startswith(above := self._source_above(use, depth) if depth else "\0"):
            edit = Edit(start + len(above), end, found.text[len(above) :])
        refused = None
        if found.refused:
            refused = Reason(ReasonCode.NAME_CONFLICT, found.refused)
        elif self.module.text[start:end] != old and edit.start == start:
            refused = Reason(
                ReasonCode.UNSAFE_EDIT, "the expression spans lines or comments; change it by hand"
            )
        judgement = proven(found.move, root.group[0])
        if not root.sole:
            text = f"{root.local!r} may be another thing: it is bound more than once"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNION, text))
        return change_at(
            self.module,
            edit.start,
            [edit],
            judgement,
            refused=refused,
            label=f"{self.module.path}:{start}",
            requires=requires,
        )

    def _old_import_goes(self, root: _Root) -> bool:
        """Whether nothing needs the old import any longer once all its uses have changed."""
        (first, *more) = root.group
        return (
            not more
            and root.sole
            and not root.others
            and first not in self._imports.fates
            and not any(found.refused or self._hangs_on_old(root, found) for found in root.moved)
            and not why_kept(self.module, first)
        )

    def _hangs_on_old(self, root: _Root, found: _DottedUse) -> bool:
        return found.needs is None and re.match(rf"{re.escape(root.local)}\b", found.text) is not None

    def _replacement(self, root: _Root, new: NewImport | None, requires: tuple[str, ...]) -> Change:
        """The old import goes, or makes room for the new one."""
        (old,) = root.group
        statement = old.statement
        if new is None:
            edits = drop_names(self.module, statement, [old.alias])
        else:
            edits = self._imports.replaced(statement, [new])
        return change_at(
            self.module,
            self.module.span(old.alias)[0],
            edits,
            proven(root.moved[0].move),
            label=self._imports.label(statement),
            requires=requires,
            kind="import",
        )

    def _companion(self, root: _Root, new: NewImport) -> Change:
        near = root.group[0]
        going = {imported.statement for imported in self._imports.fates}
        edits = self.file.add(new, near, going)
        return change_at(
            self.module,
            self.module.span(near.statement)[0],
            edits,
            proven(root.moved[0].move),
            label=self._add_label(new, near),
            companion=True,
            kind="import",
        )

    def _add_label(self, new: NewImport, near: Imported) -> str:
        where = "" if self.file.is_plain(near) else f":{near.statement.lineno}"
        return f"{self.module.path}:add:{new.module}:{new.item}{where}"
