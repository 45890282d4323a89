"""The service's connection to Redis."""

from __future__ import annotations

from typing import Any


class RedisManager:
    """Owns one Redis client and keeps every key of the service under one namespace."""

    def __init__(self, client: Any | None = None, namespace: str = "netra") -> None:
        self._client = client
        self._namespace = namespace

    @property
    def is_connected(self) -> bool:
        return self._client is not None

    async def connect(self, client: Any | None = None, url: str = "redis://localhost:6379/0") -> None:
        """Use *client*, or open a client for *url*."""
        if client is None:
            from redis.asyncio import Redis

            client = Redis.from_url(url)
        self._client = client

    async def get(self, key: str) -> str | None:
        value = await self._connected().get(self._key(key))
        return value.decode() if isinstance(value, bytes) else value

    async def set(self, key: str, value: str, ttl: int | None = None) -> None:
        await self._connected().set(self._key(key), value, ex=ttl)

    async def delete(self, key: str) -> bool:
        return bool(await self._connected().delete(self._key(key)))

    async def shutdown(self) -> None:
        """Give the connections back. A manager that is not connected stays as it is."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connected(self) -> Any:
        if self._client is None:
            raise ConnectionError("the Redis manager is not connected; call connect() first")
        return self._client

    def _key(self, key: str) -> str:
        return f"{self._namespace}:{key}"


redis_manager = RedisManager()


def get_redis_manager() -> RedisManager:
    """The manager that the whole service shares."""
    return redis_manager
