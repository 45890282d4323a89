"""Making a sync function asynchronous because something in it must be awaited, and its callers with it.

It spreads up to functions that nobody in the code calls: tests, which get the mark that runs them. Where a
boundary stands in the way (a property, a callback, an override of a sync method, the top of a module),
nothing changes at all, and the refusal tells the way to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codemods.edits.statement_edits import newline_of
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.asynchrony.add_await import await_edits, awaited_or_handed_over, why_no_await
from codemods.refactoring.asynchrony.boundaries import boundary, mark_of, runs_a_loop
from codemods.refactoring.asynchrony.references import Reference, references
from codemods.refactoring.operation import Context, change_at
from codemods.refactoring.patterns.rewriter import Unsafe
from codemods.refactoring.symbols.import_naming import Naming
from codemods.semantic import Judgement
from codemods.syntax.module import FunctionNode, Module


@dataclass(frozen=True)
class Carried:
    """What carries the await of a site: the changes it requires, or why there are none."""

    requires: tuple[str, ...] = ()
    refused: Reason | None = None
    doubt: Reason | None = None


@dataclass
class _Spread:
    """A function that becomes asynchronous; ``refused`` tells why it cannot."""

    label: str
    refused: str = ""
    doubt: str = ""


class Propagation:
    """The functions that become asynchronous under one step; each is looked at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._spreads: dict[ast.FunctionDef, _Spread] = {}
        self._changes: dict[str, Change] = {}
        self._carrying: list[str] = []

    def carry(self, module: Module, call: ast.Call) -> Carried:
        """What a call needs to be awaited where it stands."""
        why = why_no_await(module, call)
        if why is None:
            return Carried()
        function = module.enclosing_function(call)
        if not isinstance(function, ast.FunctionDef) or _in_generator_expression(module, call):
            return Carried(refused=why)
        spread = self._spread(module, function)
        if spread.refused:
            return Carried(refused=Reason(why.code, f"{why.text}: {spread.refused}"))
        self._carrying.append(spread.label)
        doubt = Reason(ReasonCode.REFERENCE, spread.doubt) if spread.doubt else None
        return Carried((spread.label,), doubt=doubt)

    def carried(self, change: Change, module: Module, call: ast.Call, edits: list[Edit]) -> Change:
        """A change that was refused for its await: with what carries that, or refused with the chain."""
        if not waits_in_sync_function(change):
            return change
        carried = self.carry(module, call)
        if carried.refused:
            return replace(change, refused=carried.refused)
        doubtful = carried.doubt is not None and change.verdict is Verdict.CERTAIN
        return replace(
            change,
            edits=(*edits, *await_edits(module, call)),
            refused=None,
            requires=(*change.requires, *carried.requires),
            verdict=Verdict.POSSIBLE if doubtful else change.verdict,
            reason=carried.doubt if carried.doubt and doubtful else change.reason,
        )

    def changes(self) -> Iterator[Change]:
        """The functions that became asynchronous and the awaits of their callers; they come as companions."""
        todo, done = list(self._carrying), set[str]()
        while todo:
            label = todo.pop()
            if label not in done:
                done.add(label)
                yield self._changes[label]
                todo += self._changes[label].requires

    def _spread(self, module: Module, function: ast.FunctionDef) -> _Spread:
        if function not in self._spreads:
            spread = self._spreads[function] = _Spread(f"async:{module.path}:{function.lineno}")
            spread.refused = f"{_shown(module, function)} calls itself in a circle"
            spread.refused = self._refusal(module, function, spread)
        return self._spreads[function]

    def _refusal(self, module: Module, function: ast.FunctionDef, spread: _Spread) -> str:
        """Spread to the callers, and say why that cannot be, or ''."""
        stop = boundary(self._context, module, function) or runs_a_loop(self._context, module, function)
        if stop:
            return f"{_shown(module, function)} {stop}"
        requires: list[str] = []
        made: list[Change] = []
        mark = mark_of(self._context, module, function)
        if mark is None:
            called = False
            for reference in references(self._context, module, function):
                called = True
                stop = self._through(reference, function, spread, requires, made)
                if stop:
                    return f"{_shown(module, function)} {stop}"
            if not called:
                spread.doubt = f"nothing in the repository calls {_shown(module, function)}"
        elif mark.stop:
            return f"{_shown(module, function)} {mark.stop}"
        for change in made:
            self._changes.setdefault(change.label, change)
        try:
            change = self._made_async(module, function, spread.label, requires, mark.text if mark else "")
        except Unsafe as unsafe:
            return f"{_shown(module, function)} needs a mark: {unsafe}"
        self._changes[change.label] = change
        return ""

    def _through(
        self,
        reference: Reference,
        function: ast.FunctionDef,
        spread: _Spread,
        requires: list[str],
        made: list[Change],
    ) -> str:
        """Spread through one use of a function, or say why that cannot be."""
        module, call = reference.module, reference.call
        where = f"{module.path}:{reference.node.lineno}"
        if not self._context.places.admits_path(module.path):
            return f"is used at {where}, where the step may change nothing"
        if call is None:
            return f"is passed on without a call at {where}"
        if not reference.certain:
            return f"may be called at {where}, which is not proven"
        if awaited_or_handed_over(module, call, self._context.resolver):
            return f"is awaited at {where} already"
        if _in_generator_expression(module, call):
            return f"is called in a generator expression at {where}"
        caller = module.enclosing_function(call)
        if not isinstance(caller, FunctionNode):
            return (
                f"is called in a lambda at {where}" if caller else f"is called outside functions at {where}"
            )
        if isinstance(caller, ast.FunctionDef) and caller is not function:
            further = self._spread(module, caller)
            if further.refused:
                return f"is called at {where}, where {further.refused}"
            spread.doubt = spread.doubt or further.doubt
            requires.append(further.label)
        label = f"await:{module.path}:{module.span(call)}"
        requires.append(label)
        text = f"{function.name}() becomes asynchronous"
        made.append(_companion(module, module.span(call)[0], await_edits(module, call), text, label))
        return ""

    def _made_async(
        self, module: Module, function: ast.FunctionDef, label: str, requires: list[str], mark: str
    ) -> Change:
        start = module.span(function)[0]
        edits = [Edit(start, start, "async ")]
        if mark:
            naming = Naming(self._context, module, {})
            spelled, needed = naming.spell("pytest", function, ())
            for added in naming.changes([]):
                self._changes.setdefault(added.label, added)
            line = module.lines.line_start(function.lineno)
            indent = module.text[line:start]
            edits = [Edit(start, start, f"@{spelled}.{mark}{newline_of(module)}{indent}async ")]
            requires = [*requires, *filter(None, [needed])]
        text = f"{function.name}() waits for something now"
        return _companion(module, start, edits, text, label, tuple(dict.fromkeys(requires)))


def waits_in_sync_function(change: Change) -> bool:
    """Whether a change was refused because its await would stand in a sync function."""
    return change.refused is not None and change.refused.code is ReasonCode.SYNC_FUNCTION


def _companion(
    module: Module, offset: int, edits: list[Edit], text: str, label: str, requires: tuple[str, ...] = ()
) -> Change:
    judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
    return change_at(module, offset, edits, judgement, label=label, requires=requires, companion=True)


def _in_generator_expression(module: Module, call: ast.Call) -> bool:
    for above in module.ancestors(call):
        if isinstance(above, ast.GeneratorExp):
            return True
        if isinstance(above, ast.stmt | ast.Lambda):
            return False
    return False


def _shown(module: Module, function: FunctionNode) -> str:
    return f"{function.name}() ({module.path}:{function.lineno})"
