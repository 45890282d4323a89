"""One parsed source file: its text, its ``ast`` and the way from a node to its place and its surroundings."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Protocol, TypeVar, cast, runtime_checkable

from codemods.syntax import fstring_positions
from codemods.syntax.lazy_ast import FunctionNode as FunctionNode
from codemods.syntax.lazy_ast import check, complete, is_left_out, outlined, parsed
from codemods.syntax.nodes import children, definitions, walk
from codemods.syntax.text import LineNumbers, Lines, whole_words

ScopeNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
Located = ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.ExceptHandler | ast.pattern

_DEFINED = re.compile(r"(?:async(?:[ \t\f]|\\\r?\n)+)?(?:def|class)(?:[ \t\f]|\\\r?\n)+(\w+)")
_CLASS = re.compile(r"\bclass[ \t\f\\]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f][^\r\n]*")
NodeT = TypeVar("NodeT", bound=ast.AST)
T = TypeVar("T")


@runtime_checkable
class HoldsTree(Protocol):
    """A derived value whose parts hold each other and the tree, so that only `forget` frees them soon."""

    def forget(self) -> None:
        """Drop all references to the tree."""


class Module:
    """A file's text and trees. Everything beyond the ``ast`` is made when first asked for."""

    def __init__(self, path: str, text: str, tree: ast.Module, left_out: Sequence[FunctionNode] = ()) -> None:
        self.path = path
        self.text = text
        self.tree = tree
        self._left_out = left_out
        self._checked = False
        self._parents: dict[ast.AST, ast.AST] = {}
        self._starts: dict[ast.AST, list[int]] = {}
        self._mentioned: dict[str, bool] = {}
        self._by_kind: dict[type[ast.AST], Sequence[ast.AST]] = {}
        self._complete = False
        self._derived: dict[Callable[[Module], object], object] = {}

    @classmethod
    def parse(cls, path: str, text: str) -> Module:
        """Raises FileError, with the line, where the running Python cannot read the text."""
        return cls(path, text, parsed(path, text))

    @classmethod
    def outline(cls, path: str, text: str) -> Module:
        """The same, but for the bodies of functions: they are parsed, and raise, when they are asked for."""
        return cls(path, text, *outlined(path, text))

    def check(self) -> None:
        """Raises LateError where the running Python cannot read what an outline left out."""
        if self._left_out and not self._checked:
            check(self.path, self.text)
        self._checked = True

    def complete(self) -> None:
        """Parse what an outline left out. Raises LateError where the running Python cannot read it."""
        complete(self._left_out)
        self._left_out = ()

    @cached_property
    def lines(self) -> Lines:
        """Where lines begin. Whoever asks wants positions, so those inside f-strings are set right first."""
        lines = Lines(self.text)
        if fstring_positions.NEEDED:
            starts = (lines.position(offset)[0] for offset in fstring_positions.may_begin(self.text))
            fstring_positions.correct_positions(_nodes_of(self.units_on(starts)), self.text, lines)
        return lines

    def derived(self, compute: Callable[[Module], T]) -> T:
        """Return what ``compute`` makes of this module, computed once and kept with it."""
        if compute not in self._derived:
            self._derived[compute] = compute(self)
        return cast(T, self._derived[compute])

    def forget(self) -> None:
        """Drop all derived values, telling those that hold the tree to let go of it."""
        for value in self._derived.values():
            if isinstance(value, HoldsTree):
                value.forget()
        self._derived.clear()

    def parent(self, node: ast.AST) -> ast.AST | None:
        above = self._parents.get(node)
        if above is None and node is not self.tree:
            self._learn_around(node)
            above = self._parents.get(node)
        return above

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the node's parent outward to the module."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    def enclosing_function(self, node: ast.AST) -> FunctionNode | ast.Lambda | None:
        """The function whose body (not decorator, default or annotation) runs the node, or None."""
        inner = node
        for above in self.ancestors(node):
            if isinstance(above, ast.Lambda):
                if inner is above.body:
                    return above
            elif isinstance(above, FunctionNode) and isinstance(inner, ast.stmt) and inner in above.body:
                return above
            elif isinstance(above, ast.ClassDef) and isinstance(inner, ast.stmt) and inner in above.body:
                return None
            inner = above
        return None

    def span(self, node: Located) -> tuple[int, int]:
        """The offsets at which the node begins and ends in the text."""
        return self.lines.span(node)

    def source(self, node: Located) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def attribute_name_span(self, node: ast.Attribute) -> tuple[int, int] | None:
        """The offsets of the name behind the dot of ``value.name``.

        None where the text is not the name: identifiers are normalised (NFKC) by Python's parser.
        """
        end = self.span(node)[1]
        start = end - len(node.attr)
        return (start, end) if self.text[start:end] == node.attr else None

    def definition_name_span(self, node: FunctionNode | ast.ClassDef) -> tuple[int, int] | None:
        """The offsets of the name behind ``def`` or ``class``; None where the text is not the name."""
        match = _DEFINED.match(self.text, self.span(node)[0])
        return match.span(1) if match and match[1] == node.name else None

    def nodes(self, kind: type[NodeT]) -> Iterator[NodeT]:
        """All nodes of one type."""
        if kind not in self._by_kind:
            self._by_kind[kind] = [node for node in self._all_nodes if isinstance(node, kind)]
        return iter(cast(list[NodeT], self._by_kind[kind]))

    @cached_property
    def _all_nodes(self) -> list[ast.AST]:
        self.complete()
        return walk(self.tree)

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """All class statements, in no particular order."""
        lines = LineNumbers(self.text)
        begin = [lines.of(match.start()) for match in _CLASS.finditer(self.text)]

        def has_class(function: FunctionNode) -> bool:
            index = bisect_right(begin, function.lineno)
            return index < len(begin) and begin[index] <= (function.end_lineno or 0)

        found = definitions(self.tree, has_class) if begin else ()
        return [node for node in found if isinstance(node, ast.ClassDef)]

    def deepest(self) -> tuple[int, int]:
        """How many levels of nodes the tree has as far as it is parsed, and a line on which it has most."""
        level: list[tuple[ast.AST, int]] = [(self.tree, 1)]
        depth, line = 0, 1
        while level:
            depth, line = depth + 1, level[0][1]
            level = [
                (child, getattr(child, "lineno", line))
                for node, line in level
                if not is_left_out(node)
                for child in children(node)
            ]
        return depth, line

    def mentions(self, word: str) -> bool:
        """Whether the word stands anywhere in the text, which is searched for it only once."""
        if word not in self._mentioned:
            self._mentioned[word] = word in self.text
        return self._mentioned[word]

    def mentioning(self, *words: str) -> Iterator[ast.AST]:
        """Every node of the units whose lines mention one of the words, in no particular order.

        Cheaper than a walk of the whole tree: only functions and simple statements with a mention are walked,
        and those with a line that is not ASCII: there a name may be spelled otherwise than Python knows it.
        """
        lines = self._lines_with(whole_words(*words))
        if not self.text.isascii():
            lines = chain(lines, self._lines_with(_NOT_ASCII))
        yield from _nodes_of(self.units_on(lines))

    def units(self, *words: str) -> Iterator[ast.AST]:
        """What mentions one of the words: functions and statements outside of functions, each whole.

        A class is one where its header has the mention; the parts of the header then follow on their own.
        """
        return self.units_on(self._lines_with(whole_words(*words)))

    def units_on(self, lines: Iterable[int]) -> Iterator[ast.AST]:
        """What stands on the lines, as `units` gives it."""
        seen: set[ast.AST] = set()
        for line in dict.fromkeys(lines):
            for unit in self._units_at(self.tree, line):
                if unit not in seen:
                    seen.add(unit)
                    yield unit

    def _lines_with(self, pattern: re.Pattern[str]) -> Iterator[int]:
        lines = LineNumbers(self.text)
        for match in pattern.finditer(self.text):
            yield lines.of(match.start())

    # -- parents, learnt for one top-level function or statement at a time --------------------------------

    def _learn_around(self, node: ast.AST) -> None:
        line = getattr(node, "lineno", None)
        if line is not None:
            units = [unit for unit in self._units_at(self.tree, line) if not isinstance(unit, ast.ClassDef)]
            for unit in units if node not in self._parents else ():
                self._learn(unit)
        if node not in self._parents and not self._complete:
            self._complete = True
            self._learn(self.tree)

    def _units_at(self, block: ast.Module | ast.ClassDef, line: int) -> Iterator[ast.AST]:
        """What stands on a line: a function, another statement, a class with its header's parts."""
        statements, first_lines = self._first_lines(block)
        # Statements on one line share it; more than two or three are rare, so walk back from the last.
        index = bisect_right(first_lines, line) - 1
        while index >= 0 and (statements[index].end_lineno or line) >= line:
            statement = statements[index]
            index -= 1
            if isinstance(statement, ast.ClassDef):
                if line <= _first_line(statement.body[0]):
                    yield statement
                    types = getattr(statement, "type_params", ())  # from Python 3.12 on
                    for part in (*statement.decorator_list, *types, *statement.bases, *statement.keywords):
                        self._parents[part] = statement
                        yield part
                yield from self._units_at(statement, line)
            else:
                yield statement

    def _first_lines(self, block: ast.Module | ast.ClassDef) -> tuple[list[ast.stmt], list[int]]:
        if block not in self._starts:
            for statement in block.body:
                self._parents[statement] = block
            self._starts[block] = [_first_line(statement) for statement in block.body]
        return block.body, self._starts[block]

    def _learn(self, top: ast.AST) -> None:
        parents = self._parents
        todo = [top]
        while todo:
            node = todo.pop()
            for child in children(node):
                parents[child] = node
                todo.append(child)


def _nodes_of(units: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for unit in units:
        yield from (unit,) if isinstance(unit, ast.ClassDef) else walk(unit)


def _first_line(statement: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
    return statement.lineno
