"""A syntax tree without what is in its functions, each of which is parsed when it is first looked into.

Most files are read for a class, an import or one function of many: to parse no more than that takes a third
of the time and of the memory. Where a function ends is told from the text. Wherever that could be wrong the
whole text is parsed, so that a tree differs from the one of ``ast.parse`` only in when it is made.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from codemods.model.errors import FileError
from codemods.syntax.nodes import definitions, walk
from codemods.syntax.text import LineNumbers

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_TRIPLE = r"{0}{0}{0}[^{0}\\]*(?:(?:\\.|{0}(?!{0}{0}))[^{0}\\]*)*{0}{0}{0}"
_SINGLE = r"{0}[^{0}\\\n]*(?:\\.[^{0}\\\n]*)*{0}"
_STRINGS = "|".join(shape.format(quote) for shape in (_TRIPLE, _SINGLE) for quote in "\"'")
_TOKEN = re.compile(rf"#[^\n]*|{_STRINGS}|[\"']", re.DOTALL)
"""A comment, a string, or a quote that belongs to none as strings were before Python 3.12."""
_IN_FIELD = r"[^{}\"'#\n\\]|'[^'{}#\n\\]*'|\"[^\"{}#\n\\]*\""
_PLAIN_FIELDS = re.compile(rf"(?:[^{{}}]|{{{{|}}}}|{{(?:{_IN_FIELD}|{{(?:{_IN_FIELD})*+}})*+}})*+\Z")
"""An f-string whose fields hold only whole strings: those end where they seem to."""
_BRACKET = re.compile(rf"[()\[\]{{}}]|#[^\n]*|{_STRINGS}", re.DOTALL)

_FAR = 1000
"""Behind so many lines, counting them in every node takes less time than to have the parser read them."""

_HEADER = re.compile(r"^([ \t]*)(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(", re.MULTILINE)
_PLAIN_PARAMETERS = re.compile(r"[^()\[\]{}#\"']*\)")
_END_OF_HEADER = re.compile(r"[ \t]*(?:->[ \t]*[^:#\\\n]+)?:[ \t]*(?:#[^\n]*)?\n")

_NESTS_QUOTES = sys.version_info >= (3, 12)
"""Whether the fields of an f-string may hold the quotes that it stands in itself."""


@dataclass(frozen=True, slots=True)
class _Inside:
    """Where the parameters and the body of a function stand in a text."""

    line: int
    """The line of the ``def``, from 1."""
    start: int
    """The offset behind the bracket that opens the parameters."""
    end: int
    """The offset behind the last code of the body."""


class LateError(FileError):
    """A function whose inside was left out at first shows that its file cannot be parsed."""


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """The inside of a function that is parsed when it is asked for."""

    path: str
    text: str
    inside: _Inside


def parsed(path: str, text: str) -> ast.Module:
    """The tree of a file. Raises FileError, with the line, where the running Python cannot read the text."""
    try:
        return _tree(text)
    except SyntaxError as error:
        raise FileError(path, f"does not parse: {error.msg}", error.lineno or 0) from None
    except ValueError as error:
        raise FileError(path, f"does not parse: {error}") from None
    except (RecursionError, MemoryError):
        raise FileError(path, "does not parse: it is nested too deeply for Python's parser") from None


def outlined(path: str, text: str) -> tuple[ast.Module, list[FunctionNode]]:
    """The tree of a file, and the functions that were left empty. Raises FileError as `parsed` does."""
    insides = {inside.line: inside for inside in _insides(text)}
    functions: list[FunctionNode] = []
    try:
        tree = _tree(_without(text, insides.values()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return parsed(path, text), []
    for node in definitions(tree):
        inside = insides.pop(node.lineno, None)
        if inside is not None and isinstance(node, FunctionNode):
            for name in _INSIDE:
                del vars(node)[name]
            vars(node)["_left_out"] = _LeftOut(path, text, inside)
            node.__class__ = _Function if isinstance(node, ast.FunctionDef) else _AsyncFunction
            functions.append(node)
    return (parsed(path, text), []) if insides else (tree, functions)


def complete(functions: Iterable[FunctionNode]) -> None:
    """Parse what was left out of a file's functions. Raises LateError where that cannot be."""
    empty = [function for function in functions if is_left_out(function)]
    whole = _functions_by_line(vars(empty[0])["_left_out"]) if empty else {}
    for function in empty:
        _fill(function, whole[function.lineno])


def check(path: str, text: str) -> ast.Module:
    """The tree of a file that was outlined before. Raises LateError where it cannot be parsed as a whole."""
    try:
        return parsed(path, text)
    except FileError as error:
        raise LateError(error.path, error.why, error.line) from None


def is_left_out(node: ast.AST) -> bool:
    """Whether the node is a function whose inside has not been parsed as yet."""
    return "_left_out" in vars(node)


def text_of_left_out(function: FunctionNode) -> str | None:
    """What stands behind the opening bracket of a function whose inside has not been parsed as yet."""
    if not is_left_out(function):
        return None
    left_out = vars(function)["_left_out"]
    assert isinstance(left_out, _LeftOut)
    return left_out.text[left_out.inside.start : left_out.inside.end]


_INSIDE = ("args", "returns", "body")


def _when_asked_for(name: str) -> property:
    def get(function: FunctionNode) -> Any:
        left_out = vars(function)["_left_out"]
        try:
            whole = _function(left_out.text, left_out.inside)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            whole = _functions_by_line(left_out)[function.lineno]
        _fill(function, whole)
        return getattr(function, name)

    return property(get)


