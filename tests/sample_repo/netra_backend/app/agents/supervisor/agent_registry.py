"""The agents that the supervisor can call."""

from __future__ import annotations

from netra_backend.app.llm.llm_manager import LLMManager


class Agent:
    """One named skill on top of a language model."""

    def __init__(self, name: str, llm_manager: LLMManager) -> None:
        self.name = name
        self.runs = 0
        self._llm_manager = llm_manager

    async def run(self, task: str) -> str:
        self.runs += 1
        return await self._llm_manager.ask(f"[{self.name}] {task}")

    async def reset(self) -> None:
        self.runs = 0


class AgentRegistry:
    """Makes agents and keeps them until they are reset."""

    def __init__(self, llm_manager: LLMManager) -> None:
        self.llm_manager = llm_manager
        self._agents: dict[str, Agent] = {}

    def register(self, name: str) -> Agent:
        agent = self._agents[name] = Agent(name, self.llm_manager)
        return agent

    def unregister(self, name: str) -> None:
        del self._agents[name]

    def get(self, name: str) -> Agent:
        return self._agents[name]

    def list_agents(self) -> list[str]:
        return sorted(self._agents)

    async def reset_all_agents(self) -> int:
        """Reset and forget every agent; says how many there were."""
        count = len(self._agents)
        for agent in self._agents.values():
            await agent.reset()
        self._agents.clear()
        return count
