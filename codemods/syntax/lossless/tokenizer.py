"""Source text to leaves, exactly: prefixes and values, joined, are the text again.

One regular expression finds a token with the blanks before it. What else lies between two tokens (newlines
inside brackets, blank lines, comments) is collected in the next leaf's prefix, where fissix's driver puts it.
The newest syntax is understood whatever Python runs this; an f-string is one STRING leaf, however it nests.
"""

from __future__ import annotations

import keyword
import re
from typing import Any

from fissix.pgen2 import token
from fissix.pgen2.grammar import opmap
from fissix.pytree import Leaf

from codemods.model.errors import SourceSyntaxError
from codemods.syntax.lossless.fstring_scanner import NAME, OPENING, STRING, fstring_end

_EOL = r"(?:\r\n|\r|\n)"
_BLANKS = rf"[ \t\f]*+(?:\\{_EOL}[ \t\f]*+)*+"
_BLANK_LINES = rf"((?:{_BLANKS}(?:\#[^\r\n]*+)?{_EOL})*+(?:{_BLANKS}\#[^\r\n]*+\Z)?)([ \t\f]*+)"
_DIGITS = r"[0-9](?:_?[0-9])*+"
_NUMBER = (
    r"0[xX](?:_?[0-9a-fA-F])++|0[bB](?:_?[01])++|0[oO](?:_?[0-7])++"
    rf"|(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?{_DIGITS})?[jJ]?"
)
_OPERATOR = r"\*\*=?|//=?|>>=?|<<=?|->|[-+*/%&|^@=<>!:]=|[-+*/%&|^@=<>~,:;]|\.(?![0-9])"
_FIELD = r"\{[^{}'\"\\\r\n\#]++\}"
_PLAIN_FSTRING = (
    r"(?:[fFtT][rR]?|[rR][fFtT])(?:"
    rf"'(?!'')(?:[^'\\{{}}\r\n]++|\{{\{{|\}}\}}|{_FIELD}|\\[^{{}}N\r\n])*+'"
    rf'|"(?!"")(?:[^"\\{{}}\r\n]++|\{{\{{|\}}\}}|{_FIELD}|\\[^{{}}N\r\n])*+")'
)
_TOKEN = re.compile(
    rf"([ \t\f]*+)(?:({NAME})(?!['\"])|({_OPERATOR})|([(\[{{])|([)\]}}])"
    rf"|({STRING}|{_PLAIN_FSTRING})|({_NUMBER})"
    rf"|((?:\#[^\r\n]*+)?)({_EOL}){_BLANK_LINES}"
    rf"|({OPENING})|({NAME})|(\\{_EOL}|\#[^\r\n]*+\Z)|(\Z)|([\s\S]))"
)
# The groups of _TOKEN; a newline's are its comment, itself, the blank lines and the indentation after it.
_NAME, _OPERATOR_SIGN, _OPEN, _CLOSE, _STRING, _NUMERAL = range(2, 8)
_COMMENT, _NEWLINE, _BLANK, _INDENTATION, _FSTRING, _NAME_AT_QUOTE, _SKIPPED, _END, _STRANGE = range(8, 17)
_FIRST_LINES = re.compile(_BLANK_LINES)

# A token's kind is what the grammar calls it: operators and keywords stand for themselves, others by a name.
_KNOWN = (
    {sign: (sign, number) for sign, number in opmap.items() if sign != "<>"}
    | {word: (word, token.NAME) for word in {*keyword.kwlist, "type"} - {"False", "None", "True"}}
    | {"async": ("ASYNC", token.ASYNC), "await": ("AWAIT", token.AWAIT)}
)
_PLAIN = {
    _NAME: ("NAME", token.NAME),
    _NAME_AT_QUOTE: ("NAME", token.NAME),
    _STRING: ("STRING", token.STRING),
    _NUMERAL: ("NUMBER", token.NUMBER),
}


