"""Where import paths moved to: a pair or a table of many, looked up by the longest path that moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Move:
    """A path that lies at or below one that moved."""

    path: str
    old: str
    new: str
    requires: tuple[str, ...] = ()
    """The label of the change that makes the new path exist: of the definition, or of a re-export."""

    @property
    def target(self) -> str:
        return self.new + self.path[len(self.old) :]


class Moves:
    """All paths that moved, with those under which they are re-exported."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._moved = {old: Move(old, old, new) for old, new in table.items()}
        self._tops = {old.partition(".")[0] for old in table}
        self._names = {split(old)[1] for old in table}

    def lookup(self, path: str) -> Move | None:
        """How a path moved, by the longest prefix of it that did."""
        prefix = path if path.partition(".")[0] in self._tops else ""
        while prefix:
            move = self._moved.get(prefix)
            if move is not None:
                return Move(path, move.old, move.new, move.requires)
            prefix = prefix.rpartition(".")[0]
        return None

    def add(self, old: str, new: str, requires: str) -> bool:
        """Let a re-exported path move too; whether that is news."""
        if old in self._moved:
            return False
        self._moved[old] = Move(old, old, new, (requires,))
        self._tops.add(old.partition(".")[0])
        self._names.add(split(old)[1])
        return True

    def require(self, old: str, label: str) -> None:
        """Let everything that follows a move require the change that renames the definition."""
        self._moved[old] = replace(self._moved[old], requires=(label,))

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moved.values())

    def labels(self) -> set[str]:
        """The labels of the changes that give things their new names."""
        return {label for move in self for label in move.requires}

    def by_module(self) -> dict[str, list[str]]:
        """The names that moved, by the module they are of."""
        names: dict[str, list[str]] = defaultdict(list)
        for move in self:
            module, name = split(move.old)
            names[module].append(name)
        return names

    def names(self) -> Set[str]:
        """The last words of the paths that moved, without one of which a file holds no use."""
        return self._names


def split(path: str) -> tuple[str, str]:
    """The module and the name of a dotted path; no module for a path without a dot."""
    parent, _, name = path.rpartition(".")
    return parent, name


def is_under(path: str, above: str) -> bool:
    """Whether a dotted path is another, or lies below it."""
    return path == above or path.startswith(above + ".")
