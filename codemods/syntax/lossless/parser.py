"""The LL(1) parser: fissix's tables, but decisions are made once and single-child chains never built.

Most rules of an expression only pass one child on, and fissix pushes and pops each of them for every token.
Here such rules are no frames of the stack but the `outer` links of a Position, and a Position remembers what
it does on each kind of token. Only rules with two children or more become nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fissix.pgen2 import token
from fissix.pgen2.grammar import opmap
from fissix.pytree import Leaf, Node

from codemods.model.errors import SourceSyntaxError


class _State:
    """A state of one rule's automaton: where each kind of token leads, straight or through another rule."""

    __slots__ = ("enters", "final", "rule", "shifts")

    def __init__(self, rule: int) -> None:
        self.rule = rule
        self.final = False
        self.shifts: dict[str, _State] = {}
        self.enters: dict[str, tuple[_State, _State]] = {}
        """The state after the rule that the token begins, and that rule's first state."""


# What is done with a token:
_SHIFT = 0  # it becomes a child, and the position moves on
_PUSH = 1  # it begins an inner node
_FOLD = 2  # first the node is complete, and the first child of an outer rule
_POP = 3  # first the node is complete, and a child of the one on top of the stack

_Action = tuple[int, "Position", "Position"]


class StuckError(Exception):
    """No token of this kind can stand here."""


class Position(dict[str, _Action]):
    """A place in a rule, and in the rules around it that so far hold nothing else.

    It maps each kind of token to what is done with it, decided once; raises StuckError where none can stand.
    """

    __slots__ = ("outer", "parser", "rule", "state")

    def __init__(self, parser: Parser, state: _State, outer: Position | None) -> None:
        super().__init__()
        self.parser = parser
        self.state = state
        self.rule = state.rule
        self.outer = outer

    def __missing__(self, kind: str) -> _Action:
        action = self[kind] = self._decide(kind)
        return action

    def _decide(self, kind: str) -> _Action:
        state, position = self.state, self.parser.position
        if kind in state.shifts:
            return _SHIFT, position(state.shifts[kind], self.outer), self
        if kind in state.enters:
            after, inner = state.enters[kind]
            return _PUSH, position(after, self.outer), self.parser.begin(inner, kind)
        outer: Position | None = self
        while outer is not None and kind not in outer.state.shifts and kind not in outer.state.enters:
            if not outer.state.final:
                raise StuckError
            outer = outer.outer
        return (_POP, self, self) if outer is None else (_FOLD, outer, self)


class Parser:
    """Parses token after token by a fissix grammar's tables."""

    def __init__(self, grammar: Any) -> None:
        self._positions: dict[tuple[int, int], Position] = {}
        self._start = self.position(_states(grammar)[grammar.start], None)

    def position(self, state: _State, outer: Position | None) -> Position:
        key = id(state), id(outer)
        if key not in self._positions:
            self._positions[key] = Position(self, state, outer)
        return self._positions[key]

    def begin(self, state: _State, kind: str) -> Position:
        """The position behind a token that begins the rule of `state`, however deep inside."""
        outer = None
        while kind not in state.shifts:
            after, inner = state.enters[kind]
            outer = self.position(after, outer)
            state = inner
        return self.position(state.shifts[kind], outer)

    def parse(self, leaves: Iterable[Leaf], kinds: Iterable[str]) -> Node:
        """The tree over the leaves. Raises SourceSyntaxError at the first that cannot stand where it does."""
        new, node_class = object.__new__, Node
        stack: list[tuple[Position, list[Any]]] = []
        position, children = self._start, []
        child: Any
        leaf: Any = None
        try:
            for leaf, kind in zip(leaves, kinds, strict=True):
                while True:
                    step, target, inner = position[kind]
                    if step == 0:
                        children.append(leaf)
                        position = target
                        break
                    if step == 1:
                        stack.append((target, children))
                        children = [leaf]
                        position = inner
                        break
                    if len(children) == 1:
                        child = children[0]
                    else:
                        child = new(node_class)
                        child.type = position.rule
                        child.children = children
                        child.fixers_applied = None
                        for grandchild in children:
                            grandchild.parent = child
                    if step == 2:
                        children = [child]
                        position = target
                    else:
                        position, children = stack.pop()
                        children.append(child)
        except StuckError:
            raise _unexpected(leaf) from None
        return Node(position.rule, children)


def _states(grammar: Any) -> dict[int, _State]:
    """The first state of each rule, all states linked."""
    kinds = _kinds(grammar)
    rules = {rule: [_State(rule) for _ in states] for rule, (states, _) in grammar.dfas.items()}
    for rule, (states, _) in grammar.dfas.items():
        for number, (state, arcs) in enumerate(zip(rules[rule], states, strict=True)):
            for label, after in arcs:
                symbol = grammar.labels[label][0]
                if label == 0:
                    state.final = after == number
                elif symbol in rules:
                    for first in grammar.dfas[symbol][1]:
                        state.enters[kinds[first]] = rules[rule][after], rules[symbol][0]
                else:
                    state.shifts[kinds[label]] = rules[rule][after]
    return {rule: states[0] for rule, states in rules.items()}


def _kinds(grammar: Any) -> dict[int, str]:
    """What the tokenizer calls the tokens of each label."""
    signs = {number: sign for sign, number in opmap.items() if sign != "<>"}
    return {
        label: value or signs.get(type_) or token.tok_name[type_]
        for label, (type_, value) in enumerate(grammar.labels)
        if type_ < token.NT_OFFSET
    }


def _unexpected(leaf: Leaf) -> SourceSyntaxError:
    names = {
        token.NEWLINE: "the line ends",
        token.INDENT: "an indentation begins",
        token.DEDENT: "an indentation ends",
    }
    what = names.get(leaf.type) or (f"{leaf.value!r} stands" if leaf.value else "the file ends")
    return SourceSyntaxError(f"invalid syntax: {what} where it cannot", leaf.lineno, leaf.column + 1)
