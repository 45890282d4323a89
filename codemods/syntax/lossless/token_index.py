"""The tokens of a text by their offsets, and its comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from fissix.pgen2 import token

from codemods.syntax.lossless.tokenizer import tokenize

_COMMENT = re.compile(r"#[^\r\n]*")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LAYOUT = {token.NEWLINE, token.INDENT, token.DEDENT, token.ENDMARKER}


@dataclass(frozen=True, slots=True)
class Token:
    """A name, keyword, literal or operator."""

    start: int
    end: int
    text: str


class Tokens:
    """All tokens but newlines and indentation. Raises SourceSyntaxError where the text cannot be read.

    ``base`` is added to every offset: for a piece of a larger text.
    """

    def __init__(self, text: str, base: int = 0) -> None:
        self.tokens: list[Token] = []
        self.comments: list[tuple[int, int]] = []
        offset = base
        for leaf in tokenize(text).leaves:
            prefix, value = leaf.prefix, leaf.value
            if "#" in prefix:
                self.comments += [(offset + m.start(), offset + m.end()) for m in _COMMENT.finditer(prefix)]
            offset += len(prefix)
            if leaf.type not in _LAYOUT:
                self.tokens.append(Token(offset, offset + len(value), value))
            offset += len(value)
        self._starts = [one.start for one in self.tokens]

    def index_at(self, offset: int) -> int:
        """The index of the first token that begins at the offset or behind it."""
        return bisect_left(self._starts, offset)

    def between(self, start: int, end: int) -> list[Token]:
        """The tokens that begin in a span."""
        return self.tokens[self.index_at(start) : self.index_at(end)]

    def comments_in(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans of the comments that begin in a span."""
        return [comment for comment in self.comments if start <= comment[0] < end]

    def is_enclosed(self, start: int, end: int) -> bool:
        """Whether one pair of parentheses is the first and the last token of a span."""
        tokens = self.between(start, end)
        depth = 0
        for one in tokens:
            depth += (one.text in _OPENING) - (one.text in _CLOSING)
            if depth == 0:
                return one is tokens[-1] and len(tokens) > 1 and tokens[0].text == "("
        return False

    def parenthesised(self, start: int, end: int, outer_end: int = -1) -> tuple[int, int]:
        """The span with all parentheses directly around it, except a pair that ends at ``outer_end``."""
        first, last = self.index_at(start) - 1, self.index_at(end)
        while first >= 0 and last < len(self.tokens):
            opening, closing = self.tokens[first], self.tokens[last]
            if opening.text != "(" or closing.text != ")" or closing.end == outer_end:
                break
            start, end = opening.start, closing.end
            first, last = first - 1, last + 1
        return start, end
