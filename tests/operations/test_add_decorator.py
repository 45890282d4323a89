"""``add-decorator``: above the definition, with its import."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.hazards import Site
from tests.operations.running import recipe_of, run

STEP: dict[str, Any] = {
    "op": "add-decorator",
    "decorator": "pytest.mark.asyncio",
    "to": "async-function",
    "names": ["test_*"],
}

SITES = [
    Site(
        STEP,
        header="import pytest\n",
        before="# note\n@other\nasync def test_it():\n    pass",
        after="# note\n@other\n@pytest.mark.asyncio\nasync def test_it():\n    pass",
        shape="definition",
    ),
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "async def test_a(): ...\ndef test_b(): ...\n",
            "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_a(): ...\ndef test_b(): ...\n",
        ),
        (
            "import pytest as p\nclass TestA:\n    async def test_a(self): ...\n"
            "    async def helper(self): ...\n",
            "import pytest as p\nclass TestA:\n    @p.mark.asyncio\n    async def test_a(self): ...\n"
            "    async def helper(self): ...\n",
        ),
    ],
)
def test_added(before: str, after: str) -> None:
    assert run(STEP, before).text() == after


def test_added_once_and_not_beside_what_makes_it_needless() -> None:
    text = (
        "import pytest\n@pytest.mark.asyncio(loop_scope='module')\nasync def test_a(): ...\n"
        "@pytest.mark.trio\nasync def test_b(): ...\n"
    )
    assert run({**STEP, "unless": ["pytest.mark.trio"]}, text).text() == text


def test_arguments_and_another_import() -> None:
    step = {**STEP, "decorator": "a.b.cached(size=3)", "import": "a.b.cached", "to": "class", "names": ["*"]}
    assert run(step, "class A: ...\n").text() == "from a.b import cached\n\n\n@cached(size=3)\nclass A: ...\n"


def test_a_taken_name_is_refused() -> None:
    text = "pytest = 1\nasync def test_a(): ...\n"
    result = run(STEP, text)
    assert result.text() == text
    assert list(result.plan.refused())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decorator": "a b"}, "decorator is no Python expression"),
        ({"decorator": "a[0]"}, "decorator must be a dotted name"),
        ({"import": "other"}, "does not begin with what is imported, 'other'"),
        ({"names": []}, "at least 1 item"),
    ],
)
def test_what_a_recipe_may_not_say(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe_of({**STEP, **change})
