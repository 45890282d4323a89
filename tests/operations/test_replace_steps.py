"""``replace``: what a step may say, of its captures and of its own doubts, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from codemods.model.plan import Verdict
from tests.operations.replacing import made, refused
from tests.operations.running import run


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"literal": "any"}, "1 'a' None"),
        ({"literal": "string"}, "'a'"),
        ({"literal": "number"}, "1"),
        ({"name": "*_db"}, "my_db a.your_db"),
        ({"name": ["b*", "x"]}, "b"),
        ({"in": ["b", "a.your_db"]}, "a.your_db b"),
        ({"not-in": ["b", "None", "1"]}, "'a' my_db a.your_db len(b)"),
    ],
)
def test_conditions_on_captures(condition: dict[str, Any], kept: str) -> None:
    values = ["1", "'a'", "None", "my_db", "a.your_db", "len(b)", "b"]
    text = "import m\n" + "".join(f"m.f({value})\n" for value in values)
    result = made("m.f($x)", "m.g($x)", text, captures={"x": condition})
    changed = [value for value in values if f"m.g({value})" in result.text()]
    assert changed == kept.split(" ")


def test_a_capture_of_a_class() -> None:
    files = {
        "pkg/db.py": "class Stub:\n    def initialize(self): ...\n\n\nclass Other(Stub):\n    pass\n",
        "a.py": (
            "from pkg.db import Other, Stub\n\n\ndef f(s: Stub, o: Other, n: int, u):\n"
            "    s.initialize()\n    o.initialize()\n    n.initialize()\n    u.initialize()\n    u()\n"
        ),
    }
    step = {
        "op": "replace",
        "pattern": "$db.initialize()",
        "replacement": "",
        "captures": {"db": {"type": "pkg.db.Stub"}},
    }
    result = run(step, files, external=False)
    assert result.text("a.py").endswith("    n.initialize()\n    u.initialize()\n    u()\n")
    assert [change.verdict for change in result.applied] == [Verdict.CERTAIN] * 2


def test_what_the_recipe_doubts_is_possible() -> None:
    shapes = [
        {"pattern": "$a - m.f()", "replacement": "$a - m.g()", "doubt": "the other side may differ"},
        {"pattern": "m.f()", "replacement": "m.g()"},
    ]
    text = "import m\nx = m.f()\ny = m.f() - m.f()\nz = 1 - (m.f())\n"
    result = run({"op": "replace", "shapes": shapes}, text)
    assert result.text() == text.replace("x = m.f()", "x = m.g()")
    assert [
        (change.line, change.reason.text) for change in result.changes if change.verdict is Verdict.POSSIBLE
    ] == [(3, "the other side may differ"), (4, "the other side may differ")]


def test_only_sites_whose_new_code_matches_again_are_refused() -> None:
    text = "import os\nos.stat(1)\nos.stat(1.0)\nos.stat(os)\n"
    kinds = {"captures": {"x": {"literal": "number"}}}
    assert made("os.stat($x)", "os.stat(str($x))", text, **kinds).text() == (
        "import os\nos.stat(str(1))\nos.stat(str(1.0))\nos.stat(os)\n"
    )
    classes = {"app.py": "class A: ...\n\n\ndef wrap(a) -> A: ...\n"}
    step = {
        "op": "replace",
        "pattern": "app.use($x, $y)",
        "replacement": "app.use(app.wrap($x), $y)",
        "imports": ["import app"],
        "captures": {"x": {"type": "app.A"}, "y": {"not-in": ["0"]}},
    }
    before = "import app\na = app.A()\napp.use(a, 1)\nprint(app.use(a, 2))\n"
    result = run(step, {**classes, "example.py": before})
    assert result.text() == before
    assert [line for line, *_ in refused(result)] == [3, 4]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"pattern": "f(", "replacement": "x"}, "`f(` is no Python code: '(' was never closed"),
        ({"pattern": "len($)", "replacement": ""}, "in `len($)` a `$` is not followed by a name"),
        ({"pattern": "len($x)", "replacement": "$y"}, "the replacement uses `$y`, which `len($x)` does not"),
        ({"pattern": "len($x)", "replacement": "sum($...x)"}, "`$x` is a run (`$...x`) in only one of"),
        (
            {"pattern": "len($_)", "replacement": "sum($_)"},
            "the replacement uses `$_`, which is never captured",
        ),
        ({"pattern": "len($x, $...x)", "replacement": "1"}, "uses both `$x` and `$...x`"),
        ({"pattern": "foo($x)", "replacement": "$x"}, "`foo` in the pattern `foo($x)` is neither imported"),
        ({"pattern": "len($x)", "replacement": "foo($x)"}, "the replacement uses `foo`, which the step does"),
        ({"pattern": "$x", "replacement": "1"}, "the pattern `$x` would match every expression"),
        ({"pattern": "len($x)", "replacement": "len($x)"}, "`len($x)` is replaced by itself"),
        ({"pattern": "len($x)", "replacement": "len(str($x))"}, "which every further run would change again"),
        ({"pattern": "$a == $b", "replacement": "$b == $a"}, "has the shape `$a == $b`, which every further"),
        (
            {
                "pattern": "os.walk($x)",
                "replacement": "w(o.walk($x))",
                "imports": ["import os as o", "from a import w"],
            },
            "which every further run would change again",
        ),
        (
            {"pattern": "if $x: $...y", "replacement": "if $x:\n    print()\n    $...y"},
            "has the shape `if $x: $...y`",
        ),
        (
            {
                "shapes": [
                    {"pattern": "len($x)", "replacement": "sum($x)"},
                    {"pattern": "sum($...x)", "replacement": "max($...x)"},
                ]
            },
            "the new code `sum($x)` has the shape `sum($...x)`",
        ),
        (
            {"pattern": "len($x)", "replacement": "len(abs($x))", "captures": {"x": {"not-in": ["1"]}}},
            "which every further run would change again",
        ),
        ({"pattern": "$...a\nlen(1)", "replacement": ""}, "must not begin or end with a run of statements"),
        ({"pattern": "len(1)"}, "pattern and replacement belong together"),
        ({}, "name either a pattern and its replacement, or shapes"),
        (
            {"pattern": "len($x)", "replacement": "1", "captures": {"y": {"literal": "any"}}},
            "captures.y is a condition on `$y`, which no pattern captures",
        ),
        ({"pattern": "len($x)", "replacement": "1", "captures": {"x": {}}}, "captures.x states no condition"),
        (
            {"pattern": "len($x)", "replacement": "1", "captures": {"x": {"in": ["a"], "not-in": ["a"]}}},
            "captures.x both wants and forbids `a`",
        ),
        (
            {"pattern": "len($x)", "replacement": "1", "imports": ["from . import a"]},
            "imports holds `from . import a`, which is no absolute import of names",
        ),
    ],
)
def test_bad_steps_are_refused_when_loaded(step: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        run({"op": "replace", **step}, "")
    assert message in str(caught.value)
