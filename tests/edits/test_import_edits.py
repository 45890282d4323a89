"""The imports of a file, and the edits that drop, add and move imported names."""

import ast

import pytest

from codemods.edits.import_edits import (
    NewImport,
    add_import,
    add_names,
    drop_names,
    module_span,
    replace_statement,
    statement_code,
)
from codemods.model.plan import apply_edits
from codemods.semantic.scopes.imported_names import guard_of, imported_names
from codemods.syntax.module import Module
from codemods.syntax.text import Lines


def _parse(text: str) -> Module:
    return Module.parse("a.py", text)


def _first(module: Module) -> ast.ImportFrom:
    return next(module.nodes(ast.ImportFrom))


@pytest.mark.parametrize(
    ("text", "gone", "after"),
    [
        ("from a import b, c\n", "b", "from a import c\n"),
        ("from a import b, c\n", "c", "from a import b\n"),
        ("from a import b, c, d\n", "c d", "from a import b\n"),
        ("from a import b, c, d\n", "b d", "from a import c\n"),
        ("from a import b as x, c  # why\n", "c", "from a import b as x  # why\n"),
        ("from a import b\nx\n", "b", "x\n"),
        ("import b, c\n", "b", "import c\n"),
        ("from a import (b, c)\n", "b", "from a import (c)\n"),
        ("from a import (b, c,)\n", "c", "from a import (b,)\n"),
        ("from a import b, \\\n    c\n", "c", "from a import b\n"),
        ("from a import b, \\\n    c\n", "b", "from a import c\n"),
        ("from a import (\n    b,\n    c,  # c\n    d,\n)\n", "c", "from a import (\n    b,\n    d,\n)\n"),
        ("from a import (\n    b,  # b\n    c\n)\n", "c", "from a import (\n    b,  # b\n)\n"),
        ("from a import (\n    # of b\n    b,\n    c,\n)\n", "b", "from a import (\n    # of b\n    c,\n)\n"),
        ("from a import (\n    b, c,\n    d, e,\n)\n", "c d", "from a import (\n    b,\n    e,\n)\n"),
        ("from a import (b,  # b\n               c)\n", "c", "from a import (b,  # b\n               )\n"),
        ("from a import (b,  # b\n               c)\n", "b", "from a import (# b\n               c)\n"),
        ("from a import (\r\n    b,\r\n    c,\r\n)\r\n", "c", "from a import (\r\n    b,\r\n)\r\n"),
    ],
)
def test_drop_names(text: str, gone: str, after: str) -> None:
    module = _parse(text)
    (statement,) = (node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    dropped = [alias for alias in statement.names if alias.name in gone.split()]
    got = apply_edits(text, drop_names(module, statement, dropped))
    ast.parse(got)
    assert got == after


@pytest.mark.parametrize(
    ("text", "items", "after"),
    [
        ("from a import b, d\n", ["c"], "from a import b, c, d\n"),
        ("from a import b, d\n", ["e as x", "a"], "from a import a, b, d, e as x\n"),
        ("from a import d, b\n", ["c"], "from a import d, b, c\n"),
        ("from a import b\n", ["b"], "from a import b\n"),
        ("from a import B, d\n", ["C", "a"], "from a import B, C, a, d\n"),
        ("from a import (b, d)\n", ["e"], "from a import (b, d, e)\n"),
        (
            "from a import (\n    b,\n    d,  # d\n)\n",
            ["c"],
            "from a import (\n    b,\n    c,\n    d,  # d\n)\n",
        ),
        ("from a import (\n    b,  # b\n)\n", ["c"], "from a import (\n    b,  # b\n    c,\n)\n"),
        ("from a import (\n    b  # b\n)\n", ["c"], "from a import (\n    b,  # b\n    c\n)\n"),
        ("from a import b, \\\n    d\n", ["c"], "from a import b, \\\n    c,\n    d\n"),
    ],
)
def test_add_names(text: str, items: list[str], after: str) -> None:
    module = _parse(text)
    assert apply_edits(text, add_names(module, _first(module), items)) == after


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ("", "os", "import os\n"),
        ("x = 1\n", "os", "import os\n\nx = 1\n"),
        ("def f(): ...\n", "os", "import os\n\n\ndef f(): ...\n"),
        ("@d\ndef f(): ...\n", "os", "import os\n\n\n@d\ndef f(): ...\n"),
        ("#!/x\n# licence\n\n# of x\nx = 1\n", "os", "#!/x\n# licence\n\nimport os\n\n# of x\nx = 1\n"),
        ("#!/x\nx = 1\n", "os", "#!/x\nimport os\n\nx = 1\n"),
        ('"""Doc."""\n\nx = 1\n', "os", '"""Doc."""\n\nimport os\n\nx = 1\n'),
        (
            '"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n',
            "os",
            '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\nx = 1\n',
        ),
        ('"""Doc."""', "os", '"""Doc."""\n\nimport os'),
        ("import a\nimport os\n", "re", "import a\nimport os\nimport re\n"),
        (
            "import os\nimport sys\n\nimport pytest\n",
            "re",
            "import os\nimport re\nimport sys\n\nimport pytest\n",
        ),
        ("import sys\nimport os\n", "re", "import sys\nimport os\nimport re\n"),
        ("import os\n\nimport mine\n", "other", "import os\n\nimport other\n\nimport mine\n"),
        ("import other\n", "os", "import os\n\nimport other\n"),
        ("import os\nx = 1\n", "other", "import os\n\nimport other\nx = 1\n"),
        ("import os\nfrom re import x\n", "sys", "import os\nimport sys\nfrom re import x\n"),
        (
            "import os\nfrom re import x\nimport sys\n",
            "types",
            "import os\nfrom re import x\nimport sys\nimport types\n",
        ),
        ("import imp\n\nimport other\n", "os", "import imp\nimport os\n\nimport other\n"),
        ("import os; import sys\nx\n", "types", "import os; import sys\nimport types\nx\n"),
        ("import os\r\nx\r\n", "sys", "import os\r\nimport sys\r\nx\r\n"),
        ("import os", "sys", "import os\nimport sys"),
    ],
)
def test_a_new_import_stands_where_the_file_keeps_its_own(text: str, new: str, after: str) -> None:
    module = _parse(text)
    edits = add_import(module, NewImport(new), first_party=lambda top: top == "mine")
    assert apply_edits(text, edits) == after


