"""Matched statements made into others, or removed: lines, indentation, semicolons, one-line suites."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from codemods.edits.statement_edits import remove_statements
from codemods.model.plan import Edit
from codemods.refactoring.patterns.pattern import Match
from codemods.refactoring.patterns.precedence import Binding
from codemods.refactoring.patterns.replacement import Piece, Replacement, fill
from codemods.refactoring.patterns.rewriter import (
    Rewriter,
    Spell,
    Unsafe,
    indentation_at,
    newline_at,
    statement_start,
)
from codemods.refactoring.patterns.token_alignment import align
from codemods.syntax.lossless.token_index import Tokens
from codemods.syntax.module import Module

_COMPOUND = (
    ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.With | ast.AsyncWith | ast.Match
    | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
)  # fmt: skip
_NEWLINE = re.compile(r"\r\n|\r|\n")


def rewrite(rewriter: Rewriter, match: Match, replacement: Replacement, spell: Spell) -> tuple[Edit, ...]:
    """Statements become others. Raises Unsafe."""
    statements = [node for node in match.nodes if isinstance(node, ast.stmt)]
    if _is_elif(rewriter.module, statements[0]):
        raise Unsafe("it is the elif of another if")
    templates = replacement.template.statements
    if len(statements) == len(templates) == 1 and not isinstance(statements[0], _COMPOUND):
        if not isinstance(templates[0], _COMPOUND):
            return rewriter.simple_statement(match, replacement, spell)
    return _Block(rewriter, match, statements, replacement, spell).edits()


def remove(rewriter: Rewriter, match: Match, *, leave_pass: bool) -> tuple[Edit, ...]:
    """Statements go, with their lines where they stand alone on them. Raises Unsafe."""
    statements = [node for node in match.nodes if isinstance(node, ast.stmt)]
    if _is_elif(rewriter.module, statements[0]):
        raise Unsafe("it is the elif of another if")
    if leave_pass:
        start, end = rewriter.module.span(statements[0])[0], rewriter.module.span(statements[-1])[1]
        return (Edit(start, end, "pass"),)
    return tuple(remove_statements(rewriter.module, statements))


@dataclass(frozen=True)
class _Place:
    """Where statements stand: what else is on their first and their last line."""

    rewriter: Rewriter
    body: Sequence[ast.stmt]
    statements: Sequence[ast.stmt]

    @cached_property
    def module(self) -> Module:
        return self.rewriter.module

    @cached_property
    def start(self) -> int:
        return statement_start(self.module, self.statements[0])

    @cached_property
    def end(self) -> int:
        return self.module.span(self.statements[-1])[1]

    @cached_property
    def begins_line(self) -> bool:
        line_start = self.module.lines.line_start(self.module.lines.position(self.start)[0])
        return not self.module.text[line_start : self.start].strip(" \t\f")

    @cached_property
    def previous(self) -> ast.stmt | None:
        """The statement before them on the same line."""
        index = self.body.index(self.statements[0])
        other = self.body[index - 1] if index else None
        return other if other is not None and other.end_lineno == self.statements[0].lineno else None

    @cached_property
    def next(self) -> ast.stmt | None:
        """The statement behind them on the same line."""
        index = self.body.index(self.statements[-1])
        other = self.body[index + 1] if index + 1 < len(self.body) else None
        return other if other is not None and other.lineno == self.statements[-1].end_lineno else None

    @cached_property
    def line_first(self) -> ast.stmt:
        """The first statement on their first line."""
        index = self.body.index(self.statements[0])
        while index and self.body[index - 1].end_lineno == self.body[index].lineno:
            index -= 1
        return self.body[index]

    @cached_property
    def in_one_line_suite(self) -> bool:
        start = self.module.span(self.line_first)[0]
        line_start = self.module.lines.line_start(self.line_first.lineno)
        return bool(self.module.text[line_start:start].strip(" \t\f"))


class _Block:
    """Statements written anew from a template, each on a line of its own where the place allows."""

    def __init__(
        self,
        rewriter: Rewriter,
        match: Match,
        statements: list[ast.stmt],
        replacement: Replacement,
        spell: Spell,
    ) -> None:
        self.rewriter = rewriter
        self.module = rewriter.module
        self.match = match
        self.replacement = replacement
        self.place = _Place(rewriter, match.body, statements)
        self.start = self.module.span(statements[0])[0]
        self.end = self.place.end
        self.newline = newline_at(self.module, self.end)
        fillings = rewriter.fillings(rewriter.tokens, match)
        self.pieces = fill(replacement, fillings, spell, outer=Binding.NAMED, in_brackets=False)

    def edits(self) -> tuple[Edit, ...]:
        place, comments = self.place, self._lost_comments()
        base = indentation_at(self.module, self.start)
        if place.in_one_line_suite:
            base += indentation_unit(self.module)
        alone = place.begins_line and place.next is None
        if alone and (edits := self._in_place(base)) is not None:
            return edits
        if alone or self._fits_a_line():
            text = self._lines(base) if alone else self._one_line()
            above = (self.rewriter.comment_above(place.statements[0], comments),) if comments else ()
            return (*above, Edit(self.start, self.end, text))
        break_ = self.newline + base
        apart = [Edit(self.start, self.end, break_.join([*comments, self._lines(base)]))]
        if place.in_one_line_suite:
            first = self.module.span(place.line_first)[0]
            colon = self.rewriter.tokens.tokens[self.rewriter.tokens.index_at(first) - 1]
            apart.append(Edit(colon.end, first, break_))
        if place.previous is not None:
            apart.append(Edit(self.module.span(place.previous)[1], self.start, break_))
        if place.next is not None:
            apart.append(Edit(self.end, self.module.span(place.next)[0], break_))
        return tuple(apart)

    def _fits_a_line(self) -> bool:
        """Whether the new statements can be written with semicolons between them."""
        return not any(
            isinstance(statement, _COMPOUND) for statement in self.replacement.template.statements
        ) and not any(
            _NEWLINE.search(piece.text) or "#" in piece.before or _is_block(piece, self.match)
            for piece in self.pieces
        )

    def _one_line(self) -> str:
        out = ""
        for piece in self.pieces:
            separator = "; " if "\n" in piece.before and piece.depth == 0 else " " * bool(piece.before)
            out += (separator if out else "") + piece.text
        return out

    def _in_place(self, base: str) -> tuple[Edit, ...] | None:
        """The edits that leave in place what both codes share; None where code has to be indented anew."""
        new = self._laid_out(base)
        for piece, indentation in new:
            if piece.origin not in (None, indentation) and _NEWLINE.search(piece.text):
                return None
        old = self.rewriter.old_pieces(self.rewriter.tokens, self.match, self.start, self.end)
        edits = align(self.module.text, old, [piece for piece, _ in new], in_brackets=False)
        return (*edits, *self.rewriter.hoisted(self.rewriter.tokens, edits, old, self.place.statements[0]))

    def _lines(self, base: str) -> str:
        return "".join(
            piece.before + self._reindented(piece, indentation) for piece, indentation in self._laid_out(base)
        )

    def _laid_out(self, base: str) -> list[tuple[Piece, str]]:
        """The new pieces with the file's line breaks and indentation before them, and that indentation."""
        unit = "\t" if "\t" in base else indentation_unit(self.module)
        step = _template_step(self.replacement.template.code)
        current = base
        out = []
        for piece in self.pieces:
            before, *rest = piece.before.split("\n")
            for line in rest:
                blanks = len(line) - len(line.lstrip(" \t"))
                levels, more = divmod(len(line[:blanks].expandtabs(step)), step)
                current = base + unit * levels + " " * more
                before += self.newline + (current + line[blanks:] if line.strip() else "")
            if rest and not rest[-1].strip():
                before += current
            out.append((replace(piece, before=before), current))
        return out

    def _reindented(self, piece: Piece, indentation: str) -> str:
        if piece.origin is None:
            return _NEWLINE.sub(self.newline, piece.text)
        if piece.origin == indentation or not _NEWLINE.search(piece.text):
            return piece.text
        return reindent(piece.text, piece.origin, indentation)

    def _lost_comments(self) -> list[str]:
        kept = [
            self._span(captured)
            for _, captured in self.match.taken
            if captured and not isinstance(captured, str)
        ]
        return [
            self.module.text[start:end]
            for start, end in self.rewriter.tokens.comments_in(self.start, self.end)
            if not any(first <= start < last for first, last in kept)
        ]

    def _span(self, captured: Sequence[ast.AST]) -> tuple[int, int]:
        statements = [node for node in captured if isinstance(node, ast.stmt)]
        if statements:
            return self.rewriter.block_span(statements, self.end)
        spans = [
            self.module.span(node) for node in captured if isinstance(node, ast.expr | ast.keyword | ast.arg)
        ]
        return min(start for start, _ in spans), max(end for _, end in spans)


