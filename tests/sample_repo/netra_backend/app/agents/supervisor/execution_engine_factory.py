"""Makes one execution engine per user."""

from __future__ import annotations

import asyncio

from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.app.agents.supervisor.execution_engine import UserExecutionEngine
from netra_backend.app.llm.llm_manager import LLMManager
from netra_backend.app.services.user_execution_context import UserExecutionContext


class ExecutionEngineFactory:
    """Keeps count of the engines it made, by run."""

    def __init__(self, registry: AgentRegistry) -> None:
        self.registry = registry
        self._engines: dict[str, UserExecutionEngine] = {}
        self._lock = asyncio.Lock()

    @property
    def active_runs(self) -> list[str]:
        return sorted(self._engines)

    async def create_for_user(self, context: UserExecutionContext) -> UserExecutionEngine:
        async with self._lock:
            engine = self._engines[context.run_id] = UserExecutionEngine(context, self.registry)
            return engine


async def get_execution_engine_factory(llm_manager: LLMManager | None = None) -> ExecutionEngineFactory:
    """A factory over a registry of its own."""
    await asyncio.sleep(0)
    return ExecutionEngineFactory(AgentRegistry(llm_manager or LLMManager()))
