"""What the renaming operations share: one pair of names or a table of many, checked when loaded."""

from __future__ import annotations

import keyword
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from codemods.refactoring.operation import Operation


def _without_keywords(name: str) -> str:
    for part in name.split("."):
        if keyword.iskeyword(part):
            raise ValueError(f"{part!r} is a keyword of Python, which cannot be a name")
    return name


Identifier = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$")]
DottedPath = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")]
NewIdentifier = Annotated[Identifier, AfterValidator(_without_keywords)]
"""A name that code is given; an old one may have become a keyword since."""
NewPath = Annotated[DottedPath, AfterValidator(_without_keywords)]
ClassPaths = DottedPath | Annotated[list[DottedPath], Field(min_length=1)]
"""A class by its import path, or several equivalent paths of one class."""


def as_list(paths: str | list[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else paths


class PairOrTable(Operation):
    """A step that renames ``from`` to ``to``, or every name of the table ``names``."""

    from_: str | None = None
    to: str | None = None
    names: dict[str, str] = Field(default={})

    @model_validator(mode="after")
    def _a_pair_or_a_table(self) -> Self:
        if (self.from_ is None) != (self.to is None):
            raise ValueError("from and to belong together")
        if (self.from_ is None) == (not self.names):
            raise ValueError("name either from and to, or a table of names")
        for old, new in self.table.items():
            if old == new:
                raise ValueError(f"{old!r} is renamed to itself")
            self.check_pair(old, new)
        return self

    @property
    def table(self) -> dict[str, str]:
        """New names by their old ones."""
        if self.from_ is not None and self.to is not None:
            return {self.from_: self.to}
        return dict(self.names)

    def check_pair(self, old: str, new: str) -> None:
        """Raises ValueError where two renames of the step would meet."""
        if new in self.table:
            raise ValueError(f"{old!r} becomes {new!r}, which the step renames too; the order would matter")


class NameTable(PairOrTable):
    """A step that renames plain names."""

    from_: Identifier | None = Field(default=None, description="The old name.")
    to: NewIdentifier | None = Field(default=None, description="The new name.")
    names: dict[Identifier, NewIdentifier] = Field(
        default={}, description="Many old names and their new ones."
    )
