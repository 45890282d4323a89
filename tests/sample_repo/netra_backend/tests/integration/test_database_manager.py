"""Sessions on an in-memory database."""

import pytest
import pytest_asyncio

from netra_backend.app.db.database_manager import DatabaseManager
from netra_backend.app.db.migrator import SchemaMigrator
from netra_backend.app.db.session_manager import DatabaseSessionManager


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


@pytest_asyncio.fixture
async def ready_database():
    manager = DatabaseManager()
    await manager.initialize()
    try:
        yield manager
    finally:
        await manager.close()


@pytest.mark.asyncio
async def test_a_ready_database_is_empty(ready_database):
    async with ready_database.get_session() as session:
        assert await session.execute("SELECT * FROM runs") == []


@pytest.mark.asyncio
async def test_users_have_databases_of_their_own():
    sessions = DatabaseSessionManager()
    await sessions.initialize()  # once
    async with sessions.get_session("ada") as session:
        await session.execute("INSERT INTO runs VALUES (?, ?)", "run-1", "ada")
        await session.commit()
    async with sessions.get_session("bob") as session:
        assert await session.execute("SELECT * FROM runs") == []
    if sessions: await sessions.close()


@pytest.mark.asyncio
async def test_migrations_have_a_start_and_an_end():
    migrator = SchemaMigrator()
    await migrator.initialize()
    await migrator.close()
    assert migrator.log == ["initialize", "close"]
