"""Several services at once."""

import pytest

from netra_backend.app.websocket_core.events import WebSocketEvent, WebSocketMessage
from netra_backend.tests.fixtures.real_services import real_services_fixture, with_test_database


@pytest.mark.asyncio
async def test_a_message_is_cached(real_services_fixture):
    message = WebSocketMessage(kind="note", text="hello")
    redis = real_services_fixture["redis"]
    await redis.set(message.kind, message.text)
    assert await redis.get("note") == "hello"


@pytest.mark.asyncio
async def test_a_cached_run_is_stored(real_services_fixture, with_test_database):
    await real_services_fixture["redis"].set("run", "run-1")
    async with with_test_database.get_async_session() as session:
        await session.execute("INSERT INTO runs VALUES (?, ?)", "run-1", "ada")
        assert await session.execute("SELECT run_id FROM runs") == [("run-1",)]


@pytest.mark.usefixtures("with_test_database")
def test_services_are_made_for_one_test(request):
    assert "real_services_function" not in request.fixturenames
    assert request.getfixturevalue("with_test_database") is not None
