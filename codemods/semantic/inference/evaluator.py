"""What an expression may be: names through scopes and flow, and every kind of expression by its own rule."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from codemods.semantic.index.class_index import ClassLines, names_given
from codemods.semantic.index.import_index import ImportReader
from codemods.semantic.index.module_table import ModuleTable
from codemods.semantic.inference.annotations import Annotations
from codemods.semantic.inference.attribute_writes import Stores
from codemods.semantic.inference.binding_values import Bindings
from codemods.semantic.inference.calls import Calls
from codemods.semantic.inference.classes import Classes, ClassInfo
from codemods.semantic.inference.fixture_overrides import Rivals
from codemods.semantic.inference.functions import Functions
from codemods.semantic.inference.generics import Generics
from codemods.semantic.inference.import_resolution import Imports
from codemods.semantic.inference.member_access import Members
from codemods.semantic.inference.member_overrides import Subclasses
from codemods.semantic.inference.narrowing import narrow
from codemods.semantic.inference.pytest_fixtures import Fixtures
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    Coroutine,
    External,
    Instance,
    Iteration,
    LambdaFunction,
    Mock,
    TupleOf,
    Value,
    flat_map,
    of,
    union,
    unknown,
)
from codemods.semantic.scopes import reaching_definitions
from codemods.semantic.scopes.bindings import Binding, Kind, NameBindings, Scope, Table, table_of
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.nodes import short, walk

_DEPTH = 60
_BUDGET = 20_000
_NEAR = 500
"""A name in more files is too common for looking at all of them."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class Env:
    """Where an expression is evaluated."""

    module: Module
    self_class: ClassInfo | None = None
    """The class that ``self`` (or ``cls``) of the method being read is known to be."""
    anchor: ast.AST | None = None
    """Where names are looked up, for an expression that does not stand in the file's tree."""
    deferred: bool = False
    """Whether names have the object they end up with (annotations), not the one they have at this line."""


