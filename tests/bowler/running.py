"""Runs a query, given as the text of its module, over files in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from codemods.git.files import MemoryFiles
from codemods.model.plan import Change, Decide, accept_certain
from codemods.planner.planner import Planned, plan
from tests.operations.running import recipe_of

Files = Mapping[str, str | bytes]
Run = Callable[..., Planned]

RENAME = "def query(q):\n    q.select_function('old').rename('new')\n"

TOML = """\
id    = "old-new"
title = "old() is now new()"
why   = "It was renamed."

[[step]]
op    = "query"
query = "fix.py:query"

[[example]]
name   = "a call"
before = "old(1)\\n"
after  = "new(1)\\n"

[[example]]
name      = "another"
unchanged = "older(1)\\n"
"""


def run_query(
    folder: Path,
    code: str,
    files: str | bytes | Files,
    decide: Decide = accept_certain,
    step: str = ":query",
) -> Planned:
    """What the query makes of the files, or of one text as ``a.py``; its module lies in the folder."""
    module = folder / "fix.py"
    module.write_text(code, encoding="utf-8")
    given = files if isinstance(files, Mapping) else {"a.py": files}
    recipe = recipe_of({"op": "query", "query": f"{module}{step}"})
    return plan([recipe], MemoryFiles(dict(given)), decide=decide)


def text(planned: Planned, path: str = "a.py") -> str:
    found = planned.codebase.text(path)
    assert found is not None
    return found


def changes(planned: Planned) -> list[Change]:
    return list(planned.plan.recipes[0].changes())
