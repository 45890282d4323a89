"""Which bindings of a name reach a use of it, and which tests are known to hold there.

The search walks backward from the use through the statements of its scope. Where it cannot tell, a binding
reaches: the answer may be too wide, never too narrow.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from codemods.semantic.inference.match_patterns import tests
from codemods.semantic.scopes.bindings import Binding, NameBindings, Scope, blocks, captures
from codemods.syntax.module import FunctionNode, Module

# Managers that swallow an exception, so that the end of their body may not have been reached.
_SWALLOWING = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex", "warns"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that is known to be true (or false) at the use."""

    test: ast.expr
    holds: bool


@dataclass(frozen=True, slots=True)
class Reaching:
    """A binding that may have given the name its object, and the tests that held since."""

    binding: Binding
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """All bindings that reach a use. Unless ``complete``, the way from the scope's top reaches it too."""

    reaching: tuple[Reaching, ...]
    conditions: tuple[Condition, ...]
    complete: bool


def at_use(module: Module, scope: Scope, bindings: NameBindings, use: ast.AST) -> Flow:
    """The bindings, among those of one name in one scope, that reach a node inside the scope."""
    search = _Search(bindings)
    complete = search.outward(module, scope, use)
    return Flow(tuple(search.found), tuple(search.conditions), complete)


def at_end(scope: ast.Module | ast.ClassDef, bindings: NameBindings) -> Flow:
    """The bindings that stand when the body of a module or class has run."""
    search = _Search(bindings)
    complete = search.block(scope.body)
    return Flow(tuple(search.found), (), complete)


def conditions_at(module: Module, scope: Scope, use: ast.AST) -> tuple[Condition, ...]:
    """The tests that hold at a node, for expressions that are no plain name."""
    search = _Search(NameBindings())
    search.outward(module, scope, use)
    return tuple(search.conditions)


