"""Plans by the real engine, with an operation that needs to know nothing: it swaps one word for another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from codemods.git.files import Files
from codemods.model.plan import Change, Decide, Edit, Reason, ReasonCode, RecipeRef, Verdict, accept_certain
from codemods.operations import Context, Operation, change_at
from codemods.planner import planner
from codemods.planner.planner import Planned
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.model import Recipe
from codemods.semantic import Judgement

PROVEN = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, "it is the word"))
DOUBTFUL = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.EVIDENCE, "a comment says that it may be the word"))


class Swap(Operation):
    """Swaps a word; one on a line with ``# maybe`` is doubtful."""

    old: str
    new: str

    def find(self, context: Context) -> Iterator[Change]:
        for module in context.modules(context.codebase.grep(self.old)):
            for match in re.finditer(rf"\b{self.old}\b", module.text):
                line = module.text[match.start() :].partition("\n")[0]
                judgement = DOUBTFUL if "# maybe" in line else PROVEN
                yield change_at(
                    module, match.start(), [Edit(match.start(), match.end(), self.new)], judgement
                )


def recipes(words: Mapping[str, str]) -> list[LoadedRecipe]:
    """One recipe for each word to swap, named after it."""
    return [_recipe(old, new) for old, new in words.items()]


def replacing(files: Files, words: Mapping[str, str], decide: Decide = accept_certain) -> Planned:
    return planner.plan(recipes(words), files, decide=decide)


def _recipe(old: str, new: str) -> LoadedRecipe:
    name = old.strip("_").replace("_", "-")
    title = f"{old}() is now {new}()"
    why = f"The API was renamed: {old} is gone.\n\nCall {new} instead."
    digest = hashlib.sha256(f"{old}{new}".encode()).hexdigest()[:12]
    step = Swap.model_construct(op="swap", old=old, new=new)
    return LoadedRecipe(
        Recipe.model_construct(id=name, title=title, why=why, step=[step], example=[]),
        RecipeRef(name, title, why, "https://example.com/changes", "words", digest),
        Path(f"words/{name}.toml"),
    )
