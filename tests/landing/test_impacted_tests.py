"""Which tests can notice a change."""

from __future__ import annotations

import pytest

from codemods.git.files import MemoryFiles
from codemods.landing.impacted_tests import Impact
from codemods.syntax.codebase import Codebase

FILES = {
    "app/__init__.py": "",
    "app/db.py": "def connect(): ...\n",
    "app/service.py": "from app import db\n",
    "app/web/__init__.py": "from ..service import x\n",
    "app/web/views.py": "",
    "app/alone.py": "",
    "tests/conftest.py": "import app.alone\n",
    "tests/test_db.py": "from app.db import connect\n",
    "tests/test_views.py": "import app.web.views\n",
    "tests/test_patch.py": "def test(m):\n    m.patch('app.db.connect')\n",
    "tests/test_late.py": "def test():\n    from app import service\n",
    "tests/test_nothing.py": "",
    "other/test_far.py": "",
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["app/db.py"], ["test_db", "test_late", "test_patch", "test_views"]),
        (["app/service.py"], ["test_late", "test_views"]),
        (["app/web/views.py"], ["test_views"]),
        (["tests/test_nothing.py"], ["test_nothing"]),
        (["app/alone.py"], ["test_db", "test_late", "test_nothing", "test_patch", "test_views"]),
        (["tests/conftest.py"], ["test_db", "test_late", "test_nothing", "test_patch", "test_views"]),
        (["app/__init__.py"], ["test_db", "test_late", "test_nothing", "test_patch", "test_views"]),
        ([], []),
    ],
)
def test_tests_that_reach_a_change(changed: list[str], expected: list[str]) -> None:
    impact = Impact(Codebase(MemoryFiles(FILES)))
    assert impact.tests(changed) == [f"tests/{name}.py" for name in expected]


def test_a_test_that_cannot_be_parsed_may_import_anything() -> None:
    impact = Impact(Codebase(MemoryFiles(FILES | {"tests/test_odd.py": "import ("})))
    assert impact.tests(["app/web/views.py"]) == ["tests/test_odd.py", "tests/test_views.py"]
