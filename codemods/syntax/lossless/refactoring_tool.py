"""fissix's driver and refactoring tool over our trees: fixers and Bowler's patterns run on today's Python.

Both are subclasses: nothing of fissix is patched. The tool changes trees in memory and never touches a file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from fissix.pgen2 import token
from fissix.pgen2.driver import Driver
from fissix.pgen2.tokenize import TokenError
from fissix.pytree import Leaf, Node, convert

from codemods.model.errors import SourceSyntaxError
from codemods.syntax.lossless.grammar import pygram, python_grammar, symbol
from codemods.syntax.lossless.tree import leaves_of, parse_with_leaves
from codemods.syntax.required_literals import required_literals

from fissix import refactor  # isort: skip - once our grammar is in place

LONGEST_CHAIN = 200
"""Matching a chain of calls takes more than the square of its length: beyond this, seconds for each node."""


class ModernDriver(Driver):  # type: ignore[misc]
    """Parses with our parser wherever fissix asks a driver for a tree."""

    def __init__(self) -> None:
        super().__init__(python_grammar(), convert)

    @property
    def grammar(self) -> Any:
        """Always today's: the tool would set one with Python 2's `print`."""
        return python_grammar()

    @grammar.setter
    def grammar(self, _: Any) -> None:
        pass

    def parse_string(self, text: str, debug: bool = False) -> Node:
        """The tree of a text. Raises SourceSyntaxError."""
        return self.parse_with_leaves(text)[0]

    def parse_with_leaves(self, text: str) -> tuple[Node, list[Leaf]]:
        """The tree of a text and its leaves. Raises SourceSyntaxError."""
        tree, leaves = parse_with_leaves(text)
        tree.used_names = {leaf.value for leaf in leaves if leaf.type == token.NAME}
        return tree, leaves


class Refactoring(refactor.RefactoringTool):  # type: ignore[misc]
    """Applies fixer classes to trees.

    Until a fixer has changed a tree, nodes are matched only where a match can be: above the leaves that the
    fixer's pattern cannot do without.
    """

    BM: Any
    """fissix's bottom matcher."""

    def __init__(self, fixers: Iterable[type[Any]]) -> None:
        python_grammar()  # patterns may name our rules, and they are compiled next
        super().__init__(list(fixers))
        self.grammar = python_grammar()
        self.driver = ModernDriver()
        self.bmi_pre_order_heads = _heads(self.bmi_pre_order)
        self.bmi_post_order_heads = _heads(self.bmi_post_order)
        self._literals = {
            fixer: required_literals(fixer.pattern) for fixer in (*self.bmi_pre_order, *self.bmi_post_order)
        }
        self._candidates: dict[Any, set[int] | None] = {}
        self._visited: set[int] | None = None
        self._tree: Any = None
        if not self.BM.fixers:
            self.BM = _NoBottomMatcher()

    def get_fixers(self) -> tuple[list[Any], list[Any]]:
        fixers = [fixer(self.options, self.fixer_log) for fixer in self.fixers]
        fixers.sort(key=lambda fixer: fixer.run_order)
        return (
            [fixer for fixer in fixers if fixer.order == "pre"],
            [fixer for fixer in fixers if fixer.order == "post"],
        )

    def literals(self) -> frozenset[str] | None:
        """Literals of which a file that the fixers change holds at least one; None when any file may do."""
        found = [required_literals(fixer.pattern) for fixer in (*self.pre_order, *self.post_order)]
        if not all(found):
            return None
        return frozenset().union(*(literals for literals in found if literals))

    def refactor_string(self, text: str, name: str) -> Node:
        """The tree of a text, refactored. Raises SourceSyntaxError, and whatever the fixers raise."""
        tree, leaves = self.driver.parse_with_leaves(text)
        tree.future_features = _future_features(text)
        self.refactor_tree(tree, name, leaves)
        return tree

    def refactor_tree(self, tree: Node, name: str, leaves: Iterable[Leaf] | None = None) -> bool:
        """Apply all fixers; whether fissix noticed a change. Raises SourceSyntaxError for a long chain.

        Whoever knows the leaves of the tree can save us a walk.
        """
        wanted = frozenset().union(*(literals for literals in self._literals.values() if literals))
        found: dict[str, list[Leaf]] = {}
        for leaf in leaves_of(tree) if leaves is None else leaves:
            if leaf.value in wanted:
                found.setdefault(leaf.value, []).append(leaf)
        self._candidates = {
            fixer: None
            if literals is None
            else _ancestors(leaf for word in literals for leaf in found.get(word, ()))
            for fixer, literals in self._literals.items()
        }
        self._visited = _union(self._candidates.values())
        if not self.BM.fixers and self._visited is not None and not self._visited:
            return False
        self._tree = tree
        changed: bool = super().refactor_tree(tree, name)
        return changed

    def traverse_by(self, heads: dict[int, list[Any]], traversal: Iterator[Any]) -> None:
        """Match and transform node by node in fissix's order, but only nodes that can match."""
        if not any(heads.values()):
            return
        for node in self._walk(preorder=heads is self.bmi_pre_order_heads):
            for fixer in heads.get(node.type, ()):
                if not self._can_match(fixer, node):
                    continue
                _bound(node)
                results = fixer.match(node)
                if results:
                    self._visited = None  # it may do anything, so from here on the tree itself is asked
                    self._candidates = dict.fromkeys(self._candidates)
                    new = fixer.transform(node, results)
                    if new is not None:
                        node.replace(new)
                        node = new

    def _can_match(self, fixer: Any, node: Node | Leaf) -> bool:
        candidates, literals = self._candidates[fixer], self._literals[fixer]
        if candidates is not None:
            return id(node) in candidates
        return literals is None or _holds(node, literals)

    def _walk(self, *, preorder: bool) -> Iterator[Any]:
        """The nodes to visit. Other than fissix's own walk it bears any depth."""
        if preorder:
            yield self._tree
        stack = [(self._tree, iter(self._tree.children))]
        while stack:
            node, children = stack[-1]
            for child in children:
                if self._visited is None or id(child) in self._visited:
                    if preorder:
                        yield child
                    if child.children:
                        stack.append((child, iter(child.children)))
                        break
                    if not preorder:
                        yield child
            else:
                stack.pop()
                if not preorder:
                    yield node


