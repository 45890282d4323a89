"""A plan for a person: the diff of each recipe, then what was changed, left, refused, failed and not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codemods.model.formatting import because, counted, place, printable
from codemods.model.plan import Change, FilePlan, Plan, RecipePlan, RecipeRef
from codemods.planner.examples import ExampleResult
from codemods.report.diff import hunks, lines_of
from codemods.report.patch import quoted
from codemods.report.refused import refused_diff

Piece = tuple[str, str]
"""A line without its end, and its role: heading, added, removed, hunk, file, warning or nothing."""

_ROLES = {"@": "hunk", "+": "added", "-": "removed", " ": "", "": ""}


def diff(plan: Plan) -> Iterator[Piece]:
    """The plan as a unified diff, grouped by recipe."""
    for recipe in plan.recipes:
        files = recipe.changed_files()
        if files:
            yield f"# {recipe.recipe.set}/{recipe.recipe.id}: {recipe.recipe.title}", "heading"
            for file in files:
                yield from file_diff(file)
            yield "", ""


def summary(plan: Plan, *, weak: bool = False, stats: bool = False, files: bool = False) -> Iterator[Piece]:
    """What the diff does not say: counts, doubtful and refused sites and why, files that were not read.

    With ``files``, for where no diff is shown, the changed files too.
    """
    for recipe in plan.recipes:
        yield _headline(recipe), "heading"
        if files:
            yield from ((f"  changed: {_changed(file)}", "") for file in recipe.changed_files())
        yield from _sites("possible", recipe.possible())
        if weak:
            yield from _sites("unknown", (change for change in recipe.changes() if change.weak))
        for change in recipe.refused():
            yield from _sites("refused", [change])
            yield from ((f"    {line}", _ROLES[mark]) for mark, line in refused_diff(recipe, change))
        yield from _sites("reported", recipe.reported())
        yield from ((f"  failed: {printable(str(failed))}", "warning") for failed in recipe.failed)
        for warning in recipe.warnings:
            yield f"  warning: {printable(warning)}", "warning"
    for file in plan.unparsed:
        yield f"not read: {printable(str(file))}", "warning"
    yield _total(plan), "heading"
    if stats:
        yield ", ".join(f"{value} {name}" for name, value in plan.stats.items()), ""


def file_diff(file: FilePlan) -> Iterator[Piece]:
    """What becomes of one file, as a unified diff."""
    yield f"--- {quoted('a/' + file.path)}", "file"
    yield f"+++ {quoted('b/' + file.path)}", "file"
    for header, lines in hunks(lines_of(file.before), lines_of(file.after)):
        yield header, "hunk"
        for mark, line in lines:
            yield mark + printable(line.removesuffix("\n").removesuffix("\r")), _ROLES[mark]
            if not line.endswith("\n"):
                yield "\\ No newline at end of file", ""


def _headline(recipe: RecipePlan) -> str:
    applied = [change for change in recipe.applied() if not change.companion]
    parts = [
        f"{counted(len(applied), 'site')} in {counted(len(recipe.changed_files()), 'file')} changed",
        f"{sum(1 for _ in recipe.possible())} possible",
        f"{sum(1 for _ in recipe.refused())} refused",
        f"{recipe.excluded} excluded",
    ]
    if reported := sum(1 for _ in recipe.reported()):
        parts.append(f"{reported} reported")
    if recipe.weak:
        parts.append(f"{recipe.weak} unknown")
    return f"{recipe.recipe.id}: {', '.join(parts)}"


def _changed(file: FilePlan) -> str:
    """A file and its changed sites, by their lines before the recipe's step."""
    applied = [change for change in file.applied() if not change.companion]
    lines = ", ".join(map(str, dict.fromkeys(change.line for change in applied)))
    places = counted(len(applied), "site")
    return f"{printable(file.path)}: {places}, {'line' if lines.isdigit() else 'lines'} {lines}"


def _sites(label: str, changes: Iterable[Change]) -> Iterator[Piece]:
    for change in changes:
        reason = change.refused or change.reason
        yield f"  {label}: {place(change)}: {because(reason)} [{reason.code.value}]", "warning"


def _total(plan: Plan) -> str:
    applied = sum(1 for recipe in plan.recipes for change in recipe.applied() if not change.companion)
    total = f"{counted(applied, 'site')} in {counted(len(plan.changed_paths()), 'file')}"
    if plan.unparsed:
        total += f"; {counted(len(plan.unparsed), 'file')} could not be read"
    if failed := {trouble.path for trouble in plan.failed}:
        total += f"; a recipe failed in {counted(len(failed), 'file')}"
    return f"In all: {total}."


def explanation(recipe: RecipeRef, changes: Iterable[Change]) -> Iterator[Piece]:
    """What one recipe thinks of each site of a line."""
    found = False
    for change in changes:
        found = True
        yield f"{recipe.id}: {place(change)}:{change.column}: {change.verdict.value}", "heading"
        yield f"  {printable(change.reason.text)} [{change.reason.code.value}]", ""
        yield from ((f"    ← {printable(link)}", "") for link in change.reason.chain)
        if change.refused:
            yield f"  refused: {printable(change.refused.text)} [{change.refused.code.value}]", "warning"
    if not found:
        yield f"{recipe.id}: no site of this recipe stands on that line", ""


def example_lines(results: Iterable[tuple[RecipeRef, Sequence[ExampleResult]]]) -> Iterator[Piece]:
    """Which examples passed, and for the others what came out instead."""
    passed = failed = 0
    for recipe, outcomes in results:
        good = sum(outcome.passed for outcome in outcomes)
        passed, failed = passed + good, failed + len(outcomes) - good
        role = "" if good == len(outcomes) else "warning"
        yield f"{recipe.set}/{recipe.id}: {good} of {counted(len(outcomes), 'example')} passed", role
        for outcome in outcomes:
            if not outcome.passed:
                yield from _failed_example(outcome)
    yield f"{passed} passed, {failed} failed", "heading"


def _failed_example(outcome: ExampleResult) -> Iterator[Piece]:
    yield f"  failed: {outcome.variant.name}", "warning"
    if outcome.error:
        yield f"    {printable(outcome.error)}", "warning"
    if outcome.got != outcome.variant.after:
        yield "    expected (-), got (+):", ""
        for header, lines in hunks(lines_of(outcome.variant.after), lines_of(outcome.got)):
            yield f"    {header}", "hunk"
            yield from ((f"    {mark}{printable(line.rstrip())}", _ROLES[mark]) for mark, line in lines)
    for recipe in outcome.plan.recipes if outcome.plan else ():
        for change in recipe.changes():
            reason = change.refused or change.reason
            yield f"    {place(change)}: {change.verdict.value}: {because(reason)}", ""
