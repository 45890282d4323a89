"""What all rooms' tests share: real git repositories, apart from the user's own git configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long examples take says more of the machine than of the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("any machine")

MakeRepository = Callable[..., "GitRepository"]


class GitRepository:
    """A real repository in a folder of its own, and git as a person would run it there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def init(cls, path: Path, *options: str) -> GitRepository:
        path.mkdir(parents=True, exist_ok=True)
        made = cls(path)
        made.git("init", "--quiet", "--initial-branch=main", *options)
        return made

    def git(self, *args: str | bytes, stdin: bytes = b"") -> str:
        """What a git command prints; it must succeed."""
        return self.git_bytes(*args, stdin=stdin).decode("utf-8", "surrogateescape").removesuffix("\n")

    def git_bytes(self, *args: str | bytes, stdin: bytes = b"") -> bytes:
        return subprocess.run(
            ["git", *args], cwd=self.path, input=stdin, check=True, capture_output=True
        ).stdout

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            place = self.path / os.fsdecode(name.encode("utf-8", "surrogateescape"))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes], message: str = "A commit") -> str:
        """Write the files, commit everything, and return the commit's id."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def blob(self, path: str, revision: str = "HEAD") -> bytes:
        """The exact bytes of a file in a commit."""
        return self.git_bytes("cat-file", "blob", f"{revision}:{path}".encode("utf-8", "surrogateescape"))


@pytest.fixture(autouse=True)
def _own_git_configuration(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test does with git depends on whose machine it runs on."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    config = tmp_path_factory.mktemp("git") / "config"
    config.write_text(
        '[user]\n\tname = A Tester\n\temail = tester@example.com\n[protocol "file"]\n\tallow = always\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.delenv("EMAIL", raising=False)


@pytest.fixture
def make_repository(tmp_path: Path) -> MakeRepository:
    """Makes a repository with one commit of the given files; further arguments go to ``git init``."""

    def make(
        files: Mapping[str, str | bytes] | None = None, *init: str, name: str = "repository"
    ) -> GitRepository:
        repository = GitRepository.init(tmp_path / name, *init)
        if files is not None:
            repository.commit(files)
        return repository

    return make
