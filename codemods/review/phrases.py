"""What is said of a change and of the whole review, in the same words on every kind of screen."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.model.formatting import counted, place
from codemods.model.plan import Plan
from codemods.review.decisions import Decisions
from codemods.review.diff import visible
from codemods.review.entries import Entry
from codemods.review.session import Session
from codemods.review.summary import RecipeSummary, Summary, not_applied


def heading(session: Session, entry: Entry) -> tuple[str, str]:
    """Where a change stands in the code, and where it stands in the review."""
    state = "edited and accepted" if session.edited(entry) else str(session.state(entry))
    return entry.place, f"{entry.verdict} ({entry.reason.code}), {state}"


def why(entry: Entry) -> str:
    """The reason for the refusal or the verdict, in one sentence."""
    return visible(entry.reason.text)


def facts(session: Session, entry: Entry) -> Iterator[str]:
    """The chain behind the reason, what comes along with the change, and what was said of it before."""
    change = entry.change
    if change.refused and not change.reported:
        yield f"{change.verdict}: {visible(change.reason.text)}"
    for fact in (*change.reason.chain, *(change.refused.chain if change.refused else ())):
        yield f"because {visible(fact)}"
    for companion in session.companions(entry):
        yield f"with it: the import at {place(companion)}"
    for other in session.requirements(entry):
        yield f"with it: {other.place} {visible(other.line_text())}"
    ruling = session.ruling(entry)
    if ruling and ruling.note:
        yield f"your note: {visible(ruling.note)}"
    if not ruling and session.decided_before(entry):
        yield "You decided on this file before; the file or the recipe has changed since."


def notes(plan: Plan, decisions: Decisions) -> Iterator[tuple[str, str]]:
    """Where changes of the plan were rejected with a note, and the notes."""
    for recipe in plan.recipes:
        for change in recipe.changes():
            ruling = decisions.ruling(change.key)
            if ruling and ruling.note:
                yield place(change), visible(ruling.note)


def summary_lines(summary: Summary) -> Iterator[str]:
    """What apply would commit, and what it leaves out and why."""
    for recipe in summary.recipes:
        yield f"{recipe.recipe.set}/{recipe.recipe.id}: {visible(recipe.recipe.title)}"
        yield f"  {_committed(recipe)}"
        yield from (f"  left out: {number} {reason}" for reason, number in recipe.left_out)
        yield from (f"  note on {where}: {visible(note)}" for where, note in recipe.notes)
        yield ""
    if summary.unparsed:
        yield f"{counted(len(summary.unparsed), 'file')} could not be read, so nothing in them is changed:"
        yield from (f"  {visible(str(one))}" for one in summary.unparsed)
    if summary.failed:
        yield f"A recipe failed in {counted(len(summary.failed), 'file')}, so it changes nothing in them:"
        yield from (f"  {visible(str(one))}" for one in summary.failed)


def preview_lines(session: Session, plan: Plan) -> Iterator[str]:
    """What a plan with the decisions as they stand would commit."""
    sites = sum(not change.companion for recipe in plan.recipes for change in recipe.applied())
    files = counted(len(plan.changed_paths()), "file")
    yield f"Planned with these decisions: {counted(sites, 'change')} in {files} would be committed."
    yield from left_lines(session, plan)


def left_lines(session: Session, plan: Plan) -> Iterator[str]:
    """What was accepted and cannot be applied all the same."""
    if left := not_applied(session, plan):
        yield f"Accepted, but not applied: {counted(len(left), 'change')}"
        yield from (f"  {entry.place}: {visible(why)}" for entry, why in left)


def _committed(recipe: RecipeSummary) -> str:
    if not recipe.accepted:
        return "no commit: nothing is accepted"
    extra = [f"{recipe.edited} edited"] if recipe.edited else []
    extra += [counted(recipe.imports, "import")] if recipe.imports else []
    more = f" ({', '.join(extra)})" if extra else ""
    return f"one commit: {counted(recipe.accepted, 'change')}{more} in {counted(recipe.files, 'file')}"
