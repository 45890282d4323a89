"""An index of our own, in which trees are put together; the repository's index is never touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from codemods.git.command import Git, raw, text
from codemods.model.errors import RepositoryError


class ScratchIndex:
    """Lies in a temporary folder, with the contents on their way into the object database."""

    def __init__(self, git: Git, folder: Path) -> None:
        self._git = git
        self._folder = folder
        self._env = {"GIT_INDEX_FILE": str(folder / "index")}

    def read(self, tree: str) -> None:
        """Begin with the tree of a commit."""
        self._git("read-tree", tree, env=self._env)

    def write(self, contents: Mapping[str, tuple[str, bytes]]) -> str:
        """The id of the tree with these files' mode and content replaced, all else as it was."""
        blobs = self._blobs([data for _, data in contents.values()])
        lines = (
            f"{mode} {blob}\t{path}\0"
            for (path, (mode, _)), blob in zip(contents.items(), blobs, strict=True)
        )
        self._git("update-index", "-z", "--index-info", stdin=raw("".join(lines)), env=self._env)
        # In a partial clone most objects of the base are not here, and need not be.
        return self._git.line("write-tree", "--missing-ok", env=self._env)

    def _blobs(self, contents: list[bytes]) -> list[str]:
        """New blobs. No filter runs: what came from blobs goes back into blobs."""
        paths = []
        for number, data in enumerate(contents):
            content = self._folder / str(number)
            content.write_bytes(data)
            paths.append(f"{content}\n")
        out = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=raw("".join(paths)))
        return text(out).split()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is gone afterwards. Raises RepositoryError when there is no room for it or in it."""
    try:
        with tempfile.TemporaryDirectory(prefix="codemods-") as folder:
            yield Path(folder)
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        raise RepositoryError(f"{where} cannot be written: {error.strerror}; nothing was changed") from None
