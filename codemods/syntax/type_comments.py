"""The types that comments declare: ``# type: list[A]`` and ``# type: (A, B) -> C``."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from codemods.syntax.module import Module

_TYPE = re.compile(r"#[ \t]*type:[ \t]*(?!ignore\b)(?P<type>[^\s#][^\r\n#]*)")


def declared_types(module: Module) -> Iterator[ast.expr]:
    """The expressions in the type comments of a file, their nodes placed where they stand in it."""
    found = list(_TYPE.finditer(module.text))
    if not found:
        return
    from codemods.syntax.lossless.token_index import (
        Tokens,  # which takes long to import, and few files have such comments
    )

    comments = {start for start, _ in Tokens(module.text).comments}
    for match in found:
        if match.start() in comments:
            yield from _placed(match["type"].rstrip(), *module.lines.ast_position(match.start("type")))


def _placed(code: str, line: int, column: int) -> Iterator[ast.expr]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.AST = ast.parse(code, mode="func_type" if "->" in code else "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.lineno = node.end_lineno = line
            node.col_offset += column
            node.end_col_offset = (node.end_col_offset or 0) + column
    match tree:
        case ast.Expression(body=body):
            yield body
        case ast.FunctionType(argtypes=arguments, returns=returns):
            yield from (*arguments, returns)
