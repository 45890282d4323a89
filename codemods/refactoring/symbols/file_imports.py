"""The imports of one file as operations see them: with absolute paths, grouped by the name they bind."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from codemods.edits.import_edits import NewImport, add_import, statement_code
from codemods.edits.import_order import insert_import
from codemods.edits.statement_edits import full_lines, newline_of
from codemods.model.plan import Edit
from codemods.refactoring.symbols.moved_paths import is_under
from codemods.semantic.index.module_table import ModuleTable
from codemods.semantic.scopes.imported_names import Imported, guard_of, imported_names
from codemods.semantic.scopes.name_scopes import Scope, Use, names_of
from codemods.syntax.module import Module

_STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


class Layout:
    """Which import path each file of a codebase has."""

    def __init__(self, modules: ModuleTable) -> None:
        self._modules = modules

    def dotted_of(self, path: str) -> str:
        """The import path of a file: from its outermost package, or from its source root."""
        return self._modules.spelt(path)

    def seen_from(self, importer: str, path: str) -> str:
        """The import path of what a file imports as ``path``."""
        return self._modules.seen_from(importer, path)

    def is_module(self, path: str) -> bool:
        """Whether a path is a module of the repository or of the standard library, as far as can be told."""
        if path.partition(".")[0] in sys.stdlib_module_names:
            file = _STANDARD_LIBRARY.joinpath(*path.split("."))
            return file.with_suffix(".py").is_file() or (file / "__init__.py").is_file()
        found = self._modules.find(path)
        return found is not None and found.path is not None

    def may_be_module(self, path: str) -> bool:
        """Whether names may be imported from a path: from no class, as ``datetime.timezone`` is."""
        top, _, below = path.partition(".")
        if top in sys.stdlib_module_names:
            return not below or path == "os.path" or self.is_module(path)
        return self._modules.find(path) is not None or not path.rpartition(".")[2][:1].isupper()

    def owns(self, top: str) -> bool:
        """Whether a top-level name is the repository's own."""
        return top not in sys.stdlib_module_names and self._modules.owns(top)


class FileImports:
    """What a file imports, and where it stands among the modules."""

    def __init__(self, module: Module, layout: Layout) -> None:
        self.module = module
        self.dotted = layout.dotted_of(module.path)
        self._layout = layout

    @cached_property
    def imported(self) -> list[Imported]:
        path = self.module.path
        return [
            replace(imported, path=self._layout.seen_from(path, imported.path))
            if isinstance(imported.statement, ast.Import)
            else imported
            for imported in imported_names(self.module, self.absolute)
        ]

    @cached_property
    def bindings(self) -> dict[tuple[Scope, str], list[Imported]]:
        """The imports by the scope and the name they bind."""
        groups: dict[tuple[Scope, str], list[Imported]] = defaultdict(list)
        for imported in self.imported:
            groups[imported.scope, imported.local].append(imported)
        return groups

    @cached_property
    def from_imports(self) -> list[ast.ImportFrom]:
        return list(self.module.nodes(ast.ImportFrom))

    @cached_property
    def _package(self) -> str:
        name = self.module.path.rpartition("/")[2]
        return self.dotted if name.startswith("__init__.") else self.dotted.rpartition(".")[0]

    def absolute(self, statement: ast.ImportFrom) -> str:
        """The module of a from-import as an import path."""
        if not statement.level:
            return self._layout.seen_from(self.module.path, statement.module or "")
        base = self._above(statement.level)
        return ".".join(part for part in (base, statement.module) if part)

    def written(self, statement: ast.ImportFrom, path: str) -> str:
        """A module as the statement would name it: relative where the statement is, and can be."""
        base = self._above(statement.level) if statement.level else ""
        if base and is_under(path, base):
            return "." * statement.level + path[len(base) :].lstrip(".")
        return path

    def first_party(self, top: str) -> bool:
        """Whether a top-level name is the repository's own."""
        return self._layout.owns(top)

    def is_module(self, path: str) -> bool:
        return self._layout.is_module(path)

    def may_be_module(self, path: str) -> bool:
        return self._layout.may_be_module(path)

    def module_above(self, path: str) -> str:
        """The module that holds what a path names, be it in a class."""
        above = path.rpartition(".")[0]
        while above and not self.may_be_module(above):
            above = above.rpartition(".")[0]
        return above

    def modules_used(self, path: str, uses: Iterable[Use]) -> list[str]:
        """The modules below a package that these uses reach through it; the package itself if none."""
        found = set()
        for use in uses:
            module = path
            for attribute in use.attributes:
                if not self.is_module(f"{module}.{attribute.attr}"):
                    break
                module = f"{module}.{attribute.attr}"
            found.add(module)
        return sorted(found - {path}) or [path]

    def path_of(self, use: Use) -> str | None:
        """The import path that a use stands for; None where it is not, or not only, bound by one import."""
        owner = use.owner
        if owner is None:
            return None
        group = self.bindings.get((owner, use.name.id), [])
        means = {imported.means for imported in group}
        if len(means) != 1 or len(group) != len(owner.bindings[use.name.id]):
            return None
        return ".".join((means.pop(), *(attribute.attr for attribute in use.attributes)))

    def uses(self) -> Iterator[Use]:
        """Every name that is read in the file."""
        for scope in names_of(self.module).walk():
            for uses in scope.uses.values():
                yield from uses

    def add(
        self, new: NewImport, near: Imported | None = None, going: Collection[ast.stmt] = ()
    ) -> list[Edit]:
        """The edits that import a name: at the top, or beside an import that is local or guarded."""
        if near is not None and not self.is_plain(near):
            return self.add_beside(near.statement, [new])
        return add_import(self.module, new, first_party=self.first_party, going=going)

    def add_statement(self, new: list[NewImport], near: ast.stmt) -> list[Edit]:
        """The edit that adds a statement at the top of the file, by the file's order or below another."""
        code = statement_code(new, newline=newline_of(self.module))
        return [insert_import(self.module, code, new[0].module, first_party=self.first_party, near=near)]

    def add_beside(self, statement: ast.stmt, new: list[NewImport]) -> list[Edit]:
        """The edits that put an import below a statement, in its suite."""
        newline = newline_of(self.module)
        lines = full_lines(self.module, statement)
        start, end = self.module.span(statement)
        if lines is None:
            return [Edit(end, end, f"; {statement_code(new)}")]
        indent = self.module.text[lines[0] : start]
        code = indent + statement_code(new, indent=indent, newline=newline)
        if not self.module.text[: lines[1]].endswith(("\n", "\r")):
            return [Edit(lines[1], lines[1], newline + code)]
        return [Edit(lines[1], lines[1], code + newline)]

    def is_plain(self, imported: Imported) -> bool:
        """Whether an import stands at the top of the file without conditions."""
        return imported.scope is names_of(self.module) and not guard_of(self.module, imported.statement)

    def _above(self, level: int) -> str:
        """The package that so many dots stand for."""
        parts = self._package.split(".") if self._package else []
        return ".".join(parts[: len(parts) - (level - 1)]) if level > 1 else ".".join(parts)
