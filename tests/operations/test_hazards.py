"""Every operation against every hazard."""

from __future__ import annotations

import importlib

import pytest

from codemods.operations import OPERATIONS
from tests.hazards import Case, Site, cases
from tests.operations.running import run


def _sites() -> list[Site]:
    return [site for name in OPERATIONS for site in sites_of(name)]


def sites_of(operation: str) -> list[Site]:
    """What the operation's own test module gives the table."""
    module = importlib.import_module(f"tests.operations.test_{operation.replace('-', '_')}")
    sites = list(module.SITES)
    assert all(isinstance(site, Site) for site in sites)
    return sites


def _name(site: Site) -> str:
    return f"{site.step['op']}-{site.name}" if site.name else str(site.step["op"])


@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_every_operation_gives_the_table_a_site(operation: str) -> None:
    sites = sites_of(operation)
    assert sites, f"tests/operations/test_{operation.replace('-', '_')}.py gives no SITES"
    assert {site.step["op"] for site in sites} == {operation}


@pytest.mark.parametrize("site", _sites(), ids=_name)
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
