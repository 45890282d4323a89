"""The rules of a review: what can be decided, what follows from it, and what apply would commit.

A session knows no screen. The full-screen app and the line prompt are thin over it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codemods.model.formatting import counted, place, printable
from codemods.model.plan import REJECTED, Change, Decision, Plan, Ruling, Verdict
from codemods.planner.validation import fault
from codemods.review.decisions import Decisions, Record
from codemods.review.entries import Entry, State, entries
from codemods.review.filter import Filter
from codemods.review.links import Links

Changed = Callable[[str], bool]
"""Whether a file has changed since the plan was made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: a sentence for the person, and the entries whose ruling changed."""

    said: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the history: the rulings before and after."""

    what: str
    changes: tuple[tuple[Entry, Ruling | None, Ruling | None], ...]


class Session:
    """The changes of a plan with the decisions on them."""

    def __init__(self, plan: Plan, decisions: Decisions, changed: Changed | None = None) -> None:
        self.plan = plan
        self.decisions = decisions
        self.entries: tuple[Entry, ...] = tuple(entries(plan))
        self._changed = changed
        self._paths = sorted({file.path for recipe in plan.recipes for file in recipe.files})
        self._stale_paths: set[str] = set()
        self._links = Links(plan, self.entries)
        self._progress: tuple[int, int] | None = None
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._redecide = self._outdated()

    # What stands

    def ruling(self, entry: Entry) -> Ruling | None:
        return self.decisions.ruling(entry.key)

    def state(self, entry: Entry) -> State:
        if not entry.change.applicable:
            return State.REPORTED if entry.change.reported else State.REFUSED
        if entry.path in self._stale_paths:
            return State.STALE
        ruling = self.decisions.ruling(entry.key)
        if ruling is None:
            return State.UNDECIDED
        return State.ACCEPTED if ruling.decision is Decision.ACCEPT else State.REJECTED

    def edited(self, entry: Entry) -> bool:
        ruling = self.ruling(entry)
        return ruling is not None and ruling.replacement is not None

    def text(self, entry: Entry) -> str:
        """The lines of an applicable change as they would be committed: the person's words, else ours."""
        ruling = self.ruling(entry)
        return entry.proposal() if ruling is None or ruling.replacement is None else ruling.replacement

    def select(self, wanted: Filter) -> list[Entry]:
        return [entry for entry in self.entries if wanted(entry, self.state(entry))]

    def companions(self, entry: Entry) -> list[Change]:
        """The changes without worth of their own, such as imports, that this one brings with it."""
        return [change for change in self._links.required(entry.change) if change.companion]

    def requirements(self, entry: Entry) -> list[Entry]:
        """The other changes that are accepted with this one."""
        return [
            self._links.entry(change) for change in self._links.required(entry.change) if not change.companion
        ]

    def blocked(self, entry: Entry) -> str:
        """Why a change cannot be accepted; empty when it can."""
        if why := self._undecidable(entry):
            return why
        for change in self._links.required(entry.change):
            needed = f"It needs {place(change)}"
            if not change.applicable:
                return f"{needed}, which cannot be changed safely: {(change.refused or change.reason).text}"
            if change.path in self._stale_paths:
                return f"{needed}, and that file has changed since the plan was made."
        for one in (entry, *self.requirements(entry)):
            for mate in self._links.mates(one):
                if self.state(mate) is State.ACCEPTED and self.edited(mate):
                    return (
                        f"{one.place} is on lines that you edited with {mate.place}; edit or clear that one."
                    )
        return ""

    def alike(self, entry: Entry) -> list[Entry]:
        """The applicable changes of the same shape, this one included, however they were decided."""
        if not entry.change.applicable:
            return []
        shape = entry.shape()
        return [
            other
            for other in self.entries
            if other.recipe is entry.recipe
            and other.change.step == entry.change.step
            and other.change.verdict is entry.change.verdict
            and other.change.applicable
            and other.shape() == shape
        ]

    def counts(self) -> dict[tuple[str, str, State], int]:
        """How many changes stand where, by recipe hash, verdict and state."""
        return Counter((entry.recipe.hash, entry.verdict, self.state(entry)) for entry in self.entries)

    def progress(self) -> tuple[int, int]:
        """How many of the changes that can be decided are, and how many there are."""
        if self._progress is None:
            states = Counter(self.state(entry) for entry in self.entries)
            decided = states[State.ACCEPTED] + states[State.REJECTED]
            self._progress = decided, decided + states[State.UNDECIDED]
        return self._progress

    def greeting(self) -> str:
        """What is left to decide, and how much of that was decided before on other code."""
        decided, total = self.progress()
        again = sum(
            1 for entry in self.entries if self.decided_before(entry) and self.state(entry) is State.UNDECIDED
        )
        said = (
            f"{counted(total - decided, 'change')} to decide" if total > decided else "Nothing left to decide"
        )
        if decided:
            said += f", {decided} decided already"
        if again:
            said += f"; {again} stood in code that has changed since you decided on it"
        return said + "."

    def decided_before(self, entry: Entry) -> bool:
        """Whether there is a decision on this recipe and file that no longer fits any change."""
        return (f"{entry.recipe.set}/{entry.recipe.id}", entry.path) in self._redecide

    # What a person does

    def accept(self, entry: Entry) -> Outcome:
        """Accept a change with all it requires. An edited replacement stays as it is."""
        self._look([entry])
        if why := self.blocked(entry):
            return Outcome(why)
        return self._commit("accept", [entry], self._accepting([entry]), f"Accepted {entry.place}")

    def reject(self, entry: Entry, note: str = "") -> Outcome:
        """Reject a change and its edit, and the accepted ones that require it."""
        self._look([entry])
        if why := self._undecidable(entry):
            return Outcome(why)
        with_note = " with your note" if note else ""
        updates = self._rejecting([entry], note)
        return self._commit("reject", [entry], updates, f"Rejected {entry.place}{with_note}")

    def clear(self, entry: Entry) -> Outcome:
        """Take a decision and its edit back, and those on the accepted changes that require it."""
        self._look([entry])
        if why := self._undecidable(entry):
            return Outcome(why)
        updates: dict[Entry, Ruling | None] = dict.fromkeys(self._with_dependents([entry]))
        return self._commit("clear", [entry], updates, f"Cleared {entry.place}")

    def edit(self, entry: Entry, text: str) -> Outcome:
        """Accept a change with other lines in the place of ours, if the file still parses with them."""
        self._look([entry])
        if why := self.uneditable(entry):
            return Outcome(why)
        start, end = entry.lines()
        before = entry.stage.before
        if text == before[start:end]:
            return Outcome("That leaves the code as it was; reject the change instead.")
        if problem := fault(before, before[:start] + text + before[end:]):
            return Outcome(f"Your text was not kept: {problem}.")
        updates = self._accepting([entry])
        ours = text == entry.proposal()
        updates[entry] = Ruling(Decision.ACCEPT, None if ours else text)
        said = f"Accepted {entry.place} as proposed" if ours else f"Edited and accepted {entry.place}"
        return self._commit("edit", [entry], updates, said)

    def certain(self, shown: Iterable[Entry]) -> list[Entry]:
        """Those of the entries that "accept all certain" would accept: proven, undecided, not blocked.

        Nothing that was rejected comes back by way of what requires it.
        """
        return [
            entry
            for entry in shown
            if entry.change.verdict is Verdict.CERTAIN
            and self.state(entry) is State.UNDECIDED
            and not self.blocked(entry)
            and all(self.state(other) is not State.REJECTED for other in self.requirements(entry))
        ]

    def accept_all(self, targets: Sequence[Entry]) -> Outcome:
        """Accept many as one step; those that cannot be accepted are left and counted."""
        self._look(targets)
        free = [entry for entry in targets if not self.blocked(entry)]
        said = f"Accepted {counted(len(free), 'change')}"
        if len(free) < len(targets):
            said += f", left {len(targets) - len(free)} that cannot be applied"
        return self._commit("accept", free, self._accepting(free), said)

    def reject_all(self, targets: Sequence[Entry]) -> Outcome:
        """Reject many as one step."""
        self._look(targets)
        free = [entry for entry in targets if not self._undecidable(entry)]
        said = f"Rejected {counted(len(free), 'change')}"
        return self._commit("reject", free, self._rejecting(free), said)

    def undo(self) -> Outcome:
        """Take the last step back, however many changes it touched."""
        if not self._undo:
            return Outcome("Nothing to undo.")
        step = self._undo[-1]
        self._record((entry, old) for entry, old, _ in step.changes)
        self._redo.append(self._undo.pop())
        return Outcome(_again("Undid", step), tuple(entry for entry, _, _ in step.changes))

    def redo(self) -> Outcome:
        """Do the step again that was taken back last."""
        if not self._redo:
            return Outcome("Nothing to redo.")
        step = self._redo[-1]
        self._record((entry, new) for entry, _, new in step.changes)
        self._undo.append(self._redo.pop())
        return Outcome(_again("Redid", step), tuple(entry for entry, _, _ in step.changes))

    def refresh(self, paths: Iterable[str] | None = None) -> list[str]:
        """See which files, of all or of those given, have changed; the paths that were not known to have."""
        if self._changed is None:
            return []
        found = []
        for path in self._paths if paths is None else dict.fromkeys(paths):
            if not self._changed(path):
                if path in self._stale_paths:
                    self._stale_paths.remove(path)
                    self._progress = None
            elif path not in self._stale_paths:
                self._stale_paths.add(path)
                self._progress = None
                found.append(path)
        return found

    # What follows

    def _look(self, targets: Iterable[Entry]) -> None:
        """Before deciding, see whether the files involved are still as they were."""
        changes = (one for entry in targets for one in (entry.change, *self._links.required(entry.change)))
        self.refresh(change.path for change in changes)

    def _undecidable(self, entry: Entry) -> str:
        """Why nothing can be decided of a change; empty when it can."""
        match self.state(entry):
            case State.REFUSED:
                return f"{entry.place} cannot be changed safely: {entry.reason.text}"
            case State.REPORTED:
                return f"{entry.place} is only reported, and for you to mend: {entry.reason.text}"
            case State.STALE:
                path = printable(entry.path)
                return f"{path} has changed since the plan was made; start the review again to judge it."
        return ""

    def uneditable(self, entry: Entry) -> str:
        """Why a change cannot be edited; empty when it can."""
        for mate in self._links.mates(entry):
            if self.state(mate) is State.ACCEPTED:
                return (
                    f"{mate.place} is accepted and on the same lines; clear it first, then write both in one."
                )
        return self.blocked(entry)

    def _accepting(self, targets: Iterable[Entry]) -> dict[Entry, Ruling | None]:
        updates: dict[Entry, Ruling | None] = {}
        for target in targets:
            for entry in (target, *self.requirements(target)):
                old = self.ruling(entry)
                updates[entry] = Ruling(Decision.ACCEPT, old.replacement if old else None)
        return updates

    def _rejecting(self, targets: Sequence[Entry], note: str = "") -> dict[Entry, Ruling | None]:
        updates: dict[Entry, Ruling | None] = dict.fromkeys(self._with_dependents(targets), REJECTED)
        return updates | dict.fromkeys(targets, Ruling(Decision.REJECT, note=note))

    def _with_dependents(self, targets: Iterable[Entry]) -> list[Entry]:
        """The targets, then the accepted changes that cannot stand without them."""
        found = dict.fromkeys(targets)
        for target in tuple(found):
            for change in self._links.dependents(target.change):
                if not change.companion and self._accepted(change):
                    found.setdefault(self._links.entry(change))
        return list(found)

    def _accepted(self, change: Change) -> bool:
        ruling = self.decisions.ruling(change.key)
        return change.applicable and ruling is not None and ruling.decision is Decision.ACCEPT

    def _needed(self, companion: Change) -> bool:
        return any(not one.companion and self._accepted(one) for one in self._links.dependents(companion))

    def _commit(
        self, what: str, targets: Sequence[Entry], updates: dict[Entry, Ruling | None], said: str
    ) -> Outcome:
        """Record what differs as one step of the history, and say what came along with the targets."""
        changes = tuple(
            (entry, old, new) for entry, new in updates.items() if (old := self.ruling(entry)) != new
        )
        if not changes:
            return Outcome(f"{said}; nothing is different." if targets else "There is nothing to decide.")
        touched = {one.key: one for entry, _, _ in changes for one in self.companions(entry)}
        before = {key for key, one in touched.items() if self._needed(one)}
        self._record((entry, new) for entry, _, new in changes)
        self._undo.append(_Step(what, changes))
        self._redo.clear()
        after = {key for key, one in touched.items() if self._needed(one)}
        said += _along(len(updates.keys() - set(targets)))
        said += _places("brings", [touched[key] for key in touched if key in after - before])
        said += _places("drops", [touched[key] for key in touched if key in before - after])
        return Outcome(f"{said}.", tuple(entry for entry, _, _ in changes))

    def _record(self, rulings: Iterable[tuple[Entry, Ruling | None]]) -> None:
        self._progress = None
        self.decisions.append([_record(entry, ruling) for entry, ruling in rulings])

    def _outdated(self) -> set[tuple[str, str]]:
        known = {entry.key for entry in self.entries}
        return {(one.recipe, one.path) for one in self.decisions.records() if one.key not in known}


def _record(entry: Entry, ruling: Ruling | None) -> Record:
    recipe = f"{entry.recipe.set}/{entry.recipe.id}"
    return Record(entry.key, ruling, recipe, entry.path, entry.change.line, str(entry.change.reason.code))


def _again(verb: str, step: _Step) -> str:
    where = step.changes[0][0].place if len(step.changes) == 1 else counted(len(step.changes), "change")
    return f"{verb}: {step.what} ({where})."


def _along(number: int) -> str:
    return f"; {counted(number, 'change')} tied to it went along" if number else ""


def _places(verb: str, companions: Sequence[Change]) -> str:
    if not companions:
        return ""
    if len(companions) > 3:
        return f"; {verb} {counted(len(companions), 'import')}"
    return f"; {verb} the import at {', '.join(map(place, companions))}"
