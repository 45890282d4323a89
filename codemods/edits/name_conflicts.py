"""Whether a name can be called something else without meaning something else."""

from __future__ import annotations

import builtins
from collections.abc import Collection

from codemods.semantic.scopes.name_scopes import Binder, Scope


def conflict(scope: Scope, name: str, new: str, *, same: Collection[Binder] = ()) -> str:
    """Why ``name``, which the scope binds, cannot be called ``new``; "" where it can.

    ``same`` are binders of ``new`` in the scope that bind the very object, and do not stand in the way.
    """
    for binder in scope.bindings.get(new, ()):
        if binder not in same:
            return f"{new!r} is already bound at line {_line(binder)}"
    for use in scope.uses_of(name):
        other = use.scope.lookup(new)
        if other is not None and other is not scope and not _is_around(other, scope):
            return f"at line {use.name.lineno} {new!r} means what line {_first(other, new)} binds"
    if scope.bindings.get(new):
        return ""
    for inner in scope.walk():
        for use in inner.uses.get(new, ()):
            other = inner.lookup(new)
            if other is None:
                what = "the builtin" if hasattr(builtins, new) else "something that this file does not bind"
                return f"at line {use.name.lineno} {new!r} means {what}"
            if other is not None and _is_around(other, scope):
                return f"at line {use.name.lineno} {new!r} means what line {_first(other, new)} binds"
    return ""


def _is_around(outer: Scope, scope: Scope) -> bool:
    above = scope.parent
    while above is not None and above is not outer:
        above = above.parent
    return above is not None


def _first(scope: Scope, name: str) -> int:
    return _line(scope.bindings[name][0])


def _line(binder: Binder) -> int:
    return int(getattr(binder, "lineno", 0))