def reindent(text: str, old: str, new: str) -> str:
    """The text with the indentation of its lines, except the first, moved from ``old`` to ``new``.

    Lines that begin inside a string stay, for they are its contents.
    """
    shift = 1
    strings = [
        (token.start, token.end)
        for token in Tokens(f"({text}\n)", -shift).tokens
        if _NEWLINE.search(token.text)
    ]
    out, position = "", 0
    for newline in _NEWLINE.finditer(text):
        out += text[position : newline.end()]
        position = newline.end()
        if any(start < position <= end for start, end in strings):
            continue
        if text.startswith(old, position) and not _NEWLINE.match(text, position):
            out += new
            position += len(old)
    return out + text[position:]


def indentation_unit(module: Module) -> str:
    """What the file indents by."""
    for node in ast.walk(module.tree):
        if isinstance(node, _COMPOUND) and (body := getattr(node, "body", None)):
            if body[0].lineno > node.lineno:
                outer = indentation_at(module, module.span(node)[0])
                inner = indentation_at(module, module.span(body[0])[0])
                if inner.startswith(outer) and inner != outer:
                    return inner[len(outer) :]
    return "    "


def _template_step(code: str) -> int:
    """How many blanks a template indents by."""
    widths = [len(line) - len(line.lstrip()) for line in code.expandtabs(4).split("\n") if line.strip()]
    return min((width for width in widths if width), default=4)


def _is_elif(module: Module, statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and module.text.startswith("elif", module.span(statement)[0])


def _is_block(piece: Piece, match: Match) -> bool:
    if not isinstance(piece.key, tuple) or piece.key[0] != "capture":
        return False
    captured = match.captures[piece.key[1]]
    return bool(captured) and isinstance(captured[0], ast.stmt)
