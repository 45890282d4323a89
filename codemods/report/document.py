"""The plan as a JSON document with a versioned schema (`codemods schema plan` prints it)."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from codemods.model.formatting import printable
from codemods.model.plan import Change, FilePlan, Plan, Reason, RecipePlan, Trouble
from codemods.report.refused import refused_diff

VERSION = 1
"""Raised when a key changes its meaning or goes; new keys may come without."""


class ReasonDocument(TypedDict):
    code: str
    text: str
    chain: list[str]


class EditDocument(TypedDict):
    start: int
    end: int
    text: str


class ChangeDocument(TypedDict):
    """A site. ``edits`` are character offsets in the file's text as this step saw it.

    ``refused_diff`` is what a refused change would have made, cut short where it is long.
    """

    key: str
    step: int
    line: int
    column: int
    verdict: str
    reason: ReasonDocument
    refused: ReasonDocument | None
    refused_diff: list[str]
    kind: str
    applied: bool
    edits: list[EditDocument]


class FileDocument(TypedDict):
    path: str
    changed: bool
    changes: list[ChangeDocument]


class TroubleDocument(TypedDict):
    path: str
    line: int
    why: str


class RecipeDocument(TypedDict):
    id: str
    set: str
    hash: str
    title: str
    why: str
    link: str
    excluded: int
    weak: int
    warnings: list[str]
    failed: list[TroubleDocument]
    files: list[FileDocument]


class PlanDocument(TypedDict):
    version: int
    pending: bool
    reports: bool
    recipes: list[RecipeDocument]
    unparsed: list[TroubleDocument]
    stats: dict[str, int]


def document(plan: Plan) -> PlanDocument:
    """The plan as plain values, ready for `json.dumps`."""
    return {
        "version": VERSION,
        "pending": plan.pending,
        "reports": plan.reports,
        "recipes": [_recipe(recipe) for recipe in plan.recipes],
        "unparsed": [_trouble(file) for file in plan.unparsed],
        "stats": plan.stats,
    }


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    from pydantic import TypeAdapter

    return TypeAdapter(PlanDocument).json_schema()


def _recipe(plan: RecipePlan) -> RecipeDocument:
    ref = plan.recipe
    return {
        "id": ref.id,
        "set": ref.set,
        "hash": ref.hash,
        "title": ref.title,
        "why": ref.why,
        "link": ref.link,
        "excluded": plan.excluded,
        "weak": plan.weak,
        "warnings": list(plan.warnings),
        "failed": [_trouble(file) for file in plan.failed],
        "files": [_file(plan, file) for file in plan.files],
    }


def _trouble(file: Trouble) -> TroubleDocument:
    return {"path": printable(file.path), "line": file.line, "why": file.why}


def _file(plan: RecipePlan, file: FilePlan) -> FileDocument:
    return {
        "path": printable(file.path),
        "changed": file.changed,
        "changes": [
            _change(plan, change, change.key in stage.applied)
            for stage in file.stages
            for change in stage.changes
        ],
    }


def _change(plan: RecipePlan, change: Change, applied: bool) -> ChangeDocument:
    return {
        "key": change.key,
        "step": change.step,
        "line": change.line,
        "column": change.column,
        "verdict": change.verdict.value,
        "reason": _reason(change.reason),
        "refused": _reason(change.refused) if change.refused else None,
        "refused_diff": [line for _, line in refused_diff(plan, change)] if change.refused else [],
        "kind": change.kind,
        "applied": applied,
        "edits": [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in change.edits],
    }


def _reason(reason: Reason) -> ReasonDocument:
    return {"code": reason.code.value, "text": reason.text, "chain": list(reason.chain)}
