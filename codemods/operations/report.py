"""``report``: code that should not be there is listed; nothing is rewritten, and ``--check`` fails on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from codemods.model.plan import Change, Reason, ReasonCode, Verdict
from codemods.recipe.model import Text
from codemods.refactoring.fields import DottedPath
from codemods.refactoring.hooks.definitions import HookName, Hooks
from codemods.refactoring.operation import Context, change_at
from codemods.refactoring.patterns.pattern import Pattern
from codemods.refactoring.patterns.search import Search, files_for, find_all
from codemods.semantic import Judgement
from codemods.semantic.scopes.imported_names import guard_of
from codemods.syntax.module import Module


class Report(Search):
    """Lists the places where a pattern fits, imports that cannot succeed, or hooks that nobody awaits.

    Patterns are those of ``replace``. What is certain makes ``--check`` fail; an example says in ``reported``
    on which of its lines that is.
    """

    rewrites: ClassVar[bool] = False

    message: Text = Field(description="What is wrong with such code, and what to do: one sentence.")
    pattern: Text | None = Field(default=None, description="The code, with $x and $...x for what may vary.")
    patterns: list[Text] = Field(default=[], description="Several patterns.")
    statement: bool = Field(
        default=False, description="Only where the code is a statement by itself, its result unused."
    )
    missing_imports: list[DottedPath | Literal["*"]] = Field(
        default=[],
        description="Packages of this repository, or *: imports from them that cannot succeed are listed.",
    )
    async_hooks: list[HookName] = Field(
        default=[],
        description="Hooks that are listed where a test class has them asynchronous: no runner awaits them.",
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if sum(map(bool, (self.pattern, self.patterns, self.missing_imports, self.async_hooks))) != 1:
            raise ValueError("name either a pattern, patterns, missing-imports, or async-hooks")
        self.check_captures(self.compiled_patterns)
        return self

    @cached_property
    def compiled_patterns(self) -> list[Pattern]:
        """Raises ValueError."""
        written = self.patterns if self.pattern is None else [self.pattern]
        return [self.compiled(one, as_statement=self.statement) for one in written]

    @property
    def independent(self) -> bool:
        return not self.async_hooks

    def find(self, context: Context) -> Iterator[Change]:
        if self.missing_imports:
            yield from self._missing(context)
            return
        if self.async_hooks:
            yield from self._hooks(context)
            return
        targets = self.targets(context)
        for module in files_for(context, self.compiled_patterns):
            for one in find_all(context, module, self.compiled_patterns):
                judgement = self.judged(context, module, one.match, targets)
                if judgement is not None:
                    yield self._finding(module, one.match.nodes[0], judgement)

    def _missing(self, context: Context) -> Iterator[Change]:
        everywhere = "*" in self.missing_imports
        tops = {package.partition(".")[0] for package in self.missing_imports}
        paths = context.codebase.paths()
        inside = {path for path in paths if everywhere or tops.intersection(PurePosixPath(path).parts)}
        for module in context.modules(context.codebase.grep(*tops) | inside):
            for imported in context.resolver.imported(module):
                if guard_of(module, imported.statement) == "try":
                    continue
                named = any(f"{imported.path}.".startswith(f"{package}.") for package in self.missing_imports)
                if not named and not everywhere:
                    continue
                if context.resolver.exists(imported.path) is False:
                    why = Reason(ReasonCode.PROVEN, f"{imported.path} is not in the repository")
                    yield self._finding(module, imported.alias, Judgement(Verdict.CERTAIN, why))

    def _hooks(self, context: Context) -> Iterator[Change]:
        hooks = Hooks(context, self.async_hooks)
        for hook in hooks.asynchronous:
            if not hook.is_async:
                continue
            caller = hooks.caller(hook.cls, hook.name)
            judgement = Judgement(
                Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"{caller} calls {hook} and never awaits it")
            )
            if not caller:
                text = f"no test class that derives from {hook.cls.dotted} was found"
                judgement = Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text))
            yield self._finding(hook.module, hook.node, judgement)

    def _finding(self, module: Module, node: ast.expr | ast.stmt | ast.alias, judgement: Judgement) -> Change:
        reported = None
        if judgement.verdict is Verdict.CERTAIN:
            reported = Reason(ReasonCode.REPORTED, self.message, (judgement.reason.text,))
        return change_at(module, module.span(node)[0], (), judgement, refused=reported)
