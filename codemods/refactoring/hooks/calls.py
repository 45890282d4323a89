"""Who calls a hook by hand, which definitions such a call may reach, and what is done with its result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from codemods.model.plan import ReasonCode, Verdict
from codemods.refactoring.asynchrony.add_await import awaited_or_handed_over
from codemods.refactoring.hooks.definitions import Definition, Hooks, Provider
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import FunctionNode, Module

_RUNNERS = {"asyncio.run", "anyio.run"}


class Fate(Enum):
    """What becomes of the result of a call."""

    AWAITED = auto()
    RUN = auto()
    """Handed to ``asyncio.run`` or ``run_until_complete``, which is all that call does."""
    KEPT = auto()
    """Awaited or run somewhere else: the caller needs a coroutine."""
    DROPPED = auto()
    """Used as it is: the caller takes the hook for a sync one."""


@dataclass(frozen=True, eq=False)
class Use:
    """A call of a hook (or the mention of it, when ``call`` is None) outside of what a test runner does."""

    module: Module
    node: ast.Attribute
    call: ast.Call | None
    fate: Fate
    targets: tuple[Provider, ...]
    certain: bool
    inside: Definition | None
    """The asynchronous hook whose own body the use stands in."""

    @property
    def awaiting(self) -> ast.Await | None:
        above = self.module.parent(self.call) if self.call else None
        return above if isinstance(above, ast.Await) else None

    @property
    def place(self) -> str:
        return f"{self.module.path}:{self.node.lineno}"

    @property
    def label(self) -> str:
        return f"call:{self.place}:{self.module.span(self.node)[1]}"


def uses(context: Context, hooks: Hooks) -> Iterator[Use]:
    """Every use of a hook that may reach an asynchronous definition, or stands in one."""
    wanted = {module.path: module for module in hooks.related.values()}
    wanted |= {module.path: module for module in hooks.modules(_by_others)} if hooks.asynchronous else {}
    for _, module in sorted(wanted.items()):
        for node in module.nodes(ast.Attribute):
            if node.attr in hooks.names and isinstance(node.ctx, ast.Load):
                targets, certain = _targets(context, hooks, module, node)
                use = _use(context, hooks, module, node, targets, certain)
                if use.inside or any(isinstance(t, Definition) and t.is_async for t in targets):
                    yield use


def enclosing_class(module: Module, node: ast.AST) -> tuple[ast.ClassDef, FunctionNode] | None:
    """The class whose method the node stands in (functions inside the method too), and that method."""
    inner: ast.AST = node
    for above in module.ancestors(node):
        if isinstance(above, ast.ClassDef):
            return (above, inner) if isinstance(inner, FunctionNode) else None
        if isinstance(above, FunctionNode):
            inner = above
    return None


def first_parameter(function: FunctionNode) -> str:
    first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
    return first.arg if first else ""


def is_super(use: Use) -> bool:
    return _is_super(use.node.value)


def _is_super(node: ast.expr) -> bool:
    """Whether the expression is ``super()``, with or without arguments."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _by_others(before: str, _: str) -> bool:
    """Whether a name behind such a text is looked up on another object than ``self`` or ``super()``."""
    owner = before.rstrip().removesuffix(".")
    return before.rstrip().endswith(".") and not owner.endswith(("self", "cls", "super()"))


def _use(
    context: Context,
    hooks: Hooks,
    module: Module,
    node: ast.Attribute,
    targets: list[Provider],
    certain: bool,
) -> Use:
    above = module.parent(node)
    call = above if isinstance(above, ast.Call) and above.func is node else None
    function = module.enclosing_function(node)
    inside = None
    if isinstance(function, ast.AsyncFunctionDef) and function.name in hooks.names:
        cls = module.parent(function)
        if isinstance(cls, ast.ClassDef):
            inside = hooks.definition(hooks.class_of(module, cls), function.name)
    return Use(module, node, call, _fate(context, module, call), tuple(targets), certain, inside)


def _fate(context: Context, module: Module, call: ast.Call | None) -> Fate:
    if call is None:
        return Fate.KEPT
    above = module.parent(call)
    if isinstance(above, ast.Await):
        return Fate.AWAITED
    if isinstance(above, ast.Call) and above.args == [call] and not above.keywords:
        if "#" in module.source(above).replace(module.source(call), ""):
            return Fate.KEPT  # a comment stands between the two
        if isinstance(above.func, ast.Attribute) and above.func.attr == "run_until_complete":
            return Fate.RUN
        if context.resolver.qualified_name(module, above.func) in _RUNNERS:
            return Fate.RUN
    return Fate.KEPT if awaited_or_handed_over(module, call, context.resolver) else Fate.DROPPED


def _targets(
    context: Context, hooks: Hooks, module: Module, node: ast.Attribute
) -> tuple[list[Provider], bool]:
    """The definitions a use may reach, and whether that is proven."""
    around = enclosing_class(module, node)
    if around:
        by_owner = isinstance(node.value, ast.Name) and node.value.id == first_parameter(around[1])
        if (by_owner or _is_super(node.value)) and around[0] not in hooks.related:
            return [], True
        cls = hooks.class_of(module, around[0])
        if _is_super(node.value):
            return hooks.providers(cls, node.attr, behind=cls), True
        if by_owner:
            return hooks.providers(cls, node.attr), True
    return _judged_targets(context, hooks, module, node)


def _judged_targets(
    context: Context, hooks: Hooks, module: Module, node: ast.Attribute
) -> tuple[list[Provider], bool]:
    found: list[Provider] = []
    certain = True
    for definition in hooks.asynchronous:
        if definition.name != node.attr:
            continue
        target = Target((definition.cls.dotted,), "class")
        judgement = context.resolver.receiver(module, node.value, target, node.attr)
        if judgement.verdict is Verdict.EXCLUDED:
            continue
        weak = judgement.reason.code is ReasonCode.WEAK
        if weak and definition.module is not module:
            continue
        found.append(definition)
        certain = certain and judgement.verdict is Verdict.CERTAIN
    return found, certain
