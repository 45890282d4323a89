"""The recipe model: what a TOML file may say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from codemods.plan import RecipeRef

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    """Unknown keys and wrong types are errors; keys are written with dashes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
        populate_by_name=False,
    )


class Where(_Strict):
    """Narrows a step to some places."""

    include: list[str] = Field(default=[], description="Only files whose path matches one of these globs.")
    exclude: list[str] = Field(default=[], description="No file whose path matches one of these globs.")
    in_class: list[str] = Field(
        default=[], description="Only inside classes whose name matches one of these globs."
    )
    in_function: list[str] = Field(
        default=[], description="Only inside functions whose name matches one of these globs."
    )
    async_: bool | None = Field(
        default=None, description="Only inside (true) or only outside (false) asynchronous functions."
    )
    tests: bool | None = Field(
        default=None, description="Only in (true) or only outside (false) test files and conftest.py."
    )


class Step(_Strict):
    """One ordered step of a recipe; every operation is a subclass in a file of its own."""

    op: str = Field(description="The operation.")
    where: Where = Field(default=Where(), description="Narrows the step to some places.")


class Example(_Strict):
    """A piece of code and what the recipe makes of it; ``unchanged`` says that it stays."""

    name: Text
    before: str | None = None
    after: str | None = None
    unchanged: str | None = None
    path: str = Field(
        default="example.py", description="Where the example's file lies, such as tests/test_a.py."
    )
    files: dict[str, str] = Field(
        default={}, description="Further files, so that classes and fixtures exist."
    )

    @model_validator(mode="after")
    def _before_and_after_or_unchanged(self) -> Example:
        if (self.before is None) != (self.after is None) or (self.before is None) == (self.unchanged is None):
            raise ValueError("an example needs either before and after, or unchanged")
        if self.before is not None and self.before == self.after:
            raise ValueError("before and after are the same; write unchanged instead")
        return self


class Recipe(_Strict):
    """What changed, why, and the ordered steps that mend its uses."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] = Field(
        description="Lower-case words with dashes, unique in its set."
    )
    title: Text = Field(description="One line; the subject of the commit.")
    why: Text = Field(description="What a reviewer needs to know; the body of the commit.")
    link: str = Field(default="", description="Where the change of the API is documented.")
    step: list[Any] = Field(min_length=1)
    example: list[Example] = Field(min_length=1)

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        if "\n" in title:
            raise ValueError("a title is one line")
        return title

    @property
    def steps(self) -> list[Step]:
        return self.step


class LoadedRecipe(BaseModel):
    """A recipe with where it came from."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    recipe: Recipe
    ref: RecipeRef
    path: Path


Registry = Mapping[str, type[Step]]
"""The operations by name."""
