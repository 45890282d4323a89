"""A match and its replacement made into edits of a file."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from codemods.edits.statement_edits import newline_of
from codemods.model.plan import Edit, ReasonCode, apply_edits
from codemods.refactoring.patterns.pattern import Captured, Match
from codemods.refactoring.patterns.precedence import Binding, required
from codemods.refactoring.patterns.replacement import Filling, Piece, Replacement, fill, filling_of
from codemods.refactoring.patterns.span_index import Nearby
from codemods.refactoring.patterns.token_alignment import align
from codemods.syntax.lossless.token_index import Token, Tokens
from codemods.syntax.module import Located, Module

Spell = Callable[[str], str]
"""How an import path is written at the place of the match."""

_FIELDS = tuple(getattr(ast, name) for name in ("FormattedValue", "Interpolation") if hasattr(ast, name))


class Unsafe(Exception):  # noqa: N818 - not an error: a site that is refused
    """A site that cannot be edited safely; its text says why."""

    def __init__(self, text: str, code: ReasonCode = ReasonCode.UNSAFE_EDIT) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Rewriter:
    """Rewrites the matches of one file, inner ones before those around them."""

    module: Module
    done: Nearby[tuple[tuple[int, int], tuple[Edit, ...], Binding]] = field(default_factory=Nearby)
    """The spans that were rewritten so far, with their edits and how tightly the result binds."""

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.module.text)

    def expression(self, match: Match, replacement: Replacement, spell: Spell) -> tuple[Edit, ...]:
        """One expression becomes another. Raises Unsafe."""
        [node] = match.nodes
        assert isinstance(node, ast.expr)
        tokens = self.tokens_at(node)
        start, end = self.module.span(node)
        parent = self.module.parent(node)
        enclosed = self._own_span(tokens, node) != (start, end)
        in_brackets = enclosed or self._in_brackets(tokens, node)
        outer = Binding.NAMED if enclosed or parent is None else required(parent, node)
        fillings = self.fillings(tokens, match)
        new = fill(replacement, fillings, spell, outer=outer, in_brackets=in_brackets)
        outer_quotes = self._quotes_around(node)
        if outer_quotes is not None:
            new = [replace(piece, text=_requoted(piece, outer_quotes)) for piece in new]
        old = self.old_pieces(tokens, match, start, end)
        edits = align(self.module.text, old, new, in_brackets=in_brackets)
        if outer_quotes is not None:
            _check_inside_string(self.module.text, outer_quotes, edits)
            return tuple(edits)
        return (*edits, *self.hoisted(tokens, edits, old, node))

    def simple_statement(self, match: Match, replacement: Replacement, spell: Spell) -> tuple[Edit, ...]:
        """One simple statement becomes another, in place. Raises Unsafe."""
        [statement] = match.nodes
        start, end = self.module.span(statement)
        fillings = self.fillings(self.tokens, match)
        new = fill(replacement, fillings, spell, outer=Binding.NAMED, in_brackets=False)
        old = self.old_pieces(self.tokens, match, start, end)
        edits = align(self.module.text, old, new, in_brackets=False)
        return (*edits, *self.hoisted(self.tokens, edits, old, statement))

    def remember(self, match: Match, replacement: Replacement | None, edits: tuple[Edit, ...]) -> None:
        """Let sites around this one take its new code along, which holds that of sites inside it."""
        span = self.module.span(match.nodes[0])[0], self.module.span(match.nodes[-1])[1]
        start = min([span[0], *(edit.start for edit in edits)])
        end = max([span[1], *(edit.end for edit in edits)])
        for number, (_, others, _) in self.done.near(start, end):
            if overlap(others, edits):
                self.done.remove(number)
        binds = Binding.NAMED if replacement is None or replacement.expression is None else replacement.binds
        self.done.add(start, end, (span, edits, binds))

    def tokens_at(self, node: ast.expr) -> Tokens:
        """The tokens around an expression: those of the file, or those inside the field of an f-string."""
        around = self.field_around(node)
        if around is None:
            return self.tokens
        start, end = self.module.span(around)
        return Tokens(f"({self.module.text[start:end]})", start - 1)

    def field_around(self, node: ast.AST) -> ast.expr | None:
        """The expression of the f-string's field in which a node stands."""
        inner = node
        for above in self.module.ancestors(node):
            if isinstance(above, _FIELDS):
                assert isinstance(inner, ast.expr)
                return inner
            if isinstance(above, ast.stmt):
                return None
            inner = above
        return None

    def old_pieces(self, tokens: Tokens, match: Match, start: int, end: int) -> list[Piece]:
        """The text of a match as pieces: its captures, literals and import paths each as a whole."""
        opaque = sorted(self._opaque(tokens, match), key=lambda piece: (piece.start, -piece.end))
        pieces: list[Piece] = []
        position = start
        for piece in opaque:
            if piece.start < position:
                continue
            pieces += (_as_piece(token) for token in tokens.between(position, piece.start))
            pieces.append(piece)
            position = piece.end
        pieces += (_as_piece(token) for token in tokens.between(position, end))
        return _without_trailing_commas(pieces)

    def _opaque(self, tokens: Tokens, match: Match) -> Iterator[Piece]:
        for name, captured in match.taken:
            if isinstance(captured, str):
                continue
            if statements := [node for node in captured if isinstance(node, ast.stmt)]:
                span = self.block_span(statements, self.module.span(match.nodes[-1])[1])
                yield self._piece(("capture", name, 0), span)
            elif any(isinstance(node, ast.arg) for node in captured):
                yield self._piece(("capture", name, 0), self._parameters_span(tokens, captured))
            for index, node in enumerate(captured):
                if isinstance(node, ast.expr | ast.keyword) and not any(
                    isinstance(n, ast.arg) for n in captured
                ):
                    span = self._captured_span(tokens, node)
                    yield self._piece(("capture", name, index), span)
        for literal in match.literals:
            yield self._piece((type(literal.value), repr(literal.value)), self.module.span(literal))
        for path, node in match.paths:
            builtin = path.removeprefix("builtins.")
            yield self._piece(("path", path) if builtin == path else builtin, self.module.span(node))

    def _piece(self, key: object, span: tuple[int, int]) -> Piece:
        return Piece(key, self.module.text[slice(*span)], start=span[0], end=span[1])

    def fillings(self, tokens: Tokens, match: Match) -> dict[str, list[Filling]]:
        """What each capture puts into a replacement."""
        return {name: self._fillings(tokens, match, name, value) for name, value in match.captures.items()}

    def _fillings(self, tokens: Tokens, match: Match, name: str, captured: Captured) -> list[Filling]:
        if isinstance(captured, str):
            return [Filling(captured, captured)]
        if statements := [node for node in captured if isinstance(node, ast.stmt)]:
            return [self._block_filling(name, statements, self.module.span(match.nodes[-1])[1])]
        if any(isinstance(node, ast.arg) for node in captured):
            return [self._parameters_filling(tokens, name, captured)]
        return [self._filling(tokens, name, index, node) for index, node in enumerate(captured)]

    def _filling(self, tokens: Tokens, name: str, index: int, node: ast.AST) -> Filling:
        assert isinstance(node, Located)
        start, end = self._captured_span(tokens, node)
        text = self.rewritten(start, end)
        key = ("capture", name, index)
        origin = indentation_at(self.module, start)
        if not isinstance(node, ast.expr):
            return Filling(text, key, origin=origin)
        if _is_bare_generator(self.module, node):
            return Filling(text, key, bare_generator=True, origin=origin)
        for _, (span, edits, binds) in self.done.near(start, end):
            if span == self.module.span(node) and edits:
                loose = Binding.ATOM if (start, end) != span else binds
                return Filling(text, ("rewritten", key), loose, origin=origin)
        enclosed = (start, end) != self.module.span(node) or (
            isinstance(node, ast.Tuple) and tokens.is_enclosed(start, end)
        )
        return filling_of(node, text, key, enclosed=enclosed, origin=origin)

    def _block_filling(self, name: str, statements: Sequence[ast.stmt], limit: int) -> Filling:
        start, end = self.block_span(statements, limit)
        origin = indentation_at(self.module, start)
        return Filling(self.rewritten(start, end), ("capture", name, 0), origin=origin)

    def block_span(self, statements: Sequence[ast.stmt], limit: int) -> tuple[int, int]:
        """The span of statements with the comments above the first and behind the last, up to ``limit``."""
        text, lines = self.module.text, self.module.lines
        start, end = statement_start(self.module, statements[0]), self.module.span(statements[-1])[1]
        first = lines.position(start)[0]
        indentation = text[lines.line_start(first) : start]
        if indentation.strip(" \t\f"):
            return start, end
        while first > 1 and self._is_comment(first - 1):
            first -= 1
        line_start = lines.line_start(first)
        start = line_start + len(indentation_at(self.module, line_start))
        for comment_start, comment_end in self.tokens.comments_in(end, limit):
            between = text[end:comment_start]
            own_line = indentation_at(self.module, comment_start) if between.strip(" \t\f") else indentation
            if between.strip() or not own_line.startswith(indentation):
                break
            end = comment_end
        return start, end

    def _is_comment(self, line: int) -> bool:
        start = self.module.lines.line_start(line)
        start += len(indentation_at(self.module, start))
        return bool(self.tokens.comments_in(start, start + 1))

    def _parameters_filling(self, tokens: Tokens, name: str, nodes: Sequence[ast.AST]) -> Filling:
        start, end = self._parameters_span(tokens, nodes)
        origin = indentation_at(self.module, start)
        return Filling(self.rewritten(start, end), ("capture", name, 0), origin=origin)

    def _parameters_span(self, tokens: Tokens, nodes: Sequence[ast.AST]) -> tuple[int, int]:
        """The span of the last parameters of a function, with their stars."""
        spans = [self.module.span(node) for node in nodes if isinstance(node, Located)]
        first = tokens.index_at(min(start for start, _ in spans))
        while tokens.tokens[first - 1].text in ("*", "**") or (
            tokens.tokens[first - 1].text == "," and tokens.tokens[first - 2].text == "*"
        ):
            first -= 1
        return tokens.tokens[first].start, max(end for _, end in spans)

    def rewritten(self, start: int, end: int) -> str:
        """A span of the text with what was rewritten inside it."""
        inside = [
            Edit(edit.start - start, edit.end - start, edit.text)
            for _, (span, edits, _) in self.done.near(start, end)
            if start <= span[0] and span[1] <= end
            for edit in edits
            if start <= edit.start and edit.end <= end
        ]
        return apply_edits(self.module.text[start:end], inside)

    def _captured_span(self, tokens: Tokens, node: Located) -> tuple[int, int]:
        if not isinstance(node, ast.expr):
            return self.module.span(node)
        if _is_bare_generator(self.module, node):
            start, end = self.module.span(node)
            return start + 1, end - 1
        return self._own_span(tokens, node)

    def _own_span(self, tokens: Tokens, node: ast.expr) -> tuple[int, int]:
        """The span of an expression with its own parentheses, not those of a call around it."""
        parent = self.module.parent(node)
        outer_end = (
            self.module.span(parent)[1] if isinstance(parent, ast.Call) and parent.func is not node else -1
        )
        return tokens.parenthesised(*self.module.span(node), outer_end)

    def _in_brackets(self, tokens: Tokens, node: ast.expr) -> bool:
        """Whether brackets around an expression hold its lines together."""
        start, _ = self.module.span(node)
        statement = next(
            (above for above in self.module.ancestors(node) if isinstance(above, ast.stmt)), None
        )
        if self.field_around(node) is not None or statement is None:
            return False
        depth = 0
        for token in tokens.between(statement_start(self.module, statement), start):
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        return depth > 0

    def hoisted(
        self, tokens: Tokens, edits: Sequence[Edit], old: Sequence[Piece], node: ast.expr | ast.stmt
    ) -> Iterator[Edit]:
        """The comments that edits would delete, put above the statement. Raises Unsafe where they cannot."""
        kept = [piece for piece in old if isinstance(piece.key, tuple) and piece.key[0] == "capture"]
        lost = [
            self.module.text[start:end]
            for edit in edits
            for start, end in tokens.comments_in(edit.start, edit.end)
            if not any(piece.start <= start < piece.end for piece in kept)
        ]
        if lost:
            yield self.comment_above(node, lost)

    def comment_above(self, node: ast.expr | ast.stmt, comments: Sequence[str]) -> Edit:
        """The edit that puts comments on lines of their own above a node's statement. Raises Unsafe."""
        statement: ast.AST = node
        if not isinstance(node, ast.stmt):
            statement = next(above for above in self.module.ancestors(node) if isinstance(above, ast.stmt))
        assert isinstance(statement, ast.stmt)
        line = self.module.lines.position(statement_start(self.module, statement))[0]
        start = self.module.lines.line_start(line)
        before = self.tokens.index_at(start) - 1
        if before >= 0 and self.tokens.tokens[before].end > start:
            raise Unsafe("a comment in it would be lost")
        indentation = indentation_at(self.module, start)
        newline = newline_at(self.module, start)
        return Edit(start, start, "".join(f"{indentation}{comment}{newline}" for comment in comments))

    def _quotes_around(self, node: ast.expr) -> set[str] | None:
        """The quotes of the f-strings in whose fields a node stands; None where it stands in none."""
        if self.field_around(node) is None:
            return None
        around = [above for above in self.module.ancestors(node) if isinstance(above, ast.JoinedStr)]
        return {quote for above in around for quote in self.module.source(above)[:5] if quote in _QUOTES}


