"""Where the leaves and nodes of a tree lie in its text, as character offsets, and what lies at an offset."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from fissix.pytree import Leaf, Node

from codemods.source.tree import leaves_of


class Spans:
    """The places of leaves and nodes in the text that a tree was parsed from; it must stand as parsed."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._leaves = list(leaves_of(tree))
        self._ends = list(accumulate(len(leaf.prefix) + len(leaf.value) for leaf in self._leaves))
        self._end_of = {id(leaf): end for leaf, end in zip(self._leaves, self._ends, strict=True)}

    def of(self, node: Node | Leaf) -> tuple[int, int]:
        """The offsets at which a node's first token begins and its last one ends, its prefix left out."""
        first = last = node
        while isinstance(first, Node):
            first = first.children[0]
        while isinstance(last, Node):
            last = last.children[-1]
        return self._end_of[id(first)] - len(first.value), self._end_of[id(last)]

    def leaf_at(self, offset: int) -> Leaf:
        """The leaf at an offset of the text, or the one whose prefix lies there."""
        return self._leaves[min(bisect_right(self._ends, offset), len(self._leaves) - 1)]

    def node_over(self, start: int, end: int) -> Node | Leaf:
        """The smallest node or leaf that holds all characters from `start` to `end`."""
        node: Node | Leaf = self.leaf_at(start)
        while node.parent is not None:
            first, last = self.of(node)
            if first <= start and end <= last:
                break
            node = node.parent
        return node
