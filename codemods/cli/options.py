"""What all commands share: exit codes, options of the repository, and how to complain."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

DONE, PENDING, WRONG = 0, 1, 2
INTERRUPTED = 130

_Command = TypeVar("_Command", bound=Callable[..., Any])


def complain(text: str) -> None:
    """One sentence on standard error."""
    click.echo(f"codemods: {text}", err=True)


repo_option = click.option(
    "--repo",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The git repository.  [default: the one around this folder]",
)


def jobs_option(command: _Command) -> _Command:
    """How many processes plan."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=min(os.cpu_count() or 1, 4),
        help="Judge files in so many processes, where they are many.  [default: the processors, at most 4]",
    )(command)


def repository_options(command: _Command) -> _Command:
    """Which repository, and which of its files."""
    for option in reversed(
        (
            repo_option,
            click.option("--include", multiple=True, metavar="GLOB", help="Only these files."),
            click.option("--exclude", multiple=True, metavar="GLOB", help="Not these files."),
            click.option(
                "--source-root",
                "source_roots",
                multiple=True,
                metavar="DIR",
                help="A folder that is on the import path, besides those found by themselves.",
            ),
        )
    ):
        command = option(command)
    return command
