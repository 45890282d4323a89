"""``rename-argument``: a keyword at the call sites of a class or function under its new name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.operations.base import Context, change_at
from codemods.operations.calls import CallStep, doubted
from codemods.operations.names import NameTable
from codemods.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.resolve import Judgement, Target
from codemods.source.module import Module


class RenameArgument(NameTable, CallStep):
    """Renames a keyword argument in calls of a class (its constructor) or a function; the value stays.

    ``**{"old": value}`` with a literal is renamed too.
    """

    def literals(self) -> list[str]:
        return list(self.table)

    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        named = list(_keywords(module, call))
        wanted = [(name, span) for name, span in named if name in self.table]
        if not wanted:
            return
        judgement = context.resolver.callee(module, call, target)
        for name, span in wanted:
            yield self._renamed(module, judgement, {other for other, _ in named}, name, span)

    def _renamed(
        self,
        module: Module,
        judgement: Judgement,
        given: set[str | None],
        old: str | None,
        span: tuple[int, int],
    ) -> Change:
        assert old is not None
        new = self.table[old]
        refused = None
        if new in given:
            text = f"the call already passes {new}=, and a second one is an error"
            refused = Reason(ReasonCode.ALREADY_PRESENT, text)
        elif None in given:
            text = f"a ** argument of the call may already hold {new!r}"
            judgement = doubted(judgement, ReasonCode.MAY_HOLD, text)
        if judgement.verdict is Verdict.EXCLUDED:
            refused = None
        return change_at(module, span[0], [Edit(*span, new)], judgement, refused=refused)


def _keywords(module: Module, call: ast.Call) -> Iterator[tuple[str | None, tuple[int, int]]]:
    """The keywords of a call and where their names stand; None for a ``**`` that hides some."""
    for keyword in call.keywords:
        start = module.span(keyword)[0]
        if keyword.arg is not None:
            yield keyword.arg, (start, start + len(keyword.arg))
        elif isinstance(keyword.value, ast.Dict):
            yield from (_key(module, key) for key in keyword.value.keys)
        else:
            yield None, (start, start)


def _key(module: Module, key: ast.expr | None) -> tuple[str | None, tuple[int, int]]:
    """A key of a ``**{…}``; a name that is not written plainly ("a" "b", r"a") hides what it is."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        start, end = module.span(key)
        if module.text[start + 1 : end - 1] == key.value:
            return key.value, (start + 1, end - 1)
    return None, (0, 0)
