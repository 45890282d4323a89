"""The files of a working tree, as they lie on disk, and writing them so that none is ever half-written."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from pathlib import Path

from codemods.git import grep
from codemods.git.command import raw, text
from codemods.git.files import is_lfs_pointer, lines_of
from codemods.git.repository import Repository
from codemods.git.selection import PYTHON_FILES, Selection
from codemods.model.errors import FileError, RepositoryError

_REGULAR = ("100644", "100755")
_LED_AWAY = "a folder on its way is a symbolic link"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of files that were to be written."""

    written: tuple[str, ...]
    failed: tuple[FileError, ...]


class WorkingTree:
    """The tracked Python files of a repository's working tree.

    Symbolic links, submodules and files that a sparse checkout leaves out are not among them. Raises
    RepositoryError when the repository is bare or has no commits yet.
    """

    def __init__(self, repository: Repository, selection: Selection = PYTHON_FILES) -> None:
        if repository.top is None:
            raise RepositoryError(
                f"{repository.name} is a bare repository without a working tree; "
                "use codemods apply, which needs none"
            )
        repository.commit_id()
        self._repository = repository
        self._top = repository.top
        self._selection = selection
        self._stale_in_index: set[str] = set()
        self._plain_folders = {""}

    def __reduce__(self) -> tuple[object, ...]:
        """Another process opens the tree anew."""
        return _reopened, (self._top, self._selection)

    def paths(self) -> Sequence[str]:
        return self._paths

    def others(self) -> Sequence[str]:
        return sorted(self._here - set(self._paths))

    def read(self, path: str) -> bytes:
        data = self._read(path)
        if is_lfs_pointer(data):
            raise FileError(path, "it is a Git LFS pointer; run git lfs pull to get the file itself")
        return data

    def grep(self, literals: Collection[str]) -> dict[str, set[str]]:
        found = grep.grep(self._repository.git, literals)
        for path, data in self._stale():
            for literal, paths in found.items():
                paths.discard(path)
                if literal.encode() in data:
                    paths.add(path)
        return found

    def lines(self, beginning: str) -> str:
        found = grep.lines(self._repository.git, beginning)
        stale = dict(self._stale())
        if stale:
            known = [line for line in found.split("\n")[:-1] if line.partition("\0")[0] not in stale]
            known += [
                f"{path}\0{line}"
                for path, data in stale.items()
                for line in lines_of(data.decode("utf-8", "replace"), beginning)
            ]
            found = "".join(f"{line}\n" for line in known)
        return found

    def _stale(self) -> Iterator[tuple[str, bytes]]:
        """The files marked assume-unchanged, for which git answers from the index, as they lie on disk."""
        for path in self._stale_in_index.intersection(self._paths):
            try:
                yield path, self._read(path)
            except FileError:
                yield path, b""

    def write(self, path: str, before: bytes, after: bytes) -> None:
        """Put ``after`` in the place of ``before``, whole or not at all, with the file's mode.

        Raises FileError when the file no longer holds ``before``, or its folder cannot be written.
        """
        target = self._place(path)
        # Ctrl-C may come at any moment: what is made here has its name before it is there.
        temporary = target.with_name(f".codemods-{secrets.token_hex(8)}")
        try:
            status = target.lstat()
            temporary.touch(0o600, exist_ok=False)
            temporary.write_bytes(after)
            shutil.copymode(target, temporary)
            if self._read(path) != before:
                raise FileError(path, "it changed since it was read; it was left as it is, run again")
            if not os.access(target, os.W_OK):
                raise FileError(path, "it is read-only; it was left as it is")
            _keep_owner(temporary, status)
            temporary.replace(target)
        except OSError as error:
            raise FileError(path, f"it cannot be written: {_reason(error)}") from None
        finally:
            with suppress(OSError):  # mostly it is not there any more, or its folder is none
                temporary.unlink()

    def write_all(self, contents: Mapping[str, tuple[bytes, bytes]]) -> Written:
        """Write each path's ``(before, after)``; one that fails does not hold up the others."""
        written: list[str] = []
        failed: list[FileError] = []
        for path, (before, after) in contents.items():
            try:
                self.write(path, before, after)
                written.append(path)
            except FileError as error:
                failed.append(error)
        return Written(tuple(written), tuple(failed))

    @cached_property
    def _paths(self) -> list[str]:
        return self._selection.of(self._here)

    @cached_property
    def _here(self) -> set[str]:
        here: set[str] = set()
        for entry in self._repository.git("ls-files", "-v", "-s", "-z").split(b"\0")[:-1]:
            facts, _, name = entry.partition(b"\t")
            tag, mode, _ = text(facts).split(" ", 2)
            if mode not in _REGULAR or tag in ("S", "s"):
                continue
            path = text(name)
            here.add(path)
            if tag.islower():
                self._stale_in_index.add(path)
        return here

    def _read(self, path: str) -> bytes:
        try:
            place = self._place_to_read(path)
            if not stat.S_ISREG(os.lstat(place).st_mode):
                raise FileError(path, "it is no regular file on disk")
            with FileIO(place) as stream:
                return stream.readall()
        except FileNotFoundError:
            raise FileError(path, "it is tracked but not on disk; restore it or commit its removal") from None
        except OSError as error:
            raise FileError(path, f"it cannot be read: {_reason(error)}") from None

    def _place(self, path: str) -> Path:
        """Where the file lies; a symbolic link on the way could lead out of the repository."""
        place = self._top / os.fsdecode(raw(path))
        if place.parent.resolve() != self._inside(place.parent):
            raise FileError(path, _LED_AWAY)
        return place

    def _inside(self, folder: Path) -> Path:
        """Where a folder lies when no symbolic link leads to it."""
        return self._resolved_top.joinpath(*folder.relative_to(self._top).parts)

    def _place_to_read(self, path: str) -> str:
        """As `_place`, but each folder is looked at once, and paths stay text: for reading many files."""
        if not self._is_plain(path.rpartition("/")[0]):
            raise FileError(path, _LED_AWAY)
        return f"{self._top}/{os.fsdecode(raw(path))}"

    def _is_plain(self, folder: str) -> bool:
        """Whether no symbolic link is on the way to a folder."""
        if folder not in self._plain_folders:
            above = folder.rpartition("/")[0]
            mode = os.lstat(f"{self._top}/{os.fsdecode(raw(folder))}").st_mode
            if stat.S_ISLNK(mode) or not self._is_plain(above):
                return False
            self._plain_folders.add(folder)
        return True

    @cached_property
    def _resolved_top(self) -> Path:
        return self._top.resolve()


def _reopened(top: Path, selection: Selection) -> WorkingTree:
    return WorkingTree(Repository.open(top), selection)


def _keep_owner(temporary: Path, status: os.stat_result) -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(temporary, status.st_uid, status.st_gid)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
