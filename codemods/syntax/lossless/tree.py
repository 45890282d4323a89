"""The lossless tree of a text: fissix's own nodes and leaves over today's Python."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from fissix.pgen2 import token
from fissix.pytree import Leaf, Node

from codemods.syntax.lossless.grammar import python_grammar, symbol
from codemods.syntax.lossless.parser import Parser
from codemods.syntax.lossless.tokenizer import Tokens, tokenize


def parse(text: str) -> Node:
    """The tree of a decoded source text; `text_of` gives the text again, character for character.

    Raises SourceSyntaxError with line and column where the text cannot be read.
    """
    return parse_with_leaves(text)[0]


def parse_with_leaves(text: str) -> tuple[Node, list[Leaf]]:
    """The tree of a text, and its leaves in text order, which otherwise take a walk to find."""
    with _collector_off():
        tokens = tokenize(text)
        tree = _parser().parse(tokens.leaves, tokens.kinds)
        if "@" in tokens.kinds:
            _shape_decorators(tokens)
        return tree, tokens.leaves


def leaves_of(tree: Node | Leaf) -> Iterator[Leaf]:
    """The leaves in text order; unlike fissix's `leaves()` it bears any depth."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Leaf):
            yield node
        else:
            todo.extend(reversed(node.children))


def text_of(tree: Node | Leaf) -> str:
    """The text of a tree; unlike `str(tree)` it bears any depth."""
    parts: list[str] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        if node.children:
            todo.extend(reversed(node.children))
        elif isinstance(node, Leaf):
            parts += (node._prefix, node.value)
    return "".join(parts)


def discard(tree: Node) -> None:
    """Take a tree that is done with to pieces, so that its memory is free at once.

    Nodes and leaves know their parents, and such circles otherwise wait for the garbage collector, which
    takes longer over them than the parser did.
    """
    todo = [tree]
    while todo:
        node = todo.pop()
        todo += [child for child in node.children if child.children]
        node.children = []


@cache
def _parser() -> Parser:
    return Parser(python_grammar())


def _shape_decorators(tokens: Tokens) -> None:
    """Give decorators that Python 3.8 knew the shape that fissix, and so every pattern, knows.

    The grammar takes any expression behind the `@`; `a.b(c)` then is a power with trailers, where patterns
    expect a dotted name and brackets right in the decorator.
    """
    for leaf, kind in zip(tokens.leaves, tokens.kinds, strict=True):
        if kind == "@" and leaf.parent.type == symbol("decorator"):
            decorator = leaf.parent
            at, expression, newline = decorator.children
            if expression.type == symbol("power") and (parts := _dotted_call(expression)):
                names, call = parts
                name = names[0] if len(names) == 1 else Node(symbol("dotted_name"), names)
                decorator.children = [at, name, *call, newline]
                for child in decorator.children:
                    child.parent = decorator


def _dotted_call(power: Node) -> tuple[list[Leaf], list[Leaf | Node]] | None:
    """The names and dots of `a.b(c)`, and its brackets with what they hold; None for any other expression."""
    name, *trailers = power.children
    call = (
        trailers.pop().children
        if trailers[-1].type == symbol("trailer") and trailers[-1].children[0].value == "("
        else []
    )
    if name.type != token.NAME or any(
        trailer.type != symbol("trailer") or trailer.children[0].value != "." for trailer in trailers
    ):
        return None
    names = [name, *(leaf for trailer in trailers for leaf in trailer.children)]
    for part in (*names, *call):
        part.parent = None
    return names, call


@contextmanager
def _collector_off() -> Iterator[None]:
    """Hold the garbage collector off: it finds nothing in a growing tree, and looking takes long."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
