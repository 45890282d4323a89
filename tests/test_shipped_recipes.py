"""The examples of every recipe that is shipped."""

from __future__ import annotations

import pytest

from codemods.operations import OPERATIONS
from codemods.planner import examples
from codemods.recipe.loading import LoadedRecipe, load_all, shipped_root

RECIPES = [recipe for loaded in load_all(shipped_root(), OPERATIONS) for recipe in loaded.recipes]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.ref.set}/{recipe.ref.id}")
def test_examples(recipe: LoadedRecipe) -> None:
    for result in examples.run(recipe):
        assert result.passed, f"{result.variant.name}: {result.error}\n{result.got}"
