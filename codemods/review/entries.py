"""The changes of a plan as a list to decide on, each with its surroundings and its shape."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from codemods.model.formatting import place
from codemods.model.plan import (
    Change,
    Edit,
    FilePlan,
    Plan,
    Reason,
    RecipeRef,
    Stage,
    Verdict,
    apply_edits,
    whole_lines,
)

_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\"[^\"\n]*\"|'[^'\n]*'|#.*|\s+|.", re.DOTALL)
_CHAIN = re.compile(r"(\$\d+)(?:\.\$\d+)+")
_PLACEHOLDER = re.compile(r"\$\d+")


class State(StrEnum):
    """Where a change stands in the review."""

    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFUSED = "refused"
    """It is a use, but cannot be changed safely: shown, never decided."""
    REPORTED = "reported"
    """It is what a recipe without a rewrite looks for: shown, never decided."""
    STALE = "stale"
    """Its file has changed since the plan was made: never applied."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A change with the recipe, file and stage it belongs to."""

    number: int
    """Its place in the list, from 0."""
    recipe: RecipeRef
    file: FilePlan
    stage: Stage
    change: Change

    @property
    def key(self) -> str:
        return self.change.key

    @property
    def path(self) -> str:
        return self.change.path

    @property
    def place(self) -> str:
        return place(self.change)

    @property
    def reason(self) -> Reason:
        """The reason that matters: why it is refused, or else why its verdict is what it is."""
        return self.change.refused or self.change.reason

    @property
    def verdict(self) -> str:
        """The verdict, or what keeps the change from being one: ``refused`` or ``reported``."""
        if self.change.reported:
            return str(State.REPORTED)
        return str(State.REFUSED if self.change.refused else self.change.verdict)

    def line_text(self) -> str:
        """The first line the change stands on, without indentation."""
        return self.line()[0]

    def line(self) -> tuple[str, int, int]:
        """That line, and from where to where on it the first edit reaches."""
        before = self.stage.before
        edit = min(self.change.edits, default=Edit(self.change.offset, self.change.offset, ""))
        start, end = whole_lines(before, edit.start, edit.start)
        text = before[start:end]
        start += len(text) - len(text.lstrip())
        return text.strip(), max(edit.start - start, 0), max(min(edit.end, end) - start, 0)

    def lines(self) -> tuple[int, int]:
        """The offsets of the whole lines the change touches, without the last line's end."""
        return whole_lines(self.stage.before, *self.change.hull)

    def proposal(self) -> str:
        """Those lines as the change leaves them."""
        return apply_edits(*self._lines_and_edits())

    def shape(self) -> tuple[str, int, Verdict, str]:
        """Equal for changes of one step and verdict that are alike before and after but for names."""
        return (
            self.recipe.hash,
            self.change.step,
            self.change.verdict,
            _shape(*self._lines_and_edits()),
        )

    def _lines_and_edits(self) -> tuple[str, tuple[Edit, ...]]:
        start, end = self.lines()
        edits = (Edit(edit.start - start, edit.end - start, edit.text) for edit in self.change.edits)
        return self.stage.before[start:end], tuple(edits)


def entries(plan: Plan) -> Iterator[Entry]:
    """What a person can look at: no excluded sites, and no imports, which come and go with their uses."""
    number = 0
    for recipe in plan.recipes:
        for file in recipe.files:
            for stage in file.stages:
                for change in stage.changes:
                    if not change.companion and change.verdict is not Verdict.EXCLUDED:
                        yield Entry(number, recipe.recipe, file, stage, change)
                        number += 1


@lru_cache(maxsize=4096)
def _shape(lines: str, edits: tuple[Edit, ...]) -> str:
    """The lines with the edits as ``⟦old→new⟧`` and the names that stay as ``$1``…

    A name that only one side has is the API's own and is kept.
    """
    parts: list[tuple[str, str]] = []
    position = 0
    for edit in sorted(edits):
        parts += ((lines[position : edit.start],) * 2, (lines[edit.start : edit.end], edit.text))
        position = edit.end
    parts.append((lines[position:],) * 2)
    shared = _names("".join(old for old, _ in parts)) & _names("".join(new for _, new in parts))
    seen: dict[str, str] = {}
    out = [
        _blurred(old, shared, seen)
        if index % 2 == 0
        else f"⟦{_blurred(old, shared, seen)}→{_blurred(new, shared, seen)}⟧"
        for index, (old, new) in enumerate(parts)
    ]
    shape = _CHAIN.sub(r"\1", "".join(out).strip())
    numbers = {name: f"${n}" for n, name in enumerate(dict.fromkeys(_PLACEHOLDER.findall(shape)), 1)}
    return _PLACEHOLDER.sub(lambda match: numbers[match[0]], shape)


def _names(code: str) -> set[str]:
    return {token for token in _TOKEN.findall(code) if token.isidentifier() and not keyword.iskeyword(token)}


def _blurred(code: str, shared: set[str], seen: dict[str, str]) -> str:
    out = []
    for token in _TOKEN.findall(code):
        if token in shared:
            out.append(seen.setdefault(token, f"${len(seen) + 1}"))
        elif token.isspace():
            out.append(" ")
        elif not token.startswith("#"):
            out.append(token)
    return "".join(out)
