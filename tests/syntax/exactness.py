"""Are trees exact? Compares them with the text, with `ast` and with `tokenize`, for a text or whole folders.

Run as a program over folders it prints every failure and one line of counts; `scripts/roundtrip` does that.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

from fissix.pgen2 import token
from fissix.pytree import Node

from codemods.model.errors import CodemodsError
from codemods.syntax.lazy_ast import complete, outlined
from codemods.syntax.lossless.tree import leaves_of, parse, text_of
from codemods.syntax.text import Lines, decode

Token = tuple[str, str, tuple[int, int]]

_LAYOUT = {
    token.NEWLINE: "NEWLINE",
    token.INDENT: "INDENT",
    token.DEDENT: "DEDENT",
    token.ENDMARKER: "ENDMARKER",
}
_PLAIN = {
    token.NAME: "NAME",
    token.NUMBER: "NUMBER",
    token.STRING: "STRING",
    token.ASYNC: "NAME",
    token.AWAIT: "NAME",
}
_OPENING = {"FSTRING_START": "FSTRING_END", "TSTRING_START": "TSTRING_END"}


def problem(text: str) -> str | None:
    """What is wrong with the tree of a text that the running Python accepts, or None."""
    try:
        tree = parse(text)
    except CodemodsError as error:
        return f"rejected: {error}"
    return (
        _wrong_text(tree, text)
        or _wrong_parents(tree)
        or _wrong_positions(tree, text)
        or _wrong_tokens(tree, text)
        or _wrong_outline(text)
    )


def accepted(text: str) -> bool:
    """Whether the running Python parses the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _wrong_text(tree: Node, text: str) -> str | None:
    return None if text_of(tree) == text else "the tree's text is not the file's"


def _wrong_parents(tree: Node) -> str | None:
    todo = [tree]
    while todo:
        node = todo.pop()
        for child in node.children:
            if child.parent is not node:
                return f"the parent of {child!r:.60} is wrong"
        if len(node.children) < 2 and node is not tree:
            return f"{node!r:.60} should have been replaced by its only child"
        todo.extend(child for child in node.children if isinstance(child, Node))
    return None


def _wrong_positions(tree: Node, text: str) -> str | None:
    lines, offset = Lines(text), 0
    for leaf in leaves_of(tree):
        offset += len(leaf.prefix)
        if leaf.value and lines.position(offset) != (leaf.lineno, leaf.column + 1):
            return f"{leaf!r} stands at {lines.position(offset)}, not at {leaf.lineno, leaf.column + 1}"
        offset += len(leaf.value)
    return None


def _wrong_tokens(tree: Node, text: str) -> str | None:
    ours = list(_our_tokens(tree))
    # Before Python 3.12 tokenize takes only \n for the end of a line. Where layout stands does not matter.
    theirs = list(_their_tokens(text.replace("\r\n", "\n").replace("\r", "\n")))
    for our, their in zip(ours, theirs, strict=False):
        if our != their:
            return f"token {our} should be {their}"
    return None if len(ours) == len(theirs) else f"{len(ours)} tokens should be {len(theirs)}"


def _wrong_outline(text: str) -> str | None:
    """What is wrong with trees whose functions are parsed later: one by one, and together."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = _dumped(ast.parse(text))
    one_by_one, functions = outlined("outlined.py", text)
    for function in reversed(functions):
        assert function.body
    if _dumped(one_by_one) != whole:
        return "the tree is another when functions are parsed one by one"
    together, functions = outlined("outlined.py", text)
    complete(functions)
    return None if _dumped(together) == whole else "the tree is another when functions are parsed together"


def _dumped(tree: ast.AST) -> str:
    return ast.dump(tree, include_attributes=True)


def _our_tokens(tree: Node) -> Iterator[Token]:
    for leaf in leaves_of(tree):
        if leaf.type in _LAYOUT:
            yield _LAYOUT[leaf.type], "", (0, 0)
        else:
            value = leaf.value.replace("\r\n", "\n").replace("\r", "\n")
            yield _PLAIN.get(leaf.type, "OP"), value, (leaf.lineno, leaf.column)


def _their_tokens(text: str) -> Iterator[Token]:
    lines = io.StringIO(text).readlines()
    last = "NEWLINE"
    tokens = _joined_names(tokenize.generate_tokens(io.StringIO(text).readline))
    for found in tokens:
        name = tokenize.tok_name[found.type]
        if name in ("COMMENT", "NL") or (name == "NEWLINE" and last in ("NEWLINE", "INDENT", "DEDENT")):
            continue  # a NEWLINE that ends nothing follows a lonely backslash on a blank line
        if name in ("DEDENT", "ENDMARKER") and last not in ("NEWLINE", "INDENT", "DEDENT"):
            yield "NEWLINE", "", (0, 0)  # before 3.12 none follows a comment at the end, behind a backslash
        last = name
        if name in _LAYOUT.values():
            yield name, "", (0, 0)
        elif name in _OPENING:
            yield "STRING", _whole_fstring(found, tokens, lines), found.start
        elif found.string == "...":
            yield from (("OP", ".", (found.start[0], found.start[1] + i)) for i in range(3))
        else:
            yield name, found.string, found.start


_PARTS_OF_NAMES = (tokenize.NAME, tokenize.NUMBER, tokenize.ERRORTOKEN)


def _joined_names(tokens: Iterator[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Mend `tokenize` of Python 3.11, which breaks a name at a combining mark."""
    last: tokenize.TokenInfo | None = None
    for found in tokens:
        if last and last.end == found.start and found.type in _PARTS_OF_NAMES:
            last = last._replace(string=last.string + found.string, end=found.end)
            continue
        if last:
            yield last
        last = None
        if found.type == tokenize.NAME and not found.line.isascii():
            last = found
        else:
            yield found


def _whole_fstring(
    opening: tokenize.TokenInfo, tokens: Iterator[tokenize.TokenInfo], lines: list[str]
) -> str:
    depth, last = 1, opening
    while depth:
        last = next(tokens)
        name = tokenize.tok_name[last.type]
        depth += (name in _OPENING) - (name in _OPENING.values())
    (first_line, first_column), (last_line, last_column) = opening.start, last.end
    if first_line == last_line:
        return lines[first_line - 1][first_column:last_column]
    middle = lines[first_line : last_line - 1]
    return "".join((lines[first_line - 1][first_column:], *middle, lines[last_line - 1][:last_column]))


def check_file(path: Path) -> tuple[str, str]:
    """What became of one file: exact, not Python at all, undecodable, or a failure with its reason."""
    try:
        text = decode(str(path), path.read_bytes()).text
    except CodemodsError:
        return "undecodable", ""
    if accepted(text):
        wrong = problem(text)
        return ("failed", f"{path}: {wrong}") if wrong else ("exact", str(text.count("\n")))
    try:
        parse(text)
    except CodemodsError:
        return "not Python", ""
    return "not Python, yet parsed", ""


def main(folders: list[str]) -> int:
    paths = [path for folder in folders for path in sorted(Path(folder).rglob("*.py")) if path.is_file()]
    outcomes: Counter[str] = Counter()
    lines = 0
    with Pool() as pool:
        for outcome, detail in pool.imap_unordered(check_file, paths, chunksize=16):
            outcomes[outcome] += 1
            if outcome == "failed":
                print(detail)
            elif outcome == "exact":
                lines += int(detail)
    version = ".".join(map(str, sys.version_info[:3]))
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"Python {version}: {len(paths)} files, {lines} lines: {counts}")
    return 1 if outcomes["failed"] or not outcomes["exact"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
