"""The vocabulary holds operations only, and every one of them loads."""

from __future__ import annotations

from codemods.operations import OPERATIONS, Operation


def test_every_name_is_an_operation() -> None:
    assert len(OPERATIONS) == len(list(OPERATIONS)) > 0
    for name in OPERATIONS:
        assert issubclass(OPERATIONS[name], Operation)
        assert OPERATIONS[name].find is not Operation.find
