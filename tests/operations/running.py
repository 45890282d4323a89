"""Runs one step, or several, over files in memory through the engine, the way a recipe would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codemods.git.files import MemoryFiles
from codemods.model.plan import Change, Decide, RecipePlan, RecipeRef, accept_certain
from codemods.operations import OPERATIONS
from codemods.planner.planner import plan
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.model import Example, Recipe

Step = Mapping[str, Any]
"""A step as a recipe writes it."""


@dataclass(frozen=True)
class Result:
    """The files as the steps left them, and what the plan says of every site."""

    files: Mapping[str, bytes]
    plan: RecipePlan

    def text(self, path: str = "example.py") -> str:
        return self.files[path].decode()

    @property
    def changes(self) -> list[Change]:
        return list(self.plan.changes())

    @property
    def applied(self) -> list[Change]:
        return list(self.plan.applied())


def run(
    steps: Step | list[Step],
    files: str | Mapping[str, str | bytes],
    *,
    decide: Decide = accept_certain,
    external: bool = True,
) -> Result:
    """What the steps make of the files (or of the one text, as ``example.py``)."""
    given = {"example.py": files} if isinstance(files, str) else dict(files)
    planned = plan([recipe_of(steps)], MemoryFiles(given), decide=decide, external=external)
    (made,) = planned.plan.recipes
    assert not planned.plan.unparsed, planned.plan.unparsed
    after = {path: data.encode() if isinstance(data, str) else data for path, data in given.items()}
    for file in made.changed_files():
        after[file.path] = planned.encoded(file.path, file.after)
    return Result(after, made)


def recipe_of(steps: Step | list[Step]) -> LoadedRecipe:
    """A recipe of these steps. Raises pydantic's ValidationError where a step is not valid."""
    raw = steps if isinstance(steps, list) else [steps]
    recipe = Recipe.model_construct(
        id="example",
        title="An example",
        why="So that it can be tested.",
        step=[OPERATIONS[step["op"]].model_validate(dict(step)) for step in raw],
        example=[Example.model_validate({"name": "none", "unchanged": "\n"})],
    )
    ref = RecipeRef(recipe.id, recipe.title, recipe.why, "", "tests", "0" * 12)
    return LoadedRecipe(recipe, ref, Path("example.toml"))
