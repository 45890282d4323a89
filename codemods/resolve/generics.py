"""Type variables: what a call gives when the signature says it by what goes in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemods.resolve.values import (
    NONE,
    NOTHING,
    ClassObject,
    Coroutine,
    Function,
    Instance,
    Iteration,
    NoneObject,
    Value,
    flat_map,
    of,
    union,
)
from codemods.source.module import FunctionNode, Module
from codemods.source.nodes import walk

if TYPE_CHECKING:
    from codemods.resolve.infer import Env, Inference

VARIABLES = frozenset({"typing.TypeVar", "typing_extensions.TypeVar"})
_ITERATED = frozenset(
    {"list", "List", "set", "Set", "Sequence", "Iterable", "Iterator", "Collection", "tuple", "Tuple"}
)
_MAPPED = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})


class Generics:
    """Reads generic signatures."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._variables: dict[FunctionNode, frozenset[str]] = {}

    def called(self, env: Env, call: ast.Call, function: Function) -> Value:
        """What a call gives by ``def make(cls: type[T]) -> T``; nothing where the signature says nothing."""
        definition = function.node
        variables = self._of_return(function.module, definition)
        if not variables or self._inference.functions.replaced(function.module, definition):
            return NOTHING
        found: dict[str, list[Value]] = {}
        for parameter, argument in _passed(call, function):
            if parameter.annotation is not None:
                value = self._inference.evaluate(env, argument)
                for name, bound in self._bound(parameter.annotation, value):
                    if name in variables:
                        found.setdefault(name, []).append(bound)
        if found.keys() != variables or definition.returns is None:
            return NOTHING
        given = self._filled(definition.returns, {name: union(values) for name, values in found.items()})
        return of(Coroutine(given)) if given and isinstance(definition, ast.AsyncFunctionDef) else given

    def is_variable(self, module: Module, name: str) -> bool:
        if name not in self._inference.table(module.tree).names:
            return False
        return any(
            isinstance(fact.thing, Instance) and fact.thing.cls.dotted in VARIABLES
            for fact in self._inference.ended(module, name)
        )

    def _of_return(self, module: Module, function: FunctionNode) -> frozenset[str]:
        """The type variables in a function's return annotation."""
        if function not in self._variables:
            own = {parameter.name for parameter in getattr(function, "type_params", ())}
            names = (
                {node.id for node in walk(function.returns) if isinstance(node, ast.Name)}
                if function.returns
                else ()
            )
            self._variables[function] = frozenset(
                name for name in names if name in own or self.is_variable(module, name)
            )
        return self._variables[function]

    def _bound(self, annotation: ast.expr, value: Value) -> Iterator[tuple[str, Value]]:
        """The names in an annotation and what an argument makes of them."""
        match annotation:
            case ast.Name(id=name):
                yield name, value
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                for item in (left, right):
                    yield from self._bound(item, _without_none(value))
            case ast.Subscript(value=generic, slice=inner):
                arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                yield from self._inside(_last_name(generic), arguments, value)

    def _inside(self, generic: str, arguments: list[ast.expr], value: Value) -> Iterator[tuple[str, Value]]:
        if generic in ("type", "Type"):
            yield from self._bound(arguments[0], flat_map(value, lambda fact: self._made(fact.thing)))
        elif generic == "Optional":
            yield from self._bound(arguments[0], _without_none(value))
        elif generic == "Callable":
            yield from self._bound(arguments[-1], self._inference.calls.of_value(value, "the function"))
        elif generic in _ITERATED:
            yield from self._bound(arguments[0], self._inference.members.iterated(value, False))
        elif generic in _MAPPED:
            items = (fact.thing.items for fact in value if isinstance(fact.thing, Iteration))
            yield from self._bound(arguments[-1], union(items))

    def _made(self, thing: object) -> Value:
        if isinstance(thing, ClassObject):
            return self._inference.calls.constructed(thing.cls, thing.exact, f"`{thing.cls.name}()`", "", 0)
        return NOTHING

    def _filled(self, annotation: ast.expr, variables: dict[str, Value]) -> Value:
        """What a return annotation stands for; nothing where it is of a form that is not followed."""
        match annotation:
            case ast.Name(id=name):
                return variables.get(name, NOTHING)
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                inner = self._filled(left, variables)
            case ast.Subscript(value=generic, slice=inner_node) if _last_name(generic) == "Optional":
                inner = self._filled(inner_node, variables)
            case _:
                return NOTHING
        return union((inner, NONE)) if inner else NOTHING


def _passed(call: ast.Call, function: Function) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Which argument of a call each parameter receives, as far as the call shows it."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args][1 if function.receives else 0 :]
    for parameter, argument in zip(positional, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        yield parameter, argument
    named = {parameter.arg: parameter for parameter in (*arguments.args, *arguments.kwonlyargs)}
    for keyword in call.keywords:
        if keyword.arg in named:
            yield named[keyword.arg], keyword.value


def _without_none(value: Value) -> Value:
    return tuple(fact for fact in value if not isinstance(fact.thing, NoneObject))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
