"""Gates: commands of the user that must not fare worse on a commit than on the one before it.

They run in a temporary working tree, without a shell, in an environment that speaks of no other repository.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from codemods.git.command import Git, GitError, clean_environment, text
from codemods.git.repository import Repository
from codemods.model.errors import UsageError

Tell = Callable[[str], None]
"""Told in a sentence what a gate is about to do or found."""

_PREFIX = "codemods-gate"
_TAIL = 20_000
_GRACE = 3.0
_INTERRUPTED = 2
"""Pytest's status when it could not collect all tests, so that none was run."""

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# The short summary of pytest, and the headings of unittest.
_FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) ([^(\s].*?)(?: - .*)?$|^(?:FAIL|ERROR): (.+)$", re.MULTILINE)
_DIAGNOSTIC = re.compile(r"^[^\s:][^:\n]*:\d+:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one command fared on one commit."""

    command: str
    status: int | None
    """None when it was stopped at the time limit."""
    output: str
    """The end of what it printed."""
    failures: frozenset[str]
    diagnostics: int
    seconds: float

    @property
    def passed(self) -> bool:
        return self.status == 0

    def worse_than(self, before: Outcome) -> bool:
        """Whether something that was right before is wrong now.

        A command that failed before may go on failing, but no test may fail that did not, and a tool that
        names places must not name more of them.
        """
        if self.passed or before.status is None:
            return False
        if before.passed or self.status is None:
            return True
        if before.failures:
            if before.status == _INTERRUPTED != self.status:
                return not self.failures
            return not self.failures or not all(map(before._covers, self.failures))
        if self.failures:
            return False
        if before.diagnostics:
            return self.diagnostics > before.diagnostics or self.status != before.status
        return self.status != before.status

    def _covers(self, test: str) -> bool:
        # A file that could not be collected stands for all its tests.
        return test in self.failures or test.partition("::")[0] in self.failures

    @property
    def words(self) -> str:
        """The outcome in a few words."""
        if self.passed:
            return "passed"
        if self.status is None:
            return f"was stopped after {self.seconds:.0f} s"
        if self.failures:
            return f"failed {len(self.failures)} test{'' if len(self.failures) == 1 else 's'}"
        return f"failed with exit status {self.status}"


class Gates:
    """Commands to run on commits. Use `open_gates`."""

    def __init__(self, folder: Path, timeout: float, tell: Tell) -> None:
        self._git = Git(folder)
        self._timeout = timeout
        self._tell = tell

    def run(self, commit: str, commands: Sequence[str], about: str) -> list[Outcome]:
        """How each command fares on a commit. Raises UsageError when one cannot be started."""
        outcomes = []
        for command in commands:
            self._git(*_NO_HOOKS, "checkout", "--quiet", "--force", "--detach", commit)
            self._git(*_NO_HOOKS, "reset", "--quiet", "--hard")
            self._git("clean", "-ffdq")
            self._tell(f"{about}: running {command}")
            outcome = _run(command, self._git.folder, self._timeout)
            self._tell(f"{about}: {command} {outcome.words} ({outcome.seconds:.1f} s)")
            outcomes.append(outcome)
        return outcomes


def worse(after: Sequence[Outcome], before: Sequence[Outcome]) -> Outcome | None:
    """The first command that fares worse than before, or None."""
    pairs = zip(after, before, strict=True)
    return next((outcome for outcome, earlier in pairs if outcome.worse_than(earlier)), None)


def words_of(command: str) -> list[str]:
    """A command line as the arguments it stands for. Raises UsageError when its quotes do not match."""
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"the gate {command!r} cannot be read: {error}") from None
    if not words:
        raise UsageError("a gate is a command to run, such as --verify 'python -m pytest -q'")
    return words


@contextmanager
def open_gates(repository: Repository, commit: str, timeout: float, tell: Tell) -> Iterator[Gates]:
    """Gates in a new working tree of the repository, which is gone afterwards, whatever happens."""
    _sweep(repository)
    with _stopped_like_ctrl_c():
        parent = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{socket.gethostname()}-{os.getpid()}-"))
        folder = parent / (Path(repository.name).name or "repository")
        try:
            repository.git(*_NO_HOOKS, "worktree", "add", "--quiet", "--detach", str(folder), commit)
            yield Gates(folder, timeout, tell)
        finally:
            with _interruption.held():
                _remove(repository, folder)


_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


def _remove(repository: Repository, folder: Path) -> None:
    shutil.rmtree(folder.parent, ignore_errors=True)
    with suppress(GitError):  # it was never added
        repository.git("worktree", "remove", "--force", "--force", str(folder))


def _sweep(repository: Repository) -> None:
    """Remove the working trees of runs on this machine that were killed."""
    listed = text(repository.git("worktree", "list", "--porcelain"))
    for match in re.finditer(r"^worktree (.*)$", listed, re.MULTILINE):
        folder = Path(match[1])
        ours = re.fullmatch(rf"{_PREFIX}-(.*)-(\d+)-[^-]*", folder.parent.name)
        if ours and ours[1] == socket.gethostname() and not _alive(int(ours[2])):
            _remove(repository, folder)


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there, signal 0 would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Interruption:
    """What ends a run: as an exception, but not between the start of a command and our knowing of it."""

    def __init__(self) -> None:
        self._holding = False
        self._pending = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if not self._holding:
            raise KeyboardInterrupt
        self._pending = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Meanwhile it waits; it comes afterwards."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._pending:
            self._pending = False
            raise KeyboardInterrupt


_interruption = _Interruption()


@contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """While gates run, the signals that end a program let it clean up first."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    try:
        before = {
            number: signal.signal(number, _interruption)
            for name in names
            if (number := getattr(signal, name, None))
        }
    except ValueError:  # not in the main thread, where signals are not ours
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _run(command: str, folder: Path, timeout: float) -> Outcome:
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        status = _status(words_of(command), command, folder, timeout, output)
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _TAIL))
        tail = _ANSI.sub("", output.read().decode("utf-8", "replace"))
        output.seek(0)
        whole = _ANSI.sub("", output.read().decode("utf-8", "replace")).replace("\r\n", "\n")
    failures = frozenset(match[1] or match[2] for match in _FAILED_TEST.finditer(whole))
    diagnostics = len(_DIAGNOSTIC.findall(whole))
    return Outcome(command, status, tail, failures, diagnostics, time.monotonic() - started)


def _status(words: list[str], command: str, folder: Path, timeout: float, output: IO[bytes]) -> int | None:
    process = None
    try:
        with _interruption.held():
            process = subprocess.Popen(
                words,
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return process.wait(timeout)
    except OSError as error:
        raise UsageError(
            f"the gate {command!r} cannot be started: {error.strerror}; it runs without a shell, "
            "so name a program, or use sh -c '…'"
        ) from None
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process is not None:
            with _interruption.held():
                _end(process)


def _environment(folder: Path) -> dict[str, str]:
    """The code under test is that of the commit, even where another checkout of it is installed.

    Bytecode is not kept: two commits may give a file the same size within the same second.
    """
    env = clean_environment()
    roots = [str(root) for root in (folder, folder / "src") if root.is_dir()]
    env["PYTHONPATH"] = os.pathsep.join([*roots, *filter(None, [env.get("PYTHONPATH")])])
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    return env


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and all that it started and left behind."""
    if sys.platform == "win32":
        process.kill()
        process.wait()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
