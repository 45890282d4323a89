"""Where code comes from: a working tree, a commit, or memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from codemods.errors import FileError

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

    def grep(self, literals: Sequence[str]) -> set[str]:
        """The paths whose bytes contain at least one of the literals, encoded as UTF-8."""


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

    def grep(self, literals: Sequence[str]) -> set[str]:
        wanted = [literal.encode() for literal in literals]
        return {path for path, data in self._files.items() if contains_any(data, wanted)}


def contains_any(data: bytes, literals: Iterable[bytes]) -> bool:
    return any(literal in data for literal in literals)


def is_lfs_pointer(data: bytes) -> bool:
    """Whether the bytes only stand for a file that Git LFS keeps elsewhere."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")
