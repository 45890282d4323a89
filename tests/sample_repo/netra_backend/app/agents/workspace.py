"""Scratch space of an agent."""

from __future__ import annotations

from typing import ClassVar


class Workspace:
    """Notes of one agent. Whoever opens a workspace discards it."""

    opened: ClassVar[list[Workspace]] = []

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.notes: list[str] = []
        Workspace.opened.append(self)

    def discard(self) -> None:
        self.notes.clear()
        if self in Workspace.opened:
            Workspace.opened.remove(self)
