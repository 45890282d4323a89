"""The text of a tree that is being changed, so that it is quick to see what each match changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from codemods.bowler.places import differences
from codemods.model.plan import Edit
from codemods.syntax.lossless.grammar import symbol
from codemods.syntax.lossless.tree import text_of

_BLOCKS = (
    "async_funcdef async_stmt case_block classdef decorated for_stmt funcdef if_stmt match_stmt suite "
    "try_stmt while_stmt with_stmt"
)


class TreeText:
    """Knows the text of every statement around the matches so far.

    What a match changed is read from its own statement. fissix marks changed nodes up to the root, so it
    shows at each level whether something was changed beside the way to the match; only then all is looked at.
    """

    def __init__(self, tree: Any) -> None:
        self._kinds = {symbol(name) for name in _BLOCKS.split(" ")}
        self._root = _Block(tree)
        self._way: list[tuple[_Block, Any]] = []
        self._marks: dict[int, int] = {}
        self._watched: list[Any] = []

    def watch(self, node: Any) -> None:
        """The node is about to be changed, or something on its behalf."""
        nodes = [node]
        while nodes[-1].parent is not None:
            nodes.append(nodes[-1].parent)
        self._way, self._marks = [], {}
        block = self._root
        self._count(block.node)
        for child in reversed(nodes[:-1]):
            self._way.append((block, child))
            self._count(child)
            inner = block.opened(child) if child.type in self._kinds else None
            if inner is None:
                break
            block = inner
        else:
            self._way.append((block, None))

    def changes(self) -> list[Edit]:
        """The edits since the node is watched, of the text there was then."""
        for node in self._watched:
            del node.changed
        self._watched.clear()
        return self._changes(0)[0]

    def rest(self) -> list[Edit]:
        """The edits since the last look, wherever they are."""
        if text_of(self._root.node) == self._root.text():
            return []
        return self._root.read_again(lambda _: True)

    def _count(self, node: Any) -> None:
        """Count how often fissix marks the node, which happens whenever something in it changes."""
        self._marks[id(node)] = 0
        self._watched.append(node)
        node.changed = partial(self._changed, node, node.changed)

    def _changed(self, node: Any, mark: Callable[[], None]) -> None:
        self._marks[id(node)] += 1
        mark()

    def _changes(self, level: int) -> tuple[list[Edit], int]:
        """The edits in a block on the way to the match, and how much longer it is for them."""
        block, child = self._way[level]
        index = block.index_of(child)
        if index is None or self._marks[id(block.node)] != self._marks[id(child)]:
            before = block.length
            edits = block.read_again(lambda one: child is None or one is child or one.was_changed)
            return edits, block.length - before
        child.was_changed = False
        if level + 1 < len(self._way):
            edits, growth = self._changes(level + 1)
        else:
            edits, growth = block.read_child(index)
        offset = block.offset(index)
        block.grow(index, growth)
        return [Edit(edit.start + offset, edit.end + offset, edit.text) for edit in edits], growth


class _Block:
    """A node with the text of each of its children; those of them that are blocks may be opened too."""

    def __init__(self, node: Any) -> None:
        self.node = node
        self._take(list(node.children), [text_of(child) for child in node.children])

    def _take(self, children: list[Any], texts: list[str]) -> None:
        self._children, self._texts = children, texts
        self._lengths = [len(text) for text in texts]
        self._indices = {id(child): index for index, child in enumerate(children)}
        self._opened: dict[int, _Block] = {}
        self._asked: set[int | None] = set()
        self.length = sum(self._lengths)
        self._place = (0, 0)
        for child in children:
            child.was_changed = False

    def index_of(self, child: Any) -> int | None:
        """Which child it is; None where it is none, or the children are not those that were read."""
        index, now = self._indices.get(id(child)), self.node.children
        if index is None or len(now) != len(self._children) or now[index] is not child:
            return None
        return index

    def opened(self, child: Any) -> _Block | None:
        """The child as a block; None where it must be read as a whole.

        That is so where it is not as it was read, and the first time, since in most there is one match only.
        """
        index = self.index_of(child)
        if index is None or index not in self._asked:
            self._asked.add(index)
            return None
        if index not in self._opened:
            block = _Block(child)
            if block.text() != self._texts[index]:
                return None
            self._opened[index] = block
        return self._opened[index]

    def text(self) -> str:
        return "".join(map(self._text, range(len(self._texts))))

    def _text(self, index: int) -> str:
        return self._opened[index].text() if index in self._opened else self._texts[index]

    def offset(self, index: int) -> int:
        """Where a child begins. Matches come in the order of the text, so the last answer is near."""
        at, offset = self._place
        if at <= index:
            offset += sum(self._lengths[at:index])
        else:
            offset -= sum(self._lengths[index:at])
        self._place = index, offset
        return offset

    def grow(self, index: int, growth: int) -> None:
        """The child whose offset was asked for last has become longer."""
        self._lengths[index] += growth
        self.length += growth

    def read_child(self, index: int) -> tuple[list[Edit], int]:
        """The edits of a child that is not opened, and how much longer it is for them."""
        before = self._texts[index]
        after = self._texts[index] = text_of(self._children[index])
        return differences(before, after) if before != after else [], len(after) - len(before)

    def read_again(self, suspected: Callable[[Any], bool]) -> list[Edit]:
        """The edits in all children that are new or suspected; blocks in them are closed."""
        old = [self._text(index) for index in range(len(self._texts))]
        children = list(self.node.children)
        known = dict(zip(map(id, self._children), old, strict=True))
        new = [
            text_of(child) if suspected(child) else known.get(id(child), "") or text_of(child)
            for child in children
        ]
        self._take(children, new)
        if len(old) != len(new):
            return differences("".join(old), "".join(new))
        edits: list[Edit] = []
        offset = 0
        for before, after in zip(old, new, strict=True):
            if before != after:
                found = differences(before, after)
                edits += (Edit(edit.start + offset, edit.end + offset, edit.text) for edit in found)
            offset += len(before)
        return edits
