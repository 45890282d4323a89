"""The examples of a recipe, run as its tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from codemods.git.files import MemoryFiles
from codemods.model.errors import CodemodsError
from codemods.model.plan import Plan
from codemods.planner.planner import plan
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.model import Example


@dataclass(frozen=True)
class Variant:
    """An example, or the same code written differently; what is expected differs in the same way."""

    name: str
    path: str
    before: str
    after: str
    files: dict[str, str]
    reported: list[int]


@dataclass(frozen=True)
class ExampleResult:
    """What a recipe made of a variant of an example."""

    variant: Variant
    got: str
    plan: Plan | None
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.error and self.got == self.variant.after


def run(recipe: LoadedRecipe) -> Iterator[ExampleResult]:
    """Every example of the recipe, and again with CRLF and without a final newline."""
    for example in recipe.recipe.example:
        for variant in variants(example):
            yield _run(recipe, variant)


def variants(example: Example) -> Iterator[Variant]:
    """The example as it stands, with CRLF, and without a final newline."""
    before = example.unchanged if example.before is None else example.before
    after = before if example.after is None else example.after
    assert before is not None
    assert after is not None
    plain = Variant(example.name, example.path, before, after, example.files, example.reported)
    yield plain
    yield replace(
        plain,
        name=f"{example.name} (with CRLF)",
        before=before.replace("\n", "\r\n"),
        after=after.replace("\n", "\r\n"),
    )
    if before.endswith("\n") and after.endswith("\n"):
        yield replace(
            plain,
            name=f"{example.name} (without final newline)",
            before=before.rstrip("\n"),
            after=after.rstrip("\n"),
        )


def _run(recipe: LoadedRecipe, variant: Variant) -> ExampleResult:
    files = MemoryFiles({**variant.files, variant.path: variant.before})
    try:
        planned = plan([recipe], files, external=True)
    except CodemodsError as error:
        return ExampleResult(variant, variant.before, None, str(error))
    problems = [str(trouble) for trouble in (*planned.plan.unparsed, *planned.plan.failed)]
    changed = [path for path in planned.plan.changed_paths() if path != variant.path]
    problems += [f"{path}: changed too" for path in changed if path not in variant.files]
    reported = sorted(
        change.line
        for recipe_plan in planned.plan.recipes
        for change in recipe_plan.reported()
        if change.path == variant.path
    )
    if reported != sorted(variant.reported):
        problems.append(f"reported lines {reported}, expected {sorted(variant.reported)}")
    got = planned.codebase.text(variant.path)
    return ExampleResult(variant, "" if got is None else got, planned.plan, "; ".join(problems))
