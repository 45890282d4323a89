"""What is printed, and how: in colour only where there is a terminal that wants it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

_COLOURS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True},
    "file": {"bold": True},
    "hunk": {"fg": "cyan"},
    "added": {"fg": "green"},
    "removed": {"fg": "red"},
    "warning": {"fg": "yellow"},
}


def print_lines(pieces: Iterable[tuple[str, str]], *, err: bool = False) -> None:
    """Lines with the role of each, such as ``added``."""
    colour = _wants_colour(sys.stderr if err else sys.stdout)
    for line, role in pieces:
        style = _COLOURS.get(role, {}) if colour else {}
        click.echo(click.style(line, **style) if style and line else line, err=err, color=colour)


def print_bytes(pieces: Iterable[bytes]) -> None:
    """Bytes as they are, such as a patch of files in any encoding."""
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _wants_colour(stream: Any) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def progress_line() -> Callable[[str, int, int], None] | None:
    """A line on standard error that names the recipe at hand, on a terminal only."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def tell(title: str, done: int, total: int) -> None:
        line = f"[{done + 1}/{total}] {title}"[:79] if done < total else ""
        click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    return tell
