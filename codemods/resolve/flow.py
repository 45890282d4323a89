"""Which bindings of a name reach a use of it, and which tests are known to hold there.

The search walks backward from the use through the statements of its scope. Where it cannot tell, a binding
reaches: the answer may be too wide, never too narrow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.resolve.scopes import Binding, Kind, Scope, blocks
from codemods.source.module import FunctionNode, Module

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


def at_use(module: Module, scope: Scope, bindings: Sequence[Binding], use: ast.AST) -> Flow:
    """The bindings, among those of one name in one scope, that reach a node inside the scope."""
    search = _Search(bindings)
    complete = search.outward(module, scope, use)
    return Flow(tuple(search.found), tuple(search.conditions), complete)


def at_end(scope: ast.Module | ast.ClassDef, bindings: Sequence[Binding]) -> Flow:
    """The bindings that stand when the body of a module or class has run."""
    search = _Search(bindings)
    complete = search.block(scope.body)
    return Flow(tuple(search.found), (), complete)


def conditions_at(module: Module, scope: Scope, use: ast.AST) -> tuple[Condition, ...]:
    """The tests that hold at a node, for expressions that are no plain name."""
    search = _Search(())
    search.outward(module, scope, use)
    return tuple(search.conditions)


class _Search:
    def __init__(self, bindings: Sequence[Binding]) -> None:
        self.bindings = [binding for binding in bindings if binding.kind is not Kind.PARAMETER]
        self.lines = [binding.line for binding in self.bindings]
        self.first = min(self.lines, default=0)
        self.last = max(self.lines, default=-1)
        self.found: list[Reaching] = []
        self.conditions: list[Condition] = []

    # -- outward from the use ------------------------------------------------------------------------------

    def outward(self, module: Module, scope: Scope, use: ast.AST) -> bool:
        child = use
        for parent in module.ancestors(use):
            if isinstance(child, ast.stmt):
                block = _block_of(parent, child)
                if block is not None and self._before(block, child):
                    return True
            elif isinstance(parent, ast.stmt):
                self._walruses_before(parent, use)
            if parent is scope:
                return False
            if self._enter(parent, child):
                return True
            child = parent
        return False

    def _before(self, block: list[ast.stmt], statement: ast.stmt) -> bool:
        before = False
        for earlier in reversed(block):
            if before:
                if self._statement(earlier):
                    return True
                if isinstance(earlier, (ast.If, ast.Assert)):
                    self._conditions_after(earlier)
            elif earlier is statement:
                before = True
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
            case ast.match_case():
                pass
            case ast.Match():
                if isinstance(child, ast.match_case):
                    self._own(parent)
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
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        if last < self.first or first > self.last:
            return False
        if not any(first <= line <= last for line in self.lines):
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

    def _own(self, node: ast.AST) -> bool:
        """Bindings made by this very node."""
        hit = False
        for binding in self.bindings:
            if binding.node is node:
                self._add(binding)
                hit = True
        return hit

    def _all_in(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._everything(statement)

    def _everything(self, statement: ast.stmt) -> None:
        first, last = statement.lineno, statement.end_lineno or statement.lineno
        for binding in self.bindings:
            if first <= binding.line <= last:
                self._add(binding)

    def _walruses_of(self, statement: ast.stmt) -> None:
        """Walrus bindings in the statement's own expressions: they may have run."""
        inner = [line for block in blocks(statement) for line in (block[:1])]
        end = inner[0].lineno if inner else (statement.end_lineno or statement.lineno)
        for binding in self.bindings:
            if isinstance(binding.node, ast.NamedExpr) and statement.lineno <= binding.line <= end:
                self._add(binding)

    def _walruses_before(self, statement: ast.stmt, use: ast.AST) -> None:
        place = (getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
        for binding in self.bindings:
            node = binding.node
            if isinstance(node, ast.NamedExpr) and statement.lineno <= node.lineno:
                if (node.lineno, node.col_offset) < place:
                    self._add(binding)

    def _add(self, binding: Binding) -> None:
        if all(known.binding is not binding for known in self.found):
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


def _block_of(parent: ast.AST, child: ast.stmt) -> list[ast.stmt] | None:
    for block in _bodies(parent):
        if any(item is child for item in block):
            return block
    return None


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
