"""Idle workers, kept to save start-up time."""

from __future__ import annotations


class AgentPool:
    """Hands out workers by number. Clean-up is a plain, synchronous call here."""

    def __init__(self, size: int) -> None:
        self._idle = list(range(size))
        self._busy: list[int] = []

    def acquire(self) -> int:
        worker = self._idle.pop()
        self._busy.append(worker)
        return worker

    def cleanup_all_agents(self) -> int:
        """Take every worker back; says how many were busy."""
        returned = len(self._busy)
        self._idle += self._busy
        self._busy.clear()
        return returned
