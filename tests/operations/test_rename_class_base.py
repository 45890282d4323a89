"""``rename-class-base``: another base, in class definitions only."""

import pytest
from pydantic import ValidationError

from tests.hazards import Site
from tests.operations.running import recipe_of, run

STEP = {"op": "rename-class-base", "from": "pkg.Old", "to": "pkg.New"}

SITES = [
    Site(
        STEP,
        header="import os\nimport pkg\n",
        before="class Site(pkg.Old, metaclass=type):\n    x = 'pkg.Old'",
        after="class Site(pkg.New, metaclass=type):\n    x = 'pkg.Old'",
        shape="definition",
    ),
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from pkg import Old\nclass A(Old): ...\n", "from pkg import New\nclass A(New): ...\n"),
        (
            "from pkg import Old\nclass A(Old[int], object): ...\nx = Old\n",
            "from pkg import New, Old\nclass A(New[int], object): ...\nx = Old\n",
        ),
        ("import pkg as p\nclass A(p.Old): ...\n", "import pkg as p\nclass A(p.New): ...\n"),
        (
            "from pkg import Old, New as N\nclass A(Old): ...\n",
            "from pkg import New as N\nclass A(N): ...\n",
        ),
    ],
)
def test_bases(before: str, after: str) -> None:
    assert run(STEP, before).text() == after


@pytest.mark.parametrize(
    "text",
    [
        "from other import Old\nclass A(Old): ...\n",
        "from pkg import Old\nx: Old = Old()\n",
        "def f(Old):\n    class A(Old): ...\n",
        "class Old: ...\nclass A(Old): ...\n",
    ],
)
def test_stays(text: str) -> None:
    assert run(STEP, text).text() == text


def test_a_base_of_the_same_file() -> None:
    files = {"pkg.py": "class Old: ...\nclass New: ...\nclass A(Old): ...\n"}
    assert run(STEP, files).text("pkg.py") == "class Old: ...\nclass New: ...\nclass A(New): ...\n"


def test_a_base_that_is_there_already_is_refused() -> None:
    result = run(STEP, "from pkg import Old, New\nclass A(Old, New): ...\n")
    (refused,) = result.plan.refused()
    assert refused.refused is not None
    assert refused.refused.text == "A inherits from pkg.New already"


def test_a_taken_name_is_refused() -> None:
    text = "from pkg import Old\nNew = 1\nclass A(Old): ...\n"
    result = run(STEP, text)
    assert result.text() == text
    assert list(result.plan.refused())


def test_onto_itself() -> None:
    with pytest.raises(ValidationError, match="renamed to itself"):
        recipe_of({"op": "rename-class-base", "from": ["a.B", "a.C"], "to": "a.C"})


def test_a_base_that_may_be_another_one_is_possible() -> None:
    code = "try:\n    from a import B\nexcept ImportError:\n    B = object\n\n\nclass D(B): ...\n"
    result = run({"op": "rename-class-base", "from": "a.B", "to": "a.C"}, code)
    assert result.text() == code
    assert [change.line for change in result.plan.possible()] == [7]
