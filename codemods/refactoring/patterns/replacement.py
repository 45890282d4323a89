"""What is put in the place of a match: a template taken apart into pieces, and these filled from the match.

A piece is a token, or, as a whole, a capture, a literal or an import path. Pieces of the old text and of the
new have keys, so that what both have in common can stay where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from codemods.refactoring.patterns.precedence import Binding, binding, is_bare_number, required
from codemods.refactoring.patterns.template import MANY, Template, run, single
from codemods.syntax.lossless.token_index import Tokens
from codemods.syntax.module import Located
from codemods.syntax.text import Lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is kept or put in as a whole."""

    key: Hashable
    text: str
    before: str = ""
    """In the new text: the blanks that the template has before it."""
    depth: int = 0
    """In the new text: how many brackets are open before it."""
    origin: str | None = None
    """Of a capture: the indentation of the line on which it stood."""
    start: int = -1
    end: int = -1
    """In the old text: where it stands."""


class Kind(Enum):
    TOKEN = "token"
    LITERAL = "literal"
    ONE = "one"
    RUN = "run"
    BLOCK = "block"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a template."""

    kind: Kind
    text: str
    """The token, the variable's name, or what follows the import path (``.now``)."""
    before: str
    depth: int
    path: str = ""
    binds: Binding = Binding.NAMED
    """How tightly a capture must bind to stand here without parentheses."""
    alone: bool = False
    """The only argument of a call, or the only statement of its body."""
    value: object = None


class Replacement:
    """A template that takes the place of matches; ``imported`` has its names that stand for import paths."""

    def __init__(self, template: Template, imported: Mapping[str, str]) -> None:
        self.template = template
        self.imported = imported
        self.expression = template.expression
        self.slots = list(_slots(template, imported))
        self.paths = frozenset(slot.path for slot in self.slots if slot.path)

    @property
    def binds(self) -> Binding:
        """How tightly the new code binds, where it is an expression; where it is a capture, the loosest."""
        if self.expression is None or _is_variable(self.expression):
            return Binding.NAMED
        code = self.template.code.strip()
        enclosed = Tokens(code).is_enclosed(0, len(code))
        return Binding.ATOM if enclosed else binding(self.expression)


@dataclass(frozen=True, slots=True)
class Filling:
    """One captured expression, argument, name or block on its way into a replacement."""

    text: str
    key: Hashable
    binds: Binding = Binding.ATOM
    number: bool = False
    """An attribute of it would be read as part of a number."""
    unbracketed_lines: bool = False
    """It spans lines that only brackets around it hold together."""
    bare_generator: bool = False
    """A generator expression that shares its parentheses with a call."""
    origin: str = ""
    """The indentation of the line on which it stood."""

    def piece(self, before: str, depth: int) -> Piece:
        return Piece(self.key, self.text, before, depth, self.origin)


def fill(
    replacement: Replacement,
    fillings: Mapping[str, Sequence[Filling]],
    spell: Callable[[str], str],
    *,
    outer: Binding,
    in_brackets: bool,
) -> list[Piece]:
    """The pieces of the new text; ``outer`` is how tightly it must bind where the match stands."""
    root = replacement.expression
    is_capture = root is not None and _is_variable(root)
    pieces: list[Piece] = []
    for slot in replacement.slots:
        if is_capture:
            slot = replace(slot, binds=max(slot.binds, outer))
        pieces += _filled(slot, fillings, spell, in_brackets)
    pieces = _without_idle_commas(pieces)
    if root is not None and not is_capture and replacement.binds < outer:
        inner = [replace(piece, depth=piece.depth + 1) for piece in pieces]
        first = replace(inner[0], before="")
        return [Piece("(", "("), first, *inner[1:], Piece(")", ")", depth=1)]
    return pieces


def _filled(
    slot: Slot, fillings: Mapping[str, Sequence[Filling]], spell: Callable[[str], str], in_brackets: bool
) -> Iterator[Piece]:
    match slot.kind:
        case Kind.TOKEN:
            yield Piece(slot.text, slot.text, slot.before, slot.depth)
        case Kind.LITERAL:
            yield Piece((type(slot.value), repr(slot.value)), slot.text, slot.before, slot.depth)
        case Kind.PATH:
            yield Piece(
                ("path", slot.path + slot.text), spell(slot.path) + slot.text, slot.before, slot.depth
            )
        case Kind.ONE:
            [filling] = fillings[slot.text]
            yield from _single(slot, filling, in_brackets)
        case Kind.RUN:
            for index, filling in enumerate(fillings[slot.text]):
                if index:
                    yield Piece(",", ",", "", slot.depth)
                yield filling.piece(" " if index else slot.before, slot.depth)
            if not fillings[slot.text]:
                yield Piece(_NOTHING, "", slot.before, slot.depth)
        case Kind.BLOCK:
            for filling in fillings[slot.text]:
                yield filling.piece(slot.before, slot.depth)
            if not fillings[slot.text] and slot.alone:
                yield Piece("pass", "pass", slot.before, slot.depth)


def _single(slot: Slot, filling: Filling, in_brackets: bool) -> Iterator[Piece]:
    held = in_brackets or slot.depth > 0
    loose = (
        filling.binds < slot.binds
        or (filling.number and slot.binds is Binding.ATOM)
        or (filling.unbracketed_lines and not held)
        or (filling.bare_generator and not slot.alone)
    )
    if loose:
        yield Piece("(", "(", slot.before, slot.depth)
        yield filling.piece("", slot.depth + 1)
        yield Piece(")", ")", "", slot.depth + 1)
    else:
        yield filling.piece(slot.before, slot.depth)


