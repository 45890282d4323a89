"""Every operation against every hazard."""

from __future__ import annotations

import importlib
import importlib.util

import pytest

from codemods.operations import OPERATIONS
from tests.hazards import Case, Site, cases
from tests.operations.running import run

WITHOUT_SITES = {
    "query": "what it edits is up to the query; test_query.py has the hazards of bytes and syntax",
    "report": "it never edits",
}
"""The operations that need not run the table, and why."""


def test_every_operation_runs_the_table() -> None:
    have = {str(site.step["op"]) for site in sites()}
    assert set(OPERATIONS) - have == set(WITHOUT_SITES)


def sites() -> list[Site]:
    """What the test modules of the operations give the table."""
    names = [f"tests.operations.test_{name.replace('-', '_')}" for name in OPERATIONS]
    modules = [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]
    return [site for module in modules for site in getattr(module, "SITES", ())]


def _name(site: Site) -> str:
    return f"{site.step['op']}-{site.name}" if site.name else str(site.step["op"])


@pytest.mark.parametrize("site", sites(), ids=_name)
def test_hazards(site: Site) -> None:
    """All at once: a file each is quick, and a list of all that went wrong says more than the first."""
    every = list(cases(site))
    unknown = set(site.otherwise) - {case.name for case in every}
    assert not unknown, f"otherwise names no hazard: {unknown}"
    wrong = [problem for case in every if (problem := _problem(case))]
    assert not wrong, f"{len(wrong)} of {len(every)} hazards:\n" + "\n".join(wrong)


def _problem(case: Case) -> str:
    """What a site became instead of what it had to become, or "" when it is right, and stays so."""
    path = case.site.path
    files: dict[str, str | bytes] = {**case.site.files, path: case.before}
    first = run(case.site.step, files)
    got = first.files[path]
    if got != case.after:
        reasons = [str(change.refused or change.reason) for change in first.changes]
        return (
            f"--- {case.name}\n{_shown(case.before)}wanted:\n{_shown(case.after)}got:\n{_shown(got)}{reasons}"
        )
    again = run(case.site.step, first.files)
    if again.files != first.files:
        return f"--- {case.name}\na second run changed it again:\n{_shown(again.files[path])}"
    return ""


def _shown(data: bytes) -> str:
    return "".join(f"    {line}\n" for line in data.decode("utf-8", "replace").split("\n"))
