"""Codemods: recipe-driven refactoring for Python repositories.

>>> import codemods
>>> planned = codemods.plan(codemods.load("netra").recipes, codemods.Options())  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codemods.api.branches import apply
    from codemods.api.planning import Options, explain, load, load_all, plan, write

__all__ = ["Options", "apply", "explain", "load", "load_all", "plan", "write"]


def __getattr__(name: str) -> object:
    # Importing the package is part of every start; what it offers is imported when it is asked for.
    if name in __all__:
        from codemods.api import branches, planning

        return getattr(branches if name == "apply" else planning, name)
    raise AttributeError(f"module 'codemods' has no attribute {name!r}")
