"""Branches for a person: what landed, what a gate kept away, what was undone, what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codemods.landing.branch import BranchResult
from codemods.landing.history import HistoryCommit
from codemods.landing.land import Applied, Landing
from codemods.landing.status import BranchStatus
from codemods.landing.undo import Undone
from codemods.model.formatting import counted, printable
from codemods.report.text import Piece, summary

_TAIL = 30


def applied_lines(applied: Applied) -> Iterator[Piece]:
    """The plan in short, then each branch."""
    yield from summary(applied.planned.plan, files=True)
    for result, landing in applied.branches:
        yield from gate_lines(landing)
        yield from branch_lines(result)
    if not any(result.commits for result, _ in applied.branches):
        yield "Nothing to do: no commit was made, and no branch.", ""
    for patch in applied.patches:
        yield str(patch), ""


def gate_lines(landing: Landing) -> Iterator[Piece]:
    """What gates kept from landing, with what they printed."""
    shown = list(landing.quarantined.values())
    for left in landing.left_out:
        yield f"left out: {left.recipe.id}: {left.outcome.command} {left.outcome.words}", "warning"
        shown.append(left.outcome)
    for outcome in dict.fromkeys(shown):
        yield f"the end of what {outcome.command} printed:", "heading"
        yield from ((f"  | {printable(line)}", "") for line in outcome.output.rstrip().split("\n")[-_TAIL:])


def branch_lines(result: BranchResult) -> Iterator[Piece]:
    """What landed on a branch."""
    if not result.commits:
        return
    yield f"Branch {result.name}: {counted(len(result.commits), 'commit')} on {result.base[:12]}", "heading"
    for commit in result.commits:
        counts = f"{counted(commit.sites, 'site')} in {counted(commit.files, 'file')}"
        yield f"  {commit.id[:12]} {commit.recipe.title} ({counts})", ""


def status_lines(statuses: Iterable[BranchStatus]) -> Iterator[Piece]:
    """What stands on each branch we made, and what is left."""
    none = True
    for status in statuses:
        none = False
        yield from _status(status)
    if none:
        yield "No branch was made here yet; codemods apply makes one.", ""


def undone_line(branch: str, undone: Undone) -> Piece:
    files = counted(undone.files, "file")
    return f"Took {undone.of.name} back from {branch} in {files}: {undone.id[:12]}", ""


def _status(status: BranchStatus) -> Iterator[Piece]:
    history = status.history
    if history is None:
        yield f"{status.branch}: gone", "heading"
        return
    behind = f", {counted(status.behind, 'commit')} behind {status.base}" if status.behind else ""
    yield f"{status.branch}: on {history.base[:12]}{behind}", "heading"
    for commit in history.standing():
        yield _commit("landed", commit), ""
    for commit in history.undone():
        yield _commit("undone", commit), "warning"
    for commit in history.others():
        yield f"  not ours: {commit.id[:12]} {printable(commit.subject)}", ""
    for left in status.left:
        where = printable(left.path).replace("\n", "\\n")
        yield f"  {left.kind}: {left.recipe}: {where}:{left.line}: {printable(left.why)}", "warning"


def _commit(what: str, commit: HistoryCommit) -> str:
    return f"  {what}: {commit.id[:12]} {commit.name}: {printable(commit.subject)}"