class Inference:
    """Evaluates expressions on demand; every answer is kept until a file is replaced."""

    def __init__(
        self, codebase: Codebase, modules: ModuleTable, reader: ImportReader, lines: ClassLines
    ) -> None:
        self.codebase = codebase
        self.modules = modules
        self.classes = Classes(self)
        self.imports = Imports(self)
        self.bindings = Bindings(self)
        self.members = Members(self)
        self.functions = Functions(self)
        self.calls = Calls(self)
        self.annotations = Annotations(self)
        self.fixtures = Fixtures(self)
        self.subclasses = Subclasses(self, reader, lines)
        self.rivals = Rivals(self)
        self.stores = Stores(self)
        self.generics = Generics(self)
        self.near: frozenset[str] = frozenset()
        """The files that name a target: what they do to objects from outside is looked at."""
        self._ends: dict[tuple[Scope, str], list[Binding]] = {}
        self._tables: dict[Scope, Table] = {}
        self._rebinding: dict[Scope, list[FunctionNode]] = {}
        self._values: dict[tuple[object, ...], Value] = {}
        self._running: dict[tuple[object, ...], int] = {}
        self._cut = _DEPTH
        self._spent = 0

    def forget(self) -> None:
        """Give up everything at once: its parts know each other, so nothing else would free them soon."""
        for part in vars(self).values():
            if part is not self.codebase and part is not self.modules and hasattr(part, "__dict__"):
                vars(part).clear()
        vars(self).clear()

    # -- doors ---------------------------------------------------------------------------------------------

    def value(self, module: Module, node: ast.expr) -> Value:
        return self.evaluate(Env(module), node)

    def look_near(self, names: Iterable[str]) -> None:
        """Look at what the files with these names do from outside, but for names that are common."""
        files: set[str] = set()
        known: set[str] = set()
        while new := set(names) - known:
            known |= new
            if len(self.codebase.paths()) > _NEAR:  # one letter stands in nearly every file
                new = {name for name in new if len(name) > 1}
            self.codebase.grep(*new)  # all at once is soonest
            found = self.codebase.grep(*(name for name in new if len(self.codebase.grep(name)) <= _NEAR))
            files |= found
            if len(files) > _NEAR:
                return
            names = {
                name for path in found for name in names_given(path, self.codebase.text(path) or "", new)
            }
        if not files <= self.near:
            self.near |= files
            self._values.clear()

    def env(self, module: Module, self_class: ClassInfo | None = None) -> Env:
        return Env(module, self_class)

    def ended(self, module: Module, name: str) -> Value:
        """What a module's name holds when its top level has run, with what functions rebind by ``global``."""
        env = Env(module, deferred=True)
        return self._in_scope(env, name, module.tree, self.table(module.tree), None) or NOTHING

    def by_path(self, dotted: str, importer: str) -> Value:
        """What an absolute import path names: a module, or a member of one, as far as it leads."""
        parts = dotted.split(".")
        start = 1
        top = self.modules.find(parts[0], importer)
        if top is None or top.path is None:
            # In a folder that is no source root of its own, only a longer path finds the module.
            for end in range(len(parts), 1, -1):
                found = self.modules.find(".".join(parts[:end]), importer)
                if found is not None and found.path is not None:
                    start = end
                    break
        value = self.imports.module(".".join(parts[:start]), importer)
        for name in parts[start:]:
            value = self.members.member(value, name)
        return value

    def table(self, scope: Scope) -> Table:
        if scope not in self._tables:
            self._tables[scope] = table_of(scope)
        return self._tables[scope]

    def remember(self, key: tuple[object, ...], compute: Callable[[], Value]) -> Value:
        """The value under a key, computed once. A value that needs itself is, inside, nothing yet.

        What was computed from such a "nothing yet" of a value further out is not kept.
        """
        known = self._values.get(key)
        if known is not None:
            return known
        if key in self._running:
            self._cut = min(self._cut, self._running[key])
            return NOTHING
        depth = len(self._running)
        if depth >= _DEPTH:
            self._cut = 0
            return unknown("the way to it is too long to follow")
        self._spent = self._spent + 1 if depth else 0
        if self._spent > _BUDGET:
            self._cut = 0
            return unknown("finding out would take too long")
        self._running[key] = depth
        outer, self._cut = self._cut, _DEPTH
        try:
            value = compute()
        finally:
            del self._running[key]
            cut = self._cut
            self._cut = min(outer, cut) if cut < depth else outer
        if cut >= depth:
            self._values[key] = value
        return value

    def evaluate(self, env: Env, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if env.anchor is not None:
            return self._evaluate(env, node)
        key = ("value", node, env.self_class, env.deferred)
        return self.remember(key, lambda: self._evaluate(env, node))

    # -- expressions ---------------------------------------------------------------------------------------

    def _evaluate(self, env: Env, node: ast.expr) -> Value:
        match node:
            case ast.Name():
                return self._narrowed(env, node, self.name(env, node.id, node))
            case ast.Attribute():
                owner = self.evaluate(env, node.value)
                value = self.members.attribute(owner, node.attr, ast.unparse(node))
                return self._narrowed(env, node, value)
            case ast.Call():
                return self.calls.call(env, node)
            case ast.Await():
                return self._await(env, node)
            case ast.IfExp():
                return union((self.evaluate(env, node.body), self.evaluate(env, node.orelse)))
            case ast.BoolOp():
                return self._bool_op(env, node)
            case ast.NamedExpr():
                return self.evaluate(env, node.value)
            case ast.Tuple():
                if any(isinstance(item, ast.Starred) for item in node.elts):
                    return self._collection(env, node.elts, "tuple")
                return of(TupleOf(tuple(self.evaluate(env, item) for item in node.elts)))
            case ast.List():
                return self._collection(env, node.elts, "list")
            case ast.Set():
                return self._collection(env, node.elts, "set")
            case ast.Dict():
                return self._dict(env, node)
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return of(Iteration(self.evaluate(env, element), True))
            case ast.DictComp():
                values = self.evaluate(env, node.value)
                return of(Iteration(values, True, self.evaluate(env, node.key), "dict"))
            case ast.Subscript():
                return self.members.item(env, self.evaluate(env, node.value), node)
            case ast.Starred():
                return self.evaluate(env, node.value)
            case ast.JoinedStr():
                return self.builtin("str")
            case ast.Compare():
                return self.builtin("bool")
            case ast.UnaryOp(op=ast.Not()):
                return self.builtin("bool")
            case ast.Lambda():
                return of(LambdaFunction(self.evaluate(env, node.body)))
            case ast.BinOp():
                return self._bin_op(env, node)
        return unknown(f"what `{short(node)}` gives is not followed")

    def builtin(self, name: str) -> Value:
        return of(Instance(self.classes.external(f"builtins.{name}")))

    def awaited(self, value: Value, what: str) -> Value:
        """What awaiting each object gives."""

        def one(fact_value: Value) -> Value:
            thing = fact_value[0].thing
            match thing:
                case Coroutine(inner):
                    return inner
                case Mock():
                    return fact_value
            return unknown(f"what awaiting `{what}` gives is not known")

        return flat_map(value, lambda fact: one((fact,)))

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is None:
            return NONE
        return self.builtin("ellipsis" if node.value is ... else type(node.value).__name__)

    def _await(self, env: Env, node: ast.Await) -> Value:
        return self.awaited(self.evaluate(env, node.value), short(node.value))

    def _bool_op(self, env: Env, node: ast.BoolOp) -> Value:
        values = [self.evaluate(env, item) for item in node.values]
        if isinstance(node.op, ast.And):
            return union((*(NONE if item == NONE else NOTHING for item in values[:-1]), values[-1]))
        return union(values)

    def _bin_op(self, env: Env, node: ast.BinOp) -> Value:
        left = self.evaluate(env, node.left)
        plain = {"builtins.str", "builtins.int", "builtins.float", "builtins.bytes"}
        if left and all(isinstance(f.thing, Instance) and f.thing.cls.dotted in plain for f in left):
            right = self.evaluate(env, node.right)
            if right and all(isinstance(f.thing, Instance) and f.thing.cls.dotted in plain for f in right):
                return left
        return unknown(f"what `{short(node)}` gives is not followed")

    def _collection(self, env: Env, items: list[ast.expr], shape: str) -> Value:
        values = [
            self.members.iterated(self.evaluate(env, item.value), False)
            if isinstance(item, ast.Starred)
            else self.evaluate(env, item)
            for item in items[:50]
        ]
        return of(Iteration(union(values), True, None, shape))

    def _dict(self, env: Env, node: ast.Dict) -> Value:
        values = [self.evaluate(env, item) for item in node.values[:50]]
        keys = [self.evaluate(env, item) for item in node.keys[:50] if item is not None]
        if None in node.keys or len(node.values) > 50:
            values.append(unknown("a dict with `**` inside"))
        return of(Iteration(union(values), False, union(keys), "dict"))

    # -- names ---------------------------------------------------------------------------------------------

    def name(self, env: Env, name: str, node: ast.AST) -> Value:
        """What a name may be where the node (or the anchor of the environment) stands."""
        module = env.module
        at = env.anchor or node
        nearest = not env.deferred
        seen_function = False
        child = at
        to_global = False
        for scope in (*module.ancestors(at), None):
            if scope is None:
                break
            if isinstance(scope, _COMPREHENSIONS) and not to_global:
                found = self._comprehension(env, name, scope, child, at)
                if found is not None:
                    return found
            elif _is_scope_of(scope, child):
                assert isinstance(scope, Scope)
                skip = isinstance(scope, ast.ClassDef) and seen_function
                if not skip and not (to_global and not isinstance(scope, ast.Module)):
                    table = self.table(scope)
                    if name in table.globals:
                        to_global = True
                    elif name in table.names and name not in table.nonlocals:
                        found = self._in_scope(env, name, scope, table, at if nearest else None)
                        if found is not None:
                            return found
                if not isinstance(scope, ast.ClassDef):
                    seen_function = seen_function or not isinstance(scope, ast.Module)
                    nearest = False
            child = scope
        return self._outside(module, name)

    def _in_scope(self, env: Env, name: str, scope: Scope, table: Table, use: ast.AST | None) -> Value | None:
        """The name in a scope that binds it; None where no binding can have run at the use."""
        bindings = table.names[name]
        if isinstance(scope, ast.Lambda):
            return unknown(f"`{name}` is a parameter of a lambda")
        values: list[Value] = []
        if use is not None:
            reached = reaching_definitions.at_use(env.module, scope, bindings, use)
            for item in reached.reaching:
                value = self.bindings.value(env, item.binding, scope)
                values.append(narrow(self, env, value, name, item.conditions))
            if not reached.complete:
                values += self._parameter(env, bindings, scope, name, reached.conditions)
            if not values and isinstance(scope, (ast.Module, ast.ClassDef)):
                return None
        else:
            values += [self.bindings.value(env, item, scope) for item in self._ever(env, scope, bindings)]
        values += self._rebound_inside(env, name, scope)
        if isinstance(scope, ast.Module) and table.stars:
            first = min(binding.line for binding in bindings)
            later = [star for star in table.stars if star.lineno > first]
            values.append(self.imports.brought(env.module, later, name))
        value = union(values)
        if isinstance(scope, ast.Module) and value == NONE:
            value = union((value, self.stores.near_on_module(self.modules.key_of(env.module.path), name)))
        return value or unknown(f"`{name}` is not bound where it is used")

    def _ever(self, env: Env, scope: Scope, bindings: NameBindings) -> list[Binding]:
        """The bindings that a function inside the scope may see: it may run before the scope is done.

        An annotation means what stands in the end, and so does a function or class that is defined twice.
        """
        if isinstance(scope, (ast.Module, ast.ClassDef)):
            if env.deferred or all(binding.kind is Kind.DEFINED for binding in bindings):
                key = scope, bindings[0].name
                if key not in self._ends:
                    self._ends[key] = [
                        item.binding for item in reaching_definitions.at_end(scope, bindings).reaching
                    ]
                return self._ends[key]
        return bindings

    def _parameter(
        self,
        env: Env,
        bindings: list[Binding],
        scope: Scope,
        name: str,
        conditions: tuple[reaching_definitions.Condition, ...],
    ) -> Iterator[Value]:
        for binding in bindings:
            if binding.kind is Kind.PARAMETER:
                yield narrow(self, env, self.bindings.value(env, binding, scope), name, conditions)

    def rebound(self, module: Module, name: str) -> Value:
        """What the functions of a module bind to a global name."""
        return union(self._rebound_inside(Env(module), name, module.tree))

    def _rebound_inside(self, env: Env, name: str, scope: Scope) -> Iterator[Value]:
        """What functions inside a scope bind to its name by ``global`` or ``nonlocal``."""
        if isinstance(scope, ast.ClassDef):
            return
        if scope not in self._rebinding:
            self._rebinding[scope] = list(self._rebinding_functions(env.module, scope))
        for function in self._rebinding[scope]:
            table = self.table(function)
            if name in (table.globals if isinstance(scope, ast.Module) else table.nonlocals):
                for binding in table.names.get(name, ()):
                    yield self.bindings.value(Env(env.module), binding, function)

    def _rebinding_functions(self, module: Module, scope: Scope) -> Iterator[FunctionNode]:
        """The functions inside a scope that declare names of it."""
        word = "global" if isinstance(scope, ast.Module) else "nonlocal"
        if not module.mentions(word):
            return
        nodes = module.mentioning(word) if isinstance(scope, ast.Module) else walk(scope)
        for node in nodes:
            if isinstance(node, FunctionNode) and node is not scope:
                table = self.table(node)
                if table.globals if word == "global" else table.nonlocals:
                    yield node

    def _comprehension(
        self, env: Env, name: str, scope: ast.AST, child: ast.AST, use: ast.AST
    ) -> Value | None:
        assert isinstance(scope, _COMPREHENSIONS)
        generators = scope.generators
        if isinstance(child, ast.comprehension):
            # An iterable sees the generators before its own; a condition sees its own too.
            index = next(i for i, item in enumerate(generators) if item is child)
            in_iterable = use is child.iter or child.iter in env.module.ancestors(use)
            generators = generators[: index if in_iterable else index + 1]
        for generator in reversed(generators):
            for binding in self.bindings.of_comprehension(generator):
                if binding.name == name:
                    value = self.bindings.value(env, binding, None)
                    tests = tuple(reaching_definitions.Condition(test, True) for test in generator.ifs)
                    return narrow(self, env, value, name, tests)
        return None

    def _outside(self, module: Module, name: str) -> Value:
        """A name that no scope around the use binds: a star import, a module attribute or a builtin."""
        value = union((self.imports.starred(module, name), self.rebound(module, name)))
        if value:
            return value
        if hasattr(builtins, name):
            return of(External(f"builtins.{name}"))
        return unknown(f"`{name}` is not defined in {module.path}")

    def is_comprehension_name(self, module: Module, node: ast.Name) -> bool:
        """Whether a comprehension around the node binds its name."""
        return any(
            binding.name == node.id
            for above in module.ancestors(node)
            if isinstance(above, _COMPREHENSIONS)
            for generator in above.generators
            for binding in self.bindings.of_comprehension(generator)
        )

    def _narrowed(self, env: Env, node: ast.Attribute | ast.Name, value: Value) -> Value:
        """An attribute path under the tests that hold here (plain names are narrowed binding by binding)."""
        if isinstance(node, ast.Name) or env.anchor is not None or not value:
            return value
        if not env.module.mentions("isinstance"):
            return value
        scope = scope_of(env.module, node)
        conditions = reaching_definitions.conditions_at(env.module, scope, node)
        return narrow(self, env, value, ast.unparse(node), conditions) if conditions else value


def scope_of(module: Module, node: ast.AST) -> Scope:
    """The scope whose code runs the node."""
    child = node
    for above in module.ancestors(node):
        if _is_scope_of(above, child):
            assert isinstance(above, Scope)
            return above
        child = above
    return module.tree


def scopes_around(module: Module, node: ast.AST) -> Iterator[Scope]:
    """The scopes in which a name at the node is looked up, innermost first."""
    child = node
    inner = True
    for above in module.ancestors(node):
        if _is_scope_of(above, child):
            assert isinstance(above, Scope)
            if inner or not isinstance(above, ast.ClassDef):
                yield above
            inner = inner and isinstance(above, ast.ClassDef)
        child = above


def _is_scope_of(scope: ast.AST, child: ast.AST) -> bool:
    """Whether ``child`` is part of what the scope runs, not its decorators, defaults or bases."""
    if isinstance(scope, ast.Module):
        return True
    if isinstance(scope, ast.Lambda):
        return child is scope.body
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return isinstance(child, ast.stmt)
    return False
