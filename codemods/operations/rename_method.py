"""``rename-method``: calls of a class's method under its new name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pydantic import Field

from codemods.operations.awaiting import await_edits, awaited_or_handed_over, why_no_await
from codemods.operations.base import Context, change_at
from codemods.operations.names import ClassPaths, NameTable, as_list
from codemods.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.resolve import Judgement, Target
from codemods.source.module import Module


class RenameMethod(NameTable):
    """Renames a method where it is used on instances of a class, its subclasses, or the class itself.

    A subclass that overrides the old name keeps it: its method is another one.
    """

    class_: ClassPaths = Field(description="The class, or several import paths of it.")
    await_: bool | Literal["keep"] = Field(
        default="keep",
        description="true: the new method is asynchronous, so calls get the await they lack, and calls in "
        "sync functions are refused; false and keep: leave awaits as they are.",
    )
    external: bool = Field(default=False, description="The class may be absent from the repository.")

    def find(self, context: Context) -> Iterator[Change]:
        target = context.target(as_list(self.class_), external=self.external)
        context.warnings += self._warnings(context, target)
        for module in context.files(target, list(self.table)):
            for node in module.nodes(ast.Attribute):
                if node.attr in self.table:
                    yield self._judged(context, module, node, target)

    def _judged(self, context: Context, module: Module, node: ast.Attribute, target: Target) -> Change:
        judgement = context.resolver.receiver(module, node.value, target, node.attr)
        span = module.attribute_name_span(node)
        if span is None:
            unsafe = Reason(
                ReasonCode.UNSAFE_EDIT, "the name is written in a way that cannot be edited safely"
            )
            return change_at(module, module.span(node)[0], (), judgement, refused=unsafe)
        edits = [Edit(*span, self.table[node.attr])]
        refused = None
        if self.await_ is True and judgement.verdict is not Verdict.EXCLUDED:
            above = module.parent(node)
            if isinstance(above, ast.Call) and above.func is node:
                if not awaited_or_handed_over(module, above, context.resolver):
                    refused = why_no_await(module, above)
                    edits += await_edits(module, above)
            else:
                judgement = _doubted(judgement)
        return change_at(module, span[0], edits, judgement, refused=refused)

    def _warnings(self, context: Context, target: Target) -> Iterator[str]:
        name = target.paths[0].rpartition(".")[2]
        for old, new in self.table.items():
            found = context.resolver.method(target, new)
            if found is None and target.kind == "class":
                missing = context.resolver.method(target, old) is None
                what = f"neither {old}() nor {new}()" if missing else f"no {new}()"
                yield f"{name} has {what} in this repository"
            elif found and self.await_ is True and not isinstance(found[1], ast.AsyncFunctionDef):
                yield f"{name}.{new}() is not asynchronous ({found[0].path}:{found[1].lineno})"


def _doubted(judgement: Judgement) -> Judgement:
    """A method that is passed on without a call: whoever calls it must now await it."""
    if judgement.verdict is not Verdict.CERTAIN:
        return judgement
    text = "the method is passed on without a call; whoever calls it must await the new one"
    return Judgement(Verdict.POSSIBLE, replace(judgement.reason, code=ReasonCode.REFERENCE, text=text))