_NEWLINE = re.compile(r"\r\n|\r|\n")
_PLAIN_LITERAL = re.compile(r"(?P<prefix>[rRbBuU]*)(?P<quote>['\"])(?P<inside>[^'\"\\]*)(?P=quote)")
_QUOTES = "'\""
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def _requoted(piece: Piece, outer: set[str]) -> str:
    """The text of a template's literal in quotes that no f-string around it has, where it can be."""
    literal = _PLAIN_LITERAL.fullmatch(piece.text)
    others = [quote for quote in _QUOTES if quote not in outer]
    if literal is None or literal["quote"] not in outer or not others or others[0] in literal["inside"]:
        return piece.text
    return literal["prefix"] + others[0] + literal["inside"] + others[0]


def _check_inside_string(text: str, quotes: set[str], edits: Sequence[Edit]) -> None:
    """Raises Unsafe where a new text would end the f-string around it, on any Python."""
    for edit in edits:
        opens = edit.text.startswith("{") and text[: edit.start].endswith("{")
        if opens or any(character in edit.text for character in ("\\", "#", "\n", "\r", *quotes)):
            raise Unsafe(f"its replacement {edit.text!r} cannot stand in the f-string around it")


def overlap(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Whether any of the edits cuts into any of the others."""
    return any(one.start < other.end and other.start < one.end for one in edits for other in others)


def statement_start(module: Module, statement: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    start = module.span(statement)[0]
    if not decorators:
        return start
    return module.text.rindex("@", 0, module.span(decorators[0])[0])


def indentation_at(module: Module, offset: int) -> str:
    """The blanks at the beginning of the line of an offset."""
    line = module.lines.position(offset)[0]
    start = module.lines.line_start(line)
    rest = module.text[start:]
    return rest[: len(rest) - len(rest.lstrip(" \t\f"))]


def newline_at(module: Module, offset: int) -> str:
    """How the line of an offset ends."""
    found = _NEWLINE.search(module.text, offset)
    return found[0] if found else newline_of(module)


def _is_bare_generator(module: Module, node: ast.expr) -> bool:
    parent = module.parent(node)
    return (
        isinstance(node, ast.GeneratorExp)
        and isinstance(parent, ast.Call)
        and module.span(node)[1] == module.span(parent)[1]
    )


def _as_piece(token: Token) -> Piece:
    return Piece(token.text, token.text, start=token.start, end=token.end)


def _without_trailing_commas(pieces: Sequence[Piece]) -> list[Piece]:
    """A comma that only ends a list counts as blanks, so that it stays; the comma of ``(x,)`` is needed."""
    out: list[Piece] = []
    openings: list[tuple[bool, int]] = []
    for index, piece in enumerate(pieces):
        if piece.key in _OPENING:
            is_tuple = piece.key != "{" and not (index and _may_be_called(pieces[index - 1]))
            openings.append((is_tuple or piece.key == "[", 0))
        elif piece.key == "," and openings:
            openings[-1] = (openings[-1][0], openings[-1][1] + 1)
        elif piece.key in _CLOSING and openings:
            needed, commas = openings.pop()
            if out and out[-1].key == "," and not (needed and commas == 1):
                out.pop()
        out.append(piece)
    return out


def _may_be_called(piece: Piece) -> bool:
    name = piece.text.isidentifier() and not keyword.iskeyword(piece.text)
    return isinstance(piece.key, tuple) or piece.text in (")", "]") or name
