"""The report of a branch, fit for the body of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from codemods.landing.branch import BranchResult
from codemods.landing.gates import Outcome
from codemods.landing.land import Landing
from codemods.model.formatting import because, counted, place, printable
from codemods.model.plan import Change, RecipePlan, Trouble
from codemods.report.text import file_diff

_SAMPLE = 24
_LISTED = 50
_OUTPUT = 30


def markdown(result: BranchResult, landing: Landing) -> str:
    """Per recipe why, counts, a sample and what was left for a person; then how the gates fared."""
    plan = landing.planned.plan
    sites = sum(commit.sites for commit in result.commits)
    files = len(plan.changed_paths())
    lines = [
        f"# {counted(len(result.commits), 'recipe')} applied",
        "",
        f"{counted(sites, 'site')} in {counted(files, 'file')} changed on top of {result.base}.",
        "",
    ]
    for recipe in plan.recipes:
        lines += _recipe(recipe)
    lines += _gates(landing)
    lines += _troubles("Files that could not be read", plan.unparsed)
    lines += _troubles("Files in which a recipe failed", plan.failed)
    return "\n".join(lines).rstrip() + "\n"


def rejections(notes: Sequence[tuple[str, str]]) -> str:
    """Where a review rejected changes with a note, and the notes."""
    listed = (f"- {_code(where)}: {printable(note)}" for where, note in notes)
    return "\n".join(("## Rejected in the review", "", *listed)) + "\n"


def _recipe(recipe: RecipePlan) -> Iterator[str]:
    ref = recipe.recipe
    files = recipe.changed_files()
    applied = sum(not change.companion for change in recipe.applied())
    possible, refused, reported = list(recipe.possible()), list(recipe.refused()), list(recipe.reported())
    if not (files or possible or refused or reported):
        return
    yield from (f"## {ref.title}", "", ref.why, "")
    if ref.link:
        yield from (f"See <{ref.link}>.", "")
    changed = f"{counted(applied, 'site')} in {counted(len(files), 'file')} changed"
    rest = f"{len(possible)} possible, {len(refused)} refused, {recipe.excluded} proven to be something else"
    yield from (f"`{ref.set}/{ref.id}`: {changed}, {rest}.", "")
    if files:
        sample = [line for line, _ in file_diff(files[0])]
        if len(sample) > _SAMPLE:
            sample = [*sample[:_SAMPLE], f"… {len(sample) - _SAMPLE} more lines"]
        yield from _fenced("diff", sample)
    yield from _left("Not proven, so left for a person", possible)
    yield from _left("Meant, but not safe to change", refused)
    yield from _left("Found, for a person to see to", reported)


def _left(title: str, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield from (f"{title}:", "")
    for change in changes[:_LISTED]:
        yield f"- {_code(place(change))}: {because(change.refused or change.reason)}"
    if len(changes) > _LISTED:
        yield f"- and {len(changes) - _LISTED} more"
    yield ""


def _gates(landing: Landing) -> Iterator[str]:
    failed = [(left.recipe.id, left.outcome) for left in landing.left_out]
    if not (landing.outcomes or failed or landing.quarantined):
        return
    yield from ("## Gates", "")
    for outcome in landing.outcomes:
        yield f"- {_code(outcome.command)} {outcome.words} ({outcome.seconds:.0f} s)"
    for recipe, outcome in failed:
        yield f"- `{recipe}` was left out: with it, {_code(outcome.command)} {outcome.words}"
    if landing.quarantined:
        yield f"- {counted(len(landing.quarantined), 'change')} left out, named above with the reason"
    yield ""
    yield from _outputs([*(outcome for _, outcome in failed), *landing.quarantined.values()])


def _outputs(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in dict.fromkeys(outcomes):
        yield from (f"The end of what {_code(outcome.command)} printed:", "")
        yield from _fenced("text", map(printable, outcome.output.rstrip().split("\n")[-_OUTPUT:]))


def _troubles(title: str, files: Sequence[Trouble]) -> Iterator[str]:
    if files:
        yield from (f"## {title}", "")
        yield from (f"- {printable(str(file))}" for file in files)
        yield ""


def _fenced(language: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(lines)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (fence + language, text, fence, "")


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return f"`` {text} ``" if longest == 1 else f"`{text}`" if not longest else text
