"""Plans: overlay, decisions, requirements, validation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codemods.git.files import MemoryFiles
from codemods.model.plan import (
    ACCEPTED,
    REJECTED,
    Change,
    Decision,
    Edit,
    Plan,
    Reason,
    ReasonCode,
    RecipeRef,
    Ruling,
    Verdict,
    accept_certain,
)
from codemods.operations import Context, Operation, change_at
from codemods.planner.planner import plan
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.model import Recipe
from codemods.semantic import Judgement
from tests.operations.running import recipe_of

CERTAIN = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, "it is"))


class Swap(Operation):
    """Replaces a text wherever it stands; the smallest operation there is."""

    old: str
    new: str
    label: str = ""
    needs: tuple[str, ...] = ()
    helper: bool = False

    def find(self, context: Context) -> Iterator[Change]:
        for module in context.modules(context.codebase.grep(self.old)):
            place = module.text.find(self.old)
            while place >= 0:
                yield change_at(
                    module,
                    place,
                    [Edit(place, place + len(self.old), self.new)],
                    CERTAIN,
                    label=self.label,
                    requires=self.needs,
                    companion=self.helper,
                )
                place = module.text.find(self.old, place + len(self.old))


class Both(Operation):
    """Several operations as one step."""

    parts: list[Operation]

    def find(self, context: Context) -> Iterator[Change]:
        for part in self.parts:
            yield from part.find(context)


def swap(old: str, new: str, **more: object) -> Swap:
    return Swap.model_validate({"op": "swap", "old": old, "new": new, **more})


def recipe(name: str, *steps: Operation) -> LoadedRecipe:
    loaded = recipe_of([])
    made = Recipe.model_construct(**{**dict(loaded.recipe), "id": name, "step": list(steps)})
    return LoadedRecipe(made, RecipeRef(name, name, name, "", "tests", name * 3), loaded.path)


def both(*parts: Operation) -> Both:
    return Both.model_construct(op="both", parts=list(parts))


def planned(text: str, *recipes: LoadedRecipe, decide: object = accept_certain) -> tuple[str | None, Plan]:
    assert callable(decide)
    made = plan(recipes, MemoryFiles({"a.py": text}), decide=decide)
    return made.codebase.text("a.py"), made.plan


def test_later_steps_and_recipes_see_what_earlier_ones_changed() -> None:
    after, made = planned(
        "one\n", recipe("a", swap("one", "two"), swap("two", "three")), recipe("b", swap("three", "four"))
    )
    assert after == "four\n"
    assert [(file.before, file.after) for one in made.recipes for file in one.files] == [
        ("one\n", "three\n"),
        ("three\n", "four\n"),
    ]


def test_a_change_that_spoils_the_file_is_refused_and_the_others_land() -> None:
    after, made = planned("one\ntwo\n", recipe("a", both(swap("one", "1 +"), swap("two", "2"))))
    assert after == "one\n2\n"
    (refused,) = made.recipes[0].refused()
    assert refused.line == 1
    assert refused.refused
    assert refused.refused.code is ReasonCode.INVALID_RESULT


def test_of_changes_that_spoil_the_file_together_the_guilty_one_is_refused() -> None:
    after, made = planned("f(one, two)\n", recipe("a", both(swap("one", "x=1"), swap("two", "x=2"))))
    # Alone, the first puts a keyword before a positional argument, and the second is fine.
    assert after == "f(one, x=2)\n"
    assert len(list(made.recipes[0].refused())) == 1


def test_overlapping_changes_are_not_both_made() -> None:
    after, made = planned("abcd\n", recipe("a", both(swap("abc", "x"), swap("bcd", "y"))))
    assert after == "xd\n"
    assert [change.refused.code for change in made.recipes[0].refused() if change.refused] == [
        ReasonCode.UNSAFE_EDIT
    ]


def test_a_change_needs_what_it_requires() -> None:
    step = both(swap("use", "did", needs=("import",)), swap("old", "new", label="import", helper=True))
    assert planned("old; use\n", recipe("a", step))[0] == "new; did\n"
    assert planned("use\n", recipe("a", step))[0] == "use\n"
    assert planned("old\n", recipe("a", step))[0] == "old\n"


def test_a_rejected_use_drops_its_companion() -> None:
    step = both(swap("use", "did", needs=("import",)), swap("old", "new", label="import", helper=True))

    def reject_the_use(change: Change) -> Ruling:
        return REJECTED if change.requires else ACCEPTED

    assert planned("old; use\n", recipe("a", step), decide=reject_the_use)[0] == "old; use\n"


def test_a_step_that_never_ends_is_refused() -> None:
    after, made = planned("x\n", recipe("a", swap("x", "xx")))
    assert after == "x\n"
    (refused,) = made.recipes[0].refused()
    assert refused.refused
    assert "a second run" in refused.refused.text


def test_only_the_sites_that_never_end_are_refused() -> None:
    step = both(swap("x", "xx"), swap("one", "two", needs=("x",)), swap("three", "four"))
    after, made = planned("x\nthree; x\n", recipe("a", step, swap("four", "five")))
    assert after == "x\nfive; x\n"
    assert [(change.line, change.applicable) for change in made.recipes[0].refused()] == [
        (1, False),
        (2, False),
    ]
    assert made.recipes[0].excluded == 0


def test_what_needs_a_change_that_never_ends_stays_too() -> None:
    step = both(swap("x", "xx", label="x"), swap("one", "two", needs=("x",)), swap("three", "four"))
    assert planned("x\none; three\n", recipe("a", step))[0] == "x\none; four\n"


def test_a_replacement_of_a_persons_own_is_made_and_checked() -> None:
    def own(change: Change) -> Ruling:
        return Ruling(Decision.ACCEPT, replacement="three" if change.line == 1 else "(")

    after, made = planned("one\none\n", recipe("a", swap("one", "two")), decide=own)
    assert after == "three\none\n"
    assert len(list(made.recipes[0].refused())) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_the_key_of_a_site_does_not_depend_on_earlier_decisions(accepted: bool) -> None:
    keys: set[str] = set()

    def decide(change: Change) -> Ruling:
        if change.recipe == "b":
            keys.add(change.key)
            return ACCEPTED
        return ACCEPTED if accepted else REJECTED

    text = "one\none\nlast\n"
    planned(text, recipe("a", swap("one", "twotwo")), recipe("b", swap("last", "end")), decide=decide)
    _, made = planned(text, recipe("b", swap("last", "end")))
    alone = {change.key for change in made.recipes[0].changes()}
    assert keys == alone
    assert len(keys) == 1


def test_a_file_that_does_not_parse_is_kept_aside() -> None:
    after, made = planned("one(\n", recipe("a", swap("one", "two")))
    assert after == "one(\n"
    assert [file.line for file in made.unparsed] == [1]


def test_progress_names_the_files_and_sites_so_far_and_the_file_at_hand() -> None:
    files = {f"f{number}.py": "old = 1\n" * 500 for number in range(60)}
    told: list[tuple[str, int, int]] = []
    plan([recipe("a", swap("old", "new"))], MemoryFiles(files), progress=lambda *what: told.append(what))
    assert told[0] == ("a", 0, 1)
    assert told[-1] == ("", 1, 1)
    assert any("files, " in title and "sites, f" in title for title, _, _ in told)
