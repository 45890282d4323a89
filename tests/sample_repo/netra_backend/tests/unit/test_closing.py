"""Many things can be closed, and most of them rightly are."""

import socket
from unittest.mock import AsyncMock, MagicMock

import fakeredis
import pytest


def test_files_close(tmp_path):
    path = tmp_path / "audit.log"
    file = path.open("w")
    file.write("started")
    file.close()
    assert path.read_text() == "started"


def test_sockets_close():
    ours, theirs = socket.socketpair()
    ours.close()
    assert theirs.recv(1) == b""
    theirs.close()


def test_generators_close():
    events = (event for event in ("start", "stop"))
    assert next(events) == "start"
    events.close()
    assert list(events) == []


def test_mocks_remember_close():
    redis_manager = MagicMock()
    redis_manager.close()
    redis_manager.close.assert_called_once_with()


@pytest.mark.asyncio
async def test_async_mocks_remember_close():
    manager = AsyncMock()
    await manager.close()
    manager.close.assert_awaited_once_with()


@pytest.mark.asyncio
async def test_the_client_of_the_manager_closes():
    client = fakeredis.FakeAsyncRedis()
    assert await client.ping()
    await client.aclose()
