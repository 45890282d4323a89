"""Taking ``async`` and ``await`` away: what a function waits for, and the edits that make it wait no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.model.plan import Edit
from codemods.syntax.module import FunctionNode, Module

_ASYNC = re.compile(r"async(?:[ \t\f]|\\\r?\n)+(?=def\b)")
_AWAIT = re.compile(r"await(?:[ \t\f]|\\\r?\n)*")

Wait = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.comprehension
"""What only an asynchronous function may hold."""


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """The nodes that run when the function does, in source order; no bodies of functions inside it."""
    todo: list[ast.AST] = list(reversed(function.body))
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(_run_with(node)))


def waits(function: FunctionNode) -> list[Wait]:
    """Everything in the function that waits."""
    return [
        node
        for node in own_nodes(function)
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (isinstance(node, ast.comprehension) and node.is_async)
    ]


def yields(function: FunctionNode) -> list[ast.Yield | ast.YieldFrom]:
    return [node for node in own_nodes(function) if isinstance(node, ast.Yield | ast.YieldFrom)]


def line_of(wait: Wait) -> int:
    return wait.target.lineno if isinstance(wait, ast.comprehension) else wait.lineno


def unasync_edit(module: Module, function: ast.AsyncFunctionDef) -> Edit | None:
    """The edit that makes ``async def`` a ``def``; None where something odd stands between the two words."""
    start = module.span(function)[0]
    match = _ASYNC.match(module.text, start)
    return Edit(start, match.end(), "") if match else None


def unawait_edits(module: Module, node: ast.Await) -> list[Edit]:
    """The edits that take an ``await`` away, with the parentheses that only it needed; comments stay."""
    start, end = module.span(node)
    match = _AWAIT.match(module.text, start)
    assert match is not None, "an await expression begins with the word"
    above = module.parent(node)
    is_primary = (isinstance(above, ast.Attribute | ast.Subscript) and above.value is node) or (
        isinstance(above, ast.Call) and above.func is node
    )
    glued = module.text[max(start - 2, 0)].isidentifier()  # as in ``return(await …).name``
    if is_primary and not glued and module.text[start - 1] == "(" and module.text[end] == ")":
        return [Edit(start - 1, match.end(), ""), Edit(end, end + 1, "")]
    return [Edit(start, match.end(), "")]


def _run_with(node: ast.AST) -> list[ast.AST]:
    """What runs when the node does: of a function or lambda only its decorators and defaults."""
    if isinstance(node, FunctionNode):
        return [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    return list(ast.iter_child_nodes(node))
