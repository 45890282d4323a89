"""Event streams that are drained after every test."""

import asyncio

import pytest

from netra_backend.app.agents.event_stream import EventStream
from netra_backend.app.core.background import run_soon
from netra_backend.tests.base_test_case import BaseTestCase


class TestStreamOfAUser(BaseTestCase):
    """Knows what to do when it cannot wait."""

    def setup_method(self, method=None):
        super().setup_method(method)
        self.stream = EventStream()

    def teardown_method(self, method=None):
        if asyncio.get_event_loop().is_running():
            asyncio.create_task(self.async_teardown())
        else:
            asyncio.run(self.async_teardown())

    async def async_teardown(self):
        await self.stream.drain()
        self.workspace.discard()

    def sync_fallback_teardown(self):
        self.stream.drop()
        self.workspace.discard()

    @pytest.mark.asyncio
    async def test_a_user_can_start_over(self):
        self.stream.emit("thinking")
        self.teardown_method()
        assert self.stream.waiting == []

    @pytest.mark.asyncio
    async def test_events_are_delivered_in_order(self):
        self.stream.emit("thinking")
        self.stream.emit("done")
        await self.stream.drain()
        assert self.stream.delivered == ["thinking", "done"]


class TestWorkspaceOfAStream(BaseTestCase):
    """Has nothing to fall back on."""

    def teardown_method(self, method=None):
        loop = asyncio.get_event_loop()
        if loop.is_running():
            loop.create_task(self.async_teardown())
        else:
            loop.run_until_complete(self.async_teardown())

    async def async_teardown(self):
        await asyncio.sleep(0)
        self.workspace.discard()

    @pytest.mark.asyncio
    async def test_workspace_is_discarded_at_once(self):
        self.workspace.notes.append("draft")
        self.teardown_method()
        assert self.workspace.notes == []


@pytest.mark.asyncio
async def test_work_starts_soon_on_a_running_loop():
    stream = EventStream()
    stream.emit("thinking")
    run_soon(stream.drain())
    assert stream.delivered == []
    await asyncio.sleep(0.01)
    assert stream.delivered == ["thinking"]
