"""Where a call must be awaited, whether it already is, and how to write the await."""

from __future__ import annotations

import ast
from typing import Literal

from pydantic import Field

from codemods.model.plan import Edit, Reason, ReasonCode
from codemods.semantic import Resolver
from codemods.syntax.module import FunctionNode, Module

_HANDED_OVER = {
    "asyncio.run",
    "asyncio.gather",
    "asyncio.wait",
    "asyncio.wait_for",
    "asyncio.shield",
    "asyncio.timeout",
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.as_completed",
    "asyncio.run_coroutine_threadsafe",
}
_HANDED_OVER_METHODS = {
    "create_task",
    "ensure_future",
    "run_until_complete",
    "run_coroutine_threadsafe",
    "enter_async_context",
}
"""Methods of event loops, task groups and runners that take a coroutine; no other common API has them."""


AsyncCallers = Literal["refuse", "propagate"]
ASYNC_CALLERS: AsyncCallers = Field(
    default="refuse",
    description="What becomes of a call that needs an await in a sync function. refuse: it stays; "
    "propagate: the function becomes asynchronous, and its callers await it, up to the tests.",
)
"""The key of every step that adds awaits."""


def awaited_or_handed_over(module: Module, call: ast.Call, resolver: Resolver) -> bool:
    """Whether somebody already awaits the call's result.

    ``await x()``, ``asyncio.gather(x(), *[x() for …])``, ``loop.create_task(x())``, or a name that gets the
    result and is awaited or handed over later in the same function.
    """
    node: ast.AST = call
    for above in module.ancestors(call):
        if isinstance(above, ast.Await):
            return True
        if isinstance(above, ast.Call):
            return node is not above.func and _takes_coroutines(module, above, resolver)
        if isinstance(above, ast.Assign | ast.NamedExpr | ast.AnnAssign):
            return _target_is_awaited(module, above, resolver)
        if not _gives_on(above, node):
            return False
        node = above
    return False


def _gives_on(above: ast.AST, node: ast.AST) -> bool:
    """Whether an expression has the value of the one in it, or holds it."""
    if isinstance(above, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        return node is above.elt
    if isinstance(above, ast.IfExp):
        return node is not above.test
    return isinstance(above, ast.Starred | ast.List | ast.Tuple | ast.Set | ast.BoolOp)


def await_edits(module: Module, call: ast.Call) -> list[Edit]:
    """The edits that put ``await`` before a call, in parentheses where the call's result is used at once."""
    start, end = module.span(call)
    above = module.parent(call)
    is_primary = (isinstance(above, ast.Attribute | ast.Subscript) and above.value is call) or (
        isinstance(above, ast.Call) and above.func is call
    )
    if is_primary:
        return [Edit(start, start, "(await "), Edit(end, end, ")")]
    return [Edit(start, start, "await ")]


def why_no_await(module: Module, call: ast.Call) -> Reason | None:
    """Why ``await`` cannot stand here, or None where it can."""
    for above in module.ancestors(call):
        if isinstance(above, ast.GeneratorExp):
            text = "an await here would turn the generator expression into an asynchronous generator"
            return Reason(ReasonCode.SYNC_FUNCTION, text)
        if isinstance(above, ast.Lambda | FunctionNode | ast.ClassDef):
            break
    function = module.enclosing_function(call)
    if isinstance(function, ast.AsyncFunctionDef):
        return None
    if function is None:
        where = "at module or class level"
    elif isinstance(function, ast.Lambda):
        where = "in a lambda"
    else:
        where = f"in the sync function {function.name}() (line {function.lineno})"
    return Reason(ReasonCode.SYNC_FUNCTION, f"it needs an await, which cannot stand {where}")


def _takes_coroutines(module: Module, call: ast.Call, resolver: Resolver) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in _HANDED_OVER_METHODS:
        return True
    return resolver.qualified_name(module, call.func) in _HANDED_OVER


def _target_is_awaited(
    module: Module, assignment: ast.Assign | ast.NamedExpr | ast.AnnAssign, resolver: Resolver
) -> bool:
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    function = module.enclosing_function(assignment)
    if not names or function is None:
        return False
    for node in ast.walk(function):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Name) and node.value.id in names:
            return True
        if isinstance(node, ast.Call) and _takes_coroutines(module, node, resolver):
            passed = {name.id for part in node.args for name in ast.walk(part) if isinstance(name, ast.Name)}
            if passed & names:
                return True
    return False
