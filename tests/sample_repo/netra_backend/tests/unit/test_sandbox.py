"""Hooks around a tool call."""

import unittest

import pytest

from netra_backend.app.core.sandbox import ToolSandbox


@pytest.mark.asyncio
async def test_hooks_surround_the_call():
    sandbox = ToolSandbox()
    await sandbox.call("shell")
    assert sandbox.events == ["setup shell", "call shell", "teardown shell"]


class RecordingSandbox(ToolSandbox):
    """Says so when a tool is done."""

    async def teardown_method(self, tool: str) -> None:
        await super().teardown_method(tool)
        self.events.append("done")


@pytest.mark.asyncio
async def test_hooks_can_be_extended():
    sandbox = RecordingSandbox()
    await sandbox.call("shell")
    assert sandbox.events[-2:] == ["teardown shell", "done"]


class TestSandboxOfACase(unittest.IsolatedAsyncioTestCase):
    """unittest awaits these hooks."""

    async def asyncSetUp(self):
        self.sandbox = ToolSandbox()
        await self.sandbox.setup_method("python")

    async def asyncTearDown(self):
        await self.sandbox.teardown_method("python")

    async def test_setup_has_run(self):
        assert self.sandbox.events == ["setup python"]
