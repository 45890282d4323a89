"""Names that replaced code bound, and that the code around it still reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.refactoring.patterns.pattern import Match, bound_names
from codemods.refactoring.patterns.template import Template
from codemods.syntax.module import FunctionNode, Module


def lost_name(module: Module, match: Match, new: Template) -> ast.Name | None:
    """The first use, outside the match, of a local name that only the match bound, and that is lost."""
    kept = {*bound_names(new.statements), *_captured_names(match, new)}
    lost = set(_stored(match)) - kept
    function = module.enclosing_function(match.nodes[0])
    if not lost or not isinstance(function, FunctionNode):
        return None
    inside = {node for matched in match.nodes for node in ast.walk(matched)}
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node not in inside]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    uses = (node for node in names if node.id in lost - bound and isinstance(node.ctx, ast.Load))
    return min(uses, key=lambda node: (node.lineno, node.col_offset), default=None)


def _stored(match: Match) -> Iterator[str]:
    for matched in match.nodes:
        for node in ast.walk(matched):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _captured_names(match: Match, new: Template) -> Iterator[str]:
    """The names in the captured code that the new code takes over."""
    for name in new.variables:
        captured = match.captures.get(name, ())
        if isinstance(captured, str):
            yield captured
            continue
        for top in captured:
            yield from (node.id for node in ast.walk(top) if isinstance(node, ast.Name))
