"""Small plans by hand: every ``.close`` of the files is a use of a renamed method."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from codemods.model.plan import (
    Change,
    Edit,
    FilePlan,
    Plan,
    Reason,
    ReasonCode,
    RecipePlan,
    RecipeRef,
    Stage,
    Unparsed,
    Verdict,
    apply_edits,
    whole_lines,
)
from codemods.review.decisions import Decisions
from codemods.review.entries import Entry, State
from codemods.review.session import Changed, Session
from codemods.review.summary import Applying

CERTAIN = Reason(ReasonCode.PROVEN, "manager is a RedisManager", ("manager = RedisManager() at line 1",))
POSSIBLE = Reason(ReasonCode.UNION, "manager is a RedisManager or a File")
REPORTED = Reason(ReasonCode.REPORTED, "do not close")
REFUSED = Reason(ReasonCode.SYNC_FUNCTION, "the function is not async")

_USE = re.compile(r"(?<=\.)close\b")


def recipe(name: str = "redis-shutdown") -> RecipeRef:
    return RecipeRef(name, "close() is now shutdown()", "It was renamed.", "", "netra", f"hash-{name}")


def file_plan(path: str, text: str, ref: RecipeRef | None = None) -> FilePlan:
    """Uses are certain but for lines with ``# possible``, ``# refused``, ``# reported``, ``# excluded``.

    A line that says ``# imports`` brings the import at the top of the file; ``# def`` is what those with
    ``# needs`` require.
    """
    ref = ref or recipe()
    changes = [_change(path, text, match.start(), ref) for match in _USE.finditer(text)]
    if "# imports" in text:
        edit = Edit(0, 0, "import x\n")
        changes.insert(0, _made(path, text, 0, ref, (edit,), CERTAIN, label=f"import {path}", companion=True))
    return FilePlan(path, text, text, (Stage(0, text, text, tuple(changes), frozenset()),))


def plan_of(files: Mapping[str, str], names: Sequence[str] = ("redis-shutdown",), unparsed: int = 0) -> Plan:
    """The same files under each recipe, so that keys differ by recipe."""
    return Plan(
        tuple(
            RecipePlan(ref, tuple(file_plan(path, text, ref) for path, text in files.items()))
            for ref in map(recipe, names)
        ),
        tuple(Unparsed(f"bad{number}.py", 1, "does not parse") for number in range(unparsed)),
    )


def session_of(
    text: str | Mapping[str, str], decisions: Decisions | None = None, changed: Changed | None = None
) -> Session:
    files = {"a.py": text} if isinstance(text, str) else text
    return Session(plan_of(files), decisions or Decisions(), changed)


def applying(session: Session, commit: Callable[[str], str] = "Made {}.".format) -> Applying:
    """A way into the repository that ends here: what is accepted counts as applied."""

    def preview() -> Plan:
        accepted = {entry.key for entry in session.entries if session.state(entry) is State.ACCEPTED}
        return replace(
            session.plan,
            recipes=tuple(
                replace(recipe, files=tuple(_applied(file, accepted) for file in recipe.files))
                for recipe in session.plan.recipes
            ),
        )

    return Applying(preview, commit)


def _applied(file: FilePlan, accepted: set[str]) -> FilePlan:
    stage = replace(
        file.stages[0], applied=frozenset(one.key for one in file.changes() if one.key in accepted)
    )
    edits = [edit for change in stage.changes if change.key in stage.applied for edit in change.edits]
    after = apply_edits(file.before, edits)
    return replace(file, after=after, stages=(replace(stage, after=after),))


def at(session: Session, line: int, path: str = "a.py") -> Entry:
    """The change at a line."""
    return next(one for one in session.entries if one.path == path and one.change.line == line)


def _change(path: str, text: str, offset: int, ref: RecipeRef) -> Change:
    start, end = whole_lines(text, offset, offset)
    line = text[start:end]
    reason = CERTAIN
    if "# possible" in line:
        reason = POSSIBLE
    return _made(
        path,
        text,
        offset,
        ref,
        (Edit(offset, offset + len("close"), "shutdown"),),
        reason,
        refused=REFUSED if "# refused" in line else REPORTED if "# reported" in line else None,
        label="definition" if "# def" in line else "",
        requires=tuple(
            label
            for mark, label in (("# imports", f"import {path}"), ("# needs", "definition"))
            if mark in line
        ),
        verdict=Verdict.EXCLUDED if "# excluded" in line else None,
    )


def _made(
    path: str,
    text: str,
    offset: int,
    ref: RecipeRef,
    edits: tuple[Edit, ...],
    reason: Reason,
    *,
    refused: Reason | None = None,
    label: str = "",
    requires: tuple[str, ...] = (),
    companion: bool = False,
    verdict: Verdict | None = None,
) -> Change:
    certain = Verdict.CERTAIN if reason is CERTAIN else Verdict.POSSIBLE
    return Change(
        path=path,
        line=text.count("\n", 0, offset) + 1,
        column=1,
        offset=offset,
        edits=() if refused else edits,
        verdict=verdict or certain,
        reason=reason,
        refused=refused,
        label=label,
        requires=requires,
        companion=companion,
        recipe=ref.id,
        key=f"{ref.hash}:{path}:{hash(text)}:{offset}:{companion}",
    )
