"""``await-call``: the await that a call of a coroutine function lacks, or that a sync call has too many."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Reason, ReasonCode, Verdict
from codemods.refactoring.asynchrony.add_await import (
    ASYNC_CALLERS,
    AsyncCallers,
    await_edits,
    awaited_or_handed_over,
    why_no_await,
)
from codemods.refactoring.asynchrony.propagation import Propagation
from codemods.refactoring.asynchrony.remove_await import unawait_edits
from codemods.refactoring.calls.call_step import doubted, site, unless_hearsay
from codemods.refactoring.fields import ClassPaths, as_list
from codemods.refactoring.operation import Context, Operation
from codemods.semantic import Judgement
from codemods.syntax.module import Module


class AwaitCall(Operation):
    """Adds the await that calls of an asynchronous function lack.

    A call is certain to lack it where its result is used as if it had been awaited, or not used at all. Where
    the coroutine is passed on, whoever gets it may await it: such a call is possible. With ``await = false``
    the await is taken away.
    """

    function: ClassPaths = Field(description="The function, or a method as module.Class.method.")
    await_: bool = Field(default=True, description="false: the function is no longer asynchronous.")
    async_callers: AsyncCallers = ASYNC_CALLERS
    external: bool = Field(default=False, description="The function may be absent from the repository.")

    @model_validator(mode="after")
    def _propagates_awaits(self) -> Self:
        if self.async_callers == "propagate" and not self.await_:
            raise ValueError('async-callers = "propagate" goes with await = true')
        return self

    def find(self, context: Context) -> Iterator[Change]:
        target = context.target(as_list(self.function), external=self.external)
        propagation = Propagation(context)
        for module in context.files(target, ["("]):
            for call in module.nodes(ast.Call):
                judgement = unless_hearsay(context.resolver.callee(module, call, target), call, target)
                if judgement.verdict is Verdict.EXCLUDED:
                    yield site(module, call, judgement, [])
                    continue
                handed_over = awaited_or_handed_over(module, call, context.resolver)
                if self.await_ and not handed_over:
                    change = self._judged(context, module, call, judgement)
                    if self.async_callers == "propagate":
                        change = propagation.carried(change, module, call, [])
                    yield change
                elif handed_over and not self.await_:
                    yield self._superfluous(context, module, call, judgement)
        yield from propagation.changes()

    def _judged(self, context: Context, module: Module, call: ast.Call, judgement: Judgement) -> Change:
        coroutine = context.resolver.is_coroutine_call(module, call)
        if coroutine.verdict is Verdict.EXCLUDED:
            judgement = coroutine
        refused = why_no_await(module, call)
        unsure = coroutine.verdict is not Verdict.CERTAIN
        if _used_asynchronously(module, call) and (
            unsure or context.resolver.may_have(module, call, *_ASYNCHRONOUS)
        ):
            text = "what the call gives may be entered or looped over as it is"
            judgement = doubted(judgement, ReasonCode.REFERENCE, text)
        if where := _passed_on(module, call):
            text = f"the coroutine {where}; whoever gets it may await it"
            if refused and judgement.verdict is Verdict.CERTAIN:
                judgement = Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text))
            judgement = doubted(judgement, ReasonCode.REFERENCE, text)
        return site(module, call, judgement, await_edits(module, call), refused)

    def _superfluous(self, context: Context, module: Module, call: ast.Call, judgement: Judgement) -> Change:
        above = module.parent(call)
        if not isinstance(above, ast.Await):
            text = "its result is handed on as a coroutine, which it no longer is"
            return site(module, call, judgement, [], Reason(ReasonCode.UNSAFE_EDIT, text))
        refused = None
        if context.resolver.is_coroutine_call(module, call).verdict is Verdict.CERTAIN:
            refused = Reason(ReasonCode.REAL_AWAIT, "the function is still asynchronous")
        return site(module, call, judgement, unawait_edits(module, above), refused)


_ASYNCHRONOUS = ("__aenter__", "__aiter__")


def _used_asynchronously(module: Module, call: ast.Call) -> bool:
    """Whether the call stands in ``async with call()`` or ``async for x in call()``."""
    above = module.parent(call)
    if isinstance(above, ast.withitem):
        return isinstance(module.parent(above), ast.AsyncWith)
    return isinstance(above, ast.AsyncFor) and above.iter is call


def _passed_on(module: Module, call: ast.Call) -> str:
    """In words, what keeps the coroutine that the call gives for somebody else; "" where nobody does."""
    node, above = _outermost(module, call)
    match above:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _name_passed_on(module, call, name)
        case ast.Return() | ast.Yield() | ast.YieldFrom() | ast.Lambda():
            return "is returned"
        case ast.Call() if node is not above.func:
            return "is passed to another call"
        case ast.keyword() | ast.Starred():
            return "is passed to another call"
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            return "is stored"
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return "is put into a container"
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return "is put into a container"
    return ""


def _name_passed_on(module: Module, call: ast.Call, name: str) -> str:
    function = module.enclosing_function(call)
    if function is None:
        return "is stored at module or class level"
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            above = module.parent(node)
            if not (isinstance(above, ast.Attribute | ast.Subscript) and above.value is node):
                return f"is stored in {name}, which line {node.lineno} uses as a whole"
        elif isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return f"is stored in {name}, which outlives the function"
    return ""


def _outermost(module: Module, call: ast.Call) -> tuple[ast.AST, ast.AST | None]:
    """The expression that has the call's value (``x if y else call()``), and what it stands in."""
    node: ast.AST = call
    above = module.parent(node)
    while isinstance(above, ast.IfExp | ast.BoolOp) and node is not getattr(above, "test", None):
        node, above = above, module.parent(above)
    return node, above
