"""Uses of what moved in the doctests of docstrings: code in prose, so a class of changes of its own."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.edits.unused_imports import docstrings
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.moved_paths import Move, Moves, split
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import imported_names
from codemods.semantic.scopes.name_scopes import Use, names_of
from codemods.syntax.module import Module

_LINE = re.compile(r"(?m)^[ \t]*(?P<prompt>>>>|\.\.\.)(?:[ \t](?P<code>[^\r\n]*))?$")


@dataclass(frozen=True)
class _Doctest:
    """The code of a docstring's examples as a file of its own, and where its lines stand in the real one."""

    module: Module
    starts: tuple[int, ...]

    def offset(self, offset: int) -> int:
        """The place in the real file of a place in the code."""
        line, column = self.module.lines.position(offset)
        return self.starts[line - 1] + column - 1


class RenamedDoctests:
    """The doctests of one file that use what moved, by an import of their own or the file's names."""

    def __init__(self, file: FileImports, moves: Moves) -> None:
        self.file = file
        self._moves = moves

    def changes(self) -> Iterator[Change]:
        if ">>>" in self.file.module.text:
            for text in docstrings(self.file.module):
                doctest = _doctest(self.file.module, text)
                if doctest is not None:
                    yield from self._changes_in(doctest)

    def _changes_in(self, doctest: _Doctest) -> Iterator[Change]:
        imported = {one.local: one for one in imported_names(doctest.module, lambda node: node.module or "")}
        for one in imported.values():
            move = self._moves.lookup(one.path)
            if move is not None:
                yield self._change(doctest, doctest.module.span(one.alias)[0], one.alias.name, one.path, move)
        for scope in names_of(doctest.module).walk():
            for use in (use for uses in scope.uses.values() for use in uses):
                own = imported.get(use.name.id)
                if own is None and use.owner is not None:
                    continue
                root = own.means if own else self._path_in_file(use)
                yield from self._use(doctest, use, root) if root else ()

    def _path_in_file(self, use: Use) -> str | None:
        """The import path of a name that the doctest has from its file."""
        name = use.name.id
        binders = names_of(self.file.module).bindings.get(name, [])
        if not binders:
            return None
        if not any(isinstance(binder, ast.alias) for binder in binders):
            return f"{self.file.dotted}.{name}"
        means = {one.means for one in self.file.bindings.get((names_of(self.file.module), name), ())}
        return means.pop() if len(means) == 1 else None

    def _use(self, doctest: _Doctest, use: Use, root: str) -> Iterator[Change]:
        path, parts = root, [(root, use.name.id, doctest.module.span(use.name)[0])]
        for attribute in use.attributes:
            path = f"{path}.{attribute.attr}"
            place = doctest.module.span(attribute)[1] - len(attribute.attr)
            parts.append((path, attribute.attr, place))
        for path, written, place in parts:
            move = self._moves.lookup(path)
            if move is not None and move.old == path and written == split(path)[1]:
                yield self._change(doctest, place, written, path, move)

    def _change(self, doctest: _Doctest, place: int, written: str, path: str, move: Move) -> Change:
        text = f"a doctest uses {path}"
        edits: list[Edit] = []
        (parent, _), (new_parent, new) = split(move.old), split(move.new)
        start = doctest.offset(place)
        if parent == new_parent and path == move.old and new not in names_of(doctest.module).bindings:
            end = start + len(written)
            edits = [Edit(end - len(split(move.old)[1]), end, new)]
            judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        else:
            text += f", which is now {move.target}; change it by hand"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.EVIDENCE, text))
        return change_at(self.file.module, start, edits, judgement, requires=move.requires, kind="docs")


def _doctest(module: Module, text: ast.Constant) -> _Doctest | None:
    """The examples of a docstring; None where there are none that can be read as they stand."""
    start, end = module.span(text)
    lines, starts = [], []
    for line in _LINE.finditer(module.text, start, end):
        lines.append(line["code"] or "")
        starts.append(line.start("code") if line["code"] else line.end())
    code = "\n".join(lines) + "\n"
    if not lines or "\\" in code:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _Doctest(Module(module.path, code, tree), tuple(starts))
