"""Wrong rewrites that tools of this kind have made, as other projects' changelogs tell them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.operations.running import run

ADD = {"op": "add-argument", "function": "m.f", "name": "null", "value": "True"}
REPLACE = {"op": "replace", "imports": ["import m"]}
FORMAT = {**REPLACE, "pattern": "m.html($s.format($...args))", "replacement": "m.html($s, $...args)"}
WRAP = {**REPLACE, "pattern": "m.f($a, $d)", "replacement": "m.f($a, m.Value($d))"}
WRAP_STRING = {**WRAP, "captures": {"d": {"literal": "string"}}}
SECONDS = {**REPLACE, "pattern": "m.f(days=$x)", "replacement": "m.f(seconds=$x * 86400)"}
HEADER = {"op": "replace", "pattern": "'HTTP_X' in $r.META", "replacement": "'x' in $r.headers"}
CALLED = {"op": "replace", "pattern": "$r.META['X']", "replacement": "$r.get('x')"}
ATTRIBUTE = {"op": "replace", "pattern": "$r.user.known()", "replacement": "$r.user.known"}
GONE = {"op": "replace", "pattern": "m.get($x)", "replacement": "n.got($x)", "imports": ["import n"]}
ENGINE = {"op": "set-argument", "function": "m.f", "name": "engine", "values": {"'a.b_c'": "'a.b'"}}
RENAME = {"op": "rename", "from": "t.old", "to": "t.new"}
MOVE = {"op": "rename", "from": "tz.utc", "to": "zones.utc"}
UNUSED = {"op": "remove-import", "import": "x"}
ALLOW = {"op": "rename-argument", "function": "m.f", "from": "old", "to": "new"}
SEND = {"op": "remove-argument", "function": "mail.send", "name": "conn"}


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        # an argument behind the last one, whatever commas, brackets and comments stand there
        (ADD, "m.f(\n    a=[1, 2]\n)", "m.f(\n    a=[1, 2],\n    null=True\n)"),
        (ADD, "m.f(\n    (1, 2)\n)", "m.f(\n    (1, 2),\n    null=True\n)"),
        (ADD, "m.f(\n    # none\n)", "m.f(null=True\n    # none\n)"),
        (ADD, "m.f([1, 2],)", "m.f([1, 2], null=True,)"),
        (ADD, "m.f(**k)", None),
        (ADD, "m.f(null=1)", None),
        (ALLOW, "m.f(old=1, new=2)", None),
        (ALLOW, "m.f(old=1, **k)", None),
        # parentheses that would make a tuple, or that the new place needs
        (FORMAT, "m.html(('a {}'.format(b)))", "m.html('a {}', b)"),
        (FORMAT, "m.html(('a' '{}').format(b))", "m.html(('a' '{}'), b)"),
        (SECONDS, "m.f(days=a if b else c)", "m.f(seconds=(a if b else c) * 86400)"),
        (SECONDS, "m.f(days=1 + 2)", "m.f(seconds=(1 + 2) * 86400)"),
        (SECONDS, "m.f(days=a ** 2)", "m.f(seconds=a ** 2 * 86400)"),
        # strings in parts and in parentheses
        (WRAP_STRING, "m.f(a, 'x' 'y')", "m.f(a, m.Value('x' 'y'))"),
        (WRAP_STRING, "m.f(a, b)", None),
        (HEADER, "('HTTP_X') in r.META", "'x' in r.headers"),
        (HEADER, "'HTTP_' 'X' in r.META", "'x' in r.headers"),
        (HEADER, "'HTTP_X' not in r.META", None),
        (ENGINE, "m.f(engine='a.b' '_c')", "m.f(engine='a.b')"),
        (ENGINE, "m.f(engine=f'a.b_c')", None),
        (CALLED, "f'{r.META[\"X\"]!r}'", "f'{r.get(\"x\")!r}'"),
        # what is written to is not read
        (CALLED, "r.META['X'] = 1", None),
        (CALLED, "r.META['X'] += 1", None),
        (CALLED, "del r.META['X']", None),
        (CALLED, "y = r.META['X']", "y = r.get('x')"),
        # another call by the same name
        (ATTRIBUTE, "r.user.known(x=1)", None),
        (ATTRIBUTE, "r.user.known(\n)", "r.user.known"),
        (SEND, "other.send(1, conn=2)", None),
    ],
)
def test_expressions(step: dict[str, Any], before: str, after: str | None) -> None:
    header = "import m\nimport mail, other\n"
    result = run(step, f"{header}{before}\n")
    assert result.text() == f"{header}{before if after is None else after}\n"


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        # imports with an alias, beside the new name, and unrelated names that look like the old one
        (RENAME, "from t import old as _, new\n_(new)\n", "from t import new as _, new\n_(new)\n"),
        (RENAME, "from t import old, new\nold(new)\n", "from t import new\nnew(new)\n"),
        (
            RENAME,
            "from t import (\n    old as _,\n    other,\n)\n_(other)\n",
            "from t import (\n    new as _,\n    other,\n)\n_(other)\n",
        ),
        (
            MOVE,
            "from tz import utc as u\nutc = 1\nu(utc)\n",
            "from zones import utc as u\nutc = 1\nu(utc)\n",
        ),
        (MOVE, "from other import utc\nutc()\n", None),
        # an import that something still needs
        (
            GONE,
            "from m import get\nget(1)\nalias = get\n",
            "import n\nfrom m import get\nn.got(1)\nalias = get\n",
        ),
        (
            GONE,
            "from m import get\nget(1)\nclass A(get): ...\n",
            "import n\nfrom m import get\nn.got(1)\nclass A(get): ...\n",
        ),
        (GONE, "from m import get\nget(1)\n", "import n\nn.got(1)\n"),
        # statements that go, and what stands beside them
        (UNUSED, "import x; import y; y\n", "import y; y\n"),
        (UNUSED, "import y; import x; y\n", "import y; y\n"),
        (UNUSED, "def f():\n    import x\n", "def f():\n    pass\n"),
        (UNUSED, "def f(): import x\n", "def f(): pass\n"),
        (UNUSED, "def f():\n    import x; y()\n", "def f():\n    y()\n"),
    ],
)
def test_files(step: dict[str, Any], before: str, after: str | None) -> None:
    assert run(step, before).text() == (before if after is None else after)


def test_a_value_in_the_style_of_one_import_is_not_given_where_the_other_is_used() -> None:
    step = {**ADD, "function": "db.models.ForeignKey", "name": "on_delete", "value": "models.CASCADE"}
    both = "from db import models\nfrom db.models import ForeignKey\nForeignKey(1)\n"
    assert run(step, both).text() == both.replace("(1)", "(1, on_delete=models.CASCADE)")
    result = run(step, "from db.models import ForeignKey\nForeignKey(1)\n")
    assert [change.refused is not None for change in result.changes] == [True]