def test_a_new_name_joins_the_import_of_its_module() -> None:
    text = "import os\nfrom a import b\n\nif x:\n    from c import d\n"
    module = _parse(text)
    edits = add_import(module, NewImport("a", "c", "x"), first_party=lambda _: False)
    assert apply_edits(text, edits) == text.replace("import b", "import b, c as x")
    edits = add_import(module, NewImport("c", "e"), first_party=lambda _: False)
    assert apply_edits(text, edits) == text.replace("import b\n", "import b\nfrom c import e\n")


@pytest.mark.parametrize(
    ("text", "code", "after"),
    [
        ("import mock\n", "from unittest import mock", "from unittest import mock\n"),
        (
            "import os\n\nimport mock  # it\nimport pytest\n",
            "from unittest import mock",
            "import os\nfrom unittest import mock  # it\n\nimport pytest\n",
        ),
        (
            "import os\n\nimport mock\n\nfrom . import x\n",
            "from unittest import mock",
            "import os\nfrom unittest import mock\n\nfrom . import x\n",
        ),
        ("import sys\nimport mock\nimport a\n", "from unittest import mock", None),
        ("def f():\n    import mock\n", "from unittest import mock", None),
        ("import a; import mock\n", "from unittest import mock", None),
        ("try:\n    import mock\nexcept ImportError:\n    pass\n", "from unittest import mock", None),
    ],
)
def test_replace_statement(text: str, code: str, after: str | None) -> None:
    module = _parse(text)
    statement = next(node for node in module.nodes(ast.Import) if node.names[0].name == "mock")
    edits = replace_statement(module, statement, code, "unittest", first_party=lambda _: False)
    assert apply_edits(text, edits) == (text.replace("import mock", code) if after is None else after)


def test_long_imports_are_put_in_parentheses() -> None:
    new = [NewImport("package.module", f"name_number_{number}") for number in range(5)]
    code = statement_code(new, indent="    ", newline="\r\n")
    assert code.startswith("from package.module import (\r\n        name_number_0,\r\n")
    assert code.endswith("        name_number_4,\r\n    )")
    assert statement_code([NewImport("a", "b", "c"), NewImport("a", "A")]) == "from a import A, b as c"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("from a.b import c\n", "a.b"),
        ("from .import c\n", "."),
        ("from . import c\n", "."),
        ("from .a import(c)\n", ".a"),
        ("from \\\n  ..a.importer \\\n import c\n", "..a.importer"),
        ("from . . a . b import c\n", ". . a . b"),
    ],
)
def test_module_span(text: str, written: str) -> None:
    module = _parse(text)
    start, end = module_span(module, _first(module))
    assert text[start:end] == written


def test_imported_names_know_their_paths() -> None:
    module = _parse("import a.b, c as d\ndef f():\n    from .x import y as z, w\nfrom q import *\n")
    names = imported_names(module, lambda statement: f"pkg.{statement.module}")
    assert [(name.local, name.path, name.means) for name in names] == [
        ("a", "a.b", "a"),
        ("d", "c", "c"),
        ("z", "pkg.x.y", "pkg.x.y"),
        ("w", "pkg.x.w", "pkg.x.w"),
    ]


def test_guards() -> None:
    text = (
        "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\n"
        "try:\n    import d\nexcept ImportError:\n    def f():\n        import e\n"
    )
    module = _parse(text)
    guards = {node.names[0].name: guard_of(module, node) for node in module.nodes(ast.Import)}
    assert guards == {"a": "", "b": "type-checking", "c": "condition", "d": "try", "e": ""}


def test_ast_positions_are_offsets_and_back() -> None:
    lines = Lines("é = 'ü'; x\nü\n")
    for line, column in ((1, 0), (1, 2), (1, 11), (2, 0), (2, 2)):
        assert lines.ast_position(lines.offset(line, column)) == (line, column)
