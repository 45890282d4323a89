"""Decisions that last: one line of JSON per action, appended at once to a file under the git directory."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from codemods.model.errors import FileError, UsageError
from codemods.model.plan import ACCEPTED, REJECTED, Change, Decide, Decision, ReasonCode, Ruling

_FORMAT = "codemods-decisions"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What was decided of one change (None: the decision was taken back), and where it stood."""

    key: str
    ruling: Ruling | None
    recipe: str
    path: str
    line: int
    reason: str = ""
    """The code of the reason that the change was offered with."""


def _leave(_: Change) -> Ruling:
    return REJECTED


class Decisions:
    """The latest record of every change, in memory."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._latest: dict[str, Record] = {}
        self._note(records)

    def ruling(self, key: str) -> Ruling | None:
        record = self._latest.get(key)
        return record.ruling if record else None

    def records(self) -> list[Record]:
        """All decisions that stand, by recipe, path and line."""
        standing = (record for record in self._latest.values() if record.ruling)
        return sorted(standing, key=lambda record: (record.recipe, record.path, record.line, record.key))

    @property
    def accepts_weak(self) -> bool:
        """Whether an unknown without evidence was accepted, which a plan only finds when asked to."""
        return any(
            one.reason == ReasonCode.WEAK and one.ruling and one.ruling.decision is Decision.ACCEPT
            for one in self._latest.values()
        )

    def append(self, records: Sequence[Record]) -> None:
        """Keep the records of one action: all of them or, if that fails, none."""
        self._note(records)

    def decide(self, undecided: Decide = _leave) -> Decide:
        """Apply exactly what was accepted; ``undecided`` knows what becomes of the rest."""

        def reviewed(change: Change) -> Ruling:
            return ACCEPTED if change.companion else self.ruling(change.key) or undecided(change)

        return reviewed

    def _note(self, records: Iterable[Record]) -> None:
        self._latest.update((record.key, record) for record in records)


class DecisionsFile(Decisions):
    """Decisions that are appended to ``decisions.jsonl`` in a directory, by one review at a time.

    A context manager. Raises UsageError while another review holds the directory, FileError when the file
    cannot be read or written. An action that was cut off while it was written never counts.
    """

    def __init__(self, directory: Path) -> None:
        self._path = decisions_path(directory)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = (directory / "decisions.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise FileError(str(directory), f"decisions cannot be kept there: {error.strerror}") from None
        try:
            _lock(self._lock)
            records, good = _read(self._path)
            super().__init__(records)
            self._file = self._open(good)
        except BaseException:
            self._lock.close()
            raise

    def append(self, records: Sequence[Record]) -> None:
        try:
            self._write(_line({"decisions": [_as_json(record) for record in records]}))
        except OSError as error:
            raise FileError(str(self._path), f"the decision cannot be saved: {error.strerror}") from None
        super().append(records)

    def close(self) -> None:
        self._file.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, good: int) -> FileIO:
        try:
            file = FileIO(self._path, "ab")
            file.truncate(good)
        except OSError as error:
            raise FileError(str(self._path), f"cannot be written: {error.strerror}") from None
        return file

    def _write(self, line: bytes) -> None:
        """The whole line, on the disk, or nothing of it."""
        end = self._file.seek(0, os.SEEK_END)
        rest = line if end else _line({_FORMAT: _VERSION}) + line
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(end)
            raise


def decisions_path(directory: Path) -> Path:
    """Where the decisions of a repository are, inside the directory that is kept for them."""
    return directory / "decisions.jsonl"


def load(directory: Path) -> Decisions:
    """The decisions in a directory, to look up only. Raises FileError when they cannot be read."""
    return Decisions(_read(decisions_path(directory))[0])


def export_json(decisions: Decisions) -> str:
    """All standing decisions as JSON that `import_json` reads."""
    data = {_FORMAT: _VERSION, "decisions": [_as_json(record) for record in decisions.records()]}
    return json.dumps(data, indent=2) + "\n"


def import_json(path: str, data: bytes) -> list[Record]:
    """The records in an exported file. Raises FileError, naming ``path``, when it is no such thing."""
    try:
        exported = json.loads(data)
    except ValueError as error:
        raise FileError(path, f"is not JSON: {error}") from None
    _check_version(path, exported)
    try:
        return [_from_json(one) for one in exported["decisions"]]
    except (KeyError, TypeError, ValueError):
        raise FileError(path, "is not an export of decisions; make one with --export") from None


def _read(path: Path) -> tuple[list[Record], int]:
    """The records of a file in order, and how many of its bytes are whole lines."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise FileError(str(path), f"cannot be read: {error.strerror}") from None
    good = data.rfind(b"\n") + 1
    lines = data[:good].split(b"\n")[:-1]
    records: list[Record] = []
    for number, line in enumerate(lines, 1):
        try:
            action = json.loads(line)
            if number == 1:
                _check_version(str(path), action)
            else:
                records += [_from_json(one) for one in action["decisions"]]
        except (KeyError, TypeError, ValueError):
            why = "is damaged; remove this line, or the file to decide everything anew"
            raise FileError(str(path), why, number) from None
    return records, good


def _check_version(path: str, header: Any) -> None:
    version = header.get(_FORMAT) if isinstance(header, Mapping) else None
    if not isinstance(version, int):
        raise FileError(path, "holds no decisions of Codemods; move it away or name another file")
    if version > _VERSION:
        raise FileError(
            path, f"was written by a newer Codemods (format {version}); upgrade Codemods or move it away"
        )


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _as_json(record: Record) -> dict[str, Any]:
    ruling = record.ruling
    data: dict[str, Any] = {
        "key": record.key,
        "decision": str(ruling.decision) if ruling else None,
        "recipe": record.recipe,
        "path": record.path,
        "line": record.line,
        "reason": record.reason,
    }
    if ruling and ruling.replacement is not None:
        data["replacement"] = ruling.replacement
    if ruling and ruling.note:
        data["note"] = ruling.note
    return data


def _from_json(data: dict[str, Any]) -> Record:
    ruling = None
    if data["decision"] is not None:
        ruling = Ruling(Decision(data["decision"]), data.get("replacement"), data.get("note", ""))
    return Record(data["key"], ruling, data["recipe"], data["path"], data["line"], data["reason"])


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            raise UsageError("Another review of this repository is open; close it first.") from None

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        """Held until the file is closed, or the process ends in whatever way."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip()
            process = f" (process {holder})" if holder else ""
            raise UsageError(f"Another review of this repository is open{process}; close it first.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
