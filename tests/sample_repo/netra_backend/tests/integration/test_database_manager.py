"""Sessions on an in-memory database."""

import pytest

from netra_backend.app.db.database_manager import DatabaseManager


@pytest.fixture
def database():
    manager = DatabaseManager()
    yield manager
    manager.dispose()


@pytest.mark.asyncio
async def test_runs_are_stored(database):
    async with database.get_async_session() as session:
        await session.execute("INSERT INTO runs VALUES (?, ?)", "run-1", "ada")
        await session.commit()
        assert await session.execute("SELECT user_id FROM runs") == [("ada",)]


@pytest.mark.asyncio
async def test_a_closed_session_forgets_what_was_not_committed(database):
    async with database.get_async_session() as session:
        await session.execute("INSERT INTO runs VALUES (?, ?)", "run-1", "ada")
        await session.close()
        assert not session.is_open
        assert await session.execute("SELECT user_id FROM runs") == []
