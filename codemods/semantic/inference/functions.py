"""What calling a function gives: annotations, returns and yields, decorators, ``self``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.annotations import combine, stands_in
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    ClassObject,
    Coroutine,
    External,
    Function,
    Hint,
    Instance,
    Iteration,
    Manager,
    NoneObject,
    Value,
    of,
    union,
    unknown,
    via,
)
from codemods.semantic.scopes.bindings import parameters
from codemods.syntax.lazy_ast import text_of_left_out
from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.nodes import children, walk

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference

# Decorators that leave what a call gives as it is.
_TRANSPARENT = frozenset(
    {
        *("staticmethod", "classmethod", "abstractmethod", "abstractclassmethod", "abstractstaticmethod"),
        *("override", "final", "wraps", "lru_cache", "cache", "overload", "deprecated", "no_type_check"),
    }
)
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "hybrid_property"})
_ACCESSORS = frozenset({"setter", "getter", "deleter"})
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
_FIXTURES = frozenset({"fixture", "async_fixture", "yield_fixture"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a function's own code returns and yields."""

    returns: tuple[ast.expr, ...]
    yields: tuple[ast.expr | None, ...]
    delegates: tuple[ast.expr, ...]
    """What it yields from."""
    falls_through: bool


class Functions:
    """Reads functions of the repository."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._bodies: dict[FunctionNode, Body] = {}
        self._decorators: dict[FunctionNode, tuple[str, ...]] = {}

    # -- calling -------------------------------------------------------------------------------------------

    def call(self, function: Function) -> Value:
        """What a call gives: for an async function, the coroutine."""
        key = ("call", function.node, function.bound)
        return self._inference.remember(key, lambda: self._call(function))

    def returned(self, module: Module, node: FunctionNode, bound: ClassInfo | None) -> Value:
        """What the function's body returns, before coroutines and decorators, by annotation and by code."""
        key = ("returned", node, bound)
        return self._inference.remember(key, lambda: self._returned(module, node, bound))

    def produced(self, module: Module, node: FunctionNode, bound: ClassInfo | None = None) -> Value:
        """What a fixture or property gives whoever asks: what it yields first, else what it returns."""
        if self.body(node).yields or self.body(node).delegates:
            return self._yielded(module, node, bound)
        return self.returned(module, node, bound)

    def body(self, node: FunctionNode) -> Body:
        if node not in self._bodies:
            self._bodies[node] = _body(node)
        return self._bodies[node]

    def is_generator(self, node: FunctionNode) -> bool:
        inside = text_of_left_out(node)
        if inside is not None and "yield" not in inside:
            return False
        body = self.body(node)
        return bool(body.yields or body.delegates)

    # -- decorators ----------------------------------------------------------------------------------------

    def decorators(self, module: Module, node: FunctionNode) -> tuple[str, ...]:
        """The names of the decorators, by their last part; a decorator of the repository is ``?name``."""
        if node not in self._decorators:
            self._decorators[node] = ()  # a decorator that leads back here changes nothing
            self._decorators[node] = tuple(self._decorator(module, item) for item in node.decorator_list)
        return self._decorators[node]

    def is_property(self, module: Module, node: FunctionNode) -> bool:
        return any(name in _PROPERTIES for name in self.decorators(module, node))

    def is_fixture(self, module: Module, node: FunctionNode) -> bool:
        return any(name in _FIXTURES for name in self.decorators(module, node))

    def replaced(self, module: Module, node: FunctionNode) -> str:
        """The decorator that may put another object in the function's place, or ''."""
        for name in self.decorators(module, node):
            if name not in _TRANSPARENT | _MANAGERS | _FIXTURES | _PROPERTIES | _ACCESSORS:
                return name.lstrip("?")
        return ""

    def replaces_class(self, module: Module, node: ast.ClassDef) -> str:
        """The decorator of the repository that gives something else than its class, or ''."""
        for item in node.decorator_list:
            function = item.func if isinstance(item, ast.Call) else item
            for fact in self._inference.value(module, function):
                if isinstance(fact.thing, Function) and not self._gives_back(fact.thing.node):
                    return ast.unparse(function)
        return ""

    def _gives_back(self, decorator: FunctionNode) -> bool:
        """Whether what a decorator returns is made of what it is given, or a function of that kind.

        ``def register(cls): …; return cls``, and ``def named(name): … return register``.
        """
        given = {parameter.arg for parameter in parameters(decorator.args)}
        inner = {item.name: item for item in own_nodes(decorator) if isinstance(item, FunctionNode)}
        for value in self.body(decorator).returns:
            names = {item.id for item in walk(value) if isinstance(item, ast.Name)}
            if not names & given and not any(self._gives_back(inner[name]) for name in names & inner.keys()):
                return False
        return True

    def _decorator(self, module: Module, node: ast.expr) -> str:
        function = node.func if isinstance(node, ast.Call) else node
        text = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
        if isinstance(function, ast.Attribute) and function.attr in _ACCESSORS:
            return function.attr
        for fact in self._inference.value(module, function):
            match fact.thing:
                case External(dotted):
                    return dotted.rsplit(".", 1)[-1]
                case ClassObject(cls) if cls.name in _PROPERTIES:
                    return cls.name
                case Function(_, definition):
                    if self._passes_through(definition):
                        return "wraps"
                    return f"?{text}"
        return text if text in _FIXTURES else f"?{text}"

    def _passes_through(self, decorator: FunctionNode) -> bool:
        """Whether a decorator returns its function, or a wrapper that returns its result."""
        arguments = [*decorator.args.posonlyargs, *decorator.args.args]
        if not arguments:
            return False
        name = arguments[0].arg
        inner = {
            item.name: item
            for item in decorator.body
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        returns = self.body(decorator).returns
        return bool(returns) and all(
            isinstance(item, ast.Name)
            and (item.id == name or (item.id in inner and self._calls_only(inner[item.id], name)))
            for item in returns
        )

    def _calls_only(self, wrapper: FunctionNode, name: str) -> bool:
        body = self.body(wrapper)
        if body.yields or body.delegates or not body.returns or body.falls_through:
            return False
        for value in body.returns:
            node = value.value if isinstance(value, ast.Await) else value
            if isinstance(wrapper, ast.AsyncFunctionDef) and node is value:
                return False
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name):
                return False
        return True

    # -- self ----------------------------------------------------------------------------------------------

    def receiver(self, env: Env, function: FunctionNode, parameter: ast.arg) -> Value | None:
        """What ``self`` or ``cls`` is, when the parameter is that."""
        cls = self.enclosing_class(env.module, function)
        if cls is None:
            return None
        first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
        names = self.decorators(env.module, function)
        if first is not parameter or "staticmethod" in names:
            return None
        known = env.self_class
        if known is not None and self._inference.classes.is_subclass(known, cls):
            cls = known
        is_class = "classmethod" in names or function.name in (
            "__new__",
            "__init_subclass__",
            "__class_getitem__",
        )
        if not is_class and cls.node is not None and self._is_metaclass(cls):
            return unknown("`self` of a metaclass is a class")
        arguments = self._inference.generics.own(cls)
        thing = ClassObject(cls, False, arguments) if is_class else Instance(cls, False, arguments)
        return of(thing, f"`{parameter.arg}` in `{cls.name}`", env.module.path, function.lineno)

    def enclosing_class(self, module: Module, function: FunctionNode) -> ClassInfo | None:
        parent = module.parent(function)
        while isinstance(parent, (ast.If, ast.Try, ast.With)):
            parent = module.parent(parent)
        return self._inference.classes.of(module, parent) if isinstance(parent, ast.ClassDef) else None

    def _is_metaclass(self, cls: ClassInfo) -> bool:
        return any(item.dotted == "builtins.type" for item in self._inference.classes.order(cls).classes)

    # -- how a call's value is made ------------------------------------------------------------------------

    def _call(self, function: Function) -> Value:
        module, node = function.module, function.node
        generator = self.is_generator(node)
        names = self.decorators(module, node)
        if any(name in _MANAGERS for name in names):
            value = of(Manager(self._yielded(module, node, function.bound)))
        elif generator:
            shape = "async generator" if isinstance(node, ast.AsyncFunctionDef) else "generator"
            value = of(Iteration(self._yielded(module, node, function.bound), True, None, shape))
        else:
            value = self.returned(module, node, function.bound)
            if isinstance(node, ast.AsyncFunctionDef):
                value = of(Coroutine(value))
        decorator = self.replaced(module, node)
        if decorator:
            why = f"the decorator `{decorator}` may change what `{node.name}()` gives"
            return of(Hint(value, ReasonCode.EVIDENCE, why))
        return value

    def _returned(self, module: Module, node: FunctionNode, bound: ClassInfo | None) -> Value:
        env = self._env(module, bound)
        declared = NOTHING
        if node.returns is not None:
            declared = self._inference.annotations.declared(self._named(env, node), node.returns)
            line = node.returns.lineno
            declared = via(declared, f"`-> {ast.unparse(node.returns)}`", module.path, line)
        values = [self._inference.evaluate(env, item) for item in self.body(node).returns]
        if self._is_abstract(module, node):
            return declared or unknown(f"`{node.name}` is abstract")
        if self.body(node).falls_through or not values:
            values.append(NONE)
        returned = union(values)
        if stands_in(returned, declared):
            return declared
        return combine(declared, returned) if declared and not _is_exact(returned) else returned

    def _yielded(self, module: Module, node: FunctionNode, bound: ClassInfo | None) -> Value:
        env = self._env(module, bound)
        body = self.body(node)
        declared = NOTHING
        if node.returns is not None:
            promised = self._inference.annotations.declared(self._named(env, node), node.returns)
            declared = self._inference.members.iterated(
                tuple(fact for fact in promised if isinstance(fact.thing, Iteration)), False
            )
        values = [NONE if item is None else self._inference.evaluate(env, item) for item in body.yields]
        values += [
            self._inference.members.iterated(self._inference.evaluate(env, item), False)
            for item in body.delegates
        ]
        yielded = union(values)
        return combine(declared, yielded) if declared and not _is_exact(yielded) else yielded

    def _env(self, module: Module, bound: ClassInfo | None) -> Env:
        return self._inference.env(module, bound)

    def _named(self, env: Env, node: FunctionNode) -> Env:
        """The environment of the signature, in which ``Self`` is the class around it."""
        if env.self_class is not None:
            return env
        return replace(env, self_class=self.enclosing_class(env.module, node))

    def _is_abstract(self, module: Module, node: FunctionNode) -> bool:
        if any(name in ("abstractmethod", "overload") for name in self.decorators(module, node)):
            return True
        body = [item for item in node.body if not _is_docstring(item)]
        if len(body) != 1:
            return not body
        only = body[0]
        if isinstance(only, ast.Raise):
            return True
        return isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant) and only.value.value is ...


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """Every node of a function's own code, without that of functions, lambdas and classes inside it."""
    todo: list[ast.AST] = list(reversed(node.body))
    while todo:
        item = todo.pop()
        yield item
        if not isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            todo.extend(reversed(children(item)))


def _body(node: FunctionNode) -> Body:
    returns: list[ast.expr] = []
    yields: list[ast.expr | None] = []
    delegates: list[ast.expr] = []
    bare = False
    for item in own_nodes(node):
        if isinstance(item, ast.Return):
            if item.value is None:
                bare = True
            else:
                returns.append(item.value)
        elif isinstance(item, ast.Yield):
            yields.append(item.value)
        elif isinstance(item, ast.YieldFrom):
            delegates.append(item.value)
    return Body(tuple(returns), tuple(yields), tuple(delegates), bare)


def _is_exact(value: Value) -> bool:
    """Whether all objects were seen made, so that a declaration says nothing more of them."""
    things = [fact.thing for fact in value if not isinstance(fact.thing, NoneObject)]
    return bool(things) and all(isinstance(thing, Instance) and thing.exact for thing in things)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
