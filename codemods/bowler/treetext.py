"""The text of a tree that is being changed, so that it is quick to see what each match changed."""

from __future__ import annotations

from typing import Any

from codemods.bowler.places import differences
from codemods.plan import Edit
from codemods.source.grammar import symbol
from codemods.source.tree import text_of

_BLOCKS = (
    "async_funcdef async_stmt case_block classdef decorated for_stmt funcdef if_stmt match_stmt suite "
    "try_stmt while_stmt with_stmt"
)


class TreeText:
    """Knows the text of every statement; only those that may have changed are read again."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._blocks = {symbol(name) for name in _BLOCKS.split(" ")}
        self._known: dict[
            int, tuple[Any, str]
        ] = {}  # by identity, which the node itself keeps from being reused
        self._chunks = self._texts(tree, set())

    def changes(self, node: Any) -> list[Edit]:
        """The edits since the last look, of the text there was then.

        Looked at are the statements around `node`, and those that fissix marked as changed.
        """
        around: set[int] = set()
        while node is not None and node is not self._tree:
            around.add(id(node))
            node = node.parent
        return self._compare(around) if around else self.rest()

    def rest(self) -> list[Edit]:
        """The edits since the last look, wherever they are."""
        if text_of(self._tree) == "".join(self._chunks):
            return []
        self._known.clear()
        return self._compare(set())

    def _compare(self, suspects: set[int]) -> list[Edit]:
        before, self._chunks = self._chunks, self._texts(self._tree, suspects)
        if len(before) != len(self._chunks):
            return differences("".join(before), "".join(self._chunks))
        edits: list[Edit] = []
        offset = 0
        for old, new in zip(before, self._chunks, strict=True):
            if old != new:
                edits += (
                    Edit(edit.start + offset, edit.end + offset, edit.text) for edit in differences(old, new)
                )
            offset += len(old)
        return edits

    def _texts(self, block: Any, suspects: set[int]) -> list[str]:
        """The texts of a block's children; read again are the suspects and what fissix marked as changed."""
        texts = []
        for child in block.children:
            known = self._known.get(id(child))
            if known is None or child.was_changed or id(child) in suspects:
                if id(child) in suspects and child.type in self._blocks:
                    known = child, "".join(self._texts(child, suspects))
                else:
                    known = child, text_of(child)
                self._known[id(child)] = known
                child.was_changed = False
            texts.append(known[1])
        return texts
