"""Renaming a local name: every place in a function where it stands, or the reason why it cannot be done."""

from __future__ import annotations

import ast

from codemods.edits.name_conflicts import conflict
from codemods.model.plan import Edit, Reason, ReasonCode
from codemods.semantic.scopes.name_scopes import Use, names_of
from codemods.syntax.module import FunctionNode, Module

_RUN_TIME_LOOKUPS = ("locals", "vars", "eval", "exec")


def local_edits(module: Module, function: FunctionNode, old: str, new: str) -> list[Edit] | Reason:
    """The edits that rename a parameter or local variable of a function, its inner functions included.

    A reason where the new name already means something in the function, or where the old name is bound in a
    way that is not a plain name, or may be looked up at run time.
    """
    scope = next(scope for scope in names_of(module).walk() if scope.node is function)
    inside = list(scope.walk())
    if why := conflict(scope, old, new):
        return Reason(ReasonCode.NAME_CONFLICT, f"{function.name}() cannot call {old!r} so: {why}")
    lookups = (use for inner in inside for name in _RUN_TIME_LOOKUPS for use in inner.uses.get(name, ()))
    if any(not _looks_elsewhere(module, use) for use in lookups):
        text = f"{function.name}() looks names up at run time, so that {old!r} may be meant there too"
        return Reason(ReasonCode.UNSAFE_EDIT, text)
    binders = scope.bindings.get(old, [])
    spans = {_name_span(module, binder, old) for binder in binders if isinstance(binder, ast.Name | ast.arg)}
    spans |= {module.span(use.name) for use in scope.uses_of(old)}
    plain = all(isinstance(binder, ast.Name | ast.arg) for binder in binders)
    declared = any(inner.elsewhere.get(old) is scope for inner in inside)
    if not plain or declared or any(module.text[start:end] != old for start, end in spans):
        return Reason(
            ReasonCode.UNSAFE_EDIT, f"{function.name}() binds {old!r} by more than plain assignments"
        )
    return [Edit(start, end, new) for start, end in sorted(spans)]


def _looks_elsewhere(module: Module, use: Use) -> bool:
    """Whether it is ``vars(other)``, or no builtin at all."""
    call = module.parent(use.name)
    elsewhere = isinstance(call, ast.Call) and call.func is use.name and bool(call.args)
    return use.owner is not None or (use.name.id == "vars" and elsewhere)


def _name_span(module: Module, binder: ast.Name | ast.arg, name: str) -> tuple[int, int]:
    start = module.span(binder)[0]
    return start, start + len(name)
