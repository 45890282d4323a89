"""Whether new code has the shape that is looked for again, so that no run of the step would be the last."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codemods.refactoring.patterns.pattern import Captured, Pattern
from codemods.refactoring.patterns.search import Condition, found_among
from codemods.refactoring.patterns.template import Template, single


def recurs(
    pattern: Pattern, new: Template, paths: Mapping[str, str], conditions: Mapping[str, Condition]
) -> bool:
    """Whether the pattern fits somewhere in new code, whatever its metavariables hold.

    ``paths`` are the import paths of the names in the new code.
    """

    def stands_for(node: ast.expr, path: str) -> bool:
        first, dot, rest = ast.unparse(node).partition(".")
        return paths.get(first, f"builtins.{first}") + dot + rest == path

    nodes = ast.walk(ast.Module(body=list(new.statements), type_ignores=[]))
    return any(
        all(
            _meets(conditions.get(name), captured, conditions)
            for name, captured in one.match.captures.items()
        )
        for one in found_among(nodes, [pattern], frozenset(paths), stands_for)
    )


def _meets(condition: Condition | None, captured: Captured, conditions: Mapping[str, Condition]) -> bool:
    """Whether what a metavariable holds surely meets the condition on it."""
    if condition is None:
        return True
    match captured:
        case (ast.Name(id=name),) | str(name) if (variable := single(name)) is not None:
            return conditions.get(variable) == condition
    return condition.type is None and condition.admits(captured)
