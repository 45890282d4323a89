"""The recipe model: what a TOML file may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Strict(BaseModel):
    """Unknown keys and wrong types are errors; keys are written with dashes, ``from_`` as ``from``."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


class Where(Strict):
    """Narrows a step to some places."""

    include: list[str] = Field(default=[], description="Only files whose path matches one of these globs.")
    exclude: list[str] = Field(default=[], description="No file whose path matches one of these globs.")
    in_class: list[str] = Field(
        default=[], description="Only in classes whose name matches one of these globs."
    )
    in_function: list[str] = Field(
        default=[], description="Only in functions whose name matches one of these globs."
    )
    async_: bool | None = Field(
        default=None, description="Only inside (true) or only outside (false) asynchronous functions."
    )
    tests: bool | None = Field(
        default=None, description="Only in (true) or only outside (false) test files and conftest.py."
    )

    @model_validator(mode="after")
    def _admits_something(self) -> Self:
        if self.include and set(self.include) <= set(self.exclude):
            raise ValueError(f"where excludes all that it includes: {', '.join(self.include)}")
        return self


class Step(Strict):
    """One ordered step of a recipe; every operation is a subclass in a file of its own."""

    rewrites: ClassVar[bool] = True
    """Whether the operation ever edits, so that its recipe needs an example of a change."""

    repeatable: ClassVar[bool] = True
    """Whether the step can be run again to see that it then changes nothing."""

    runs_python: ClassVar[bool] = False
    """Whether the step runs the Python code of its `sources`, so that they must be trusted."""

    op: str = Field(description="The operation.")
    where: Where = Field(default=Where(), description="Narrows the step to some places.")

    def sources(self) -> tuple[Path, ...]:
        """Files besides the recipe that say what the step does; decisions are void when they change."""
        return ()


class Example(Strict):
    """A piece of code and what the recipe makes of it; ``unchanged`` says that it stays."""

    name: Text
    before: str | None = None
    after: str | None = None
    unchanged: str | None = None
    path: str = Field(default="example.py", description="Where the code lies, such as tests/test_a.py.")
    files: dict[str, str] = Field(
        default={}, description="Further files by path, so that classes and fixtures exist."
    )
    reported: list[int] = Field(default=[], description="The lines of the code that are reported.")

    @model_validator(mode="after")
    def _before_and_after_or_unchanged(self) -> Self:
        if (self.before is None) != (self.after is None) or (self.before is None) == (self.unchanged is None):
            raise ValueError("an example needs either before and after, or unchanged")
        if self.before is not None and self.before == self.after:
            raise ValueError("before and after are the same; write unchanged instead")
        if self.path in self.files:
            raise ValueError(f"files holds {self.path!r}, which is where the example itself lies")
        return self


class Recipe(Strict):
    """What changed, why, and the ordered steps that mend its uses."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] = Field(
        description="Lower-case words with dashes, unique in its set."
    )
    title: Text = Field(description="One line; the subject of the commit.")
    why: Text = Field(description="What a reviewer needs to know; the body of the commit.")
    link: str = Field(default="", description="Where the change of the API is documented.")
    step: Annotated[list[Step], Field(min_length=1)]
    example: Annotated[list[Example], Field(min_length=1)]

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        if "\n" in title:
            raise ValueError("a title is one line")
        return title

    @model_validator(mode="after")
    def _examples_of_both_kinds(self) -> Self:
        if all(example.unchanged is None for example in self.example):
            raise ValueError("a recipe needs an example with unchanged: code that must stay as it is")
        rewrites = any(step.rewrites for step in self.step)
        if rewrites and all(example.before is None for example in self.example):
            raise ValueError("a recipe needs an example with before and after")
        if not rewrites and not any(example.reported for example in self.example):
            raise ValueError("a recipe that only reports needs an example with reported: the lines it lists")
        return self


MESSAGE_FIELDS = ("title", "why", "link", "counts", "left", "set", "id")


class SetSettings(Strict):
    """What ``set.toml`` may say of a folder of recipes."""

    title: str = Field(default="", description="What the set is for.")
    order: list[str] = Field(default=[], description="Recipe ids in commit order, instead of file names.")
    message: str = Field(
        default="",
        description="The commit message, with {title}, {why}, {link}, {counts}, {left}, {set} and {id}.",
    )

    @field_validator("message")
    @classmethod
    def _known_fields(cls, message: str) -> str:
        try:
            message.format(**dict.fromkeys(MESSAGE_FIELDS, ""))
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            fields = ", ".join(f"{{{name}}}" for name in MESSAGE_FIELDS)
            raise ValueError(f"the message may hold {fields}; other braces are doubled") from None
        return message
