"""``replace``: expressions keep their text and layout, and get parentheses and quotes that fit."""

from __future__ import annotations

import pytest

from codemods.model.plan import ReasonCode
from tests.operations.replacing import made, refused


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = add(1, 2) * 3", "x = (1 + 2) * 3"),
        ("x = add(a if b else c, lambda: 1).real", "x = ((a if b else c) + (lambda: 1)).real"),
        ("x = add(add(1, 2), add(3, 4))", "x = 1 + 2 + (3 + 4)"),
        ("x = -add(1, (2))", "x = -(1 + (2))"),
        ("x = [add(1,\n         2)]", "x = [1 +\n         2]"),
        ("x = add(1,\n        2)", "x = 1 + 2"),
        ("x = add(  # one\n    1,\n    2)", "# one\nx = 1 + 2"),
        ("x = add((yield), 1)", "x = (yield) + 1"),
        ("x = add(y := 1, 1)", "x = (y := 1) + 1"),
        ("x = add((1, 2), ())", "x = (1, 2) + ()"),
        ("x = f'{add(1, 2)!r:>{add(3, 4)}}'", "x = f'{1 + 2!r:>{3 + 4}}'"),
        ("add(*x)", "add(*x)"),
        ("add(1, 2, 3)", "add(1, 2, 3)"),
    ],
)
def test_parentheses_where_they_are_needed(before: str, after: str) -> None:
    header = "from m import add\n\nadd\n"
    assert made("m.add($a, $b)", "$a + $b", f"{header}{before}\n").text() == f"{header}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("t.assertEquals(1, 2)", "t.assertEqual(1, 2)"),
        ("t . assertEquals(1,2)", "t . assertEqual(1,2)"),
        (
            "t.assertEquals(\n    f(1),  # one\n    2,\n    msg='x',\n)",
            "t.assertEqual(\n    f(1),  # one\n    2,\n    msg='x',\n)",
        ),
        (
            "t.assertEquals(t.assertEquals(1, 2), g(t.assertEquals(3, 4)))",
            "t.assertEqual(t.assertEqual(1, 2), g(t.assertEqual(3, 4)))",
        ),
        ("t.assertEquals(1, 2, *a, **k)", "t.assertEqual(1, 2, *a, **k)"),
        ("t.assertEquals(*a)", "t.assertEquals(*a)"),
    ],
)
def test_captured_text_and_layout_stay(before: str, after: str) -> None:
    result = made("$t.assertEquals($a, $b, $...rest)", "$t.assertEqual($a, $b, $...rest)", before + "\n")
    assert result.text() == after + "\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(flush=True)", "g()"),
        ("f(1, flush=True)", "g(1)"),
        ("f(flush=True, *x, **y)", "g(*x, **y)"),
        ("f(a, b=1, flush=True, c=2)", "g(a, b=1, c=2)"),
        ("f(\n    1,\n    flush=True,\n)", "g(\n    1,\n)"),
        ("f(\n    flush=True,\n    end=1,\n)", "g(\n    end=1,\n)"),
        ("f(\n    flush=True,\n)", "g()"),
        ("f(flush=False)", "f(flush=False)"),
        ("f(x for x in y)", "f(x for x in y)"),
    ],
)
def test_keywords_in_any_order_and_runs(before: str, after: str) -> None:
    header = "from m import f, g\n\nf, g\n"
    result = made("m.f($...a, flush=True)", "g($...a)", f"{header}{before}\n", imports=["from m import g"])
    assert result.text() == f"{header}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(x for x in y)", "f((x for x in y), tz=None)"),
        ("f(1,)", "f(1, tz=None)"),
        ("f(\n    1,\n)", "f(\n    1, tz=None,\n)"),
        ("f(\n    1\n)", "f(\n    1, tz=None\n)"),
    ],
)
def test_an_argument_more(before: str, after: str) -> None:
    result = made("len($x)", "len($x, tz=None)", before.replace("f(", "len(") + "\n")
    assert result.text() == after.replace("f(", "len(") + "\n"


def test_a_repeated_variable_is_the_same_code() -> None:
    text = "a = x.y if x . y else z\nb = x if y else z\n"
    assert made("$x if $x else $y", "$x or $y", text).text() == "a = x.y or z\nb = x if y else z\n"


def test_arguments_change_places_with_their_comments() -> None:
    text = "import m\nx = m.f(\n    a,  # a\n    b(  # b\n        1),\n)\n"
    assert made("m.f($a, $b)", "m.f2($b, $a)", text).text() == (
        "import m\n# a\nx = m.f2(\n    b(  # b\n        1),\n    a,\n)\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("os.stat(os.stat(x))", "os.lstat(os.lstat(x))"),
        ("os.stat(os.stat(1) + os.stat(2))", "os.lstat(os.lstat(1) + os.lstat(2))"),
        ("os.stat(os.stat(os.stat(os.stat(x))))", "os.lstat(os.lstat(os.lstat(os.lstat(x))))"),
        ("os.stat([os.stat(os.stat(x)), os.stat(y)])", "os.lstat([os.lstat(os.lstat(x)), os.lstat(y)])"),
    ],
)
def test_nested_matches_all_change_in_one_run(before: str, after: str) -> None:
    result = made("os.stat($x)", "os.lstat($x)", f"import os\n{before}\n")
    assert result.text() == f"import os\n{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f'{os.stat(x)}'", 'f\'{os.lstat("a", x, b"")}\''),
        ('f"{os.stat(x)} {1}"', "f\"{os.lstat('a', x, b'')} {1}\""),
        ('f"""{f\'{1}\'} {os.stat(x)}"""', "f\"\"\"{f'{1}'} {os.lstat('a', x, b'')}\"\"\""),
        ('f"""{f\'{os.stat(x)}\'}"""', None),
    ],
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_fit_the_f_string_around(quote: str, before: str, after: str | None) -> None:
    replacement = "os.lstat('a', $x, b'')".replace("'", quote)
    result = made("os.stat($x)", replacement, f"import os\n{before}\n")
    assert result.text() == f"import os\n{after or before}\n"
    assert bool(refused(result)) == (after is None)


@pytest.mark.parametrize("new", ["{}", "d['a\"']", "d['\\n']"])
def test_what_cannot_stand_in_an_fstring_is_refused(new: str) -> None:
    result = made("dict()", new.replace("d[", "dict["), "x = f'{dict()}'\n")
    assert result.text() == "x = f'{dict()}'\n"
    assert [code for _, code, _ in refused(result)] == [ReasonCode.UNSAFE_EDIT]


def test_a_sign_that_becomes_unary_stands_close() -> None:
    text = "x = y[len(y) - 1]\nz = a.b[len(a . b)-1][0]\n"
    assert made("$a[len($a) - 1]", "$a[-1]", text).text() == "x = y[-1]\nz = a.b[-1][0]\n"
