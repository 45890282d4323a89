"""Who binds a name: one table of bindings per scope, made when first asked for."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from codemods.syntax.lazy_ast import text_of_left_out
from codemods.syntax.nodes import walk, walk_own

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


class Kind(Enum):
    """How a name is bound."""

    ASSIGNED = auto()
    ITERATED = auto()
    ENTERED = auto()
    IMPORTED = auto()
    DEFINED = auto()
    CAPTURED = auto()
    PARAMETER = auto()
    OPAQUE = auto()
    """Augmented, caught, deleted: the object is not followed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name, and the expression that its object comes from."""

    kind: Kind
    name: str
    node: ast.stmt | ast.expr | ast.arg | ast.ExceptHandler | ast.pattern
    """The statement (or walrus, parameter, handler, pattern) that binds; gives the place."""
    value: ast.expr | None = None
    annotation: ast.expr | None = None
    unpack: tuple[int, ...] = ()
    """Which item of the value, outermost first; -1 for a starred rest."""
    is_async: bool = False
    alias: ast.alias | None = None
    pattern: ast.pattern | None = None
    """The whole pattern of the case that captures, of which ``value`` is the subject."""

    @property
    def line(self) -> int:
        return self.node.lineno


class NameBindings(list[Binding]):
    """All bindings of one name in a scope, in source order; complete when the first is looked for."""

    @cached_property
    def _by_line(self) -> tuple[list[Binding], list[int]]:
        found = sorted(
            (one for one in self if one.kind is not Kind.PARAMETER), key=lambda binding: binding.line
        )
        return found, [one.line for one in found]

    @cached_property
    def has_walrus(self) -> bool:
        return any(isinstance(one.node, ast.NamedExpr) for one in self)

    def within(self, first: int, last: int) -> list[Binding]:
        """Those on the lines from first to last; parameters, which no statement binds, are not among them."""
        found, lines = self._by_line
        return found[bisect_left(lines, first) : bisect_right(lines, last)]

    def before(self, line: int) -> int:
        """The last line, up to this one, that binds the name; 0 where there is none."""
        _, lines = self._by_line
        place = bisect_right(lines, line)
        return lines[place - 1] if place else 0


@dataclass(slots=True)
class Table:
    """All bindings of a scope, by name, in source order."""

    names: dict[str, NameBindings] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)

    def add(self, binding: Binding) -> None:
        self.names.setdefault(binding.name, NameBindings()).append(binding)


def table_of(scope: Scope) -> Table:
    """The bindings of a scope, without those of the scopes inside it."""
    table = Table()
    if not isinstance(scope, (ast.Module, ast.ClassDef)):
        for parameter in parameters(scope.args):
            table.add(Binding(Kind.PARAMETER, parameter.arg, parameter, annotation=parameter.annotation))
    if isinstance(scope, ast.Lambda):
        return table
    for statement in statements(scope.body):
        for binding in _bindings(statement, table):
            table.add(binding)
    return table


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    if arguments.vararg:
        yield arguments.vararg
    if arguments.kwarg:
        yield arguments.kwarg


def default_of(arguments: ast.arguments, name: str) -> ast.expr | None:
    """The default of a parameter, if it has one."""
    positional = [*arguments.posonlyargs, *arguments.args]
    for item, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if item.arg == name:
            return default
    for item, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if item.arg == name:
            return keyword_default
    return None


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a scope in source order, without those inside its functions and classes."""
    todo = body[::-1]
    while todo:
        statement = todo.pop()
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            todo += [inner for block in reversed(list(blocks(statement))) for inner in reversed(block)]


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The suites of a compound statement, in source order."""
    if isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While)):
        yield statement.body
        yield statement.orelse
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield statement.body
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        yield statement.body
        for handler in statement.handlers:
            yield handler.body
        yield statement.orelse
        yield statement.finalbody
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body


def names_bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds in its own scope, those of its suites too."""
    for inner in statements([statement]):
        for binding in _bindings(inner, Table()):
            yield binding.name


