"""Which names a file binds where, and which binding each name means: Python's scoping rules, no more.

Names in string annotations (and in ``cast("…")`` and the like) and in type comments are read too, where they
stand in the text.
"""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from codemods.syntax.module import Module
from codemods.syntax.nodes import children, walk
from codemods.syntax.type_comments import declared_types

Binder = ast.AST
"""The node that binds a name: a stored Name, an alias, a definition, an arg, a handler, a pattern."""

Kind = Literal["module", "class", "function"]
"""Comprehensions, lambdas and type parameters are functions here."""


@dataclass(slots=True, eq=False)
class Use:
    """A name that is read or deleted, with the attributes behind it: ``.b`` and ``.c`` of ``a.b.c``."""

    scope: Scope
    name: ast.Name
    attributes: tuple[ast.Attribute, ...] = ()
    quoted: bool = False
    """Whether it stands in a string annotation or a type comment."""
    early: bool = False
    """Whether it stands in a class body that binds the name only further down: ``name = name``."""

    @property
    def owner(self) -> Scope | None:
        """The scope whose name it reads; None for a builtin, a star import or nothing."""
        if not self.early or self.name.id in self.scope.elsewhere:
            return self.scope.lookup(self.name.id)
        if self.name.id not in self.scope.bindings:
            return self.scope.lookup(self.name.id)
        module = self.scope
        while module.parent is not None:
            module = module.parent
        return module if self.name.id in module.bindings else None

    @property
    def path(self) -> str:
        """The whole expression, dotted."""
        return ".".join((self.name.id, *(attribute.attr for attribute in self.attributes)))


@dataclass(eq=False)
class Scope:
    """One scope: what it binds, and the names that are read in it."""

    node: ast.AST
    kind: Kind
    parent: Scope | None
    bindings: dict[str, list[Binder]] = field(default_factory=lambda: defaultdict(list))
    uses: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    """Names that are read or deleted here, wherever they are bound."""
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    """Names declared ``global`` or ``nonlocal``, with the scope that binds them."""
    children: list[Scope] = field(default_factory=list)

    def lookup(self, name: str) -> Scope | None:
        """The scope that binds what ``name`` means here; None for a builtin, a star import or nothing."""
        if name in self.elsewhere:
            return self.elsewhere[name]
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or scope.kind != "class"):
                return scope
            scope = scope.parent
        return None

    def forget(self) -> None:
        """Drop everything this scope and those inside it hold."""
        for scope in self.walk():
            vars(scope).clear()

    def walk(self) -> list[Scope]:
        """This scope and all inside it."""
        found = [self]
        for child in self.children:
            found += child.walk() if child.children else (child,)
        return found

    def uses_of(self, name: str) -> Iterator[Use]:
        """Every read of a name that means this scope's ``name``."""
        for scope in self.walk():
            for use in scope.uses.get(name, ()):
                if use.owner is self:
                    yield use


def names_of(module: Module) -> Scope:
    """The module's scope, with all others inside it; built once per module."""
    return module.derived(_names_of)


def _names_of(module: Module) -> Scope:
    module.complete()
    return scopes_of(module.tree, declared_types(module))


def scopes_of(tree: ast.Module, commented: Iterable[ast.expr] = ()) -> Scope:
    """The module's scope, with all others inside it. ``commented`` are the expressions of type comments."""
    builder = _Builder(tree)
    for statement in tree.body:
        builder.visit(statement)
    for expression in commented:
        builder.read_comment(expression)
    builder.settle_nonlocals()
    return builder.module


