"""The one door to git: plain argument lists, bytes in and out, an environment we know."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING

from codemods.model.errors import RepositoryError

if TYPE_CHECKING:
    import git

MINIMUM_VERSION = (2, 30)
_NEEDED = ".".join(map(str, MINIMUM_VERSION))

# Settings of the user that would change what the plumbing answers or leave files in the git folder.
_SETTINGS = {
    "color.ui": "false",
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.splitIndex": "false",
    "i18n.commitEncoding": "UTF-8",
    "index.sparse": "false",
    "submodule.recurse": "false",
}
_OPTIONS = [
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    *(part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")),
]

# What a person sets on purpose. Everything else that begins with GIT_ (GIT_DIR, GIT_INDEX_FILE, …) speaks of
# the command that started us, such as a hook, and would point git at another repository or index.
_KEPT_VARIABLES = (
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
    "GIT_CURL_",
    "GIT_EXEC_PATH",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_PYTHON_",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TERMINAL_PROMPT",
)
_environment_lock = threading.Lock()


class GitError(RepositoryError):
    """Git refused a command; the text is git's own first word on it."""

    def __init__(self, command: str, status: int, stderr: bytes) -> None:
        self.status = status
        self.stderr = stderr.decode("utf-8", "replace").strip()
        super().__init__(f"git {command} failed: {_one_sentence(self.stderr) or f'exit status {status}'}")


class Git:
    """Runs git commands in one folder. Raises RepositoryError when git is missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git = _load()(str(folder))

    def require_version(self) -> None:
        """Raises RepositoryError when git is missing or older than ``MINIMUM_VERSION``."""
        words = self.line("version").split(" ")
        found = tuple(int(number) for number in words[2].split(".")[:2])
        if found < MINIMUM_VERSION:
            raise RepositoryError(f"git {words[2]} is too old; install git {_NEEDED} or newer")

    def __call__(
        self,
        *args: str | bytes,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        answers: Sequence[int] = (0,),
    ) -> bytes:
        """What one command prints. Raises GitError when its status is none of ``answers``."""
        return self.ask(*args, stdin=stdin, env=env, answers=answers)[1]

    def ask(
        self,
        *args: str | bytes,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        answers: Sequence[int] = (0, 1),
    ) -> tuple[int, bytes]:
        """Like a call, for commands whose status is the answer."""
        process = self.start(*args, env=env)
        out, err = process.communicate(stdin)
        if process.returncode not in answers:
            raise GitError(os.fsdecode(args[0]), process.returncode, err)
        return process.returncode, out

    def start(self, *args: str | bytes, env: Mapping[str, str] | None = None) -> git.Git.AutoInterrupt:
        """A running command with pipes; it ends when the last reference to it goes."""
        from git.exc import GitCommandNotFound

        command: list[str | bytes] = [self._git.GIT_PYTHON_GIT_EXECUTABLE or "git", "-C", str(self.folder)]
        try:
            with _own_environment():
                return self._git.execute(
                    [*command, *_OPTIONS, *args], PIPE, as_process=True, env=env, **_alone(args[0])
                )
        except GitCommandNotFound as error:
            raise _missing() from error

    def line(self, *args: str | bytes, env: Mapping[str, str] | None = None) -> str:
        """The single line that a command prints."""
        return text(self(*args, env=env).removesuffix(b"\n"))


def text(data: bytes) -> str:
    """Bytes of git as text: names that are no UTF-8 stand as surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def raw(name: str) -> bytes:
    """The inverse of `text`."""
    return name.encode("utf-8", "surrogateescape")


def clean_environment() -> dict[str, str]:
    """The environment for a command of the user that we start: without what speaks of another repository."""
    return {name: value for name, value in os.environ.items() if not _foreign(name)}


@contextmanager
def _own_environment() -> Iterator[None]:
    # GitPython starts every process with os.environ and offers no way to leave a variable out.
    with _environment_lock:
        foreign = {name: os.environ.pop(name) for name in list(os.environ) if _foreign(name)}
        try:
            yield
        finally:
            os.environ.update(foreign)


def _foreign(name: str) -> bool:
    return name.startswith("GIT_") and not name.startswith(_KEPT_VARIABLES)


def _alone(command: str | bytes) -> dict[str, int]:
    """Moving a reference takes a lock, and only who lives on gives it back: a signal that ends us and all
    that we started, such as Ctrl-C, does not reach these few milliseconds."""
    return {"process_group": 0} if command in ("update-ref", "notes") and os.name == "posix" else {}


def _load() -> type[git.Git]:
    # A tenth of a second to import, which `codemods --help` need not wait for.
    try:
        with _own_environment():
            from git import Git as GitPython
    except ModuleNotFoundError:
        raise
    except ImportError:  # GitPython's word for a missing git
        raise _missing() from None
    return GitPython


def _missing() -> RepositoryError:
    return RepositoryError(f"git was not found; install git {_NEEDED} or newer and put it on the PATH")


def _one_sentence(stderr: str) -> str:
    lines = [line for line in stderr.split("\n") if not line.startswith(("hint:", "warning:"))]
    wrong = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return " ".join((wrong or lines)[:1]).removeprefix("fatal: ").removeprefix("error: ")
