"""Connections of browsers, whose contexts have a session and no run."""

import pytest

from netra_backend.app.websocket_core.connection import UserExecutionContext


@pytest.mark.asyncio
async def test_closing_the_manager_closes_every_connection(manager):
    connection = manager.open(UserExecutionContext(user_id="ada", session_id="tab-1"))
    await manager.close()
    assert len(manager) == 0
    assert not connection.is_open


def test_a_closed_connection_sends_nothing(manager):
    connection = manager.open(UserExecutionContext(user_id="ada", session_id="tab-2"))
    connection.send("hello")
    connection.close()
    with pytest.raises(ConnectionError, match="tab-2"):
        connection.send("anyone?")
    assert connection.sent == ["hello"]


def test_a_connection_is_found_by_its_session(manager):
    connection = manager.open(UserExecutionContext(user_id="ada", session_id="tab-3"))
    assert manager.get_session("tab-3") is connection
