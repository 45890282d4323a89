"""Trees without what is in their functions: the same as whole ones, as soon as they are looked into."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest

from codemods.model.errors import FileError
from codemods.syntax.lazy_ast import LateError, check, complete, is_left_out, outlined, parsed
from tests.syntax.exactness import problem

LONG = indent("\n".join(f"value_{number} = number + {number}" for number in range(9)), "    ")
DEEP = indent(LONG, "    ")

LEFT_OUT = {
    "short": "def f():\n    pass",
    "plain": "def f(number):\n" + LONG,
    "async": "async def f(number):\n" + LONG + "\n    await g()",
    "blank lines and comments around": "def f():\n\n    # first\n\n" + LONG + "\n\n    # last\n# outside\n",
    "a comment behind the last code": "def f():\n" + LONG + '\n    return "#"  # "last"\nx = 1',
    "a string to the end": 'def f():\n    """First.\n\nfar left: def g():\n    pass\n"""\n' + LONG,
    "a string that ends the body": "def f():\n" + LONG + '\n    return """\nx"""  # here\n\n\ny = 2',
    "a string in single quotes over two lines": "def f():\n" + LONG + "\n    return 'a\\\n b'\nx = 1",
    "quotes in comments": 'def f():\n    # it\'s """ here\n' + LONG + "\nx = '''\ndef g():\n  pass\n'''",
    "many lines of parameters": "def f(\n    a,\n    *,\n    b: str = '):',\n) -> dict[str, 'X']:\n" + LONG,
    "a comment in the parameters": "def f(  # (\n    a=(1, [2]),\n):  # here\n" + LONG,
    "a walrus in a default": "def f(a=(b := 1)):\n" + LONG,
    "a method, decorated": "class C:\n    @d(\n        1)\n    def f(self):\n" + DEEP + "\n    x = 1",
    "below an if": "try:\n    x\nexcept E:\n    def f():\n" + DEEP + "\nelse:\n    y",
    "a function inside": "def f():\n    def g():\n" + DEEP + "\n    return g\n",
    "tabs": "if x:\n\tdef f():\n" + LONG.replace("    ", "\t\t") + "\n\ty = 1",
    "letters outside of ASCII": "def f():\n" + LONG + "\n    größe = 'ß'; é = 1  # ü\ny = 'ß'",
    "semicolon": "def f():\n" + LONG + "\n    x = 1;\ny = 2",
    "far down": "x = 1\n" * 1500 + "def f():\n" + LONG,
    "far down in a class": "x = 1\n" * 1500 + "class C:\n    def f(self):\n" + DEEP,
    "no line end": "x = 1\ndef f(): # x\n" + LONG,
    "brackets that close far left": "def f():\n" + LONG + "\n    return [\n        1,\n    ]\n",
    "fields of f-strings": "def f(a):\n" + LONG + '\n    return f\'{a[0]!r:>{a}} {{\' f"""{ a}\n"""\n',
}
WHOLE = {
    "a line that goes on as far left as it gets": "def f():\n" + LONG + "\n    x = 1 + \\\n2\ny = 3",
    "a backslash in front of a blank line": "def f():\n    pass \\\n\nx = 1\n",
    "a line of a backslash": "def f():\n    pass\n    \\\n\nx = 1\n",
    "a backslash before the end": "class C:\n    def f(self):\n        pass \\\n\n",
    "a backslash that indents": "class C:\n    \\\ndef f(self):\n        pass\n    x = 1\ny = 2",
    "brackets whose content is as far left": "def f():\n    x = [\n1,\n]\n" + LONG + "\n    return x",
    "a body on the line of its header": "def f(): return [" + "1, " * 60 + "]",
    "carriage returns": "def f():\r\n" + LONG.replace("\n", "\r\n"),
    "a form feed": "def f():\n" + LONG + "\n\f\nx = 1",
    "what is returned over many lines": "def f() -> (\n    int\n):\n" + LONG,
    "no function": "class C:\n" + LONG,
    "a function in a string": "x = '''\ndef f():\n" + LONG + "\n'''",
}


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_left_out_is_the_same_when_it_is_looked_at(text: str) -> None:
    [function] = outlined("a.py", text)[1]
    assert is_left_out(function)
    assert "_left_out" in vars(function) and "body" not in vars(function)
    assert problem(text) is None
    assert function.body and not is_left_out(function)
    assert type(function) in (ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_text_that_could_be_misread_is_parsed_as_a_whole(text: str) -> None:
    assert outlined("a.py", text)[1] == []
    assert problem(text) is None


NESTED = {
    "in a subscript": "f'{a['\"\"\"']}' + '''\n'''",
    "with a brace": 'f"{\'}\' + "#"}" + """\ny = 1\n"""',
    "behind a closing brace": 'f"}}{a:{d["#"]}}" + """\ny = 1\n"""',
    "over two lines": 'f\'{\n    1}\' + \'#\' + """\ny = 1\n"""',
}


@pytest.mark.parametrize("field", NESTED.values(), ids=NESTED)
def test_fields_with_the_quotes_of_their_string_are_parsed_as_a_whole(field: str) -> None:
    inner = f"def g():\n    x = {field}\n"
    text = f'def f(a):\n    x = {field}\n    z = """\nw = 1\n{inner}"""\n"""\n"""\n{inner}'
    try:
        ast.parse(text)
    except SyntaxError:  # before Python 3.12
        with pytest.raises(FileError, match="does not parse"):
            outlined("a.py", text)
        return
    assert outlined("a.py", text)[1] == []
    assert problem(text) is None


@pytest.mark.parametrize("name", ["args", "returns", "body"])
def test_each_part_may_be_asked_for_first(name: str) -> None:
    text = "def f(a: int) -> str:\n" + LONG
    [function] = outlined("a.py", text)[1]
    [whole] = ast.parse(text).body
    assert getattr(function, name)
    assert ast.dump(function) == ast.dump(whole)


def test_visitors_take_an_empty_function_for_what_it_is() -> None:
    class Functions(ast.NodeVisitor):
        def __init__(self) -> None:
            self.names: list[str] = []

        def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
            self.names.append(node.name)

    functions = Functions()
    functions.visit(outlined("a.py", LEFT_OUT["plain"])[0])
    assert functions.names == ["f"]


BROKEN = "import os\n\ndef f(number):\n" + LONG + "\n    return (\n\ndef g():\n" + LONG + "\n"


def test_a_body_that_cannot_be_parsed_says_so_with_its_line_when_it_is_looked_at() -> None:
    functions = {function.name: function for function in outlined("a.py", BROKEN)[1]}
    assert functions.keys() == {"f", "g"}
    with pytest.raises(LateError, match=r"^a.py:\d+: does not parse: ") as late:
        _ = functions["f"].body
    with pytest.raises(FileError) as soon:
        parsed("a.py", BROKEN)
    assert str(late.value) == str(soon.value)
    assert functions["g"].body
    with pytest.raises(LateError):
        complete(functions.values())
    with pytest.raises(LateError):
        check("a.py", BROKEN)


@pytest.mark.parametrize("text", ["x = '\ud800'\n", "def f():\n    x = '\ud800'\n    return 1\n"])
def test_half_a_character_is_no_text(text: str) -> None:
    with pytest.raises(FileError, match=r"^a.py: does not parse: "):
        complete(outlined("a.py", text)[1])


def test_a_text_that_is_broken_outside_of_functions_says_so_at_once() -> None:
    with pytest.raises(FileError, match=r"^a.py:1: does not parse: "):
        outlined("a.py", dedent("x = (\n") + LEFT_OUT["plain"])
