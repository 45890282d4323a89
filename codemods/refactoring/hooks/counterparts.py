"""Asynchronous methods that have a synchronous counterpart, as a recipe's ``sync`` table says."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from codemods.model.plan import Edit, Reason, Verdict
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module


@dataclass(frozen=True)
class Counterpart:
    """The edit that makes an awaited call a synchronous one; ``doubt`` where the object is not proven."""

    edit: Edit
    doubt: Reason | None


class Counterparts:
    """The table, with its classes looked up. Raises UnknownTargetError for one that is nowhere."""

    def __init__(self, context: Context, table: Mapping[str, str]) -> None:
        self._resolver = context.resolver
        self._rows: list[tuple[Target, str, str]] = []
        for old, new in table.items():
            path, _, method = old.rpartition(".")
            self._rows.append((context.target([path]), method, new.rpartition(".")[2]))
        context.warnings += [warning for row in self._rows if (warning := self._warning(row[0], row[2]))]

    def of(self, module: Module, call: ast.Call) -> Counterpart | None:
        """The counterpart of a call, where it calls a method of the table or may do so."""
        if not isinstance(call.func, ast.Attribute):
            return None
        span = module.attribute_name_span(call.func)
        for target, old, new in self._rows:
            if call.func.attr == old and span:
                judgement = self._resolver.receiver(module, call.func.value, target, old)
                if judgement.verdict is Verdict.CERTAIN:
                    return Counterpart(Edit(*span, new), None)
                if judgement.verdict is Verdict.POSSIBLE:
                    return Counterpart(Edit(*span, new), judgement.reason)
        return None

    def _warning(self, target: Target, new: str) -> str:
        found = self._resolver.method(target, new)
        name = target.paths[0].rpartition(".")[2]
        if found and isinstance(found[1], ast.AsyncFunctionDef):
            return f"{name}.{new}() is asynchronous too ({found[0].path}:{found[1].lineno})"
        return f"{name} has no {new}() in this repository" if not found and target.kind == "class" else ""
