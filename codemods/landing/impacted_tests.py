"""Which tests can notice a change: those that import, however indirectly, a file that changed."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from codemods.operations import is_test_file
from codemods.semantic.index.module_table import Found, ModuleTable
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import Module

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


class Impact:
    """Who imports whom in a codebase; built when first asked, and good for any number of questions."""

    def __init__(self, codebase: Codebase, source_roots: Sequence[str] = ()) -> None:
        self._codebase = codebase
        self._table = ModuleTable(codebase, source_roots)

    def tests(self, changed: Iterable[str]) -> list[str]:
        """The test files that reach one of the changed files, sorted; those that cannot be parsed always."""
        reached = set(changed)
        waiting = list(reached)
        while waiting:
            fresh = self._importers[waiting.pop()] - reached
            reached |= fresh
            waiting += fresh
        unknown = {path for path in self._tests if self._codebase.module(path) is None}
        return sorted(path for path in self._tests if path in reached or path in unknown)

    @cached_property
    def _tests(self) -> list[str]:
        paths = (path for path in self._codebase.paths() if is_test_file(path))
        return [path for path in paths if not path.endswith(("conftest.py", ".pyi"))]

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        """For each file, the files that import it."""
        importers: dict[str, set[str]] = defaultdict(set)
        for path in self._codebase.paths():
            module = self._codebase.module(path)
            for imported in _conftests(path) if module is None else self._imported(module):
                importers[imported].add(path)
        return importers

    def _imported(self, module: Module) -> Iterator[str]:
        yield from _conftests(module.path)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._chain(alias.name, module.path)
            elif isinstance(node, ast.ImportFrom):
                yield from self._from(node, module.path)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if _DOTTED.fullmatch(node.value):  # what mock.patch and importlib are given
                    yield from self._chain(node.value, module.path)

    def _from(self, node: ast.ImportFrom, path: str) -> Iterator[str]:
        if node.level:
            found = self._table.relative(path, node.level, node.module)
        else:
            yield from self._chain(node.module or "", path)
            found = self._table.find(node.module or "", path)
        if found is None:
            return
        yield from _files(found)
        for alias in node.names:
            if inner := self._table.submodule(found.key, alias.name):
                yield from _files(inner)

    def _chain(self, dotted: str, path: str) -> Iterator[str]:
        """A module and the packages that are imported on the way to it."""
        parts = dotted.split(".")
        for end in range(1, len(parts) + 1):
            if found := self._table.find(".".join(parts[:end]), path):
                yield from _files(found)


def _files(found: Found) -> Iterator[str]:
    if found.path:
        yield found.path


def _conftests(path: str) -> Iterator[str]:
    """What pytest imports before a file, wherever it stands in the file's folders."""
    folder = path.rpartition("/")[0]
    while folder:
        yield f"{folder}/conftest.py"
        folder = folder.rpartition("/")[0]
    yield "conftest.py"