def targets(target: ast.expr, unpack: tuple[int, ...] = ()) -> Iterator[tuple[ast.expr, tuple[int, ...]]]:
    """The names, attributes and subscripts of an assignment target, and which item each receives."""
    if isinstance(target, (ast.Tuple, ast.List)):
        starred = [isinstance(item, ast.Starred) for item in target.elts]
        for index, item in enumerate(target.elts):
            inner = item.value if isinstance(item, ast.Starred) else item
            yield from targets(inner, (*unpack, item_index(index, starred)))
    else:
        yield target, unpack


def item_index(index: int, starred: list[bool]) -> int:
    """Which item a place receives: counted from 0, or behind a starred place from -2 backward; that is -1."""
    if True not in starred[: index + 1]:
        return index
    return -1 if starred[index] else index - len(starred) - 1


def walruses(statement: ast.stmt) -> Iterator[ast.NamedExpr]:
    """The walrus bindings in the expressions of one statement, which bind in the function around it."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        decorators = [node for decorator in statement.decorator_list for node in walk(decorator)]
        inside = text_of_left_out(statement)
        in_decorators = any(isinstance(node, ast.NamedExpr) for node in decorators)
        if inside is not None and ":=" not in inside and not in_decorators:
            return iter(())
    return (node for node in walk_own(statement) if isinstance(node, ast.NamedExpr))


def _bindings(statement: ast.stmt, table: Table) -> Iterator[Binding]:
    match statement:
        case ast.Assign():
            for target in statement.targets:
                yield from _assigned(Kind.ASSIGNED, statement, target, statement.value)
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield Binding(Kind.ASSIGNED, name, statement, statement.value, statement.annotation)
        case ast.AugAssign(target=ast.Name(id=name)):
            yield Binding(Kind.OPAQUE, name, statement)
        case ast.For() | ast.AsyncFor():
            is_async = isinstance(statement, ast.AsyncFor)
            yield from _assigned(Kind.ITERATED, statement, statement.target, statement.iter, is_async)
        case ast.With() | ast.AsyncWith():
            is_async = isinstance(statement, ast.AsyncWith)
            for item in statement.items:
                if item.optional_vars is not None:
                    yield from _assigned(
                        Kind.ENTERED, statement, item.optional_vars, item.context_expr, is_async
                    )
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                if alias.name == "*" and isinstance(statement, ast.ImportFrom):
                    table.stars.append(statement)
                else:
                    bound = alias.asname or (
                        alias.name.split(".", 1)[0] if isinstance(statement, ast.Import) else alias.name
                    )
                    yield Binding(Kind.IMPORTED, bound, statement, alias=alias)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield Binding(Kind.DEFINED, statement.name, statement)
        case ast.Try() | ast.TryStar():
            for handler in statement.handlers:
                if handler.name:
                    yield Binding(Kind.OPAQUE, handler.name, handler, annotation=handler.type)
        case ast.Match():
            for case in statement.cases:
                for node, name in captures(case.pattern):
                    yield Binding(Kind.CAPTURED, name, node, statement.subject, pattern=case.pattern)
        case ast.Delete():
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield Binding(Kind.OPAQUE, target.id, statement)
        case ast.Global(names=names):
            table.globals.update(names)
        case ast.Nonlocal(names=names):
            table.nonlocals.update(names)
    for walrus in walruses(statement):
        yield Binding(Kind.ASSIGNED, walrus.target.id, walrus, walrus.value)


def _assigned(
    kind: Kind, statement: ast.stmt, target: ast.expr, value: ast.expr, is_async: bool = False
) -> Iterator[Binding]:
    for item, unpack in targets(target):
        if isinstance(item, ast.Name):
            yield Binding(kind, item.id, statement, value, None, unpack, is_async)


def captures(pattern: ast.pattern) -> Iterator[tuple[ast.pattern, str]]:
    """The parts of a pattern that bind a name."""
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            yield node, node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node, node.rest
