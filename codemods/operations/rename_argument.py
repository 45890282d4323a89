"""``rename-argument``: a keyword at the call sites of a class or function under its new name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.model.plan import Change
from codemods.refactoring.calls.call_step import CallStep
from codemods.refactoring.calls.keywords import may_name, renamed_keywords
from codemods.refactoring.fields import NameTable
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import Module


class RenameArgument(NameTable, CallStep):
    """Renames a keyword argument in calls of a class (its constructor) or a function; the value stays.

    ``**{"old": value}`` with a literal is renamed too.
    """

    def literals(self) -> list[str]:
        return list(self.table)

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        if may_name(module, call, self.table):
            judgement = context.resolver.callee(module, call, target)
            yield from renamed_keywords(module, call, judgement, self.table)
