"""What an annotation says of an object: classes, Optional and unions, containers, coroutines, strings."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.generics import VARIABLES
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    ClassObject,
    Coroutine,
    External,
    Fact,
    Hint,
    Instance,
    Iteration,
    LambdaFunction,
    Manager,
    Origin,
    TupleOf,
    Unknown,
    Value,
    Variable,
    flat_map,
    of,
    union,
    unknown,
)
from codemods.semantic.scopes.bindings import Kind

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference

_WRAPPERS = frozenset(
    {
        "Annotated",
        "ClassVar",
        "Final",
        "InitVar",
        "Required",
        "NotRequired",
        "ReadOnly",
        "Mapped",
        "TypeGuard",
    }
)
_SEQUENCES = frozenset(
    {
        *("list", "set", "frozenset", "deque", "List", "Set", "FrozenSet", "Deque", "Sequence"),
        *("MutableSequence", "Iterable", "Iterator", "Collection", "AbstractSet", "MutableSet", "Reversible"),
        *("Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"),
    }
)
_MAPPINGS = frozenset(
    {
        *("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"),
        *("WeakValueDictionary", "ChainMap"),
    }
)
_AWAITABLES = frozenset({"Awaitable", "Coroutine", "Future", "Task"})
_MANAGERS = frozenset(
    {"ContextManager", "AsyncContextManager", "AbstractContextManager", "AbstractAsyncContextManager"}
)
_TYPING = (
    "typing.",
    "typing_extensions.",
    "collections.",
    "builtins.",
    "contextlib.",
    "asyncio.",
    "types.",
    "dataclasses.",
    "weakref.",
    "sqlalchemy.orm.",
)


HOLDERS = {
    "contextvars.ContextVar": frozenset({"get"}),
    **dict.fromkeys(
        ("queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "queue.SimpleQueue", "asyncio.Queue"),
        frozenset({"get", "get_nowait"}),
    ),
    "concurrent.futures.Future": frozenset({"result"}),
}
"""The methods of generic classes of the standard library that give what stands between the brackets."""


class Annotations:
    """Reads annotations; the objects they promise are declared, not exact."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def declared(self, env: Env, node: ast.expr) -> Value:
        """The objects that something annotated so may be."""
        key = ("annotation", node, env.self_class)
        env = replace(env, deferred=True)
        if env.anchor is not None:
            return self._declared(env, node)
        return self._inference.remember(key, lambda: self._declared(env, node))

    def _declared(self, env: Env, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self._string(env, node, text)
            case ast.BinOp(op=ast.BitOr()):
                return union((self._declared(env, node.left), self._declared(env, node.right)))
            case ast.Subscript():
                return self._subscript(env, node)
            case ast.Name() | ast.Attribute():
                value = self._inference.evaluate(env, node)
                return flat_map(value, lambda fact: self._meant(env, node, fact))
        return unknown(f"the annotation `{ast.unparse(node)}` is not understood")

    def _string(self, env: Env, node: ast.AST, text: str) -> Value:
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return unknown(f"the annotation {text!r} does not parse")
        return self._declared(replace(env, anchor=env.anchor or node), inner)

    def _meant(self, env: Env, node: ast.expr, fact: Fact) -> Value:
        """The objects meant by one thing that the annotation names."""
        match fact.thing:
            case ClassObject(cls, _, arguments):
                return of(Instance(cls, False, arguments))
            case External(dotted, origin):
                return self._external(env, dotted, origin)
            case LambdaFunction(returns):
                return returns  # a NewType is called, and stands for what it gives
            case Instance(cls) if cls.dotted in VARIABLES:
                return self._variable(env, node)
            case Unknown():
                return self._inference.generics.variable(env, node) or (fact,)
        alias = self._alias(env, node)
        return (
            alias if alias is not None else unknown(f"`{ast.unparse(node)}` is no class that we can follow")
        )

    def _external(self, env: Env, dotted: str, origin: Origin) -> Value:
        name = dotted.rsplit(".", 1)[-1]
        if _special(dotted):
            if name in ("Any", "object", "Callable", "LiteralString", "Never", "NoReturn", "AnyStr"):
                return unknown(f"it is declared `{name}`")
            if name == "None":
                return NONE
            if name == "Self":
                cls = env.self_class
                if cls is None:
                    return unknown("`Self` outside of a class")
                return of(Instance(cls, False, self._inference.generics.own(cls)))
            if name in _SEQUENCES:
                return of(Iteration(unknown("the container does not say what it holds"), False, None, name))
            if name in _MAPPINGS:
                value = unknown("the mapping does not say what it holds")
                return of(Iteration(value, False, value, name))
        return of(Instance(self._inference.classes.external(dotted, origin), exact=False))

    def _variable(self, env: Env, node: ast.expr) -> Value:
        """A type variable: what it is bound by, or any of the types it is constrained to."""
        name = ast.unparse(node)
        for binding in self._inference.table(env.module.tree).names.get(name, ()):
            if isinstance(binding.value, ast.Call):
                for keyword in binding.value.keywords:
                    if keyword.arg == "bound":
                        return self.declared(env, keyword.value)
                if len(binding.value.args) > 1:
                    return union(self.declared(env, item) for item in binding.value.args[1:])
        of_class = self._inference.generics.variable(env, node)
        return of_class or unknown(f"it is declared by the type variable `{name}`")

    def _alias(self, env: Env, node: ast.expr) -> Value | None:
        """A name that stands for another annotation: ``Clients = Union[A, B]``, a TypeVar, a NewType."""
        if not isinstance(node, ast.Name):
            return None
        bindings = self._inference.table(env.module.tree).names.get(node.id, ())
        if len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNED and bindings[0].value is not None:
            value = bindings[0].value
            if isinstance(value, (ast.Subscript, ast.BinOp, ast.Constant)):
                return self.declared(env, value)
        return None

    def arguments(self, env: Env, node: ast.expr) -> tuple[Value, ...]:
        """What stands between the brackets of a generic class."""
        items = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(self.declared(env, item) for item in items)

    def _subscript(self, env: Env, node: ast.Subscript) -> Value:
        arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        owner = self._inference.evaluate(env, node.value)
        return flat_map(owner, lambda fact: self._generic(env, node, fact, arguments))

    def _generic(self, env: Env, node: ast.Subscript, fact: Fact, arguments: list[ast.expr]) -> Value:
        match fact.thing:
            case ClassObject(cls):
                return of(Instance(cls, False, tuple(self._declared(env, item) for item in arguments)))
            case External(dotted, origin):
                cls = self._inference.classes.external(dotted, origin)
                if dotted in HOLDERS:
                    return of(Instance(cls, False, tuple(self._declared(env, item) for item in arguments)))
                if _special(dotted):
                    return self._typing(env, dotted.rsplit(".", 1)[-1], arguments)
                return of(Instance(cls, exact=False))
        return (
            (fact,)
            if isinstance(fact.thing, Unknown)
            else unknown(f"the annotation `{ast.unparse(node)}` is not understood")
        )

    def _typing(self, env: Env, name: str, arguments: list[ast.expr]) -> Value:
        if not arguments:
            return of(TupleOf(()))
        first, last = arguments[0], arguments[-1]
        if name == "Optional":
            return union((self._declared(env, first), NONE))
        if name == "Union":
            return union(self._declared(env, item) for item in arguments)
        if name in _WRAPPERS:
            return self._declared(env, first)
        if name in ("type", "Type"):
            return flat_map(self._declared(env, first), _class_of)
        if name in _SEQUENCES:
            return of(Iteration(self._declared(env, first), True, None, name))
        if name in _MAPPINGS:
            return of(Iteration(self._declared(env, last), True, self._declared(env, first), name))
        if name in ("tuple", "Tuple"):
            if len(arguments) == 2 and isinstance(last, ast.Constant) and last.value is ...:
                return of(Iteration(self._declared(env, first), True, None, "tuple"))
            return of(TupleOf(tuple(self._declared(env, item) for item in arguments)))
        if name in _AWAITABLES:
            return of(Coroutine(self._declared(env, last)))
        if name in _MANAGERS:
            return of(Manager(self._declared(env, first)))
        if name == "Callable":
            return of(LambdaFunction(self._declared(env, last)))
        if name == "Literal":
            return union(self._inference.evaluate(env, item) for item in arguments)
        return unknown(f"it is declared `{name}[…]`")


def combine(declared: Value, assigned: Value) -> Value:
    """What something declared and assigned may be: real code assigns what it did not declare."""
    if not any(_known(fact) for fact in declared):
        return assigned or declared
    assigned = specified(assigned, declared)
    if stands_in(assigned, declared):
        return declared
    if any(isinstance(fact.thing, Iteration) and fact.thing.proven for fact in declared):
        assigned = tuple(_declared_too(fact) for fact in assigned if not _is_empty(fact))
    return union((declared, tuple(fact for fact in flat_map(assigned, _seen) if _known(fact))))


def specified(assigned: Value, declared: Value) -> Value:
    """What was assigned, of the kind it is declared: ``ContextVar("name")`` is a ``ContextVar[Context]``."""
    kinds = {
        fact.thing.cls: fact.thing.arguments
        for fact in declared
        if isinstance(fact.thing, Instance) and fact.thing.arguments
    }
    if not kinds:
        return assigned
    return tuple(
        replace(fact, thing=replace(fact.thing, arguments=kinds[fact.thing.cls]))
        if isinstance(fact.thing, Instance) and not fact.thing.arguments and fact.thing.cls in kinds
        else fact
        for fact in assigned
    )


def _seen(fact: Fact) -> Value:
    """Of what comes out of a container that nothing declares: what was seen to go in."""
    match fact.thing:
        case Hint(inner, ReasonCode.UNTYPED_CONTAINER):
            return inner
    return (fact,)


def stands_in(assigned: Value, declared: Value) -> bool:
    """Whether an object of a class from outside is declared to be one of the repository, as a proxy is."""
    return bool(assigned) and all(_is_foreign(fact) for fact in assigned) and any(map(_is_own, declared))


def _is_foreign(fact: Fact) -> bool:
    return isinstance(fact.thing, Instance) and fact.thing.cls.node is None


def _is_own(fact: Fact) -> bool:
    return isinstance(fact.thing, Instance) and fact.thing.cls.node is not None


def _is_empty(fact: Fact) -> bool:
    return isinstance(fact.thing, Iteration) and not fact.thing.items


def _declared_too(fact: Fact) -> Fact:
    """A container that is seen filled: beside that, it holds what the declaration says."""
    return (
        replace(fact, thing=replace(fact.thing, proven=True)) if isinstance(fact.thing, Iteration) else fact
    )


def is_known(value: Value) -> bool:
    """Whether every object of a value is known."""
    return bool(value) and all(_known(fact) for fact in value)


def _known(fact: Fact) -> bool:
    return not isinstance(fact.thing, Unknown)


def _class_of(fact: Fact) -> Value:
    if isinstance(fact.thing, Instance):
        return of(ClassObject(fact.thing.cls, False, fact.thing.arguments))
    if isinstance(fact.thing, Variable):
        return unknown(f"it is declared a class by the type variable `{fact.thing.name}`")
    return (fact,) if isinstance(fact.thing, Unknown) else NOTHING


def _special(dotted: str) -> bool:
    return dotted.startswith(_TYPING)
