"""The database manager, however it is reached."""

from unittest.mock import patch

import pytest

from netra_backend.app.core.database_manager import DatabaseManager
from netra_backend.app.core.database_manager_settings import LOGGER_NAME, POOL_SIZE


@pytest.mark.asyncio
async def test_managers_do_not_share_a_database():
    async with DatabaseManager().get_async_session() as session:
        await session.execute("INSERT INTO runs VALUES (?, ?)", "run-1", "ada")
    async with DatabaseManager().get_async_session() as session:
        assert await session.execute("SELECT * FROM runs") == []


def test_manager_by_its_full_name():
    import netra_backend.app.core.database_manager

    assert netra_backend.app.core.database_manager.DatabaseManager is DatabaseManager


def test_manager_by_its_module():
    from netra_backend.app.core import database_manager

    assert database_manager.DatabaseManager is DatabaseManager


def test_schema_can_be_patched():
    with patch("netra_backend.app.core.database_manager.SCHEMA", "CREATE TABLE other (id TEXT)"):
        manager = DatabaseManager()
    assert manager is not None


def test_operators_know_the_manager_by_its_first_module():
    assert LOGGER_NAME == "netra_backend.app.core.database_manager"
    assert POOL_SIZE > 1
