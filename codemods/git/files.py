"""Where code comes from: a working tree, a commit, or memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from codemods.model.errors import FileError

SUFFIXES = (".py", ".pyi")


class Files(Protocol):
    """The Python source files of one state of a repository.

    Paths are relative to its top, with ``/``; bytes of a name that are no UTF-8 stand as surrogate escapes.
    """

    def paths(self) -> Sequence[str]:
        """All ``.py`` and ``.pyi`` files that are ours to judge, sorted."""

    def others(self) -> Sequence[str]:
        """All other files: of other languages, or code that is not ours to judge."""

    def read(self, path: str) -> bytes:
        """The bytes of one file. Raises FileError when it is gone or cannot be read."""

    def grep(self, literals: Collection[str]) -> dict[str, set[str]]:
        """For each literal the paths whose bytes contain it, encoded as UTF-8. None is empty."""

    def lines(self, beginning: str) -> str:
        """Every line that begins with a match of the pattern, each behind its path and a NUL.

        The pattern is one that Python, Perl and POSIX read alike: plain groups, and a tab as itself.
        """


class MemoryFiles:
    """Files given as text or bytes: the examples of recipes, and tests."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            path: data.encode() if isinstance(data, str) else data for path, data in sorted(files.items())
        }

    def paths(self) -> Sequence[str]:
        return [path for path in self._files if path.endswith(SUFFIXES)]

    def others(self) -> Sequence[str]:
        return [path for path in self._files if not path.endswith(SUFFIXES)]

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise FileError(path, "there is no such file")
        return self._files[path]

    def grep(self, literals: Collection[str]) -> dict[str, set[str]]:
        return {
            literal: {path for path, data in self._files.items() if literal.encode() in data}
            for literal in literals
        }

    def lines(self, beginning: str) -> str:
        return "".join(
            f"{path}\0{line}\n"
            for path, data in self._files.items()
            for line in lines_of(data.decode("utf-8", "replace"), beginning)
        )


def lines_of(text: str, beginning: str) -> list[str]:
    """The lines of a file as `Files.lines` gives them."""
    return [match[0] for match in re.finditer(rf"^(?:{beginning})[^\n]*", text, re.MULTILINE)]


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the bytes only stand for a file that Git LFS keeps elsewhere."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")
