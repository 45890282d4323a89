"""The Redis manager against an in-process server."""

import fakeredis
import pytest
import pytest_asyncio

from netra_backend.app.cache import RedisManager as CacheManager
from netra_backend.app.cache.maintenance import release_at_exit
from netra_backend.app.redis_manager import RedisManager, get_redis_manager
from netra_backend.app.redis_manager import redis_manager as shared_manager


@pytest.mark.asyncio
async def test_values_expire_with_the_manager(manager):
    await manager.set("greeting", "hello", ttl=60)
    assert await manager.get("greeting") == "hello"
    await manager.close()
    with pytest.raises(ConnectionError):
        await manager.get("greeting")


@pytest.mark.asyncio
async def test_namespaces_do_not_meet():
    server = fakeredis.FakeServer()
    ours = RedisManager(fakeredis.FakeAsyncRedis(server=server), namespace="ours")
    theirs = CacheManager(fakeredis.FakeAsyncRedis(server=server), namespace="theirs")
    try:
        await ours.set("key", "value")
        assert await theirs.get("key") is None
    finally:
        await ours.close(); await theirs.close()


@pytest.mark.asyncio
async def test_closing_twice_is_harmless():
    manager = RedisManager(fakeredis.FakeAsyncRedis())
    await manager.close()
    await manager.close()
    assert not manager.is_connected


@pytest.mark.asyncio
async def test_shared_manager_is_one_object():
    await shared_manager.connect(fakeredis.FakeAsyncRedis())
    assert get_redis_manager().is_connected
    await get_redis_manager().close()
    assert not shared_manager.is_connected


@pytest.mark.asyncio
async def test_forgotten_await():
    manager = RedisManager(fakeredis.FakeAsyncRedis())
    manager.close()  # was synchronous once
    assert not manager.is_connected


def test_nothing_to_release_at_exit():
    assert release_at_exit(RedisManager()) is False


class TestCounters:
    """Keys that several requests share."""

    def setup_method(self):
        self.redis = RedisManager(fakeredis.FakeAsyncRedis(), namespace="counters")

    @pytest_asyncio.fixture
    async def audit(self):
        manager = RedisManager(fakeredis.FakeAsyncRedis(), namespace="audit")
        await manager.set("started", "yes")
        yield manager
        await manager.close()

    @pytest.mark.asyncio
    async def test_audit_is_separate(self, audit):
        assert await audit.get("started") == "yes"
        assert await self.redis.get("started") is None

    @pytest.mark.asyncio
    async def test_delete(self, audit):
        await self.redis.set("visits", "1")
        assert await self.redis.delete("visits")
        assert not await audit.delete("visits")
        await self.redis.close()
        assert not self.redis.is_connected
