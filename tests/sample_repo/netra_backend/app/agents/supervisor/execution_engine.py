"""Runs agents on behalf of one user."""

from __future__ import annotations

from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.app.services.user_execution_context import UserExecutionContext


class UserExecutionEngine:
    """Bound to one context; never shared between users."""

    def __init__(self, context: UserExecutionContext, registry: AgentRegistry) -> None:
        self.context = context
        self._registry = registry

    async def execute(self, agent_name: str, task: str) -> dict[str, str]:
        answer = await self._registry.get(agent_name).run(task)
        return {"run_id": self.context.run_id, "answer": answer}
