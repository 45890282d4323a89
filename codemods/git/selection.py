"""Which paths of a repository are ours to judge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.git.files import SUFFIXES

# Code that others own or that a program wrote: a change there is lost with the next update.
NOT_OURS = (
    "**/node_modules/**",
    "**/site-packages/**",
    "**/third_party/**",
    "**/vendor/**",
    "**/vendored/**",
    "**/_vendor/**",
    "**/_vendored/**",
    "**/.venv/**",
    "**/venv/**",
    "**/*_pb2.py",
    "**/*_pb2.pyi",
    "**/*_pb2_grpc.py",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs over paths: ``*`` stays inside a folder, ``**/`` is any folders, ``/**`` everything below.

    A folder stands for all it holds, but ``/*`` only for its own files. A glob without a slash is a name at
    any depth. An include brings back what is vendored or generated; an exclude always wins.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def of(self, paths: Iterable[str]) -> list[str]:
        """The Python files among the paths that are selected, sorted."""
        included, excluded, not_ours = matcher(self.include), matcher(self.exclude), matcher(NOT_OURS)
        return sorted(
            path
            for path in paths
            if path.endswith(SUFFIXES)
            and not excluded.match(path)
            and (included.match(path) if self.include else not not_ours.match(path))
        )


PYTHON_FILES = Selection()
"""All Python files but those that are vendored or generated."""


def matcher(globs: Sequence[str]) -> re.Pattern[str]:
    """A pattern that matches the paths that any of the globs means."""
    return re.compile("|".join(f"(?:{_pattern(glob)})" for glob in globs) or r"(?!)", re.DOTALL)


def _pattern(glob: str) -> str:
    glob = glob.removeprefix("./").rstrip("/")
    if "/" not in glob:
        glob = f"**/{glob}"
    below = "" if glob.endswith("/*") else "(?:/.*)?"
    parts = re.split(r"(\*\*/|/\*\*$|\*|\?|\[!?[^]/]+\])", glob.removeprefix("/"))
    return "".join(map(_translate, parts)) + below + r"\Z"


def _translate(part: str) -> str:
    match part:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if part.startswith("[") and part.endswith("]") and len(part) > 2:
            return part.replace("[!", "[^").replace("\\", r"\\")
        case _:
            return re.escape(part)
