"""``remove-import``: what nothing needs any longer."""

import pytest
from pydantic import ValidationError

from codemods.git.files import MemoryFiles
from codemods.model.plan import Verdict
from codemods.operations import Context
from codemods.operations.remove_import import RemoveImport
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase
from tests.hazards import Site
from tests.operations.running import recipe_of, run

UNUSED = {"op": "remove-import", "import": "gone"}
ALWAYS = {**UNUSED, "when": "always"}

_ROWS = {
    "semicolon after": "other = 1\n",
    "semicolon before": "other = 1\n",
    "semicolons around": "other = 1; another = 2\n",
    "trailing semicolon": "",
    "one-line suite": "if True: pass\n",
    "one-line suite of two": "if True: other = 1\n",
    "only statement of a body": "def function():\n    pass\n",
    "only statement of an else": "if 1:\n    other = 1\nelse:\n    pass\n",
}

SITES = [
    Site(
        ALWAYS,
        name="import",
        before="import gone",
        after="",
        shape="statement",
        otherwise={**_ROWS, "form feed at the start": ""},
    ),
    Site(ALWAYS, name="name", before="from a import b", after="from a import b", shape="statement"),
    Site(ALWAYS, name="one of two", before="import a, gone as b", after="import a", shape="statement"),
    Site(
        UNUSED,
        name="unused",
        before="from gone import (\n    a,\n    b,\n)",
        after="",
        shape="definition",
        otherwise={
            **{name: text for name, text in _ROWS.items() if name.startswith("only")},
            "only statement of an else": None,
            "class body": None,
            "try": None,
            "tabs": None,
            "form feed at the start": "",
        },
    ),
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import gone\nx = 1\n", "x = 1\n"),
        ("import gone.sub\nfrom gone import x\n", ""),
        ("from gone import a, b\nprint(b)\n", "from gone import b\nprint(b)\n"),
        ("import os\n\nimport gone\n\nprint(os)\n", "import os\n\nprint(os)\n"),
        ("import os\n\nimport gone\nimport gone.a\n\nprint(os)\n", "import os\n\nprint(os)\n"),
        ("import gone; import gone.a\nx\n", "x\n"),
        ("def f():\n    import gone\n", "def f():\n    pass\n"),
        ("def f():\n    import gone\n    from gone import x\n", "def f():\n    pass\n"),
        ("import gone.a\nimport gone.b\ngone.b.c()\n", "import gone.b\ngone.b.c()\n"),
        ('import gone\nx = f"gone {x}"\n', 'x = f"gone {x}"\n'),
        ('"""About gone."""\nimport gone\n', '"""About gone."""\n'),
        ("import gone\ndef f(gone): gone\n", "def f(gone): gone\n"),
    ],
)
def test_unused_imports_go(before: str, after: str) -> None:
    assert run(UNUSED, before).text() == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import gone\ngone.x\n", "it is used at line 2"),
        ("import gone as g\ndef f(): return g\n", "it is used at line 2"),
        ("import gone\ndef f():\n    global gone\n    gone = 1\n", "'gone' is bound at line 4 too"),
        ("from gone import x\n__all__ = ['x']\n", "__all__ lists it"),
        ("from gone import x\n__all__.extend(['x'])\n", "__all__ lists it"),
        ("from gone import x\ny = TypeAdapter('list[x]')\n", "a string at line 2 names it"),
        ("from gone import x\ny: 'x'\n", "it is used at line 2"),
        ("from gone import x\ny = []  # type: list[x]\n", "it is used at line 2"),
        ("from gone import x\ny = []  # type: list[x\n", "a type comment at line 2 names it"),
        ("try:\n    import gone\nexcept ImportError:\n    pass\n", "it is guarded by a try"),
        ("if TYPE_CHECKING:\n    import gone\n", "it is guarded by TYPE_CHECKING"),
        ("if x:\n    import gone\n", "it is guarded by a condition"),
        ("class A:\n    import gone\n", "it is an attribute of a class"),
        ("from gone import x as x\n", "the form `import x as x` exports it"),
        ("from gone import x  # noqa\n", "a comment says that it is meant"),
        ("from gone import x  # noqa: E501, F401\n", "a comment says that it is meant"),
        ("from gone import x\ndef test_y(x): ...\n", "the function at line 2 may take it as a fixture"),
        ('"""\n>>> x.y\n"""\nfrom gone import x\n', "a doctest at line 1 uses it"),
    ],
)
def test_needed_imports_stay(text: str, reason: str) -> None:
    codebase = Codebase(MemoryFiles({"example.py": text}))
    step = RemoveImport.model_validate(UNUSED)
    (change,) = step.find(Context(codebase, Resolver(codebase)))
    assert change.verdict is Verdict.EXCLUDED
    assert change.reason.text.endswith(f" stays: {reason}")
    assert not change.edits


def test_an_init_exports_what_it_imports() -> None:
    files = {"pkg/__init__.py": "from gone import x\n"}
    assert run(UNUSED, files).text("pkg/__init__.py") == files["pkg/__init__.py"]


def test_what_another_file_takes_from_here_stays() -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "from gone import x, y\n", "pkg/b.py": "from .a import x\n"}
    assert run(UNUSED, files).text("pkg/a.py") == "from gone import x\n"


def test_missing_modules_of_the_repository() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/here.py": "x = 1\n",
        "test_it.py": "import os\nimport other\nfrom pkg.here import x, y\nfrom pkg.gone import z\n",
    }
    result = run({"op": "remove-import", "when": "missing"}, files)
    assert result.text("test_it.py") == "import os\nimport other\nfrom pkg.here import x\n"


def test_always_takes_exported_and_guarded_ones_but_leaves_no_name_undefined() -> None:
    step = {"op": "remove-import", "import": ["builtins", "__future__.division"], "when": "always"}
    text = "from __future__ import division, annotations\nfrom builtins import str, thing\nstr(thing)\n"
    result = run(step, text)
    assert result.text() == "from __future__ import annotations\nfrom builtins import thing\nstr(thing)\n"
    (refused,) = result.plan.refused()
    assert refused.refused is not None
    assert refused.refused.text == "builtins.thing stays: line 3 uses it"


def test_only_missing_may_leave_the_path_out() -> None:
    with pytest.raises(ValidationError, match="needs import"):
        recipe_of({"op": "remove-import"})
