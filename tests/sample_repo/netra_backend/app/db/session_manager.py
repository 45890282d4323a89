"""Database sessions by user."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from netra_backend.app.db.database_manager import DatabaseManager, DatabaseSession


class DatabaseSessionManager:
    """One database per user, made when the user comes first."""

    def __init__(self) -> None:
        self._databases: dict[str, DatabaseManager] = {}

    def get_async_session(self, user_id: str) -> AbstractAsyncContextManager[DatabaseSession]:
        return self._databases.setdefault(user_id, DatabaseManager()).get_async_session()
