"""One asynchronous hook: what stands in the way of making it synchronous, and what must change with it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codemods.model.plan import Edit, Reason, ReasonCode
from codemods.refactoring.asynchrony.remove_await import unasync_edit, unawait_edits
from codemods.refactoring.hooks.calls import Use
from codemods.refactoring.hooks.definitions import Definition, Outside, Provider

if TYPE_CHECKING:
    from codemods.refactoring.hooks.conversion import Move


@dataclass(eq=False)
class Case:
    """An asynchronous hook on its way to a synchronous one."""

    hook: Definition
    caller: str = ""
    """The test runner that calls it."""
    unrelated: str = ""
    """Why it is no hook at all."""
    obstacle: Reason | None = None
    """Why the hook must stay asynchronous."""
    doubt: Reason | None = None
    """Why a person should look at it first."""
    needs: list[Case] = field(default_factory=list)
    """Setup hooks that must run for this one to make sense."""
    inside: list[Use] = field(default_factory=list)
    """Calls of hooks in its own body."""
    users: list[Use] = field(default_factory=list)
    """Calls of this hook by hand."""
    edits: list[Edit] = field(default_factory=list)
    """What takes the awaits of sync functions away."""
    direct: dict[Use, list[Edit]] = field(default_factory=dict)
    """Calls through ``super()`` that call a class by its name instead."""
    real: str = ""
    """What it really waits for."""
    move: Move | None = None
    """How it goes on all the same."""

    @property
    def label(self) -> str:
        return f"hook:{self.hook.module.path}:{self.hook.node.lineno}:{self.hook.name}"

    def stop(self, code: ReasonCode, text: str) -> None:
        """Keep the hook asynchronous; the first reason counts."""
        self.obstacle = self.obstacle or Reason(code, text, self.chain)

    def question(self, code: ReasonCode, text: str) -> None:
        self.doubt = self.doubt or Reason(code, text, self.chain)

    @property
    def chain(self) -> tuple[str, ...]:
        """The classes, who awaits what, in words."""
        calls = [
            f"line {u.node.lineno} calls {described(target)}" for u in self.inside for target in u.targets
        ]
        return (f"{self.hook} is asynchronous ({self.hook.place})", *calls)

    @property
    def form(self) -> str:
        """What becomes of the hook, in words."""
        if self.move is None:
            return "nothing is left to await, so it becomes sync"
        why = f"{self.real}; " if self.real else ""
        return f"{why}it becomes {self.move.name}(), which {self.move.runner}"

    def all_edits(self) -> list[Edit]:
        """The edits of the move, or of the simple form: ``def``, and no await left."""
        if self.move:
            return self.move.edits(self)
        assert isinstance(self.hook.node, ast.AsyncFunctionDef)
        edit = unasync_edit(self.hook.module, self.hook.node)
        assert edit is not None, "inspected before"
        edits = [edit, *self.edits]
        for use in self.inside:
            edits += unawait_edits(self.hook.module, use.awaiting) if use.awaiting else []
            edits += self.direct.get(use, [])
        return edits


def described(target: Provider) -> str:
    if isinstance(target, Outside):
        return f"a hook that is not known: {target.why}" if target.why else "unittest's own sync hook"
    kind = "asynchronous" if target.is_async else "sync"
    return f"{target}, {kind} ({target.place})"
