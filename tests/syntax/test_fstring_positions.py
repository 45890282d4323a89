"""Positions inside f-strings, which the parser of Python 3.11 gets wrong."""

import ast
import sysconfig
from pathlib import Path

import pytest

from codemods.syntax.module import Module


@pytest.mark.parametrize(
    "text",
    [
        'f"{name}"',
        'f"é {name!r:>{name}} {name=} { name = !s:>3} {{name}} {name}"',
        '"{x}" f"{name}" \'{\' rf"\\d{name}\\{name}" # {no}\n',
        'f"""\né {name}\n  {\n   name\n}  {name:{name}.{name}}"""',
        "f\"\"\"{f'''{name} {f'{name}'}'''} {name}\"\"\"",
        'f"\\N{BULLET}\\x7b{name}\\\\{name} \\\n {name}"',
        'f"{ {1: name}[name] } {name != name} {name[1:2]} {name == name=}"',
        "(f'{(lambda name: name)(name)}', f\"{'}' + name + ':'}\", 'ü', f'{name}')",
        'f"{name:%H:%M}" f"{name:\\N{BULLET}}" f"{name:{name!r}}"',
        'f"{name}\\\r\n{name}"\r\n',
        'f"{ name, name }"',
    ],
)
def test_names_stand_where_they_are_written(text: str) -> None:
    module = Module.parse("a.py", text)
    names = [module.span(node) for node in module.nodes(ast.Name)]
    assert len(set(names)) == len(names)
    assert {text[start:end] for start, end in names} == {"name"}


def test_every_expression_of_the_standard_library() -> None:
    """The text at an expression's place parses to that expression."""
    root = Path(sysconfig.get_path("stdlib"))
    checked = 0
    for path in sorted(root.glob("[a-f]*.py")):
        module = Module.parse(path.name, path.read_text("utf-8"))
        for string in module.nodes(ast.JoinedStr):
            for value in ast.walk(string):
                if isinstance(value, ast.FormattedValue):
                    for node in ast.walk(value.value):
                        if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                            checked += _agrees(module, node)
    assert checked > 250


def _agrees(module: Module, node: ast.expr) -> bool:
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    source = f"({module.source(node)}\n)"
    assert ast.dump(ast.parse(source, mode="eval").body) == ast.dump(node), (module.path, source)
    return True
