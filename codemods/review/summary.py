"""What apply would commit by the decisions as they stand, per recipe, and what is left out and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codemods.model.plan import Failed, Plan, RecipeRef, Unparsed
from codemods.review.entries import Entry, State
from codemods.review.session import Session


@dataclass(frozen=True, slots=True)
class RecipeSummary:
    """What apply would commit of one recipe, and what it would leave out."""

    recipe: RecipeRef
    accepted: int
    edited: int
    imports: int
    files: int
    left_out: tuple[tuple[str, int], ...]
    """Why, and how many."""
    notes: tuple[tuple[str, str], ...]
    """Where a change was rejected with a note, and the note."""


@dataclass(frozen=True, slots=True)
class Summary:
    recipes: tuple[RecipeSummary, ...]
    unparsed: tuple[Unparsed, ...]
    failed: tuple[Failed, ...]

    @property
    def accepted(self) -> int:
        return sum(recipe.accepted for recipe in self.recipes)


@dataclass(frozen=True, slots=True)
class Applying:
    """How the decisions of a review reach the repository."""

    preview: Callable[[], Plan]
    """Plans with the decisions as they stand: exactly what would be committed. Raises CodemodsError."""
    commit: Callable[[str], str]
    """Commits that on the named branch, and says what it did. Raises CodemodsError."""


def not_applied(session: Session, plan: Plan) -> list[tuple[Entry, str]]:
    """The accepted changes that a plan with the decisions leaves out all the same, and why."""
    applied = {change.key for recipe in plan.recipes for change in recipe.applied()}
    found = {change.key: change for recipe in plan.recipes for change in recipe.changes()}
    left = []
    for entry in session.entries:
        if entry.key not in applied and session.state(entry) is State.ACCEPTED:
            change = found.get(entry.key)
            gone = "without the changes before it that are not accepted, it is not there"
            why = gone if change is None else "it requires a change that is not applied"
            left.append((entry, change.refused.text if change and change.refused else why))
    return left


def summarize(session: Session) -> Summary:
    """One entry per recipe, in order."""
    by_recipe: dict[str, list[Entry]] = defaultdict(list)
    for entry in session.entries:
        by_recipe[entry.recipe.hash].append(entry)
    return Summary(
        tuple(_recipe(session, one.recipe, by_recipe[one.recipe.hash]) for one in session.plan.recipes),
        session.plan.unparsed,
        session.plan.failed,
    )


def _recipe(session: Session, recipe: RecipeRef, listed: Sequence[Entry]) -> RecipeSummary:
    left_out: Counter[str] = Counter()
    accepted = []
    for entry in listed:
        if why := _left_out(session, entry):
            left_out[why] += 1
        else:
            accepted.append(entry)
    imports = {change.key: change for entry in accepted for change in session.companions(entry)}
    rulings = ((entry.place, session.ruling(entry)) for entry in listed)
    return RecipeSummary(
        recipe,
        accepted=len(accepted),
        edited=sum(session.edited(entry) for entry in accepted),
        imports=len(imports),
        files=len({entry.path for entry in accepted} | {change.path for change in imports.values()}),
        left_out=tuple(left_out.most_common()),
        notes=tuple((place, ruling.note) for place, ruling in rulings if ruling and ruling.note),
    )


def _left_out(session: Session, entry: Entry) -> str:
    match session.state(entry):
        case State.ACCEPTED:
            return "" if not session.blocked(entry) else "accepted, but what it needs cannot be applied"
        case State.REFUSED:
            return f"refused ({entry.reason.code})"
        case State.STALE:
            return "stale: the file has changed since the plan was made"
        case State.UNDECIDED:
            return "not decided yet"
        case state:
            return str(state)
