"""What the operations on the arguments of a call share: whose calls they mean, and how a call is judged."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.fields import ClassPaths, as_list
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.semantic import Judgement, Target
from codemods.semantic.verdicts.evidence import fits
from codemods.syntax.module import Module

_PASSING_ON = {"partial", "partialmethod", "replace", "__init__"}
"""Calls of these names may call what their first argument or owner is."""
_CONSTRUCT = {"__init__", "__new__"}
"""Methods that are called by the name of their class."""


class CallStep(Operation):
    """A step that speaks of the calls of a class (its constructor) or of a function."""

    class_: ClassPaths | None = Field(default=None, description="The class whose constructor is called.")
    function: ClassPaths | None = Field(
        default=None, description="The function that is called, or a method as module.Class.method."
    )
    external: bool = Field(
        default=False, description="The class or function may be absent from the repository."
    )

    @model_validator(mode="after")
    def _a_class_or_a_function(self) -> Self:
        if (self.class_ is None) == (self.function is None):
            raise ValueError("name either a class or a function")
        return self

    def target(self, context: Context) -> Target:
        paths = self.class_ if self.class_ is not None else self.function
        assert paths is not None
        return context.target(as_list(paths), external=self.external)

    def literals(self) -> list[str]:
        """Text without which a file holds no site; none where any call may be one."""
        return []

    @property
    def independent(self) -> bool:
        return True

    def find(self, context: Context) -> Iterator[Change]:
        target = self.target(context)
        for module in context.files(target, self.literals()):
            for call in module.nodes(ast.Call):
                if self._may_be_called(call):
                    yield from self.judge_call(context, module, call, target)

    def _may_be_called(self, call: ast.Call) -> bool:
        """Whether the call can be one of the function: an attribute of another name cannot be."""
        if self.function is None or not isinstance(call.func, ast.Attribute):
            return True
        names = {path.rpartition(".")[2] for path in as_list(self.function)}
        return not names.isdisjoint(_CONSTRUCT) or call.func.attr in names | _PASSING_ON

    @abstractmethod
    def judge_call(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[Change]:
        """The site of this call, if it is one."""


def site(
    module: Module,
    call: ast.Call,
    judgement: Judgement,
    edits: list[Edit],
    refused: Reason | None = None,
    offset: int | None = None,
) -> Change:
    """The change of a call, which stands where its edit does."""
    place = offset if offset is not None else edits[0].start if edits else module.span(call)[0]
    excluded = judgement.verdict is Verdict.EXCLUDED
    return change_at(module, place, edits, judgement, refused=None if excluded else refused)


def doubted(judgement: Judgement, code: ReasonCode, text: str) -> Judgement:
    """A certain judgement made possible, for a reason that lies in the call and not in what is called."""
    if judgement.verdict is not Verdict.CERTAIN:
        return judgement
    return Judgement(Verdict.POSSIBLE, Reason(code, text, judgement.reason.chain))


def unless_hearsay(judgement: Judgement, call: ast.Call, target: Target) -> Judgement:
    """An unknown callee in a file that names the target is evidence only where its own name fits.

    For steps that may mean any call, so that nothing but the callee speaks for a site.
    """
    if judgement.verdict is not Verdict.POSSIBLE or judgement.reason.code is not ReasonCode.EVIDENCE:
        return judgement
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if any(fits(name, path.rpartition(".")[2]) for path in target.paths):
        return judgement
    return Judgement(Verdict.POSSIBLE, replace(judgement.reason, code=ReasonCode.WEAK))


def may_hold(judgement: Judgement, name: str) -> Judgement:
    """The judgement of a call that may pass the argument by ``*`` or ``**``; two doubts are no evidence."""
    text = f"a * or ** argument of the call may hold {name!r}"
    if judgement.verdict is Verdict.POSSIBLE:
        return Judgement(Verdict.POSSIBLE, Reason(ReasonCode.WEAK, text, judgement.reason.chain))
    return doubted(judgement, ReasonCode.MAY_HOLD, text)


def unless_partial(context: Context, module: Module, call: ast.Call, judgement: Judgement) -> Judgement:
    """The judgement of a call whose arguments by position change, made possible for ``partial(f, 1)``."""
    if not context.resolver.is_partial(module, call):
        return judgement
    text = "what partial makes may be called with further arguments by position"
    return doubted(judgement, ReasonCode.MAY_HOLD, text)
