"""Renaming the keywords of a call, those of a ``**{…}`` literal included."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.calls.call_step import doubted, may_hold, site
from codemods.refactoring.operation import change_at
from codemods.semantic import Judgement
from codemods.syntax.module import Module


def may_name(module: Module, call: ast.Call, table: Collection[str]) -> bool:
    """Whether a call passes an argument of the table by keyword, or may do so by ``**``."""
    return any(name is None or name in table for name, _ in _keywords(module, call))


def renamed_keywords(
    module: Module,
    call: ast.Call,
    judgement: Judgement,
    table: Mapping[str, str],
    requires: tuple[str, ...] = (),
) -> Iterator[Change]:
    """The site of each keyword of the call that the table renames, or of a ``**`` that may hold some."""
    named = list(_keywords(module, call))
    given = {name for name, _ in named}
    if None in given and given.isdisjoint(table):
        judged = may_hold(judgement, ", ".join(sorted(table)))
        yield replace(site(module, call, judged, []), requires=requires)
    for old, span in named:
        if old is None or old not in table:
            continue
        new = table[old]
        refused, judged = None, judgement
        if new in given:
            text = f"the call already passes {new}=, and a second one is an error"
            refused = Reason(ReasonCode.ALREADY_PRESENT, text)
        elif None in given:
            judged = doubted(
                judgement, ReasonCode.MAY_HOLD, f"a ** argument of the call may already hold {new!r}"
            )
        if judged.verdict is Verdict.EXCLUDED:
            refused = None
        yield change_at(module, span[0], [Edit(*span, new)], judged, refused=refused, requires=requires)


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
