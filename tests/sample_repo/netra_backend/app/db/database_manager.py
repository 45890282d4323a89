"""Database sessions of the service."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SCHEMA = "CREATE TABLE IF NOT EXISTS runs (run_id TEXT PRIMARY KEY, user_id TEXT NOT NULL)"


class DatabaseSession:
    """A unit of work. close() is safe to call twice."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.is_open = True

    async def execute(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        return self._connection.execute(statement, values).fetchall()

    async def commit(self) -> None:
        self._connection.commit()

    async def close(self) -> None:
        if self.is_open:
            self._connection.rollback()
            self.is_open = False


class DatabaseManager:
    """Opens sessions. The connection is made with the manager, so there is nothing to initialize."""

    def __init__(self, path: str = ":memory:") -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute(SCHEMA)

    @asynccontextmanager
    async def get_async_session(self) -> AsyncIterator[DatabaseSession]:
        session = DatabaseSession(self._connection)
        try:
            yield session
        finally:
            await session.close()

    def dispose(self) -> None:
        self._connection.close()
