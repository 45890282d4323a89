"""Plans as the engine would make them, from plain replacements of words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from codemods.engine import Planned
from codemods.plan import (
    Change,
    Edit,
    FilePlan,
    Plan,
    Reason,
    ReasonCode,
    RecipePlan,
    RecipeRef,
    Stage,
    Verdict,
    apply_edits,
)
from codemods.repo.files import Files
from codemods.source.codebase import Codebase

PROVEN = Reason(ReasonCode.PROVEN, "it is the class the recipe names")
DOUBTFUL = Reason(ReasonCode.EVIDENCE, "nothing says what this is, but its name fits")


def replacing(files: Files, words: Mapping[str, str]) -> Planned:
    """One recipe for each word to replace, named after it, over all files that hold it."""
    codebase = Codebase(files)
    plan = Plan(tuple(recipe(codebase, old, new) for old, new in words.items()))
    return Planned(plan, codebase)


def recipe(codebase: Codebase, old: str, new: str) -> RecipePlan:
    ref = RecipeRef(
        id=old.strip("_").replace("_", "-"),
        title=f"{old}() is now {new}()",
        why=f"The API was renamed: {old} is gone.\n\nCall {new} instead.",
        link="https://example.com/changes",
        set="words",
        hash=hashlib.sha256(f"{old}{new}".encode()).hexdigest()[:12],
    )
    plans = [file_plan(codebase, path, old, new) for path in sorted(codebase.grep(old))]
    return RecipePlan(ref, tuple(plans))


def file_plan(codebase: Codebase, path: str, old: str, new: str) -> FilePlan:
    before = codebase.text(path)
    assert before is not None
    changes = [
        Change(
            path=path,
            line=before.count("\n", 0, match.start()) + 1,
            column=1,
            offset=match.start(),
            edits=(Edit(match.start(), match.end(), new),),
            verdict=Verdict.CERTAIN,
            reason=PROVEN,
            key=f"{path}:{match.start()}",
        )
        for match in re.finditer(rf"\b{old}\b", before)
    ]
    after = apply_edits(before, (edit for change in changes for edit in change.edits))
    codebase.replace(path, after)
    stage = Stage(0, before, after, tuple(changes), frozenset(change.key for change in changes))
    return FilePlan(path, before, after, (stage,))
