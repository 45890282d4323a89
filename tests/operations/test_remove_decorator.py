"""``remove-decorator``: the decorator's lines, and the import that served it alone."""

import pytest

from tests.hazards import Site
from tests.operations.running import run

STEP = {"op": "remove-decorator", "decorator": "six.python_2_unicode_compatible"}

SITES = [
    Site(
        STEP,
        header="import six\nprint(six.PY2)\n",
        before="@six.python_2_unicode_compatible\nclass Site:\n    x = 'six'",
        after="class Site:\n    x = 'six'",
        shape="definition",
    ),
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from six import python_2_unicode_compatible as c\n\n\n@c\nclass A: ...\n", "class A: ...\n"),
        (
            "import six\n@first\n@six.python_2_unicode_compatible()  # why\n# note\n@last\ndef f(): ...\n",
            "@first\n# note\n@last\ndef f(): ...\n",
        ),
        (
            "import six\nclass A:\n    @six.python_2_unicode_compatible(\n    1)\n    async def f(): ...\n",
            "class A:\n    async def f(): ...\n",
        ),
        (
            "from six import python_2_unicode_compatible, PY2\n@python_2_unicode_compatible\nclass A: PY2\n",
            "from six import PY2\nclass A: PY2\n",
        ),
    ],
)
def test_removed(before: str, after: str) -> None:
    assert run(STEP, before).text() == after


@pytest.mark.parametrize(
    "text",
    [
        "from other import python_2_unicode_compatible\n@python_2_unicode_compatible\nclass A: ...\n",
        "def f(six):\n    @six.python_2_unicode_compatible\n    class A: ...\n",
        "import six\nA = six.python_2_unicode_compatible(A)\n",
    ],
)
def test_stays(text: str) -> None:
    assert run(STEP, text).text() == text
