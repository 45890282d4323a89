"""Which files hold some literals, and the lines that begin in some way, answered by git in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from codemods.git.command import Git, GitError, text
from codemods.git.files import SUFFIXES

# Git tries fixed strings one after the other on each line: many are found by the few stems they share.
_MANY = 48
_STEMS = 8
_STEM_LENGTH = 4
# So short a literal is on too many lines to look at each.
_SHORT = 4


_LINE = re.compile(rb"([^\0]*)\0([^\n]*)\n")


def grep(git: Git, literals: Collection[str], tree: str = "") -> dict[str, set[str]]:
    """For each literal the tracked Python files whose bytes hold it: on disk, or in ``tree``.

    Literals are single lines and not empty.
    """
    together = {literal for literal in literals if len(literal) >= _SHORT}
    if len(together) < 2:
        together = set()
    found = {literal: _files(git, literal, tree) for literal in literals if literal not in together}
    return found | _files_of_each(git, together, tree) if together else found


def lines(git: Git, beginning: str, tree: str = "") -> str:
    """Every line of the tracked Python files that begins with a match of the pattern.

    Each stands behind its path and a NUL.
    """
    pattern = f"^({beginning})"
    try:
        out = _ask(git, ("--perl-regexp",), pattern, tree)
    except GitError:  # a git built without PCRE
        out = _ask(git, ("--extended-regexp",), pattern, tree)
    found = text(out)
    return f"\n{found}".replace(f"\n{_prefix(tree)}", "\n")[1:] if tree else found


def _files(git: Git, literal: str, tree: str) -> set[str]:
    """The files that hold one literal; git looks no further in a file once it is found."""
    out = _ask(git, ("--files-with-matches", "--fixed-strings"), literal, tree)
    return {text(name).removeprefix(_prefix(tree)) for name in out.split(b"\0")[:-1]}


def _files_of_each(git: Git, literals: Collection[str], tree: str) -> dict[str, set[str]]:
    """The files that hold each literal, from one run of git."""
    found: dict[str, set[str]] = {literal: set() for literal in literals}
    encoded = [(literal.encode(), paths) for literal, paths in found.items()]
    known: dict[bytes, list[set[str]]] = {}
    for path, match in _matches(git, literals, tree):
        if match not in known:
            known[match] = [paths for literal, paths in encoded if literal in match]
        for paths in known[match]:
            paths.add(path)
    return found


def _matches(git: Git, literals: Collection[str], tree: str) -> Iterator[tuple[str, bytes]]:
    """Paths with lines, or words of lines, in which the literals stand."""
    if stems := _stems(literals):
        pattern = f"(?:{'|'.join(map(re.escape, stems))})[\\w.]*"
        try:
            return _lines(git, ("--only-matching", "--perl-regexp"), pattern, tree)
        except GitError:  # a git built without PCRE
            pass
    return _lines(git, ("--fixed-strings",), "\n".join(literals), tree)


def _stems(literals: Collection[str]) -> list[str]:
    """A few beginnings that many literals share; none where there are none, or few literals."""
    if len(literals) <= _MANY:
        return []
    if not all(re.fullmatch(r"[A-Za-z_][\w.]*", literal, re.ASCII) for literal in literals):
        return []
    by_head: dict[str, list[str]] = {}
    for literal in literals:
        by_head.setdefault(literal[:_STEM_LENGTH], []).append(literal)
    return list(by_head) if len(by_head) <= _STEMS else []


def _lines(git: Git, options: Collection[str], patterns: str, tree: str) -> Iterator[tuple[str, bytes]]:
    """What git prints of each match, with its path. Raises GitError at once, not with the first line."""
    out = _ask(git, options, patterns, tree)
    paths: dict[bytes, str] = {}

    def lines() -> Iterator[tuple[str, bytes]]:
        for match in _LINE.finditer(out):
            name = match[1]
            path = paths.get(name)
            if path is None:
                path = paths[name] = text(name).removeprefix(_prefix(tree))
            yield path, match[2]

    return lines()


def _ask(git: Git, options: Collection[str], patterns: str, tree: str) -> bytes:
    where = (tree,) if tree else ()
    globs = (f":(top,glob)**/*{suffix}" for suffix in SUFFIXES)
    common = ("--null", "--text", "--no-color", "--full-name", *options)
    return git.ask("grep", *common, "-f", "-", *where, "--", *globs, stdin=patterns.encode())[1]


def _prefix(tree: str) -> str:
    """What git prints before the path of a file in a tree."""
    return f"{tree}:" if tree else ""
