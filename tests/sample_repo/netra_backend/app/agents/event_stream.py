"""What an agent says while it works."""

from __future__ import annotations

import asyncio


class EventStream:
    """Events wait here until they are drained (and delivered) or dropped."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.delivered: list[str] = []

    def emit(self, event: str) -> None:
        self.waiting.append(event)

    async def drain(self) -> None:
        while self.waiting:
            await asyncio.sleep(0)
            self.delivered.append(self.waiting.pop(0))

    def drop(self) -> None:
        self.waiting.clear()
