"""Every use of one function or method in the code: calls, and mentions without a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.model.errors import UnknownTargetError
from codemods.model.plan import ReasonCode, Verdict
from codemods.refactoring.operation import Context
from codemods.semantic import Judgement, Target
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.module import FunctionNode, Module


@dataclass(frozen=True)
class Reference:
    """One use; ``call`` is None where the function is mentioned without being called."""

    module: Module
    node: ast.Name | ast.Attribute
    call: ast.Call | None
    certain: bool


def references(context: Context, module: Module, function: FunctionNode) -> Iterator[Reference]:
    """The uses of a function that are proven or likely; of a method, those on objects of its class."""
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef):
        yield from _of_method(context, module, owner, function)
    else:
        yield from _of_function(context, module, function)


def _of_function(context: Context, home: Module, function: FunctionNode) -> Iterator[Reference]:
    scope = next(
        scope for scope in names_of(home).walk() if function in scope.bindings.get(function.name, ())
    )
    for use in scope.uses_of(function.name):
        yield _reference(home, use.name, certain=True)
    if scope is not names_of(home):
        return
    for module in _modules(context, function.name):
        if module is not home:
            yield from _imported(context, module, function)


def _modules(context: Context, name: str) -> Iterator[Module]:
    for path in sorted(context.codebase.grep(name)):
        module = context.codebase.module(path)
        if module is not None:
            yield module


def _imported(context: Context, module: Module, function: FunctionNode) -> Iterator[Reference]:
    """Its uses in a file that imports it, by whatever path and name, or its module."""
    for imported in context.resolver.imported(module):
        if imported.alias.name == function.name and _is(context, imported.path, function):
            for use in imported.scope.uses_of(imported.local):
                yield _reference(module, use.name, certain=True)
    for attribute in module.nodes(ast.Attribute):
        if attribute.attr == function.name:
            path = context.resolver.qualified_name(module, attribute)
            if path and _is(context, path, function):
                yield _reference(module, attribute, certain=True)


def _of_method(
    context: Context, home: Module, owner: ast.ClassDef, function: FunctionNode
) -> Iterator[Reference]:
    cls = context.resolver.bases(home, owner)[0][0]
    target = Target((cls.dotted,), "class")
    for module in _modules(context, function.name):
        for attribute in module.nodes(ast.Attribute):
            if attribute.attr == function.name and isinstance(attribute.ctx, ast.Load):
                judgement = context.resolver.receiver(module, attribute.value, target, function.name)
                if _counts(judgement, module, home):
                    certain = judgement.verdict is Verdict.CERTAIN
                    yield _reference(module, attribute, certain=certain)


def _counts(judgement: Judgement, module: Module, home: Module) -> bool:
    """Whether a use may well be of the method: an unknown without evidence is only where the class is too."""
    if judgement.verdict is Verdict.EXCLUDED:
        return False
    return judgement.reason.code is not ReasonCode.WEAK or module is home


def _is(context: Context, path: str, function: FunctionNode) -> bool:
    try:
        found = context.resolver.definition(context.resolver.target([path]))
    except UnknownTargetError:
        return False
    return found is not None and found[1] is function


def _reference(module: Module, node: ast.Name | ast.Attribute, *, certain: bool) -> Reference:
    above = module.parent(node)
    call = above if isinstance(above, ast.Call) and above.func is node else None
    return Reference(module, node, call, certain)
