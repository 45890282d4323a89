"""Schema changes."""

from __future__ import annotations


class SchemaMigrator:
    """Has a start and an end of its own."""

    def __init__(self) -> None:
        self.log: list[str] = []

    async def initialize(self) -> None:
        self.log.append("initialize")

    async def close(self) -> None:
        self.log.append("close")
