from __future__ import annotations

import ast

from codemods.source.spans import Spans
from codemods.source.text import Lines
from codemods.source.tree import leaves_of, parse, text_of

TEXT = "# é\nif x:\r\n    call(a,  # first\n         'b' 'c',\n    )\n\ty = [1,\\\n 2]"


def test_every_leaf_lies_where_its_value_stands() -> None:
    tree = parse(TEXT.replace("\t", "    "))
    text, spans = text_of(tree), Spans(tree)
    for leaf in leaves_of(tree):
        start, end = spans.of(leaf)
        assert text[start:end] == leaf.value
        if leaf.value:
            assert spans.leaf_at(start) is leaf
            assert spans.leaf_at(end - 1) is leaf


def test_a_leaf_answers_for_its_prefix() -> None:
    tree = parse("a = b  # why\n")
    spans = Spans(tree)
    assert spans.leaf_at(5).value == "\n"
    assert spans.leaf_at(100).value == ""


def test_nodes_agree_with_ast() -> None:
    text = "é = f(a, *b, c=[x for x in 'ü' if x], **d).g[1:2] + (yield)\n"
    lines, spans = Lines(text), Spans(parse(text))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call | ast.Subscript | ast.Name | ast.ListComp | ast.Constant):
            span = lines.span(node)
            found = spans.of(spans.node_over(*span))
            assert found[0] <= span[0]
            assert span[1] <= found[1]
    assert text_of(spans.node_over(9, 11)) == " *b"
    assert text_of(spans.node_over(6, 11)) == "a, *b, c=[x for x in 'ü' if x], **d"
