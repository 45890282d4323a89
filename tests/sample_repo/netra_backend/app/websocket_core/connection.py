"""Connections of browsers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UserExecutionContext:
    """What a socket knows of its user: the browser session, not a run."""

    user_id: str
    session_id: str


class WebSocketConnection:
    """One browser tab."""

    def __init__(self, context: UserExecutionContext) -> None:
        self.context = context
        self.sent: list[str] = []
        self.is_open = True

    def send(self, message: str) -> None:
        if not self.is_open:
            raise ConnectionError(f"session {self.context.session_id} is closed")
        self.sent.append(message)

    def close(self) -> None:
        self.is_open = False


class ConnectionManager:
    """Every open connection, by session."""

    def __init__(self) -> None:
        self._connections: dict[str, WebSocketConnection] = {}

    def open(self, context: UserExecutionContext) -> WebSocketConnection:
        connection = self._connections[context.session_id] = WebSocketConnection(context)
        return connection

    def get_session(self, session_id: str) -> WebSocketConnection:
        return self._connections[session_id]

    def __len__(self) -> int:
        return len(self._connections)

    async def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
