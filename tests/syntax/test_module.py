"""What a module tells of its tree without a walk of all of it."""

from __future__ import annotations

import ast
import sys

import pytest

from codemods.syntax.lazy_ast import is_left_out
from codemods.syntax.module import Module

TEXT = '''
import first

class Plain(first.Base):
    """A class in words."""

    def method(self):
        class Inside:
            pass
        return Inside

    class Nested:
        pass

def function():
    return None

def maker():
    if function():
        class Made(Plain): pass
    return Made

try:
    class Tried: pass
except first.Error:
    class Caught: pass
'''


def test_all_classes_are_found_and_only_functions_that_hold_one_are_parsed() -> None:
    module = Module.outline("a.py", TEXT)
    assert {node.name for node in module.classes} == {"Plain", "Inside", "Nested", "Made", "Tried", "Caught"}
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    assert is_left_out(functions["function"]) and not is_left_out(functions["maker"])


@pytest.mark.parametrize("text", ["gr\u00f6\u00dfe = 1\n\ndef f():\n    return \ufb01eld\n", "field = 1\n"])
def test_a_name_is_found_however_it_is_spelled(text: str) -> None:
    nodes = Module.outline("a.py", text).mentioning("field")
    assert any(isinstance(node, ast.Name) and node.id == "field" for node in nodes)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is of Python 3.12")
def test_the_parameters_of_a_class_are_parts_of_its_header() -> None:
    nodes = Module.outline("a.py", "class A[T: word]:\n    x = 1\n").mentioning("word")
    assert any(isinstance(node, ast.Name) and node.id == "word" for node in nodes)