def _union(sets: Iterable[set[int] | None]) -> set[int] | None:
    """All that is in any of the sets; None where one of them is, which stands for everything."""
    union: set[int] = set()
    for found in sets:
        if found is None:
            return None
        union |= found
    return union


class _NoBottomMatcher:
    """Stands in for fissix's bottom matcher, which walks every tree, where no fixer is made for it."""

    fixers: tuple[Any, ...] = ()

    def run(self, leaves: Iterable[Leaf]) -> dict[Any, list[Any]]:
        return {}


def _holds(node: Node | Leaf, literals: frozenset[str]) -> bool:
    """Whether one of the literals is a leaf of the node."""
    todo = [node]
    while todo:
        node = todo.pop()
        if node.children:
            todo.extend(node.children)
        elif isinstance(node, Leaf) and node.value in literals:
            return True
    return False


def _ancestors(leaves: Iterable[Leaf]) -> set[int]:
    """The identities of leaves and of all nodes above them."""
    found: set[int] = set()
    for node in leaves:
        while node is not None and id(node) not in found:
            found.add(id(node))
            node = node.parent
    return found


def _bound(node: Node | Leaf) -> None:
    if len(node.children) > LONGEST_CHAIN and node.type == symbol("power"):
        why = (
            f"a chain of {len(node.children)} calls and attributes is too long to be matched against patterns"
        )
        leaf = next(leaves_of(node))
        raise SourceSyntaxError(why, leaf.lineno, leaf.column + 1)


def _heads(fixers: Iterable[Any]) -> dict[int, list[Any]]:
    """For each type of node the fixers whose pattern may match it, those that match anything last."""
    stock = pygram.python_grammar
    heads: dict[int, list[Any]] = {
        number: []
        for number in (*stock.symbol2number.values(), *python_grammar().number2symbol, *stock.tokens)
    }
    anything = []
    for fixer in fixers:
        types: set[int] = set()
        with contextlib.suppress(refactor._EveryNode):
            types = (
                refactor._get_head_types(fixer.pattern) if fixer.pattern else {fixer._accept_type} - {None}
            )
        if not types:
            anything.append(fixer)
        for number in types:
            heads.setdefault(number, []).append(fixer)
    for matching in heads.values():
        matching.extend(anything)
    return heads


def _future_features(text: str) -> frozenset[str]:
    try:
        features: frozenset[str] = refactor._detect_future_features(text)
    except TokenError:
        return frozenset()  # fissix's tokenizer cannot read the first lines, so no import stands there
    return features