_NOTHING = "an empty run"


def _without_idle_commas(pieces: list[Piece]) -> list[Piece]:
    """Drops empty runs, each with the comma before it, or else the one behind it."""
    out: list[Piece] = []
    skip_comma = False
    for piece in pieces:
        if skip_comma and piece.key == ",":
            skip_comma = False
            continue
        if piece.key != _NOTHING:
            before = "" if out and skip_comma else piece.before
            skip_comma = False
            out.append(replace(piece, before=before))
        elif out and out[-1].key == ",":
            out.pop()
        else:
            skip_comma = True
    return out


def _slots(template: Template, paths: Mapping[str, str]) -> Iterator[Slot]:
    """The parts of a template in their order."""
    lines = Lines(template.code)
    opaque = sorted(_opaque(template, paths, lines), key=lambda part: part[0])
    tokens = Tokens(template.code)
    depth, end = 0, 0
    position = 0
    spans: list[tuple[int, int, Slot]] = []
    for start, stop, slot in [*opaque, (len(template.code), len(template.code), None)]:
        between = tokens.between(position, start)
        spans += [(token.start, token.end, _token_slot(token.text)) for token in between]
        if slot is not None:
            spans.append((start, stop, slot))
            position = stop
    for start, stop, slot in spans:
        yield replace(slot, before=template.code[end:start], depth=depth)
        if slot.kind is Kind.TOKEN:
            depth += (slot.text in "([{") - (slot.text in ")]}")
        end = stop


def _token_slot(text: str) -> Slot:
    """A token; where it is a metavariable that stands for a mere name, a capture."""
    name = single(text)
    return Slot(Kind.TOKEN, text, "", 0) if name is None else Slot(Kind.ONE, name, "", 0)


def _opaque(template: Template, paths: Mapping[str, str], lines: Lines) -> Iterator[tuple[int, int, Slot]]:
    """The spans of captures, literals and import paths."""
    todo: list[tuple[ast.AST, ast.AST | None]] = [(statement, None) for statement in template.statements]
    while todo:
        node, parent = todo.pop()
        slot = _slot_of(node, parent, template, paths)
        if slot is not None:
            assert isinstance(node, Located)
            yield *lines.span(node), slot
        elif isinstance(node, ast.JoinedStr):
            start, end = lines.span(node)
            yield (
                start,
                end,
                Slot(Kind.LITERAL, template.code[start:end], "", 0, value=template.code[start:end]),
            )
        elif isinstance(node, ast.arg) and node.arg.startswith(MANY):
            start, end = lines.span(node)
            yield start - len("*"), end, Slot(Kind.RUN, node.arg[len(MANY) :], "", 0)
        else:
            todo += [(child, node) for child in ast.iter_child_nodes(node)]


def _slot_of(
    node: ast.AST, parent: ast.AST | None, template: Template, paths: Mapping[str, str]
) -> Slot | None:
    if (name := run(node)) is not None:
        if isinstance(node, ast.Starred):
            return Slot(Kind.RUN, name, "", 0)
        return Slot(Kind.BLOCK, name, "", 0, alone=_is_alone(node, parent, template))
    if isinstance(node, ast.Name) and (name := single(node.id)) is not None:
        alone = isinstance(parent, ast.Call) and parent.args == [node] and not parent.keywords
        binds = required(parent, node) if parent is not None else Binding.NAMED
        return Slot(Kind.ONE, name, "", 0, binds=binds, alone=alone)
    if isinstance(node, ast.Constant):
        text = ast.get_source_segment(template.code, node) or ""
        return Slot(Kind.LITERAL, text, "", 0, value=node.value)
    if isinstance(node, ast.Name) and node.id in paths:
        return Slot(Kind.PATH, "", "", 0, path=paths[node.id])
    if isinstance(node, ast.Attribute) and (dotted := _dotted(node)) is not None and dotted[0] in paths:
        return Slot(Kind.PATH, "".join(f".{name}" for name in dotted[1:]), "", 0, path=paths[dotted[0]])
    return None


def _is_alone(node: ast.AST, parent: ast.AST | None, template: Template) -> bool:
    bodies: Iterable[object] = [list(template.statements)]
    if parent is not None:
        bodies = [value for _, value in ast.iter_fields(parent) if isinstance(value, list)]
    return [node] in bodies


def _is_variable(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and single(node.id) is not None


def _dotted(node: ast.expr) -> list[str] | None:
    if isinstance(node, ast.Name):
        return [node.id] if single(node.id) is None else None
    if isinstance(node, ast.Attribute) and single(node.attr) is None:
        above = _dotted(node.value)
        return None if above is None else [*above, node.attr]
    return None


def filling_of(node: ast.expr, text: str, key: Hashable, *, enclosed: bool, origin: str) -> Filling:
    """The filling for a captured expression; ``enclosed``: its text brings its own parentheses."""
    if enclosed:
        return Filling(text, key, origin=origin)
    return Filling(text, key, binding(node), is_bare_number(node), _needs_brackets(text), origin=origin)


def _needs_brackets(text: str) -> bool:
    if "\n" not in text and "\r" not in text:
        return False
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return True
    return False
