"""A text beside a commit, in ``refs/notes/codemods``: ``git notes --ref=codemods show BRANCH`` prints it."""

from __future__ import annotations

import time

from codemods.git.command import GitError, raw, text
from codemods.git.repository import Repository

_REF = "refs/notes/codemods"
_TRIES = 5


def annotate(repository: Repository, commit: str, note: str) -> None:
    """Put the note beside a commit, in the place of any that is there. Raises RepositoryError."""
    # As a blob it is taken verbatim; from a file, spaces at the ends of a diff's lines would go.
    blob = text(repository.git("hash-object", "-w", "--stdin", stdin=raw(note))).strip()
    for attempt in range(_TRIES):
        try:
            repository.git("notes", f"--ref={_REF}", "add", "--force", "-C", blob, commit)
            return
        except GitError:  # another run may be writing its own
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.1 * 2**attempt)