class Tokens:
    """The leaves of a text and, beside each, its kind."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.kinds: list[str] = []


def tokenize(text: str) -> Tokens:
    """All tokens of the text, ENDMARKER last.

    Raises SourceSyntaxError for a character or an indentation that cannot be, and for a string or a bracket
    that never ends.
    """
    return _Tokenizer(text).run()


class _Tokenizer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = Tokens()
        self.line = 1
        self.line_start = 0
        self.pending = ""  # what precedes the next token and is no token
        self.depth = 0  # of open brackets
        self.indents = [0]
        self.in_match = [False]  # for each indentation: are its lines the cases of a match statement?
        self.line_first = 0  # index of the logical line's first token
        self.case_lines: list[int] = []  # such indexes where a case must stand
        self.has_returns = "\r" in text
        self.only_spaces = "\t" not in text and "\f" not in text  # where lines are indented at all

    def run(self) -> Tokens:
        first_lines = _FIRST_LINES.match(self.text)
        assert first_lines is not None
        self._advance(first_lines[1], first_lines.end(1))
        self._begin_line(first_lines[1], first_lines[2], first_lines.end())
        position = first_lines.end()
        while position >= 0:
            position = self._scan(position)
        self._mark_soft_keywords()
        if not self.text.isascii():
            self._check_names()
        return self.tokens

    def _scan(self, position: int) -> int:
        """Tokenize from `position`; the result is where to go on after a nested f-string, -1 at the end."""
        add_leaf, add_kind = self.tokens.leaves.append, self.tokens.kinds.append
        line, line_start, pending = self.line, self.line_start, self.pending
        new, known, plain = object.__new__, _KNOWN.get, _PLAIN
        for match in _TOKEN.finditer(self.text, position):
            group: Any = match.lastindex
            prefix, value = match.group(1, group)
            if group > _OPERATOR_SIGN:
                if group == _OPEN:
                    self.depth += 1
                elif group == _CLOSE:
                    self.depth -= 1
                elif group > _NUMERAL or (group == _STRING and ("\n" in value or "\r" in value)):
                    self.line, self.line_start, self.pending = line, line_start, pending
                    position = self._special(match, group)
                    if position:
                        return position
                    line, line_start, pending = self.line, self.line_start, self.pending
                    continue
            if pending:
                prefix = pending + prefix
                pending = ""
            kind, type_ = known(value) or plain[group]
            leaf = new(Leaf)
            leaf._prefix = prefix
            leaf.lineno = line
            leaf.column = match.start(group) - line_start
            leaf.type = type_
            leaf.value = value
            leaf.fixers_applied = ()
            add_leaf(leaf)
            add_kind(kind)
        raise AssertionError("the pattern matches at every offset")

    def _special(self, match: re.Match[str], group: int) -> int:
        """Handle what is not a plain token; the result is where to resume scanning, 0 for right here."""
        start = match.start(group)
        if group == _INDENTATION:
            self._newline(match)
        elif group == _SKIPPED:
            self.pending += match[0]
            self._advance(match[group], match.end())
        elif group in (_STRING, _NAME_AT_QUOTE):
            kind, type_ = _KNOWN.get(match[group]) or _PLAIN[group]
            self._add(kind, type_, match[1], match[group], start)
            self._advance(match[group], match.end())
        elif group == _FSTRING:
            end = fstring_end(self.text, start)
            if end is None:
                raise self._error("this string never ends", start)
            self._add("STRING", token.STRING, match[1], self.text[start:end], start)
            self._advance(self.text[start:end], end)
            return end
        elif group == _END:
            self._finish(match[1], start)
            return -1
        else:
            raise self._error(_complaint(match[group]), start)
        return 0

    def _add(self, kind: str, type_: int, prefix: str, value: str, start: int) -> None:
        """Add a leaf that begins at offset `start`."""
        leaf = object.__new__(Leaf)
        leaf._prefix = self.pending + prefix
        leaf.lineno = self.line
        leaf.column = start - self.line_start
        leaf.type = type_
        leaf.value = value
        leaf.fixers_applied = ()
        self.tokens.leaves.append(leaf)
        self.tokens.kinds.append(kind)
        self.pending = ""

    def _newline(self, match: re.Match[str]) -> None:
        """End a line, and with it a statement where no bracket is open."""
        prefix, comment, newline, blank, indentation = match.group(
            1, _COMMENT, _NEWLINE, _BLANK, _INDENTATION
        )
        if self.depth > 0:
            self.pending += match[0]
        else:
            self._add("NEWLINE", token.NEWLINE, prefix + comment, newline, match.start(_NEWLINE))
        self.line += 1 + (self._lines(blank) if blank else 0)
        self.line_start = match.start(_INDENTATION)
        if self.depth <= 0:
            self._begin_line(blank, indentation, match.end())

    def _begin_line(self, blank: str, indentation: str, end: int) -> None:
        """Begin a logical line behind blank lines and an indentation that ends at offset `end`."""
        if end == len(self.text):
            self.pending = blank + indentation
            return
        width = len(indentation) if self.only_spaces else _width(indentation)
        if width > self.indents[-1]:
            self.pending = blank
            self._indent(width, indentation)
        else:
            self.pending = blank + indentation
            while width < self.indents[-1]:
                self._dedent(end)
            if width != self.indents[-1]:
                raise self._error("this indentation matches no outer one", end)
        self.line_first = len(self.tokens.leaves)
        if self.in_match[-1]:
            self.case_lines.append(self.line_first)

    def _lines(self, passed: str) -> int:
        """How many lines end in the text."""
        lines = passed.count("\n")
        return lines + passed.count("\r") - passed.count("\r\n") if self.has_returns else lines

    def _advance(self, passed: str, end: int) -> None:
        """Count the lines that end in `passed`, a token that ends at offset `end`."""
        if lines := self._lines(passed):
            self.line += lines
            self.line_start = end - len(passed) + max(passed.rfind("\n"), passed.rfind("\r")) + 1

    def _indent(self, width: int, indentation: str) -> None:
        header = self.line_first
        leaves, kinds = self.tokens.leaves, self.tokens.kinds
        is_match = header < len(leaves) and kinds[header] == "NAME" and leaves[header].value == "match"
        if is_match:
            kinds[header] = "match"
        self.indents.append(width)
        self.in_match.append(is_match)
        self._add("INDENT", token.INDENT, "", indentation, self.line_start)

    def _dedent(self, start: int) -> None:
        self.indents.pop()
        self.in_match.pop()
        self._add("DEDENT", token.DEDENT, "", "", start)

    def _finish(self, prefix: str, end: int) -> None:
        if self.depth > 0:
            raise self._unclosed()
        last = self.tokens.kinds[-1:]
        if last and last[0] not in ("NEWLINE", "DEDENT"):
            self._add("NEWLINE", token.NEWLINE, prefix, "", end)
            prefix = ""
        if not self.text.endswith(("\n", "\r")):
            self.line, self.line_start = self.line + 1, end
        self.pending += prefix
        while len(self.indents) > 1:
            self._dedent(end)
        self._add("ENDMARKER", token.ENDMARKER, "", "", end)

    def _mark_soft_keywords(self) -> None:
        """`match` is marked where a block follows its line; `case` begins the lines of such a block.

        `type` was taken for a keyword wherever it stands; it is one only where a name follows.
        """
        leaves, kinds = self.tokens.leaves, self.tokens.kinds
        for first in self.case_lines:
            if leaves[first].value == "case":
                kinds[first] = "case"
        index = -1
        for _ in range(kinds.count("type")):
            index = kinds.index("type", index + 1)
            if kinds[index + 1] not in ("NAME", "type"):
                kinds[index] = "NAME"

    def _check_names(self) -> None:
        for leaf in self.tokens.leaves:
            value = leaf.value
            if leaf.type == token.NAME and not value.isascii() and not value.isidentifier():
                raise SourceSyntaxError(f"{value!r} is not a valid name", leaf.lineno, leaf.column + 1)

    def _unclosed(self) -> SourceSyntaxError:
        open_leaves: list[Leaf] = []
        for leaf, kind in zip(self.tokens.leaves, self.tokens.kinds, strict=True):
            if kind in ("(", "[", "{"):
                open_leaves.append(leaf)
            elif kind in (")", "]", "}") and open_leaves:
                open_leaves.pop()
        leaf = open_leaves[-1]
        return SourceSyntaxError(f"this '{leaf.value}' is never closed", leaf.lineno, leaf.column + 1)

    def _error(self, why: str, offset: int) -> SourceSyntaxError:
        return SourceSyntaxError(why, self.line, offset - self.line_start + 1)


def _width(indentation: str) -> int:
    """The column behind an indentation: tabs go to multiples of 8, a form feed starts anew."""
    return len(indentation.rpartition("\f")[2].expandtabs(8))


def _complaint(character: str) -> str:
    if character in "'\"":
        return "this string never ends"
    if character == "\\":
        return "a backslash continues a line only as its last character"
    return f"the character {character!r} cannot stand here"
