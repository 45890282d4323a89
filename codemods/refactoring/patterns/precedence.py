"""When an expression needs parentheses: how tightly it binds, and how tightly its place wants it bound."""

from __future__ import annotations

import ast
from enum import IntEnum


class Binding(IntEnum):
    """How tightly an expression holds together, the loosest first."""

    NAMED = 0
    YIELD = 1
    TUPLE = 2
    TEST = 3
    OR = 4
    AND = 5
    NOT = 6
    COMPARISON = 7
    BITWISE_OR = 8
    BITWISE_XOR = 9
    BITWISE_AND = 10
    SHIFT = 11
    SUM = 12
    PRODUCT = 13
    SIGN = 14
    POWER = 15
    AWAIT = 16
    ATOM = 17


_OPERATORS: dict[type[ast.operator], Binding] = {
    ast.BitOr: Binding.BITWISE_OR,
    ast.BitXor: Binding.BITWISE_XOR,
    ast.BitAnd: Binding.BITWISE_AND,
    ast.LShift: Binding.SHIFT,
    ast.RShift: Binding.SHIFT,
    ast.Add: Binding.SUM,
    ast.Sub: Binding.SUM,
    ast.Mult: Binding.PRODUCT,
    ast.MatMult: Binding.PRODUCT,
    ast.Div: Binding.PRODUCT,
    ast.FloorDiv: Binding.PRODUCT,
    ast.Mod: Binding.PRODUCT,
    ast.Pow: Binding.POWER,
}
_LOOSE: dict[type[ast.expr], Binding] = {
    ast.NamedExpr: Binding.NAMED,
    ast.Yield: Binding.YIELD,
    ast.YieldFrom: Binding.YIELD,
    ast.Starred: Binding.TUPLE,
    ast.IfExp: Binding.TEST,
    ast.Lambda: Binding.TEST,
    ast.Compare: Binding.COMPARISON,
    ast.Await: Binding.AWAIT,
}


def binding(node: ast.expr) -> Binding:
    """How tightly the expression binds when it stands without parentheses of its own."""
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)]
    if isinstance(node, ast.BoolOp):
        return Binding.OR if isinstance(node.op, ast.Or) else Binding.AND
    if isinstance(node, ast.UnaryOp):
        return Binding.NOT if isinstance(node.op, ast.Not) else Binding.SIGN
    if isinstance(node, ast.Tuple):
        return Binding.TUPLE
    return _LOOSE.get(type(node), Binding.ATOM)


def required(parent: ast.AST, child: ast.AST) -> Binding:
    """How tightly an expression must bind to stand in the child's place under the parent."""
    match parent:
        case ast.Attribute() | ast.Await():
            return Binding.ATOM
        case ast.Call(func=func) if func is child:
            return Binding.ATOM
        case ast.Subscript(value=value) if value is child:
            return Binding.ATOM
        case ast.BinOp(left=left, op=op):
            own = _OPERATORS[type(op)]
            if isinstance(op, ast.Pow):
                return Binding.AWAIT if left is child else Binding.SIGN
            return own if left is child else Binding(own + 1)
        case ast.UnaryOp(op=op):
            return Binding.NOT if isinstance(op, ast.Not) else Binding.SIGN
        case ast.BoolOp(op=op):
            return Binding.AND if isinstance(op, ast.Or) else Binding.NOT
        case ast.Compare() | ast.Starred():
            return Binding.BITWISE_OR
        case ast.keyword(arg=None):
            return Binding.BITWISE_OR
        case ast.IfExp(orelse=orelse) if orelse is not child:
            return Binding.OR
        case ast.comprehension() | ast.FormattedValue():
            return Binding.OR
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.AnnAssign():
            return Binding.YIELD
        case ast.Return() | ast.For() | ast.AsyncFor() | ast.Yield():
            return Binding.TUPLE
    return Binding.TEST


def is_bare_number(node: ast.expr) -> bool:
    """Whether an attribute of the expression would be read as part of a number (``1.real``)."""
    return isinstance(node, ast.Constant) and type(node.value) is int
