"""Operations as pages to read."""

import pytest

from codemods.operations import OPERATIONS
from codemods.report.pages import operation_page


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_key_of_every_operation_is_explained(name: str) -> None:
    lines = [line for line, _ in operation_page(name)]
    assert lines[0] == name
    assert lines[1]
    for place, line in enumerate(lines):
        if (line.startswith("  ") and "(default" in line) or "(required)" in line:
            assert lines[place + 1].strip(), f"{name}: {line.strip()} is not explained"


def test_the_keys_of_inner_tables_are_listed() -> None:
    lines = [line for line, _ in operation_page("replace")]
    assert any(line.strip().startswith("not-in: ") for line in lines)
    assert any(line.strip().startswith("replacement: ") for line in lines)
