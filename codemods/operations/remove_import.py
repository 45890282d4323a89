"""``remove-import``: imports of a symbol or module that are unused, missing, or no longer wanted."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import drop_names
from codemods.edits.statement_edits import remove_statements, suite_of
from codemods.edits.unused_imports import why_needed
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.fields import ClassPaths, as_list
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.symbols.file_imports import FileImports, Layout
from codemods.refactoring.symbols.moved_paths import is_under
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import Imported, ImportStatement
from codemods.semantic.scopes.name_scopes import names_of


class RemoveImport(Operation):
    """Removes imports that nothing needs: a use, an export, a guard, a string that names one keeps it."""

    import_: ClassPaths | None = Field(
        default=None,
        description="The import path, or several, with all below them. Only 'missing' may leave it out.",
    )
    when: Literal["unused", "missing", "always"] = Field(
        default="unused",
        description="unused: nothing needs the name; missing: besides, the repository has no such thing; "
        "always: exported and guarded ones too, and used ones where a builtin has the same name.",
    )

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.import_ is None and self.when != "missing":
            raise ValueError(f'when = "{self.when}" needs import: the path of what is no longer imported')
        return self

    @property
    def _paths(self) -> list[str]:
        return as_list(self.import_) if self.import_ is not None else []

    def find(self, context: Context) -> Iterator[Change]:
        layout = Layout(context.resolver.modules)
        literals = [path.rpartition(".")[2] for path in self._paths] or ["import"]
        for module in context.modules(context.codebase.grep(*literals)):
            yield from self._in_file(context, FileImports(module, layout), layout)

    def _in_file(self, context: Context, file: FileImports, layout: Layout) -> Iterator[Change]:
        going: dict[ImportStatement, list[Imported]] = defaultdict(list)
        for imported in file.imported:
            if not self._means(context, imported):
                continue
            reason = self._why_it_stays(file, imported) or _importer(context, file, imported, layout)
            if not reason:
                going[imported.statement].append(imported)
            else:
                yield _kept(file, imported, reason, refused=self.when == "always")
        for run in _runs(file, going):
            yield _removed(file, [going[statement] for statement in run])

    def _means(self, context: Context, imported: Imported) -> bool:
        if self._paths and not any(is_under(imported.path, path) for path in self._paths):
            return False
        return self.when != "missing" or context.resolver.exists(imported.path) is False

    def _why_it_stays(self, file: FileImports, imported: Imported) -> str:
        if self.when != "always":
            future = imported.path.startswith("__future__.")
            return "it changes how the file is compiled" if future else why_needed(file.module, imported)
        if hasattr(builtins, imported.local):
            return ""
        uses = list(imported.scope.uses_of(imported.local))
        return f"line {uses[0].name.lineno} uses it" if uses else ""


def _importer(context: Context, file: FileImports, imported: Imported, layout: Layout) -> str:
    """Which other file takes the name from this one."""
    if imported.scope is not names_of(file.module) or imported.path.startswith("__future__."):
        return ""
    path = f"{file.dotted}.{imported.local}"
    for other in sorted(context.codebase.grep(imported.local)):
        module = context.codebase.module(other) if other != file.module.path else None
        if module is None or (
            file.dotted.rpartition(".")[2] not in module.text and "from ." not in module.text
        ):
            continue
        view = FileImports(module, layout)
        if path in module.text or any(is_under(taken.path, path) for taken in view.imported):
            return f"{other} takes it from here"
    return ""


def _runs(file: FileImports, going: dict[ImportStatement, list[Imported]]) -> Iterator[list[ImportStatement]]:
    """Statements side by side that go as a whole are one change; a statement that loses names is one."""
    whole = [statement for statement, gone in going.items() if len(gone) == len(statement.names)]
    yield from ([statement] for statement in going if statement not in whole)
    run: list[ImportStatement] = []
    for statement in whole:
        if run and not _is_next(suite_of(file.module, statement), run[-1], statement):
            yield run
            run = []
        run.append(statement)
    if run:
        yield run


def _is_next(suite: Sequence[ast.stmt], first: ast.stmt, second: ast.stmt) -> bool:
    return first in suite and suite.index(second) == suite.index(first) + 1


def _kept(file: FileImports, imported: Imported, reason: str, *, refused: bool) -> Change:
    offset = file.module.span(imported.alias)[0]
    text = f"{imported.path} stays: {reason}"
    if refused:
        judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"it imports {imported.path}"))
        why = Reason(ReasonCode.UNSAFE_EDIT, text)
        return change_at(file.module, offset, (), judgement, refused=why, kind="import")
    judgement = Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text))
    return change_at(file.module, offset, (), judgement, kind="import")


def _removed(file: FileImports, run: list[list[Imported]]) -> Change:
    edits: list[Edit]
    first = run[0][0]
    statements = [names[0].statement for names in run]
    if len(run[0]) < len(first.statement.names):
        edits = drop_names(file.module, first.statement, [imported.alias for imported in run[0]])
    else:
        edits = remove_statements(file.module, statements)
    paths = ", ".join(imported.path for names in run for imported in names)
    judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"nothing needs {paths}"))
    return change_at(file.module, file.module.span(first.alias)[0], edits, judgement, kind="import")
