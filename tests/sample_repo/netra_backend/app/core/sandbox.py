"""Runs untrusted tools."""

from __future__ import annotations


class ToolSandbox:
    """The supervisor awaits both hooks around every tool call."""

    def __init__(self) -> None:
        self.events: list[str] = []

    async def setup_method(self, tool: str) -> None:
        self.events.append(f"setup {tool}")

    async def teardown_method(self, tool: str) -> None:
        self.events.append(f"teardown {tool}")

    async def call(self, tool: str) -> None:
        await self.setup_method(tool)
        self.events.append(f"call {tool}")
        await self.teardown_method(tool)
