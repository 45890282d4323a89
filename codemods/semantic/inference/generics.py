"""Type variables: what a signature says by what goes in, and what a generic class says by its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    ClassObject,
    Coroutine,
    Fact,
    Function,
    Hint,
    Instance,
    Iteration,
    LambdaFunction,
    Manager,
    NoneObject,
    Thing,
    TupleOf,
    Value,
    Variable,
    behind,
    flat_map,
    of,
    union,
)
from codemods.semantic.scopes.bindings import Kind, default_of
from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.nodes import walk

if TYPE_CHECKING:
    from codemods.semantic.inference.classes import ClassInfo
    from codemods.semantic.inference.evaluator import Env, Inference

_Given = dict[Variable, Value]

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
        self._parameters: dict[ClassInfo, tuple[str, ...]] = {}
        self._given: dict[tuple[ClassInfo, tuple[Value, ...]], _Given] = {}

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

    def made(self, env: Env, call: ast.Call, function: Function) -> Value:
        """What a call gives by ``def make(kind=C): return kind()``; nothing where it is made otherwise."""
        definition, functions = function.node, self._inference.functions
        body = functions.body(definition)
        if function.bound or body.falls_through or functions.is_generator(definition):
            return NOTHING
        names = {self._maker(definition, item) for item in body.returns}
        name = names.pop() if len(names) == 1 else ""
        if not name or functions.replaced(function.module, definition) or not _is_plain(call):
            return NOTHING
        passed = {parameter.arg: argument for parameter, argument in _passed(call, function)}
        default = default_of(definition.args, name)
        if name in passed:
            kind = self._inference.evaluate(env, passed[name])
        elif default is not None:
            kind = self._inference.value(function.module, default)
        else:
            return NOTHING
        given = self._inference.calls.of_value(kind, name)
        return of(Coroutine(given)) if given and isinstance(definition, ast.AsyncFunctionDef) else given

    def _maker(self, function: FunctionNode, returned: ast.expr) -> str:
        """The parameter, never bound again, of which a returned object is the call; '' where it is none."""
        names = self._inference.table(function).names
        if isinstance(returned, ast.Name) and len(names.get(returned.id, ())) == 1:
            binding = names[returned.id][0]
            if binding.kind is Kind.ASSIGNED and not binding.unpack and binding.value is not None:
                returned = binding.value
        if not isinstance(returned, ast.Call) or not isinstance(returned.func, ast.Name):
            return ""
        bindings = names.get(returned.func.id, ())
        if [binding.kind for binding in bindings] != [Kind.PARAMETER]:
            return ""
        return "" if any(isinstance(node, ast.Nonlocal) for node in walk(function)) else returned.func.id

    def is_variable(self, module: Module, name: str) -> bool:
        if name not in self._inference.table(module.tree).names:
            return False
        return any(
            isinstance(fact.thing, Instance) and fact.thing.cls.dotted in VARIABLES
            for fact in self._inference.ended(module, name)
        )

    # -- generic classes -----------------------------------------------------------------------------------

    def variable(self, env: Env, node: ast.expr) -> Value:
        """The type variable of the class around it that an annotation names; nothing when it names none."""
        if isinstance(node, ast.Name):
            for above in env.module.ancestors(env.anchor or node):
                if isinstance(above, ast.ClassDef):
                    owner = self._inference.classes.of(env.module, above)
                    if node.id in self.parameters(owner):
                        return of(Variable(owner, node.id))
        return NOTHING

    def parameters(self, cls: ClassInfo) -> tuple[str, ...]:
        """The names of the type variables of a class, in order."""
        if cls not in self._parameters:
            self._parameters[cls] = tuple(dict.fromkeys(self._read_parameters(cls)))
        return self._parameters[cls]

    def own(self, cls: ClassInfo) -> tuple[Value, ...]:
        """The arguments of a generic class inside it: its variables."""
        return tuple(of(Variable(cls, name)) for name in self.parameters(cls))

    def filled(self, owner: Thing, value: Value) -> Value:
        """What an object of a generic class gives, with its arguments in the place of the variables."""
        if isinstance(owner, (Instance, ClassObject)) and _has_variable(value):
            return _in_place(value, self._given_to(owner.cls, owner.arguments))
        return value

    def of_method(self, env: Env, call: ast.Call, value: Value) -> Value:
        """What the call of a method gives, with the arguments of the object's class."""
        if isinstance(call.func, ast.Attribute) and _has_variable(value):
            owners = _without_none(self._inference.evaluate(env, call.func.value))
            if len(owners) == 1:
                return self.filled(owners[0].thing, value)
        return value

    def by_init(self, env: Env, call: ast.Call, cls: ClassInfo) -> tuple[Value, ...]:
        """The arguments of a generic class as what its constructor is given says; none where it does not."""
        parameters = self.parameters(cls)
        classes = self._inference.classes
        provider = classes.provider(cls, "__init__") if parameters else None
        node = classes.table(cls).names["__init__"][-1].node if provider is cls else None
        if not isinstance(node, FunctionNode) or cls.module is None:
            return ()
        found: dict[str, list[Value]] = {}
        for parameter, argument in _passed(call, Function(cls.module, node, cls, True)):
            if parameter.annotation is not None:
                for name, bound in self._bound(parameter.annotation, self._inference.evaluate(env, argument)):
                    found.setdefault(name, []).append(bound)
        if not found.keys() >= {*parameters}:
            return ()
        return tuple(tuple(_of_some_kind(fact) for fact in union(found[name])) for name in parameters)

    def _read_parameters(self, cls: ClassInfo) -> Iterator[str]:
        if cls.node is None or cls.module is None:
            return
        yield from (parameter.name for parameter in getattr(cls.node, "type_params", ()))
        bases = [base for base in cls.node.bases if isinstance(base, ast.Subscript)]
        bases.sort(key=lambda base: _last_name(base.value) != "Generic")  # it alone says the order
        for base in bases:
            for node in walk(base.slice):
                if isinstance(node, ast.Name) and self.is_variable(cls.module, node.id):
                    yield node.id

    def _given_to(self, cls: ClassInfo, arguments: tuple[Value, ...]) -> _Given:
        """What stands for the variables of a class and its bases."""
        key = (cls, arguments)
        if key not in self._given:
            self._given[key] = {}
            self._given[key] = self._read_given(cls, arguments)
        return self._given[key]

    def _read_given(self, cls: ClassInfo, arguments: tuple[Value, ...]) -> _Given:
        given: _Given = {}
        parameters = self.parameters(cls)
        if len(parameters) == len(arguments):
            given = {
                Variable(cls, name): value for name, value in zip(parameters, arguments, strict=True) if value
            }
        for base in cls.node.bases if cls.node else ():
            assert cls.module is not None
            for fact in self._inference.value(cls.module, base):
                if isinstance(fact.thing, ClassObject):
                    passed = tuple(_in_place(value, given) for value in fact.thing.arguments)
                    given = {**self._given_to(fact.thing.cls, passed), **given}
        return given

    # -- functions -----------------------------------------------------------------------------------------

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


