"""Handing finished commits over: as files for ``git am``, or to a remote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codemods.git.command import GitError
from codemods.git.repository import Repository
from codemods.model.errors import RepositoryError, UsageError


def check_patch_folder(folder: Path) -> None:
    """Raises UsageError when the folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; give --patch-dir a folder that is new or empty")


def format_patches(repository: Repository, base: str, tip: str, folder: Path) -> list[Path]:
    """The commits from ``base`` to ``tip`` as ``git format-patch`` writes them. Raises RepositoryError."""
    if base == tip:
        return []
    target = f"--output-directory={folder.resolve()}"
    repository.git("format-patch", "--quiet", "--full-index", "--binary", target, f"{base}..{tip}")
    return sorted(folder.glob("*.patch"))


def push_branches(repository: Repository, remote: str, branches: Sequence[str], *, force: bool) -> None:
    """Push finished branches. Raises RepositoryError when it did not take them."""
    if remote.startswith("-") or not remote:
        raise UsageError(f"{remote!r} is no remote; name one of git remote, or a URL")
    specs = [f"refs/heads/{branch}:refs/heads/{branch}" for branch in branches]
    lease = ("--force-with-lease",) if force else ()
    try:
        repository.git("push", "--quiet", "--atomic", *lease, remote, *specs)
    except GitError as error:
        raise RepositoryError(
            f"{' and '.join(branches)} stands here but could not be pushed to {remote}: "
            + " ".join(error.stderr.split())
        ) from None
