"""A text beside a commit, in ``refs/notes/codemods``: ``git notes --ref=codemods show BRANCH`` prints it."""

from __future__ import annotations

import time

from codemods.repo.plumbing import GitError, raw
from codemods.repo.repository import Repository

_REF = "refs/notes/codemods"
_TRIES = 5


def annotate(repository: Repository, commit: str, note: str) -> None:
    """Put the note beside a commit, in the place of any that is there. Raises RepositoryError."""
    for attempt in range(_TRIES):
        try:
            repository.git("notes", f"--ref={_REF}", "add", "--force", "-F", "-", commit, stdin=raw(note))
            return
        except GitError:  # another run may be writing its own
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.1 * 2**attempt)
