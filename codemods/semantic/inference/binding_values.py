"""From a binding to the object it binds: assignment, unpacking, loops, with, imports, parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.annotations import combine, is_known, specified, stands_in
from codemods.semantic.inference.match_patterns import captured
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    ClassObject,
    Fact,
    Function,
    Hint,
    Iteration,
    TupleOf,
    Unknown,
    Value,
    flat_map,
    of,
    union,
    unknown,
    via,
)
from codemods.semantic.scopes.bindings import Binding, Kind, Scope, default_of, targets
from codemods.syntax.module import FunctionNode

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference


class Bindings:
    """Evaluates the bindings of names and attributes."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def value(self, env: Env, binding: Binding, scope: Scope | None) -> Value:
        """The object a binding gives its name. ``scope`` is where a parameter or definition stands."""
        key = ("binding", binding.node, binding.name, binding.alias, binding.unpack, env.self_class)
        local = replace(env, anchor=None, deferred=False)
        return self._inference.remember(key, lambda: self._value(local, binding, scope))

    def of_comprehension(self, generator: ast.comprehension) -> Iterator[Binding]:
        for item, unpack in targets(generator.target):
            if isinstance(item, ast.Name):
                yield Binding(
                    Kind.ITERATED,
                    item.id,
                    item,
                    generator.iter,
                    None,
                    unpack,
                    bool(generator.is_async),
                )

    def _value(self, env: Env, binding: Binding, scope: Scope | None) -> Value:
        match binding.kind:
            case Kind.PARAMETER:
                assert isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef))
                assert isinstance(binding.node, ast.arg)
                return self._parameter(env, scope, binding.node)
            case Kind.DEFINED:
                return self._defined(env, binding)
            case Kind.IMPORTED:
                value = self._inference.imports.bound(env.module, binding)
            case Kind.ASSIGNED:
                value = self._assigned(env, binding)
            case Kind.ITERATED:
                assert binding.value is not None
                items = self._inference.evaluate(env, binding.value)
                value = self.unpacked(
                    self._inference.members.iterated(items, binding.is_async), binding.unpack
                )
            case Kind.ENTERED:
                assert binding.value is not None
                manager = self._inference.evaluate(env, binding.value)
                entered = self._inference.members.entered(manager, binding.is_async)
                value = self.unpacked(entered, binding.unpack)
            case Kind.CAPTURED:
                assert binding.value is not None and binding.pattern is not None
                subject = self._inference.evaluate(env, binding.value)
                value = captured(self._inference, env, binding.pattern, subject, binding.name)
            case Kind.OPAQUE:
                return self._opaque(env, binding)
        return via(value, self._label(binding), env.module.path, binding.line)

    def _label(self, binding: Binding) -> str:
        words = {
            Kind.IMPORTED: "import of `{}`",
            Kind.ITERATED: "`{}` of a loop",
            Kind.ENTERED: "`with … as {}`",
        }
        return words.get(binding.kind, "`{}`").format(binding.name)

    def _assigned(self, env: Env, binding: Binding) -> Value:
        assigned = NOTHING
        if binding.value is not None:
            assigned = self._inference.evaluate(env, binding.value)
            if not binding.unpack:
                assigned = _mutable(assigned)
            assigned = self.unpacked(assigned, binding.unpack)
        if binding.annotation is None:
            return assigned
        declared = self._inference.annotations.declared(env, binding.annotation)
        if stands_in(assigned, declared):
            return declared
        assigned = specified(assigned, declared)
        if is_known(assigned) and assigned != NONE and not _may_grow(assigned):
            return assigned
        return combine(declared, assigned)

    def _opaque(self, env: Env, binding: Binding) -> Value:
        if isinstance(binding.node, ast.ExceptHandler) and binding.annotation is not None:
            kinds = binding.annotation
            items = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
            value = union(self._inference.annotations.declared(env, item) for item in items)
            return via(value, f"`except … as {binding.name}`", env.module.path, binding.line)
        why = f"how `{binding.name}` is bound on line {binding.line} is not followed"
        return unknown(why, f"`{binding.name}`", env.module.path, binding.line)

    # -- unpacking -----------------------------------------------------------------------------------------

    def unpacked(self, value: Value, unpack: tuple[int, ...]) -> Value:
        """The item of a value that a target inside a tuple of targets receives."""
        for index in unpack:
            plain = self._inference.members.plain(value, "__iter__")
            value = flat_map(plain, lambda fact, index=index: self._item(fact, index))  # type: ignore[misc]
        return value

    def _item(self, fact: Fact, index: int) -> Value:
        match fact.thing:
            case TupleOf(items) if 0 <= index < len(items):
                return items[index]
            case TupleOf(items) if -len(items) <= index + 1 < 0:
                return items[index + 1]
            case TupleOf(items) if index == -1:
                return of(Iteration(union(items), False))
            case Iteration():
                items_value = self._inference.members.iterated((fact,), False)
                return of(Iteration(items_value, False)) if index == -1 else items_value
            case Unknown():
                return (fact,)
        return self._inference.members.iterated((fact,), False)

    # -- definitions and parameters ------------------------------------------------------------------------

    def _defined(self, env: Env, binding: Binding) -> Value:
        node = binding.node
        if isinstance(node, ast.ClassDef):
            return self._class(env, node)
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        return of(Function(env.module, node), f"`{node.name}`", env.module.path, node.lineno)

    def _class(self, env: Env, node: ast.ClassDef) -> Value:
        value = of(ClassObject(self._inference.classes.of(env.module, node)))
        decorator = self._inference.functions.replaces_class(env.module, node)
        if decorator:
            why = f"the decorator `{decorator}` may put another object in the place of `{node.name}`"
            return of(Hint(value, ReasonCode.EVIDENCE, why), f"`{node.name}`", env.module.path, node.lineno)
        return value

    def _parameter(self, env: Env, function: FunctionNode, parameter: ast.arg) -> Value:
        name, path = parameter.arg, env.module.path
        receiver = self._inference.functions.receiver(env, function, parameter)
        if receiver is not None:
            return receiver
        spread = parameter is function.args.vararg or parameter is function.args.kwarg
        declared = NOTHING
        if parameter.annotation is not None:
            declared = self._inference.annotations.declared(env, parameter.annotation)
            declared = via(
                declared, f"parameter `{name}: {ast.unparse(parameter.annotation)}`", path, parameter.lineno
            )
        if spread:
            proven = bool(declared)
            items = declared or unknown(f"`{name}` is given by the caller")
            shape = "tuple" if parameter is function.args.vararg else "dict"
            keys = self._inference.builtin("str") if shape == "dict" else None
            return of(Iteration(items, proven, keys, shape))
        injected = self._inference.fixtures.injected(env.module, function, parameter)
        if injected is not None:
            return combine(declared, injected) if not is_known(injected) else injected
        if is_known(declared):
            return declared
        default = default_of(function.args, name)
        if default is not None and not declared:
            value = self._inference.evaluate(env, default)
            if value != NONE:
                return union((value, unknown(f"`{name}` is given by the caller")))
        return declared or unknown(
            f"the parameter `{name}` has no annotation", f"parameter `{name}`", path, parameter.lineno
        )


def _mutable(value: Value) -> Value:
    """A list, set or dict that has a name may be filled elsewhere: what it holds is evidence only."""
    if not any(isinstance(fact.thing, Iteration) and fact.thing.proven for fact in value):
        return value
    return tuple(
        replace(fact, thing=replace(fact.thing, proven=False))
        if isinstance(fact.thing, Iteration) and fact.thing.shape in ("list", "set", "dict")
        else fact
        for fact in value
    )


def _may_grow(value: Value) -> bool:
    return any(isinstance(fact.thing, Iteration) and not fact.thing.proven for fact in value)
