"""``rename-argument``: a keyword at the call sites of a class or function under its new name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.operations.base import Context, change_at
from codemods.operations.names import ClassPaths, DottedPath, NameTable, as_list
from codemods.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.resolve import Judgement, Target
from codemods.source.module import Module


class RenameArgument(NameTable):
    """Renames a keyword argument in calls of a class (its constructor) or a function; the value stays."""

    class_: ClassPaths | None = Field(default=None, description="The class whose constructor takes it.")
    function: ClassPaths | None = Field(
        default=None, description="The function that takes it, or a method as module.Class.method."
    )
    external: bool = Field(
        default=False, description="The class or function may be absent from the repository."
    )

    @model_validator(mode="after")
    def _a_class_or_a_function(self) -> Self:
        if (self.class_ is None) == (self.function is None):
            raise ValueError("name either a class or a function")
        return self

    @property
    def paths(self) -> list[DottedPath]:
        paths = self.class_ if self.class_ is not None else self.function
        assert paths is not None
        return as_list(paths)

    def find(self, context: Context) -> Iterator[Change]:
        target = context.target(self.paths, external=self.external)
        for module in context.files(target, list(self.table)):
            for call in module.nodes(ast.Call):
                yield from self._judged(context, module, call, target)

    def _judged(self, context: Context, module: Module, call: ast.Call, target: Target) -> Iterator[Change]:
        given = {keyword.arg for keyword in call.keywords}
        wanted = [keyword for keyword in call.keywords if keyword.arg in self.table]
        if not wanted:
            return
        judgement = context.resolver.callee(module, call, target)
        for keyword in wanted:
            assert keyword.arg is not None
            new = self.table[keyword.arg]
            start = module.span(keyword)[0]
            refused = None
            if new in given and judgement.verdict is not Verdict.EXCLUDED:
                refused = Reason(
                    ReasonCode.ALREADY_PRESENT, f"the call already passes {new}=, a second one is an error"
                )
            edits = [Edit(start, start + len(keyword.arg), new)]
            hidden = judgement if refused or None not in given else _may_hold(judgement, new)
            yield change_at(module, start, edits, hidden, refused=refused)


def _may_hold(judgement: Judgement, new: str) -> Judgement:
    if judgement.verdict is not Verdict.CERTAIN:
        return judgement
    text = f"a ** argument of the call may already hold {new!r}"
    return Judgement(Verdict.POSSIBLE, Reason(ReasonCode.MAY_HOLD, text, judgement.reason.chain))