def _of_some_kind(fact: Fact) -> Fact:
    """An object that only says of what class others like it are."""
    if isinstance(fact.thing, Instance):
        return replace(fact, thing=replace(fact.thing, exact=False))
    return fact


def _has_variable(value: Value) -> bool:
    return any(
        isinstance(fact.thing, Variable) or any(_has_variable(inner) for inner in _parts(fact.thing))
        for fact in value
    )


def _parts(thing: Thing) -> tuple[Value, ...]:
    """The values inside a thing in which a variable may stand."""
    match thing:
        case Coroutine(inner) | Manager(inner) | LambdaFunction(inner) | Hint(inner):
            return (inner,)
        case Iteration(items, _, keys):
            return (items,) if keys is None else (items, keys)
        case TupleOf(items):
            return items
        case Instance(_, _, arguments) | ClassObject(_, _, arguments):
            return arguments
    return ()


def _in_place(value: Value, given: _Given) -> Value:
    """A value with what is given in the place of variables."""

    def one(fact: Fact) -> Value:
        thing = fact.thing
        if isinstance(thing, Variable):
            return behind(given[thing], fact.step) if thing in given else (fact,)
        if not any(_has_variable(inner) for inner in _parts(thing)):
            return (fact,)
        match thing:
            case Coroutine(inner):
                thing = Coroutine(_in_place(inner, given))
            case Manager(inner):
                thing = Manager(_in_place(inner, given))
            case LambdaFunction(inner):
                thing = LambdaFunction(_in_place(inner, given))
            case Hint(inner, code, why):
                thing = Hint(_in_place(inner, given), code, why)
            case Iteration(items, proven, keys, shape):
                inner_keys = None if keys is None else _in_place(keys, given)
                thing = Iteration(_in_place(items, given), proven, inner_keys, shape)
            case TupleOf(items):
                thing = TupleOf(tuple(_in_place(item, given) for item in items))
            case Instance(cls, exact, arguments):
                thing = Instance(cls, exact, tuple(_in_place(item, given) for item in arguments))
            case ClassObject(cls, exact, arguments):
                thing = ClassObject(cls, exact, tuple(_in_place(item, given) for item in arguments))
        return (replace(fact, thing=thing),)

    return flat_map(value, one)


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


def _is_plain(call: ast.Call) -> bool:
    """Whether a call shows all that it passes."""
    starred = any(isinstance(item, ast.Starred) for item in call.args)
    return not starred and all(keyword.arg is not None for keyword in call.keywords)


def _without_none(value: Value) -> Value:
    return tuple(fact for fact in value if not isinstance(fact.thing, NoneObject))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
