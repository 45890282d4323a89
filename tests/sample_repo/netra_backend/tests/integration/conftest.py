"""Fixtures of the tests that join several parts."""

import fakeredis
import pytest
import pytest_asyncio

from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.app.agents.supervisor.execution_engine_factory import ExecutionEngineFactory
from netra_backend.app.redis_manager import RedisManager


@pytest_asyncio.fixture
async def manager():
    """A connected Redis manager. The websocket tests have a manager of another kind."""
    redis = RedisManager(fakeredis.FakeAsyncRedis())
    yield redis
    if redis.is_connected:
        await redis.shutdown()


@pytest.fixture
def registry(llm_manager):
    agents = AgentRegistry(llm_manager)
    agents.register("triage")
    return agents


@pytest.fixture
def factory(registry):
    return ExecutionEngineFactory(registry)
