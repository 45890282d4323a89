"""How places are written."""

from __future__ import annotations

from codemods.model.formatting import place
from codemods.model.plan import Change, Reason, ReasonCode, Verdict


def test_a_place_is_one_line_whatever_the_name_holds() -> None:
    reason = Reason(ReasonCode.PROVEN, "it is")
    change = Change("a b\n\udcff é\x1b.py", 3, 1, 0, (), Verdict.CERTAIN, reason)
    assert place(change) == "a b\\n\\xff é\\x1b.py:3"
