"""Whether files change while a person thinks about a plan that was made on a commit."""

from __future__ import annotations

import time
from pathlib import Path

from codemods.git.commit_files import Commit

_PATIENCE = 1.0
"""Seconds for which the answer to what a revision names is good."""

_Stamp = tuple[int, int, int] | None


class Watch:
    """Remembers the files of a commit as they are now. Made before the plan, asked after it.

    A file has changed when the revision names a commit in which it is another, or, where the commit is the
    one that is checked out, when it was written on disk. What was uncommitted before is not a change.
    """

    def __init__(self, commit: Commit, revision: str) -> None:
        self._commit = commit
        self._revision = revision
        self._now = commit
        self._asked = time.monotonic()
        checked_out = commit.repository.find_commit("HEAD") == commit.id
        self._top = commit.repository.top if checked_out else None
        self._stamps = {path: self._stamp(path) for path in commit.paths()} if self._top else {}

    def changed(self, path: str) -> bool:
        """Whether the file is no longer what it was."""
        if self._top and self._stamp(path) != self._stamps.get(path):
            return True
        now = self._current()
        return now is not self._commit and _blob(now, path) != _blob(self._commit, path)

    def _current(self) -> Commit:
        if time.monotonic() - self._asked > _PATIENCE:
            self._asked = time.monotonic()
            found = self._commit.repository.find_commit(self._revision)
            if found is not None and found != self._now.id:
                self._now = self._commit if found == self._commit.id else self._commit.at(found)
        return self._now

    def _stamp(self, path: str) -> _Stamp:
        assert self._top is not None
        try:
            status = Path(self._top, path).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _blob(commit: Commit, path: str) -> str | None:
    entry = commit.entries.get(path)
    return entry.blob if entry else None