class _Builder:
    """Walks the tree once; ``nonlocal`` needs all outer bindings and is settled last."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, "module", None)
        self.scope = self.module
        self._nonlocals: list[tuple[Scope, str]] = []
        self._quoted = False

    def settle_nonlocals(self) -> None:
        for scope, name in self._nonlocals:
            _move(scope, name, _outer_function(scope, name) or self.module)

    def visit(self, node: ast.AST) -> None:
        visitor = _VISITORS.get(node.__class__)
        if visitor is None:
            self._visit_children(node)
        else:
            visitor(self, node)

    def _visit_children(self, node: ast.AST) -> None:
        for child in children(node):
            self.visit(child)

    def _inside(self, node: ast.AST, kind: Kind) -> Scope:
        inner = Scope(node, kind, self.scope)
        self.scope.children.append(inner)
        self.scope = inner
        return inner

    def _leave(self) -> None:
        assert self.scope.parent is not None
        self.scope = self.scope.parent

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _bind(self, name: str, binder: Binder, scope: Scope | None = None) -> None:
        scope = scope or self.scope
        scope.elsewhere.get(name, scope).bindings[name].append(binder)

    def _read(self, name: ast.Name, attributes: tuple[ast.Attribute, ...]) -> None:
        early = self.scope.kind == "class" and name.id not in self.scope.bindings
        self.scope.uses[name.id].append(Use(self.scope, name, attributes, self._quoted, early))

    def read_comment(self, expression: ast.expr) -> None:
        """A type comment is read in the function or class around its line."""
        self.scope = _scope_at(self.module, expression.lineno)
        self._quoted = True
        self._visit_annotation(expression)
        self._quoted = False

    def visit_Assign(self, node: ast.Assign) -> None:
        """The value is read before the targets are bound, and so is what a loop runs over."""
        self._visit_all([node.value, *node.targets])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target, *node.body, *node.orelse])

    def visit_If(self, node: ast.If) -> None:
        """Each ``elif`` is an ``if`` inside the one before it; there may be more than a visitor bears."""
        while True:
            self._visit_all([node.test, *node.body])
            match node.orelse:
                case [ast.If() as following]:
                    node = following
                case _:
                    break
        self._visit_all(node.orelse)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """The same goes for ``a + b + c``, which begins with its innermost operand."""
        operands = [node.right]
        while isinstance(node.left, ast.BinOp):
            node = node.left
            operands.append(node.right)
        self._visit_all([node.left, *reversed(operands)])

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id, node)
        else:
            self._read(node, ())

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """A chain of attributes on a name is one use; a stored attribute reads its name."""
        chain: list[ast.Attribute] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            chain.insert(0, inner)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self._read(inner, tuple(chain))
        else:
            self.visit(inner)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_annotation(node.annotation)
        self._visit_all([node.value, node.target])

    def visit_Call(self, node: ast.Call) -> None:
        """``cast("a.B", …)``, ``TypeVar("T", bound="B")`` and ``NewType("N", "B")`` name types in strings."""
        self.visit(node.func)
        types: list[ast.expr] = []
        match _last_name(node.func):
            case "cast":
                types = node.args[:1]
            case "TypeVar" | "NewType":
                types = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "bound")]
        for argument in (*node.args, *(word.value for word in node.keywords)):
            if argument in types:
                self._visit_annotation(argument)
            else:
                self.visit(argument)

    def _visit_annotation(self, node: ast.expr | None) -> None:
        """An annotation, in which strings are expressions, but not inside ``Literal``."""
        match node:
            case None:
                pass
            case ast.Constant(value=str()):
                inner = quoted_expression(node)
                if inner is not None:
                    self._quoted = True
                    self.visit(inner)
                    self._quoted = False
            case ast.Subscript(value=value, slice=inside):
                self.visit(value)
                items = inside.elts if isinstance(inside, ast.Tuple) else [inside]
                literal = {"Literal": 0, "Annotated": 1}.get(_last_name(value), len(items))
                for number, item in enumerate(items):
                    (self._visit_annotation if number < literal else self.visit)(item)
            case ast.BinOp(left=left, right=right):
                self._visit_annotation(left)
                self._visit_annotation(right)
            case ast.List(elts=items):
                for item in items:
                    self._visit_annotation(item)
            case _:
                self.visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        if node.name != "*":
            self._bind(node.asname or node.name.partition(".")[0], node)

    def visit_arg(self, node: ast.arg) -> None:
        self._bind(node.arg, node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node)
        self._visit_children(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name, node)
        self._visit_children(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node)
        self._visit_children(node)

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            _move(self.scope, name, self.module)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._nonlocals += [(self.scope, name) for name in node.names]

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.decorator_list)
        self._visit_all([*node.args.defaults, *node.args.kw_defaults])
        around = self.scope
        generic = self._type_parameters(node)
        for annotation in _annotations(node):
            self._visit_annotation(annotation)
        self._bind(node.name, node, around)
        self._inside(node, "function")
        self._visit_all(_parameters(node.args))
        self._visit_all(node.body)
        self._leave()
        if generic:
            self._leave()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(node.decorator_list)
        around = self.scope
        generic = self._type_parameters(node)
        self._visit_all([*node.bases, *node.keywords])
        self._bind(node.name, node, around)
        self._inside(node, "class")
        self._visit_all(node.body)
        self._leave()
        if generic:
            self._leave()

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(node.name)  # type: ignore[attr-defined]  # Python 3.12
        generic = self._type_parameters(node)
        self.visit(node.value)  # type: ignore[attr-defined]
        if generic:
            self._leave()

    def _type_parameters(self, node: ast.AST) -> bool:
        """Enter a scope for the ``[T]`` of a generic; whether there is one."""
        parameters = getattr(node, "type_params", [])
        if parameters:
            scope = self._inside(node, "function")
            for parameter in parameters:
                scope.bindings[parameter.name].append(parameter)
                self._visit_all(ast.iter_child_nodes(parameter))
        return bool(parameters)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *node.args.kw_defaults])
        self._inside(node, "function")
        self._visit_all(_parameters(node.args))
        self.visit(node.body)
        self._leave()

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        """Only the first source is evaluated outside."""
        self.visit(node.generators[0].iter)
        self._inside(node, "function")
        for number, generator in enumerate(node.generators):
            self._visit_all([generator.target, generator.iter if number else None, *generator.ifs])
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self._visit_all(results)
        self._leave()

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """A walrus in a comprehension binds in the function around it."""
        scope = self.scope
        while isinstance(scope.node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            assert scope.parent is not None
            scope = scope.parent
        self.visit(node.value)
        self._bind(node.target.id, node.target, scope)


_VISITORS: dict[type[ast.AST], Callable[[_Builder, Any], None]] = {
    kind: visitor
    for name, visitor in vars(_Builder).items()
    if name.startswith("visit_") and (kind := getattr(ast, name.removeprefix("visit_"), None))
}
"""What is done at each type of node; at any other, its children are visited."""
_VISITORS |= {
    ast.AsyncFor: _Builder.visit_For,
    ast.AsyncFunctionDef: _Builder.visit_FunctionDef,
    **dict.fromkeys((ast.SetComp, ast.GeneratorExp, ast.DictComp), _Builder.visit_ListComp),
}


def quoted_expression(node: ast.Constant) -> ast.expr | None:
    """The expression in a string, its nodes placed where they stand in the file.

    None where it is none, or where the string has a prefix, escapes, several lines or several parts.
    """
    text = node.value
    assert isinstance(text, str)
    width = (node.end_col_offset or 0) - node.col_offset
    quotes, odd = divmod(width - len(text.encode()), 2)
    if node.lineno != node.end_lineno or odd or quotes not in (1, 3) or text != text.strip():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inner = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for part in walk(inner):
        if isinstance(part, ast.expr):
            part.lineno = part.end_lineno = node.lineno
            part.col_offset += node.col_offset + quotes
            part.end_col_offset = (part.end_col_offset or 0) + node.col_offset + quotes
    return inner


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _scope_at(scope: Scope, line: int) -> Scope:
    for inner in scope.children:
        if isinstance(inner.node, ast.stmt) and inner.node.lineno <= line <= (inner.node.end_lineno or 0):
            return _scope_at(inner, line)
    return scope


def _move(scope: Scope, name: str, owner: Scope) -> None:
    """What ``scope`` binds under the name belongs to ``owner``."""
    if owner is not scope:
        scope.elsewhere[name] = owner
        owner.bindings[name] += scope.bindings.pop(name, [])


def _outer_function(scope: Scope, name: str) -> Scope | None:
    outer = scope.parent
    while outer is not None:
        if outer.kind == "function" and name in outer.bindings:
            return outer
        outer = outer.parent
    return None


def _parameters(arguments: ast.arguments) -> list[ast.arg | None]:
    return [
        *arguments.posonlyargs,
        *arguments.args,
        arguments.vararg,
        *arguments.kwonlyargs,
        arguments.kwarg,
    ]


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr | None]:
    return [*(arg.annotation for arg in _parameters(node.args) if arg is not None), node.returns]
