"""The files of a commit, read from the object database: no working tree is needed."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codemods.git import grep
from codemods.git.command import text
from codemods.git.files import is_lfs_pointer
from codemods.git.repository import Repository
from codemods.git.selection import PYTHON_FILES, Selection
from codemods.model.errors import FileError, RepositoryError

if TYPE_CHECKING:
    import git

_REGULAR = ("100644", "100755", "100664")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a commit says of one file: its mode and the id of its content."""

    mode: str
    blob: str


class Commit:
    """The Python files of one commit; symbolic links and submodules are not among them.

    Raises RepositoryError when the repository has no such commit.
    """

    def __init__(
        self, repository: Repository, revision: str = "HEAD", selection: Selection = PYTHON_FILES
    ) -> None:
        self.repository = repository
        self.id = repository.commit_id(revision)
        self._selection = selection
        self._reader: git.Git.AutoInterrupt | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Another process opens the repository anew."""
        return _reopened, (self.repository.top or self.repository.git_dir, self.id, self._selection)

    def at(self, revision: str) -> Commit:
        """The same selection of files of another commit."""
        return Commit(self.repository, revision, self._selection)

    def paths(self) -> Sequence[str]:
        return self._paths

    def others(self) -> Sequence[str]:
        return sorted(self.entries.keys() - set(self._paths))

    def read(self, path: str) -> bytes:
        if path not in self.entries:
            raise FileError(path, f"it is not in commit {self.id[:12]}")
        data = self.blob(self.entries[path].blob)
        if is_lfs_pointer(data):
            raise FileError(path, "it is a Git LFS pointer; its content is not in the commit")
        return data

    def grep(self, literals: Collection[str]) -> dict[str, set[str]]:
        return grep.grep(self.repository.git, literals, self.id)

    def lines(self, beginning: str) -> str:
        return grep.lines(self.repository.git, beginning, self.id)

    @cached_property
    def _paths(self) -> list[str]:
        return self._selection.of(self.entries)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Mode and blob of every regular file, by path."""
        entries: dict[str, Entry] = {}
        for line in self.repository.git("ls-tree", "-r", "-z", "--full-tree", self.id).split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, _, blob = text(facts).split(" ", 2)
            if mode in _REGULAR:
                entries[text(name)] = Entry(mode, blob)
        return entries

    def blob(self, blob: str) -> bytes:
        """The content of a blob by its id."""
        if self._reader is None:
            self._reader = self.repository.git.start("cat-file", "--batch")
            weakref.finalize(self, _end, self._reader)
        stdin, stdout = self._reader.stdin, self._reader.stdout
        try:
            stdin.write(f"{blob}\n".encode())
            stdin.flush()
            header = stdout.readline().split()
        except OSError:
            header = []
        if len(header) != 3:
            self._reader = None
            raise RepositoryError(
                f"object {blob} of commit {self.id[:12]} cannot be read; run git fsck, "
                "or git fetch where the clone is partial"
            )
        data: bytes = stdout.read(int(header[2]))
        stdout.read(1)
        return data


def _reopened(folder: Path, revision: str, selection: Selection) -> Commit:
    return Commit(Repository.open(folder), revision, selection)


def _end(reader: git.Git.AutoInterrupt) -> None:
    """Let the reader see the end of its input, at which it ends, and wait for that."""
    for stream in (reader.stdin, reader.stdout, reader.stderr):
        with suppress(OSError):
            stream.close()
    if reader.proc is not None:
        reader.proc.wait()