def _fill(function: FunctionNode, whole: FunctionNode) -> None:
    del vars(function)["_left_out"]
    function.__class__ = type(function).__mro__[1]
    for name in _INSIDE:
        setattr(function, name, getattr(whole, name))


_LATER = {"__slots__": (), **{name: _when_asked_for(name) for name in _INSIDE}}
# Named like what they stand for: visitors choose their methods by the name.
_Function = type("FunctionDef", (ast.FunctionDef,), dict(_LATER))
_AsyncFunction = type("AsyncFunctionDef", (ast.AsyncFunctionDef,), dict(_LATER))


def _functions_by_line(left_out: _LeftOut) -> dict[int, FunctionNode]:
    """All functions of a file, parsed as a whole, by the lines of their ``def``."""
    tree = check(left_out.path, left_out.text)
    return {node.lineno: node for node in walk(tree) if isinstance(node, FunctionNode)}


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _function(text: str, inside: _Inside) -> FunctionNode:
    """A function without its decorators, at the place where it stands in the text."""
    code = text[text.rfind("\n", 0, inside.start) + 1 : inside.end]
    header = "if 1:\n" if code[0].isspace() else ""
    above = inside.line - 1 - len(header.splitlines())
    far = above > _FAR
    [statement] = _tree("\n" * (0 if far else above) + header + code).body
    if far:
        ast.increment_lineno(statement, above)
    [function] = statement.body if isinstance(statement, ast.If) else [statement]
    assert isinstance(function, FunctionNode)
    return function


def _without(text: str, insides: Iterable[_Inside]) -> str:
    """The text with nothing in the place of each inside, but that it ends where that does."""
    parts, done = [], 0
    for inside in insides:
        code = text[inside.start : inside.end]
        width = len(code[code.rfind("\n") + 1 :].encode())
        parts += [text[done : inside.start], "):(_", "\n" * code.count("\n"), " " * (width - 1), ")"]
        done = inside.end
    return "".join((*parts, text[done:]))


# -- where functions are ------------------------------------------------------------------------------------


def _insides(text: str) -> list[_Inside]:
    """The insides to leave out; none where one could end elsewhere than it seems."""
    strings = _LongStrings.of(text)
    if strings is None or any(odd in text for odd in "\r\f\0"):
        return []
    found: list[_Inside] = []
    lines, place = LineNumbers(text), 0
    while header := _HEADER.search(text, place):
        place = strings.end_around(header.start())
        first = None if place else _behind_header(text, header.end())
        if first is None:
            place = place or header.end()
            continue
        place = _dedent(text, header[1], first, strings)
        end = _end_of_code(text, first, place, strings)
        # Behind a backslash a line goes on, however the next is indented.
        ends = text.endswith("\\\n", 0, header.start()), text.endswith("\\\n", first, place)
        if any(ends) or text.endswith("\\", first, end):
            return []
        if end > first:
            found.append(_Inside(lines.of(header.start()), header.end(), end))
    return found


def _behind_header(text: str, parameters: int) -> int | None:
    """Where the line behind a function's header begins; None where the header is not of the usual form."""
    plain = _PLAIN_PARAMETERS.match(text, parameters)
    end = plain.end() if plain else _closing(text, parameters)
    rest = _END_OF_HEADER.match(text, end)
    return rest.end() if rest else None


def _closing(text: str, inside: int) -> int:
    """The offset behind the bracket that closes the one around an offset."""
    depth = 1
    for token in _BRACKET.finditer(text, inside):
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth -= 1
        if not depth:
            return token.end()
    return len(text)


def _dedent(text: str, indent: str, first: int, strings: _LongStrings) -> int:
    """Where the first line begins that is not deeper than an indentation; lines without code do not count."""
    not_deeper, place = _not_deeper(indent), first - 1
    while match := not_deeper.search(text, place):
        place = strings.end_around(match.end())
        if not place:
            return match.end()
    return len(text)


@lru_cache(maxsize=64)
def _not_deeper(indent: str) -> re.Pattern[str]:
    return re.compile(rf"\n(?!{indent}[ \t]|[ \t]*(?:#|\n|\Z))")


def _end_of_code(text: str, start: int, end: int, strings: _LongStrings) -> int:
    """The offset behind the last code of a stretch, without blanks and comments that follow it."""
    while start < end:
        end = start + len(text[start:end].rstrip(" \t\n"))
        line = max(text.rfind("\n", start, end) + 1, start)
        for token in _TOKEN.finditer(text, strings.end_around(line) or line, end):
            if text[token.start()] == "#":
                end = token.start()
                break
        else:
            break
    return end


class _LongStrings:
    """The strings of a text that go over several lines: what begins a line in one is no code."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    @classmethod
    def of(cls, text: str) -> _LongStrings | None:
        """None where it cannot be told where a string ends."""
        spans = []
        for token in _TOKEN.finditer(text):
            start, end = token.span()
            if token[0] in ("'", '"'):
                return None
            if _NESTS_QUOTES and text[max(start - 2, 0) : start].lower().strip("r")[-1:] in ("f", "t"):
                if text.find("{", start, end) >= 0 and not _PLAIN_FIELDS.match(text, start, end):
                    return None
            if text.find("\n", start, end) >= 0:
                spans.append((start, end))
        return cls(spans)

    def end_around(self, offset: int) -> int:
        """The offset behind the string that an offset is in; 0 where it is in none."""
        index = bisect_left(self._starts, offset) - 1
        return self._ends[index] if index >= 0 and self._ends[index] > offset else 0
