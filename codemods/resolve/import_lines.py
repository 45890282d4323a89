"""The import statements of a file read from its text alone, for files that are not worth parsing yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from codemods.resolve.modules import ModuleTable
from codemods.source.codebase import Codebase

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import\b[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]+))", re.M
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
    """Reads the import lines of files, each file once."""

    def __init__(self, codebase: Codebase, modules: ModuleTable) -> None:
        self._codebase = codebase
        self._modules = modules
        self._known: dict[str, ImportLines] = {}

    def of(self, path: str) -> ImportLines:
        if path not in self._known:
            self._known[path] = self._read(path, self._codebase.text(path) or "")
        return self._known[path]

    def importers(self, keys: Collection[str]) -> dict[str, list[str]]:
        """The files that import one of the modules, or from it, and the modules themselves: which of them."""
        paths = self._codebase.grep(*(spelling for key in keys for spelling in self._spellings(key)))
        folders = {_folder(key) for key in keys} | {f"{key}/" for key in keys}
        paths |= {path for path in self._codebase.grep("from .") if _folder(path) in folders}
        wanted = frozenset(keys)
        found = {path: self._imported(path, wanted) for path in paths}
        for key in keys:
            path = self._modules.path_of(key)
            if path is not None:
                found.setdefault(path, []).append(key)
        return {path: imported for path, imported in found.items() if imported}

    def _imported(self, path: str, keys: frozenset[str]) -> list[str]:
        lines = self.of(path)
        found = lines.modules & keys
        if lines.packages:
            found |= {key for key in keys if key.startswith(lines.packages)}
        return sorted(found)

    def _spellings(self, key: str) -> Iterator[str]:
        """Text without any of which a file of another folder does not import a module."""
        package, _, last = key.rpartition("/")
        nearest = package.rpartition("/")[2]
        if nearest:
            yield f"{nearest}.{last}"
            yield f"{nearest} import"
        if not self._modules.is_regular(package):
            yield f"from {last}"
            yield f"import {last}"

    def _read(self, path: str, text: str) -> ImportLines:
        modules: set[str] = set()
        packages: set[str] = set()
        names: list[tuple[str, str, str]] = []
        stars: list[str] = []
        for match in _IMPORT.finditer(text):
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


def _folder(path: str) -> str:
    """The folder of a path, with its slash; '' at the top."""
    return path.rstrip("/").rpartition("/")[0] + "/" if "/" in path.rstrip("/") else ""
