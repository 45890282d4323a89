"""Find code by its shape: a template compiled into a tree that is laid over the trees of files.

A name in a pattern is an import path (``datetime.datetime.utcnow``, under whatever name a file imports it), a
builtin, ``self`` or ``cls``, or a name that the pattern itself binds. Anything else must be a metavariable.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codemods.refactoring.patterns.template import ANYTHING, MANY, Template, run, single

StandsFor = Callable[[ast.expr, str], bool]
"""Says whether a dotted expression of the file stands for an import path."""

Captured = tuple[ast.AST, ...] | str
"""The nodes that a metavariable took (one, or a run), or the name it took where no expression can stand."""

FREE = frozenset({"self", "cls"})
"""Names that are read as they are written."""
BUILTINS = frozenset(dir(builtins))
_UNCOMPARED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_CONTEXT = re.compile(r", ctx=(?:Load|Store|Del)\(\)")


@dataclass(frozen=True)
class Match:
    """One place where a pattern fits."""

    nodes: tuple[ast.expr, ...] | tuple[ast.stmt, ...]
    """The one expression, or the consecutive statements."""
    captures: Mapping[str, Captured]
    taken: tuple[tuple[str, Captured], ...]
    """Every capture in the order it was made; a variable that the pattern repeats is here each time."""
    literals: tuple[ast.Constant, ...]
    """The file's literals that the pattern spells out."""
    paths: tuple[tuple[str, ast.expr], ...]
    """The import paths that the pattern spells out, and the expressions that stand for them."""
    body: Sequence[ast.stmt] = ()
    """The statements among which matched statements stand."""


class Pattern:
    """A compiled template. Raises ValueError, with one sentence, when it cannot be a pattern."""

    def __init__(self, template: Template, imports: Mapping[str, str], *, as_statement: bool = False) -> None:
        self.template = template
        compiled = _Compiler(template, imports)
        self.statements = [compiled.visit(statement) for statement in template.statements]
        self.literals = frozenset(compiled.literals)
        """Names without every one of which a file holds no match."""
        self.paths = frozenset(compiled.paths)
        """The import paths that the pattern names."""
        self.is_expression = template.expression is not None and not as_statement
        first = self.statements[0]
        root = first.value if isinstance(first, ast.Expr) and self.is_expression else first
        if any(
            run(edge) is not None or isinstance(edge, _Many)
            for edge in (self.statements[0], self.statements[-1])
        ):
            raise ValueError(
                f"the pattern `{template.written.strip()}` must not begin or end with a run of statements"
            )
        if isinstance(root, _One):
            raise ValueError(f"the pattern `{template.written.strip()}` would match every expression")
        self._root = root
        self._head = _head(root)

    @property
    def root_types(self) -> tuple[type[ast.AST], ...]:
        """The types of nodes at which a match can begin."""
        return (ast.Name, ast.Attribute) if isinstance(self._root, _Path) else (type(self._root),)

    def may_start(self, node: ast.AST, aliases: frozenset[str]) -> bool:
        """Whether a match may begin at the node, by the last name of what is called or read alone."""
        if self._head is None:
            return True
        head = _head(node)
        return head == self._head or head in aliases

    def at_expression(self, node: ast.expr, stands_for: StandsFor) -> Match | None:
        """The match at the node, if the pattern fits it."""
        matcher = _Matcher(stands_for)
        return matcher.result((node,)) if matcher.node(self._root, node) else None

    def at_statement(self, body: Sequence[ast.stmt], index: int, stands_for: StandsFor) -> Match | None:
        """The match that begins with one statement of a body, if the pattern fits there."""
        matcher = _Matcher(stands_for)
        end = matcher.prefix(self.statements, body, index)
        return None if end is None else matcher.result(tuple(body[index:end]), body)


def same_code(one: Captured, other: Captured) -> bool:
    """Whether two captures are the same code, wherever they stand and however they are laid out."""
    return _key(one) == _key(other)


