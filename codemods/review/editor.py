"""The person's own editor, for the lines of a change."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from codemods.model.errors import UsageError

_NEWLINE = re.compile(r"\r\n|\r|\n")


def edit_lines(text: str, newline: str, environ: Mapping[str, str] = os.environ) -> str:
    """The text as it comes back from ``$VISUAL`` or ``$EDITOR``, with the given line ends.

    Raises UsageError when there is no editor, it fails, or it leaves nothing that can be read.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR")
    if not command:
        raise UsageError("No editor is set; set EDITOR to the command of yours.")
    with tempfile.TemporaryDirectory(prefix="codemods-") as folder:
        path = Path(folder) / "change.py"
        path.write_bytes(_NEWLINE.sub("\n", text + "\n").encode())
        try:
            code = subprocess.run([*_words(command), str(path)], check=False).returncode
        except (OSError, ValueError) as error:
            raise UsageError(f"The editor {command!r} did not start: {error}.") from None
        if code:
            raise UsageError(f"The editor ended with exit code {code}; nothing was changed.")
        try:
            edited = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            raise UsageError("The editor left no readable text; nothing was changed.") from None
    if not edited.strip():
        raise UsageError("The editor left an empty text; nothing was changed.")
    return _NEWLINE.sub(lambda _: newline, _NEWLINE.sub("\n", edited).removesuffix("\n"))


def newline_of(text: str) -> str:
    """How the lines of a text end: as its first one does."""
    match = _NEWLINE.search(text)
    return match[0] if match else "\n"


def _words(command: str) -> list[str]:
    words = [command] if sys.platform == "win32" and Path(command).exists() else shlex.split(command)
    if not words:
        raise ValueError("it is empty")
    return words
