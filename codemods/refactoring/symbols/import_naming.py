"""How new code names what it imports: by a name the file has already, or by an import that is added.

An import whose last use is replaced is dropped, by a change of its own that needs all those replacements.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from codemods.edits.import_edits import NewImport, add_names, drop_names, module_text, statement_code
from codemods.edits.import_order import insert_import
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import Context, change_at
from codemods.refactoring.patterns.rewriter import Unsafe
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import Imported, ImportStatement, guard_of
from codemods.semantic.scopes.name_scopes import Scope, names_of
from codemods.syntax.module import Module

_NEEDED = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, "the new code needs this import"))
_UNUSED = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, "nothing uses this import any more"))


class Naming:
    """The imports of one file under one step. ``new`` says how an import path is imported where it is not."""

    def __init__(self, context: Context, module: Module, new: Mapping[str, NewImport]) -> None:
        self.context = context
        self.module = module
        self.new = new
        self.imported = context.resolver.imported(module)
        self.scopes = {scope.node: scope for scope in names_of(module).walk()}
        self.added: dict[str, NewImport] = {}
        self.used: set[tuple[Scope, str]] = set()

    def spell(self, path: str, place: ast.AST, near: Collection[str]) -> tuple[str, str]:
        """How ``path`` is written at a place, and the label of the import that this needs, if any.

        Of several names for it, one of ``near`` is taken: the names that the old code uses.
        Raises Unsafe where the name that it would get means something else.
        """
        scope = self._scope_at(place)
        known = [one for one in self.imported if self._serves(one, path, scope)]
        if known:
            best = max(known, key=lambda one: (one.local in near, len(one.means)))
            self.used.add((best.scope, best.local))
            return best.local + path[len(best.means) :], ""
        new = self.new.get(path) or NewImport(path)
        owner = scope.lookup(new.local)
        if owner is not None:
            text = (
                f"the new code needs `{statement_code([new])}`, but `{new.local}` means something else here"
            )
            raise Unsafe(text, ReasonCode.NAME_CONFLICT)
        self.added[path] = new
        return new.local, self._label(new)

    def changes(self, replaced: Sequence[tuple[str, Iterable[ast.AST]]]) -> Iterator[Change]:
        """The imports to be added, and those that fall idle.

        ``replaced`` has, for each certain replacement, its label and the expressions that it replaces.
        """
        idle = list(self._idle({node for _, nodes in replaced for node in nodes}))
        dropped: dict[ImportStatement, list[Imported]] = defaultdict(list)
        for imported in idle:
            dropped[imported.statement].append(imported)
        going = [one.alias for one in idle]
        groups: dict[str, list[NewImport]] = defaultdict(list)
        for new in self.added.values():
            groups[self._label(new)].append(new)
        for label, group in groups.items():
            edits = self._added(group, going)
            yield change_at(
                self.module, edits[0].start, edits, _NEEDED, label=label, companion=True, kind="import"
            )
        for names in dropped.values():
            statement = names[0].statement
            yield change_at(
                self.module,
                self.module.span(statement)[0],
                drop_names(self.module, statement, [one.alias for one in names]),
                _UNUSED,
                requires=tuple(label for label, _ in replaced),
                kind="import",
            )

    def _label(self, new: NewImport) -> str:
        return f"import {new.module}{'.*' if new.name else ''} in {self.module.path}"

    def _added(self, group: Sequence[NewImport], going: Sequence[ast.alias]) -> list[Edit]:
        leaving = [
            statement
            for statement in self.module.tree.body
            if isinstance(statement, ImportStatement) and all(alias in going for alias in statement.names)
        ]
        for statement in self.module.tree.body:
            if isinstance(statement, ast.ImportFrom) and statement not in leaving and group[0].name:
                if module_text(statement) == group[0].module and statement.names[0].name != "*":
                    return add_names(self.module, statement, [one.item for one in group], going=going)
        code = statement_code(group)
        tops = {path.partition("/")[0].removesuffix(".py") for path in self.context.codebase.paths()}
        place = insert_import(
            self.module, code, group[0].module, first_party=tops.__contains__, going=leaving
        )
        return [place]

    def _serves(self, imported: Imported, path: str, scope: Scope) -> bool:
        """Whether the path can be written with this imported name."""
        if imported.means != path and not path.startswith(imported.means + "."):
            return False
        if imported.means != imported.path and not (path + ".").startswith(imported.path + "."):
            return False
        if guard_of(self.module, imported.statement) in ("type-checking", "condition"):
            return False
        if scope.lookup(imported.local) is not imported.scope:
            return False
        return all(isinstance(binder, ast.alias) for binder in imported.scope.bindings[imported.local])

    def _scope_at(self, place: ast.AST) -> Scope:
        """The scope that a place is evaluated in; defaults and decorators belong to the scope outside."""
        inner = place
        for above in self.module.ancestors(place):
            if above in self.scopes and (not hasattr(above, "body") or _is_in_body(above, inner)):
                return self.scopes[above]
            inner = above
        return names_of(self.module)

    def _idle(self, replaced: set[ast.AST]) -> Iterator[Imported]:
        """The imports all of whose uses are replaced."""
        if PurePosixPath(self.module.path).name == "__init__.py":
            return
        strings = {node.value for node in self.module.nodes(ast.Constant) if isinstance(node.value, str)}
        for imported in self.imported:
            uses = list(imported.scope.uses_of(imported.local))
            if (
                uses
                and all(use.name in replaced for use in uses)
                and (imported.scope, imported.local) not in self.used
                and len(imported.scope.bindings[imported.local]) == 1
                and not guard_of(self.module, imported.statement)
                and imported.alias.asname != imported.alias.name
                and not any(text == imported.local or text.endswith(f".{imported.local}") for text in strings)
            ):
                yield imported


def _is_in_body(definition: ast.AST, node: ast.AST) -> bool:
    body = getattr(definition, "body", None)
    return node is body or (isinstance(body, list) and node in body)
