"""``replace``: code of one shape becomes code of another, with the imports it needs."""

from __future__ import annotations

import pytest

from codemods.model.plan import ReasonCode
from tests.hazards import Site
from tests.operations.replacing import made, refused
from tests.operations.running import run

_UTCNOW = {
    "op": "replace",
    "pattern": "datetime.datetime.utcnow()",
    "replacement": "datetime.now(timezone.utc)",
    "imports": ["from datetime import datetime, timezone"],
}

_REMOVED = {
    "only statement of a body": "def function():\n    pass\n",
    "only statement of an else": "if 1:\n    other = 1\nelse:\n    pass\n",
    "semicolon after": "other = 1\n",
    "semicolon before": "other = 1\n",
    "semicolons around": "other = 1; another = 2\n",
    "trailing semicolon": "",
    "one-line suite": "if True: pass\n",
    "one-line suite of two": "if True: other = 1\n",
}

_DOUBLED = {
    "semicolon after": "gc.collect(); gc.disable(); other = 1\n",
    "semicolon before": "other = 1; gc.collect(); gc.disable()\n",
    "semicolons around": "other = 1; gc.collect(); gc.disable(); another = 2\n",
    "one-line suite": "if True: gc.collect(); gc.disable()\n",
    "one-line suite of two": "if True: gc.collect(); gc.disable(); other = 1\n",
}

SITES = [
    Site(
        step=_UTCNOW,
        name="expression",
        header="from datetime import datetime, timezone\n\n",
        before="datetime.utcnow()",
        after="datetime.now(timezone.utc)",
        names=("datetime",),
    ),
    Site(
        step={"op": "replace", "pattern": "gc.freeze()", "replacement": ""},
        name="removed statement",
        header="import gc\ngc.collect()\n",
        before="gc.freeze()",
        after="",
        names=("gc",),
        shape="statement",
        otherwise=_REMOVED,
    ),
    Site(
        step={"op": "replace", "pattern": "gc.freeze()", "replacement": "gc.collect()\ngc.disable()"},
        name="two statements for one",
        header="import gc\n\n",
        before="gc.freeze()",
        after="gc.collect()\ngc.disable()",
        names=("gc",),
        shape="statement",
        otherwise=_DOUBLED,
    ),
]


@pytest.mark.parametrize(
    "imports",
    [
        "import asyncio\n|asyncio",
        "import asyncio as aio\n|aio",
        "import asyncio, os\nos.name\n|asyncio",
    ],
)
def test_every_import_style_matches_and_is_kept(imports: str) -> None:
    header, _, name = imports.partition("|")
    result = made(
        "asyncio.get_event_loop()", "asyncio.get_running_loop()", f"{header}x = {name}.get_event_loop()\n"
    )
    assert result.text() == f"{header}x = {name}.get_running_loop()\n"


def test_a_from_import_is_exchanged() -> None:
    text = "import os\nfrom m import a, old as o\n\nx = o(os.name, a)\n"
    result = made("m.old($...args)", "new($...args)", text, imports=["from m import new"])
    assert result.text() == "import os\nfrom m import a, new\n\nx = new(os.name, a)\n"


def test_an_import_that_falls_idle_goes_with_a_narrowed_step() -> None:
    step = {"op": "replace", "pattern": "m.old()", "replacement": "1", "where": {"in-function": ["inside"]}}
    inside = "def inside():\n    return {}\n"
    assert run(step, "import m\n\n\n" + inside.format("m.old()")).text() == inside.format("1")
    outside = "\n\ndef outside():\n    return m.old()\n"
    result = run(step, "import m\n\n\n" + inside.format("m.old()") + outside)
    assert result.text() == "import m\n\n\n" + inside.format("1") + outside


def test_imports_are_added_once_and_used_ones_stay() -> None:
    text = """\
import datetime as dt
from datetime import datetime

a = datetime.utcnow()
b = dt.datetime.utcnow()
c = datetime.min
"""
    assert (
        run(_UTCNOW, text).text()
        == """\
import datetime as dt
from datetime import datetime, timezone

a = datetime.now(timezone.utc)
b = dt.datetime.now(dt.timezone.utc)
c = datetime.min
""".replace("datetime, timezone", "datetime").replace("now(timezone", "now(dt.timezone")
    )


def test_a_name_that_means_something_else_refuses_the_site() -> None:
    text = "from datetime import datetime\n\n\ndef f(timezone):\n    return datetime.utcnow()\n"
    result = run(_UTCNOW, text)
    assert result.text() == text
    [(line, code, why)] = refused(result)
    assert (line, code) == (5, ReasonCode.NAME_CONFLICT)
    assert why == (
        "the new code needs `from datetime import timezone`, but `timezone` means something else here"
    )


def test_a_bracket_that_goes_takes_its_line_along() -> None:
    text = """\
import datetime

x = datetime.datetime.utcnow().replace(
    tzinfo=datetime.timezone.utc
)
"""
    pattern = "datetime.utcnow().replace(tzinfo=timezone.utc)"
    result = made(pattern, "datetime.now(timezone.utc)", text, imports=_UTCNOW["imports"])
    assert result.text() == "import datetime\n\nx = datetime.datetime.now(datetime.timezone.utc)\n"


def test_an_attribute_of_a_call_of_an_imported_module() -> None:
    result = run(
        {
            "op": "replace",
            "imports": ["import importlib.metadata", "import pkg_resources"],
            "pattern": "pkg_resources.get_distribution($name).version",
            "replacement": "importlib.metadata.version($name)",
        },
        "import pkg_resources\n\nx = pkg_resources.get_distribution('a').version\n",
    )
    assert result.text() == "import importlib.metadata\n\nx = importlib.metadata.version('a')\n"


def test_reexports_lead_to_the_same_object() -> None:
    files = {
        "pkg/__init__.py": "from pkg.impl import make\n",
        "pkg/impl.py": "def make(x): ...\n",
        "pkg/compat.py": "from datetime import datetime\n",
        "pkg/other.py": "def make(x): ...\n",
        "a.py": "import pkg\nfrom pkg.other import make\n\npkg.make(1)\nmake(2)\n",
        "b.py": "from pkg.compat import datetime\n\ndatetime.utcnow()\n",
    }
    step = {"op": "replace", "pattern": "pkg.impl.make($x)", "replacement": "$x + 1"}
    assert run(step, files).text("a.py") == "from pkg.other import make\n\n1 + 1\nmake(2)\n"
    step = {"op": "replace", "pattern": "datetime.datetime.utcnow()", "replacement": "None"}
    assert run(step, files).text("b.py") == "None\n"