def bound_names(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that code binds itself: they are read as they are written."""
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    yield name
                case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    yield name
                case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                    yield name
                case ast.alias(name=name, asname=asname):
                    yield asname or name.partition(".")[0]


class _One(ast.expr):
    """In a pattern's tree: one expression."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class _Many(ast.expr):
    """In a pattern's tree: any run of arguments, elements or statements."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class _Path(ast.expr):
    """In a pattern's tree: whatever stands for an import path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class _Compiler(ast.NodeTransformer):
    """Puts metavariables and import paths into a template's tree, which it rebuilds."""

    def __init__(self, template: Template, imports: Mapping[str, str]) -> None:
        self.template = template
        self.imports = imports
        self.bound = set(bound_names(template.statements)) | FREE
        self.literals: set[str] = set()
        self.paths: set[str] = set()

    def visit(self, node: ast.AST) -> ast.AST:
        name = run(node)
        if name is not None:
            return _Many(name)
        rebuilt = super().visit(type(node)(**dict(ast.iter_fields(node))))
        assert isinstance(rebuilt, ast.AST)
        return rebuilt

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(
                    node, name, [self.visit(item) if isinstance(item, ast.AST) else item for item in value]
                )
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
            elif isinstance(value, str) and name in ("arg", "attr", "name") and single(value) is None:
                self.literals.update([] if value in FREE or value.startswith(MANY) else [value])
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = single(node.id)
        if name is not None:
            return _One(name)
        if node.id in self.bound:
            self.literals.update({node.id} - FREE)
            return node
        path = self._path(node.id)
        self.paths.add(path)
        self.literals.add(path.rpartition(".")[2])
        return _Path(path)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        path = self._dotted(node)
        written = ast.unparse(node)
        if path and any(f"{written}.".startswith(f"{full}.") for full in self.imports.values()):
            path = written
        if path is None:
            self.generic_visit(node)
            return node
        self.literals.add(node.attr)
        self.paths.add(path)
        return _Path(path)

    def _dotted(self, node: ast.expr) -> str | None:
        """The import path that a chain of plain names spells."""
        if isinstance(node, ast.Attribute) and single(node.attr) is None:
            above = self._dotted(node.value)
            return f"{above}.{node.attr}" if above else None
        if isinstance(node, ast.Name) and single(node.id) is None and node.id not in self.bound:
            return self.imports.get(node.id) or (f"builtins.{node.id}" if node.id in BUILTINS else node.id)
        return None

    def _path(self, name: str) -> str:
        if name in self.imports:
            return self.imports[name]
        if name in BUILTINS:
            return f"builtins.{name}"
        raise ValueError(
            f"`{name}` in the pattern `{self.template.written.strip()}` is neither imported by the step nor "
            f"a builtin: write its import path, such as package.{name}, or ${name} for any expression"
        )


@dataclass
class _Matcher:
    """Lays a compiled tree over a file's; what it captured is taken back where it has to try another way."""

    stands_for: StandsFor
    taken: list[tuple[str, Captured]] = field(default_factory=list)
    literals: list[ast.Constant] = field(default_factory=list)
    paths: list[tuple[str, ast.expr]] = field(default_factory=list)

    def result(
        self, nodes: tuple[ast.expr, ...] | tuple[ast.stmt, ...], body: Sequence[ast.stmt] = ()
    ) -> Match:
        captures = dict(reversed(self.taken))
        return Match(nodes, captures, tuple(self.taken), tuple(self.literals), tuple(self.paths), body)

    def node(self, pattern: ast.AST, node: ast.AST) -> bool:
        if isinstance(pattern, _One):
            return not isinstance(node, ast.Starred) and self._capture(pattern.name, (node,))
        if isinstance(pattern, _Path):
            return self._import_path(pattern.path, node)
        if type(pattern) is not type(node):
            return False
        match pattern, node:
            case ast.Constant(), ast.Constant():
                self.literals.append(node)
                return type(pattern.value) is type(node.value) and pattern.value == node.value
            case ast.Call(), ast.Call():
                return self.node(pattern.func, node.func) and self._arguments(pattern, node)
            case ast.arguments(), ast.arguments() if pattern.vararg and pattern.vararg.arg.startswith(MANY):
                return self._parameters(pattern, node)
        return all(
            self._field(name, value, getattr(node, name, None))
            for name, value in ast.iter_fields(pattern)
            if name not in _UNCOMPARED
        )

    def prefix(
        self, patterns: Sequence[ast.AST], nodes: Sequence[ast.AST], start: int, *, whole: bool = False
    ) -> int | None:
        """Where the nodes that the patterns fit, from ``start`` on, end; with ``whole``, only at the last."""
        if not patterns:
            return None if whole and start < len(nodes) else start
        first, rest = patterns[0], patterns[1:]
        if not isinstance(first, _Many):
            fits = start < len(nodes) and self.node(first, nodes[start])
            return self.prefix(rest, nodes, start + 1, whole=whole) if fits else None
        for end in range(start, len(nodes) + 1):
            before = self._state()
            if self._capture(first.name, tuple(nodes[start:end])):
                found = self.prefix(rest, nodes, end, whole=whole)
                if found is not None:
                    return found
            self._restore(before)
        return None

    def _sequence(self, patterns: Sequence[ast.AST], nodes: Sequence[ast.AST]) -> bool:
        """Whether the patterns fit all of the nodes."""
        if not any(isinstance(pattern, _Many) for pattern in patterns) and len(patterns) != len(nodes):
            return False
        return self.prefix(patterns, nodes, 0, whole=True) is not None

    def _field(self, name: str, pattern: object, value: object) -> bool:
        if isinstance(pattern, ast.AST):
            return isinstance(value, ast.AST) and self.node(pattern, value)
        if isinstance(pattern, list):
            if name == "decorator_list" and not pattern:
                return True
            return isinstance(value, list) and self._list(pattern, value)
        if isinstance(pattern, str) and (variable := single(pattern)) is not None:
            return isinstance(value, str) and self._capture(variable, value)
        return pattern == value

    def _list(self, pattern: list[object], value: list[object]) -> bool:
        if all(isinstance(item, ast.AST) for item in (*pattern, *value)):
            return self._sequence(
                [p for p in pattern if isinstance(p, ast.AST)], [v for v in value if isinstance(v, ast.AST)]
            )
        return len(pattern) == len(value) and all(map(self._field, [""] * len(pattern), pattern, value))

    def _arguments(self, pattern: ast.Call, call: ast.Call) -> bool:
        """Positional arguments in order, keywords in any; a run takes what is left of both."""
        left = list(call.keywords)
        for wanted in pattern.keywords:
            found = next((keyword for keyword in left if self._try(wanted, keyword)), None)
            if found is None:
                return False
            left.remove(found)
        places = [index for index, argument in enumerate(pattern.args) if isinstance(argument, _Many)]
        if not places:
            return not left and self._sequence(pattern.args, call.args)
        before, after = pattern.args[: places[0]], pattern.args[places[0] + 1 :]
        end = len(call.args) - len(after)
        if end < len(before):
            return False
        many = pattern.args[places[0]]
        assert isinstance(many, _Many)
        taken: list[ast.expr | ast.keyword] = [*call.args[len(before) : end], *left]
        return (
            self._sequence(before, call.args[: len(before)])
            and self._sequence(after, call.args[end:])
            and self._capture(many.name, tuple(sorted(taken, key=_position)))
        )

    def _try(self, pattern: ast.AST, node: ast.AST) -> bool:
        before = self._state()
        if self.node(pattern, node):
            return True
        self._restore(before)
        return False

    def _parameters(self, pattern: ast.arguments, parameters: ast.arguments) -> bool:
        """The first parameters by position, then a run of whatever else the function takes."""
        wanted = [*pattern.posonlyargs, *pattern.args]
        given = [*parameters.posonlyargs, *parameters.args]
        assert pattern.vararg is not None
        if len(given) < len(wanted) or not self._sequence(wanted, given[: len(wanted)]):
            return False
        others = [
            parameters.vararg,
            *parameters.kwonlyargs,
            parameters.kwarg,
            *parameters.defaults,
            *parameters.kw_defaults,
        ]
        rest = [*given[len(wanted) :], *(node for node in others if node is not None)]
        return self._capture(pattern.vararg.arg[len(MANY) :], tuple(rest))

    def _import_path(self, path: str, node: ast.AST) -> bool:
        if not isinstance(node, ast.Name | ast.Attribute) or not self.stands_for(node, path):
            return False
        self.paths.append((path, node))
        return True

    def _capture(self, name: str, captured: Captured) -> bool:
        if name == ANYTHING:
            return True
        known = next((value for other, value in self.taken if other == name), None)
        self.taken.append((name, captured))
        return known is None or same_code(known, captured)

    def _state(self) -> tuple[int, int, int]:
        return len(self.taken), len(self.literals), len(self.paths)

    def _restore(self, state: tuple[int, int, int]) -> None:
        taken, literals, paths = state
        del self.taken[taken:], self.literals[literals:], self.paths[paths:]


def _head(node: ast.AST) -> str | None:
    """The last name of what a node calls or is, None where it has none."""
    match node:
        case ast.Expr(value=value) | ast.Await(value=value):
            return _head(value)
        case ast.Call(func=func):
            return _head(func)
        case _Path(path=path):
            return path.rpartition(".")[2]
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.FunctionDef(name=name):
            return name if single(name) is None else None
        case ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name if single(name) is None else None
    return None


def _position(node: ast.AST) -> tuple[int, int]:
    assert isinstance(node, ast.expr | ast.keyword)
    return node.lineno, node.col_offset


def _key(captured: Captured) -> str:
    if isinstance(captured, str):
        return f"Name(id={captured!r})"
    return ";".join(_CONTEXT.sub("", ast.dump(node)) for node in captured)
