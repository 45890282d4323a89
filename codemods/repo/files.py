"""Where code comes from: a working tree, a commit, or memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from codemods.errors import FileError

SUFFIXES = (".py", ".pyi")

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t][^\n]*", re.MULTILINE)


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

    def import_lines(self) -> Iterator[tuple[str, str]]:
        """Every line that begins an import, with its path."""


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

    def import_lines(self) -> Iterator[tuple[str, str]]:
        for path, data in self._files.items():
            yield from ((path, line) for line in import_lines(data.decode("utf-8", "replace")))


def import_lines(text: str) -> list[str]:
    """The lines of a file as `Files.import_lines` gives them."""
    return _IMPORT.findall(text)


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the bytes only stand for a file that Git LFS keeps elsewhere."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")
