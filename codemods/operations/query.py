"""``query``: what TOML cannot say, as a Bowler query in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from pydantic import Field, ValidationInfo, field_validator

from codemods.bowler.script import run_function, run_script
from codemods.bowler.session import Session, Site
from codemods.model.plan import Change, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import Context, Operation
from codemods.syntax.text import Lines

_REFERENCE = re.compile(r"(?P<file>.+\.py)(?::(?P<function>\w+))?")


class Query(Operation):
    """Runs a Bowler query over today's syntax; each place it changes can be accepted or rejected by itself.

    The function gets a `bowler.Query` to select from, or returns one; a script without a function may run
    several. It is Python, so the recipe must be named by its file, or lie in a folder that you trust:
    `git config --global --add codemods.trusted DIR`.
    """

    runs_python: ClassVar[bool] = True
    repeatable: ClassVar[bool] = False  # a script may do anything besides, and need not find its work done

    query: str = Field(
        description="The query: a Python file beside the recipe and a function in it, such as "
        "`fix.py:query`, or the file alone for a script written for Bowler."
    )

    arguments: list[str] = Field(
        default=[], description="What the Python file finds in sys.argv, such as the paths a script asks for."
    )

    @field_validator("query")
    @classmethod
    def _in_the_recipes_folder(cls, query: str, info: ValidationInfo) -> str:
        reference = _REFERENCE.fullmatch(query)
        if reference is None:
            raise ValueError(f"query: {query!r} names no Python file and function; write it as fix.py:query")
        folder: Path = (info.context or {}).get("folder", Path())
        path = folder / reference["file"]
        if not path.is_file():
            raise ValueError(f"query: there is no file {path}")
        return f"{path}:{reference['function']}" if reference["function"] else str(path)

    def sources(self) -> tuple[Path, ...]:
        return (self._file(),)

    def find(self, context: Context) -> Iterator[Change]:
        """Raises RecipeError where the query cannot be run; what it raises for one file is kept aside."""
        path, function = self._file(), _REFERENCE.fullmatch(self.query)["function"]  # type: ignore[index]
        session = Session(
            context.codebase,
            context.resolver,
            context.target,
            lambda file: context.places.admits_path(file) and (context.only is None or file in context.only),
        )
        if function is None:
            run_script(path, self.arguments, session)
        else:
            run_function(path, function, self.arguments, session)
        context.warnings += (f"this ran the Python code of {path.name}", *session.warnings)
        context.codebase.unparsed.update(session.unparsed)
        context.failed += session.failed.values()
        for file, sites in session.results():
            text = context.codebase.text(file)
            assert text is not None
            lines = Lines(text)
            for site in sites:
                yield _change(file, lines, site)

    def _file(self) -> Path:
        return Path(re.sub(r"(?<=\.py):\w+$", "", self.query))


def _change(path: str, lines: Lines, site: Site) -> Change:
    offset = min((edit.start for edit in site.edits), default=site.offset)
    line, column = lines.position(offset)
    verdict, reason = Verdict.CERTAIN, Reason(ReasonCode.QUERY, "the query changes it")
    if site.judgement is not None:
        verdict, reason = site.judgement.verdict, site.judgement.reason
    return Change(
        path=path,
        line=line,
        column=column,
        offset=offset,
        edits=() if site.refused else tuple(site.edits),
        verdict=verdict,
        reason=reason,
        refused=Reason(ReasonCode.UNSAFE_EDIT, site.refused) if site.refused else None,
    )
