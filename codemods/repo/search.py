"""Which files hold one of some literals, answered by git in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codemods.repo.files import SUFFIXES
from codemods.repo.plumbing import Git, GitError, text

# Git tries fixed strings one after the other on each line, but an alternation at once.
_FEW = 4


def grep(git: Git, literals: Sequence[str], tree: str = "") -> set[str]:
    """The tracked Python files whose bytes hold a literal: on disk, or in ``tree``.

    Literals are single lines; an empty one is in every file.
    """
    if len(literals) <= _FEW:
        return _grep(git, "--fixed-strings", "\n".join(literals), tree)
    try:
        return _grep(git, "--perl-regexp", "|".join(map(re.escape, literals)), tree)
    except GitError:  # a git built without PCRE
        return _grep(git, "--fixed-strings", "\n".join(literals), tree)


def _grep(git: Git, kind: str, patterns: str, tree: str) -> set[str]:
    options = ("--files-with-matches", "--null", "--text", "--no-color", "--full-name", kind)
    where = (tree,) if tree else ()
    globs = (f":(top,glob)**/*{suffix}" for suffix in SUFFIXES)
    _, out = git.ask("grep", *options, "-f", "-", *where, "--", *globs, stdin=patterns.encode())
    prefix = f"{tree}:" if tree else ""
    return {text(name).removeprefix(prefix) for name in out.split(b"\0")[:-1]}
