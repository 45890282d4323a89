"""``add-method``."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import recipe_of, run

STEP = {"op": "add-method", "source": "def stop(self):\n    self.items.clear()\n"}
CALLS = "def close(self):\n        self.stop()\n"

SITES = [
    Site(
        STEP,
        before="class Example:\n    def close(self): self.stop()",
        after=(
            "class Example:\n    def close(self): self.stop()\n\n"
            "    def stop(self):\n        self.items.clear()"
        ),
        shape="definition",
    ),
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "class A:\n    def close(self):\n        self.stop()  # now\n\n    x = 1  # why\n\n\nA()\n",
            "class A:\n    def close(self):\n        self.stop()  # now\n\n    x = 1  # why\n\n"
            "    def stop(self):\n        self.items.clear()\n\n\nA()\n",
        ),
        (
            "class A:\n\tasync def close(this):\n\t\tthis.stop()",
            "class A:\n\tasync def close(this):\n\t\tthis.stop()\n\n"
            "\tdef stop(self):\n\t    self.items.clear()",
        ),
    ],
)
def test_the_method_is_added_at_the_end(before: str, after: str) -> None:
    assert run(STEP, before).text() == after


@pytest.mark.parametrize(
    "code",
    [
        f"class A:\n    {CALLS}\n    def stop(self): ...\n",
        f"class A:\n    stop = None\n    {CALLS}",
        f"class A:\n    def __init__(self, stop):\n        self.stop = stop\n\n    {CALLS}",
        f"class A:\n    def __getattr__(self, name): ...\n\n    {CALLS}",
        f"class Base:\n    def stop(self): ...\n\n\nclass A(Base):\n    {CALLS}",
        "class A:\n    def close(self, other):\n        other.stop()\n",
        "class A:\n    def close():\n        self.stop()\n",
        "def close(self):\n    self.stop()\n",
    ],
)
def test_a_class_that_has_it_or_does_not_call_it_stays(code: str) -> None:
    assert not run(STEP, code).changes


def test_the_base_gets_what_both_call() -> None:
    base = f"class Base:\n    {CALLS}"
    files = {"base.py": base, "example.py": f"from base import Base\n\n\nclass A(Base):\n    {CALLS}"}
    result = run(STEP, files)
    assert "    def stop(self):\n        self.items.clear()\n" in result.text("base.py")
    assert result.text() == files["example.py"]


@pytest.mark.parametrize(
    ("code", "code_of_reason"),
    [
        (f"from elsewhere import Base\n\n\nclass A(Base):\n    {CALLS}", ReasonCode.UNRESOLVED),
        (f"class A(unknown()):\n    {CALLS}", ReasonCode.UNRESOLVED),
        (f"class A:\n    {CALLS}\n\nclass B(A):\n    def stop(self): ...\n", ReasonCode.EVIDENCE),
    ],
)
def test_a_class_that_may_have_it_is_possible(code: str, code_of_reason: ReasonCode) -> None:
    result = run(STEP, code)
    assert result.text() == code
    (change,) = result.changes
    assert (change.verdict, change.reason.code) == (Verdict.POSSIBLE, code_of_reason)


@pytest.mark.parametrize(
    "source", ["x = 1", "def stop(): ...", "def a(self): ...\ndef b(self): ...", "def ("]
)
def test_a_source_that_is_no_method_is_refused_when_loaded(source: str) -> None:
    with pytest.raises(ValidationError, match="not the definition of one method with self"):
        recipe_of({"op": "add-method", "source": source})