class _Block:
    """The statements of one suite, found by their lines."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.statements = statements
        self._lines = [statement.lineno for statement in statements]
        self._tests = [
            index for index, statement in enumerate(statements) if isinstance(statement, (ast.If, ast.Assert))
        ]

    def index(self, statement: ast.stmt) -> int | None:
        index = bisect_left(self._lines, statement.lineno)
        while index < len(self._lines) and self._lines[index] == statement.lineno:
            if self.statements[index] is statement:
                return index
            index += 1
        return None

    def before(self, index: int, bindings: NameBindings) -> Iterator[ast.stmt]:
        """The statements before one that bind the name or test something, the last first."""
        while index > 0:
            test = bisect_left(self._tests, index) - 1
            index = max(self._binding(index, bindings), self._tests[test] if test >= 0 else -1)
            if index >= 0:
                yield self.statements[index]

    def _binding(self, index: int, bindings: NameBindings) -> int:
        """The index of the last statement before that index on whose lines a binding stands; -1 for none."""
        last = self.statements[index - 1]
        line = bindings.before(last.end_lineno or last.lineno)
        while line >= self._lines[0]:
            index = min(index, bisect_right(self._lines, line))
            found = self.statements[index - 1]
            if line <= (found.end_lineno or found.lineno):
                return index - 1
            line = bindings.before(line - 1)
        return -1


_blocks_of: WeakKeyDictionary[Module, dict[int, _Block]] = WeakKeyDictionary()
"""Of each module the suites that were searched, by the identity of their lists, which live as long as it."""


def _block(module: Module, statements: list[ast.stmt]) -> _Block:
    known = _blocks_of.setdefault(module, {})
    if id(statements) not in known:
        known[id(statements)] = _Block(statements)
    return known[id(statements)]


class _Search:
    def __init__(self, bindings: NameBindings) -> None:
        self.bindings = bindings
        self.found: list[Reaching] = []
        self.conditions: list[Condition] = []
        self._known: set[int] = set()

    # -- outward from the use ------------------------------------------------------------------------------

    def outward(self, module: Module, scope: Scope, use: ast.AST) -> bool:
        child = use
        for parent in module.ancestors(use):
            if isinstance(child, ast.stmt):
                if self._before(module, parent, child):
                    return True
            elif isinstance(parent, ast.stmt):
                self._walruses_before(parent, use)
            if parent is scope:
                return False
            if self._enter(parent, child):
                return True
            child = parent
        return False

    def _before(self, module: Module, parent: ast.AST, statement: ast.stmt) -> bool:
        for body in _bodies(parent):
            if len(body) == 1:
                continue  # nothing stands before it, whichever it is
            block = _block(module, body)
            index = block.index(statement)
            if index is None:
                continue
            for earlier in block.before(index, self.bindings):
                if self._statement(earlier):
                    return True
                if isinstance(earlier, (ast.If, ast.Assert)):
                    self._conditions_after(earlier)
            break
        return False

    def _enter(self, parent: ast.AST, child: ast.AST) -> bool:
        """What happened between the outside of ``parent`` and its part ``child``."""
        match parent:
            case ast.If() | ast.While():
                if child is not parent.test:
                    inside = any(child is item for item in parent.body)
                    self.conditions.append(Condition(parent.test, inside))
                    self._walruses_of(parent)
                    if isinstance(parent, ast.While):
                        self._everything(parent)
            case ast.For() | ast.AsyncFor():
                if child is parent.iter:
                    return False
                if any(child is item for item in parent.body):
                    if self._own(parent):
                        return True
                self._everything(parent)
            case ast.With() | ast.AsyncWith():
                if isinstance(child, ast.stmt):
                    return self._own(parent)
            case ast.Try() | ast.TryStar():
                return self._enter_try(parent, child)
            case ast.ExceptHandler():
                return self._own(parent)
            case ast.Match():
                if isinstance(child, ast.match_case):
                    if self._captured(child):
                        return True
                    for case in parent.cases:
                        self._captured(case)
                    self.conditions += [Condition(test, holds) for test, holds in tests(parent, child)]
            case ast.IfExp():
                if child is not parent.test:
                    self.conditions.append(Condition(parent.test, child is parent.body))
            case ast.BoolOp():
                for value in parent.values:
                    if value is child:
                        break
                    self.conditions.append(Condition(value, isinstance(parent.op, ast.And)))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if not isinstance(child, ast.comprehension):
                    for generator in parent.generators:
                        self.conditions += [Condition(test, True) for test in generator.ifs]
        return False

    def _enter_try(self, parent: ast.Try | ast.TryStar, child: ast.AST) -> bool:
        if any(child is item for item in parent.body):
            return False
        if any(child is item for item in parent.orelse):
            return self.block(parent.body)
        self._all_in(parent.body)
        if any(child is item for item in parent.finalbody):
            for handler in parent.handlers:
                self._all_in(handler.body)
            self._all_in(parent.orelse)
        return False

    # -- backward over whole statements --------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> bool:
        """Collect what stands after a block; True when every way through it binds the name."""
        return any(self._statement(statement) for statement in reversed(body))

    def _statement(self, statement: ast.stmt) -> bool:
        if not self._inside(statement):
            return False
        match statement:
            case ast.If():
                return self._if(statement)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._everything(statement)
                return False
            case ast.Try() | ast.TryStar():
                return self._try(statement)
            case ast.With() | ast.AsyncWith():
                swallows = any(_name(item.context_expr) in _SWALLOWING for item in statement.items)
                if swallows:
                    self._all_in(statement.body)
                elif self.block(statement.body):
                    return True
                return self._own(statement)
            case ast.Match():
                self._everything(statement)
                return False
        self._walruses_of(statement)
        return self._own(statement)

    def _if(self, statement: ast.If) -> bool:
        definite = True
        for branch in (statement.body, statement.orelse):
            if leaves_function(branch):
                continue
            if leaves(branch):
                self._all_in(branch)  # a break or continue carries it to another place of the scope
            elif not (branch and self.block(branch)):
                definite = False
        self._walruses_of(statement)
        return definite

    def _try(self, statement: ast.Try | ast.TryStar) -> bool:
        if statement.finalbody and self.block(statement.finalbody):
            return True
        caught = True
        for handler in statement.handlers:
            if leaves_function(handler.body):
                continue
            if not self.block(handler.body):
                caught = False
        finished = bool(statement.orelse) and self.block(statement.orelse)
        if caught:
            return finished or self.block(statement.body)
        if finished or self.block(statement.body):
            self._all_in(statement.body)
        return False

    # -- collecting ----------------------------------------------------------------------------------------

    def _inside(self, node: ast.stmt | ast.ExceptHandler) -> list[Binding]:
        return self.bindings.within(node.lineno, node.end_lineno or node.lineno)

    def _own(self, node: ast.stmt | ast.ExceptHandler) -> bool:
        """Bindings made by this very node."""
        hit = False
        for binding in self._inside(node):
            if binding.node is node:
                self._add(binding)
                hit = True
        return hit

    def _captured(self, case: ast.match_case) -> bool:
        """Bindings made by the pattern of a case."""
        parts = [node for node, _ in captures(case.pattern)]
        hit = False
        for binding in self.bindings.within(case.pattern.lineno, case.pattern.end_lineno):
            if any(binding.node is node for node in parts):
                self._add(binding)
                hit = True
        return hit

    def _all_in(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._everything(statement)

    def _everything(self, statement: ast.stmt) -> None:
        for binding in self._inside(statement):
            self._add(binding)

    def _walruses_of(self, statement: ast.stmt) -> None:
        """Walrus bindings in the statement's own expressions: they may have run."""
        if not self.bindings.has_walrus:
            return
        inner = [line for block in blocks(statement) for line in (block[:1])]
        end = inner[0].lineno if inner else (statement.end_lineno or statement.lineno)
        for binding in self.bindings.within(statement.lineno, end):
            if isinstance(binding.node, ast.NamedExpr):
                self._add(binding)

    def _walruses_before(self, statement: ast.stmt, use: ast.AST) -> None:
        place = (getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
        for binding in self.bindings.within(statement.lineno, place[0]):
            node = binding.node
            if isinstance(node, ast.NamedExpr) and (node.lineno, node.col_offset) < place:
                self._add(binding)

    def _add(self, binding: Binding) -> None:
        if id(binding) not in self._known:
            self._known.add(id(binding))
            self.found.append(Reaching(binding, tuple(self.conditions)))

    def _conditions_after(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assert):
            self.conditions.append(Condition(statement.test, True))
        elif isinstance(statement, ast.If):
            if leaves(statement.body) and not leaves(statement.orelse):
                self.conditions.append(Condition(statement.test, False))
            elif statement.orelse and leaves(statement.orelse):
                self.conditions.append(Condition(statement.test, True))


def leaves(block: list[ast.stmt]) -> bool:
    """Whether control never runs out of the end of a block."""
    return _ends_in(block, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def leaves_function(block: list[ast.stmt]) -> bool:
    """Whether a block that is entered ends the function (or raises)."""
    return _ends_in(block, (ast.Return, ast.Raise))


def _ends_in(block: list[ast.stmt], kinds: tuple[type[ast.stmt], ...]) -> bool:
    if not block:
        return False
    last = block[-1]
    if isinstance(last, ast.If):
        return _ends_in(last.body, kinds) and _ends_in(last.orelse, kinds)
    return isinstance(last, kinds)


def _bodies(parent: ast.AST) -> Iterator[list[ast.stmt]]:
    if isinstance(parent, (ast.Module, FunctionNode, ast.ClassDef, ast.ExceptHandler, ast.match_case)):
        yield parent.body
    elif isinstance(parent, ast.stmt):
        yield from blocks(parent)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
