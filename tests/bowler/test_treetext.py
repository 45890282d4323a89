"""Whatever is done to a tree, the edits that are told one after the other make its text."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from fissix.pytree import Leaf

from codemods.bowler import treetext
from codemods.bowler.places import Places
from codemods.model.plan import apply_edits
from codemods.syntax.lossless.tree import parse, text_of

SOURCE = Path(treetext.__file__).read_text("utf-8")


def nodes_of(tree: Any) -> list[Any]:
    found = [tree]
    for node in found:
        found += node.children
    return found


def spoil(chance: random.Random, node: Any, name: str) -> None:
    """Do to a node what a modifier may, with or without telling fissix."""
    new = Leaf(1, name, prefix=" ")
    what = chance.random()
    if isinstance(node, Leaf):
        node.value += name
        if what < 0.5:
            node.changed()
        elif what < 0.9 and node.parent:
            node.replace(new)
    elif what < 0.3 and node.children:
        node.insert_child(chance.randint(0, len(node.children)), new)
    elif what < 0.5 and node.parent:
        node.replace(new)
    elif what < 0.6 and node.parent and node.children:
        node.children[-1].remove()
    elif what < 0.7 and node.parent:
        node.replace(node.clone())


@pytest.mark.parametrize("seed", range(60))
def test_edits_make_the_text(seed: int) -> None:
    chance = random.Random(seed)
    tree: Any = parse(SOURCE)
    watching, places, text = treetext.TreeText(tree), Places(), SOURCE
    for step in range(8):
        nodes = nodes_of(tree)
        match = chance.choice(nodes)
        watching.watch(match)
        for _ in range(chance.choice([1, 1, 3])):
            near = [match, *match.children, *([match.parent] if match.parent else [])]
            spoil(chance, chance.choice(nodes if chance.random() < 0.25 else near), f"x{step}")
        edits = watching.changes()
        places.add((step, edit) for edit in edits)
        text = apply_edits(text, edits)
    rest = watching.rest()
    places.add((99, edit) for edit in rest)
    assert apply_edits(text, rest) == text_of(tree)
    by_site = places.by_site(SOURCE).values()
    assert apply_edits(SOURCE, [edit for edits in by_site for edit in edits]) == text_of(tree)


def test_a_change_is_told_when_it_was_made() -> None:
    tree: Any = parse("def f():\n    a = 1\n    b = 1\n\n\nc = 1\n")
    watching = treetext.TreeText(tree)
    leaves = {node.value: node for node in nodes_of(tree) if isinstance(node, Leaf)}
    for name, offset in (("b", 23), ("a", 13), ("c", 33)):
        watching.watch(leaves[name])
        leaves[name].value = name * 2
        leaves[name].changed()
        (edit,) = watching.changes()
        assert (edit.start, edit.text) == (offset, name * 2)
    assert watching.rest() == []
