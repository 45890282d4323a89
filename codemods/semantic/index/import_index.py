"""The import statements of files read from their text alone, for files that are not worth parsing yet."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass

from codemods.semantic.index.importer_index import Importers
from codemods.semantic.index.module_table import ModuleTable
from codemods.syntax.codebase import Codebase

# What begins with one character, here a line's end, is found twice as fast as what begins with ^.
_IMPORT = re.compile(
    r"\n[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import\b[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]+))"
)
_COMMENT = re.compile(r"#[^\n]*")
_ITEM = re.compile(r"([\w.]+)(?:\s+as\s+(\w+))?")


@dataclass(frozen=True, slots=True)
class ImportLines:
    """What a file imports, modules by their keys (see ModuleTable)."""

    modules: frozenset[str]
    """Every module of the repository that is imported, or imported from."""
    packages: tuple[str, ...]
    """Packages bound by a plain ``import a.b``: their modules can be reached by attributes."""
    names: tuple[tuple[str, str, str], ...]
    """From-imports: the module, the name in it, the name here."""
    stars: tuple[str, ...]


class ImportReader:
    """Who imports what, each file read at most once per content."""

    def __init__(self, codebase: Codebase, modules: ModuleTable) -> None:
        self._codebase = codebase
        self._by_spelling = Importers(codebase)
        self._modules = modules
        self._known: dict[str, tuple[str | None, ImportLines]] = {}
        """What files import, and by what the file had been replaced when it was read."""

    def of(self, path: str) -> ImportLines:
        known, replaced = self._known.get(path), self._codebase.replacement(path)
        if known is None or known[0] is not replaced:
            known = self._known[path] = (replaced, self._read(path, self._codebase.text(path) or ""))
        return known[1]

    def importers(self, keys: Collection[str], most: int = sys.maxsize) -> dict[str, list[str]]:
        """The files that import one of the modules, or from it, and the modules themselves: which of them.

        Once they are more than ``most``, the rest is not looked for.
        """
        found: dict[str, set[str]] = {}
        below: dict[str, set[str]] = {}
        for key in keys:
            for end in (index + 1 for index, char in enumerate(key) if char == "/"):
                below.setdefault(key[:end], set()).add(key)
            own = self._modules.path_of(key)
            if own is not None:
                found.setdefault(own, set()).add(key)
        spellings = {spelling for key in keys for spelling in self._spellings(key)}
        for path in self._importers(spellings):
            lines = self.of(path)
            reached = lines.modules.intersection(keys).union(*(below.get(one, ()) for one in lines.packages))
            if reached:
                found.setdefault(path, set()).update(reached)
                if len(found) > most:
                    break
        return {path: sorted(reached) for path, reached in found.items()}

    def star_importers(self) -> dict[str, set[str]]:
        """Which modules import everything from a module, by their keys."""
        importers: dict[str, set[str]] = {}
        for path in self._importers(("*",)):
            for key in self.of(path).stars:
                importers.setdefault(key, set()).add(self._modules.key_of(path))
        return importers

    def _importers(self, spellings: Collection[str]) -> set[str]:
        return {path for spelling in spellings for path in self._by_spelling.of(spelling)}

    def _spellings(self, key: str) -> set[str]:
        """Every way to spell a module, or the package that it may be imported from."""
        first = self._modules.dotted(key).partition(".")[0]
        tops = {part for part in key.split("/") if part not in sys.stdlib_module_names} | {first}
        found = {f"import {top}" for top in tops}
        for module in (key, key.rpartition("/")[0]):
            package, _, last = module.rpartition("/")
            found |= {f"/{module}", last, f"{package.rpartition('/')[2]}.{last}"}
        return found

    def _read(self, path: str, text: str) -> ImportLines:
        modules: set[str] = set()
        packages: set[str] = set()
        names: list[tuple[str, str, str]] = []
        stars: list[str] = []
        for match in _IMPORT.finditer(f"\n{text}"):
            if match[4] is not None:
                for name, _ in _ITEM.findall(_COMMENT.sub("", match[4])):
                    self._plain(name, path, modules, packages)
                continue
            dots, dotted = match[1], match[2]
            if dots:
                found = self._modules.relative(path, len(dots), dotted)
            else:
                found = self._modules.find(dotted, path)
            if found is None:
                continue
            modules.add(found.key)
            items = _COMMENT.sub("", match[3]).strip("() \t\r\n")
            if items == "*":
                stars.append(found.key)
                continue
            for name, alias in _ITEM.findall(items):
                submodule = self._modules.submodule(found.key, name)
                if submodule is not None:
                    modules.add(submodule.key)
                names.append((found.key, name, alias or name))
        return ImportLines(frozenset(modules), tuple(packages), tuple(names), tuple(stars))

    def _plain(self, dotted: str, path: str, modules: set[str], packages: set[str]) -> None:
        parts = dotted.split(".")
        for end in range(1, len(parts) + 1):
            found = self._modules.find(".".join(parts[:end]), path)
            if found is not None:
                modules.add(found.key)
                packages.add(f"{found.key}/")
