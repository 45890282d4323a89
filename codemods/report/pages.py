"""Recipes and operations as pages to read, and the JSON Schema of a recipe."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from codemods.model.errors import UsageError
from codemods.operations import OPERATIONS
from codemods.recipe.loading import LoadedRecipe, RecipeSet
from codemods.recipe.model import Example, Recipe, Step, Strict
from codemods.report.text import Piece


def recipe_list(sets: Iterable[RecipeSet]) -> Iterator[Piece]:
    """Each set and the recipes in it, in the order of their commits."""
    for number, recipe_set in enumerate(sets):
        if number:
            yield "", ""
        title = f": {recipe_set.settings.title}" if recipe_set.settings.title else ""
        yield f"{recipe_set.name}{title}", "heading"
        width = max(len(recipe.path.stem) for recipe in recipe_set.recipes)
        for recipe in recipe_set.recipes:
            yield f"  {recipe.path.stem:{width}}  {recipe.ref.title}", ""


def recipe_page(loaded: LoadedRecipe) -> Iterator[Piece]:
    """A recipe for a reader: what, why, its steps and its examples."""
    recipe = loaded.recipe
    yield f"{loaded.ref.set}/{recipe.id}: {recipe.title}", "heading"
    yield recipe.why, ""
    if recipe.link:
        yield recipe.link, ""
    for step in recipe.step:
        yield "", ""
        keys = step.model_dump(by_alias=True, exclude_defaults=True)
        yield f"step: {keys.pop('op')}", "heading"
        yield from ((f"  {key} = {value!r}", "") for key, value in keys.items())
    for example in recipe.example:
        yield "", ""
        yield from _example(example)
    yield "", ""


def operation_page(name: str) -> Iterator[Piece]:
    """What an operation does, and the keys of its step. Raises UsageError when there is none of that name."""
    if name not in OPERATIONS:
        close = difflib.get_close_matches(name, list(OPERATIONS), n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(OPERATIONS)}"
        raise UsageError(f"there is no operation {name!r}; {hint}")
    operation = OPERATIONS[name]
    yield name, "heading"
    yield inspect.cleandoc(operation.__doc__ or ""), ""
    yield "", ""
    yield "keys", "heading"
    for key, field in operation.model_fields.items():
        need = "required" if field.is_required() else f"default {field.get_default()!r}"
        if key not in Step.model_fields:
            yield f"  {field.alias or key} ({need})", ""
            yield f"      {field.description or ''}", ""
            yield from _keys_inside(field.annotation)
    yield "  where", ""
    yield "      Narrows the step: include, exclude, in-class, in-function, async, tests.", ""


def _keys_inside(annotation: Any) -> Iterator[Piece]:
    """The keys of the tables that a key holds."""
    if inspect.isclass(annotation) and issubclass(annotation, Strict):
        for key, field in annotation.model_fields.items():
            yield f"        {field.alias or key}: {field.description or ''}", ""
    for inner in get_args(annotation):
        yield from _keys_inside(inner)


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe file, with the keys of every operation."""
    schema = Recipe.model_json_schema(by_alias=True)
    schema["title"] = "Codemods recipe"
    steps = []
    for name, operation in OPERATIONS.items():
        step = operation.model_json_schema(by_alias=True)
        schema["$defs"].update(step.pop("$defs", {}))
        step["properties"]["op"] = {"const": name}
        step["title"] = name
        steps.append(step)
    schema["properties"]["step"]["items"] = {"oneOf": steps}
    return schema


def _example(example: Example) -> Iterator[Piece]:
    yield f"example: {example.name}", "heading"
    if example.unchanged is not None:
        yield from _code("stays", example.unchanged)
    if example.before is not None and example.after is not None:
        yield from _code("before", example.before)
        yield from _code("after", example.after)


def _code(label: str, code: str) -> Iterator[Piece]:
    yield f"  {label}:", ""
    yield from ((f"    {line}", "") for line in code.strip("\n").split("\n"))
