"""What tests that hold at a use say of the object: ``isinstance`` and ``type(x) is``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
    ClassObject,
    Coroutine,
    External,
    Fact,
    Hint,
    Instance,
    Iteration,
    Mock,
    NoneObject,
    Step,
    TupleOf,
    Unknown,
    Value,
    unknown,
)

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference
    from codemods.semantic.scopes.reaching_definitions import Condition


def narrow(
    inference: Inference, env: Env, value: Value, name: str, conditions: tuple[Condition, ...]
) -> Value:
    """The value of ``name`` (a name or a dotted path as it is written) where the conditions hold."""
    for condition in conditions:
        for test, holds in _facts(condition.test, condition.holds):
            classes = _tested(inference, env, test, name)
            if classes is not None:
                exact = isinstance(test, ast.Compare)
                value = _apply(inference, value, classes, holds, test, env.module.path, exact)
    return value


def _facts(test: ast.expr, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The single tests that are known to be true or false when the whole one is."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _facts(test.operand, not holds)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) == holds:
            for item in test.values:
                yield from _facts(item, holds)
    else:
        yield test, holds


def _tested(inference: Inference, env: Env, test: ast.expr, name: str) -> list[ClassInfo] | None:
    """The classes that a test asks ``name`` for; None when it asks something else or we cannot tell."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, asked]):
            pass
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="type"), args=[subject]),
            ops=[ast.Is() | ast.Eq()],
            comparators=[asked],
        ):
            pass
        case _:
            return None
    if not isinstance(subject, (ast.Name, ast.Attribute)) or ast.unparse(subject) != name:
        return None
    return _classes(inference, env, asked)


def as_instance_of(inference: Inference, env: Env, value: Value, kinds: list[ast.expr]) -> Value:
    """The value where it is an instance of one of the classes that the expressions name."""
    classes = [_classes(inference, env, kind) for kind in kinds]
    if not all(classes):
        return unknown(f"it is a `{ast.unparse(kinds[0])}`, which is not known")
    every = [cls for found in classes for cls in found or ()]
    return _apply(inference, value, every, True, kinds[0], env.module.path, False)


def _classes(inference: Inference, env: Env, asked: ast.expr) -> list[ClassInfo] | None:
    """The classes that an expression names; None when we cannot tell."""
    found: list[ClassInfo] = []
    for item in _alternatives(asked):
        value = inference.evaluate(env, item)
        if len(value) > 1:
            return None  # which of several classes it is says nothing of those it is not
        for fact in value:
            match fact.thing:
                case ClassObject(cls):
                    found.append(cls)
                case External(dotted, origin):
                    found.append(inference.classes.external(dotted, origin))
                case _:
                    return None
    return found or None


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Tuple):
        for item in node.elts:
            yield from _alternatives(item)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    else:
        yield node


def _apply(
    inference: Inference,
    value: Value,
    classes: list[ClassInfo],
    holds: bool,
    test: ast.expr,
    path: str,
    exact: bool,
) -> Value:
    """What a value is under a test; ``exact`` when it leaves subclasses out, as ``type(x) is C`` does."""

    def related(cls: ClassInfo) -> bool:
        return any(inference.classes.is_subclass(cls, item) for item in classes)

    if not holds:
        return tuple(
            fact
            for fact in value
            if not isinstance(fact.thing, Instance)
            or not (fact.thing.exact and fact.thing.cls in classes if exact else related(fact.thing.cls))
        )
    if exact:
        step = Step(f"`{ast.unparse(test)}`", path, test.lineno)
        return tuple(Fact(Instance(cls), step) for cls in classes)
    kept: list[Fact] = []
    asked = False
    for fact in value:
        match fact.thing:
            case Instance(cls) if related(cls):
                kept.append(fact)
            case Instance(cls, exact):
                order = inference.classes.order(cls)
                doubtful = not order.complete or any(item.node is None for item in order.classes)
                if doubtful or not exact:
                    asked = True
            case Mock():
                kept.append(fact)
            case Unknown() | Hint() | External():
                asked = True
            case NoneObject() | Coroutine() | Iteration() | TupleOf():
                pass
            case _:
                asked = True
    if asked or not kept:
        step = Step(f"`{ast.unparse(test)}`", path, test.lineno)
        kept += [Fact(Instance(cls, exact=False), step) for cls in classes]
    return tuple(dict.fromkeys(kept))
