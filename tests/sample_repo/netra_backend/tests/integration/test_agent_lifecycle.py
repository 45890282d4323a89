"""Agents from registration to reset."""

import pytest

from netra_backend.app.agents.supervisor.agent_pool import AgentPool
from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.tests.base_test_case import BaseTestCase


@pytest.mark.asyncio
async def test_reset_forgets_every_agent(registry):
    registry.register("report")
    assert registry.cleanup_all_agents() == 2
    assert registry.list_agents() == []


@pytest.mark.asyncio
async def test_agents_count_their_runs(registry: AgentRegistry):
    agent = registry.get("triage")
    await agent.run("one")
    await agent.run("two")
    assert agent.runs == 2
    await registry.cleanup_all_agents()
    assert agent.runs == 0


@pytest.mark.asyncio
async def test_cleanup_is_a_reset_too(registry):
    await registry.cleanup()
    assert registry.list_agents() == []


def test_pool_takes_its_workers_back():
    pool = AgentPool(size=3)
    pool.acquire()
    pool.acquire()
    assert pool.cleanup_all_agents() == 2


class TestWorkspaceOfAnAgent(BaseTestCase):
    """The workspace is discarded after every test."""

    async def teardown_method(self, method):
        self.workspace.notes.append("finished")
        await super().teardown_method(method)

    def test_notes_are_kept(self):
        self.workspace.notes.append("found two mails")
        assert self.workspace.notes == ["found two mails"]

    @pytest.mark.asyncio
    async def test_workspace_belongs_to_the_test(self):
        assert self.workspace.owner == "TestWorkspaceOfAnAgent"


class TestRegistryOfATeam(BaseTestCase):
    """Every test starts with two agents."""

    @pytest.fixture(autouse=True)
    def _language_model(self, llm_manager):
        self.llm_manager = llm_manager

    async def setup_method(self, method):
        await super().setup_method(method)
        self.team = ["planner", "writer"]

    def test_team_is_listed_in_order(self):
        registry = AgentRegistry(self.llm_manager)
        for name in reversed(self.team):
            registry.register(name)
        assert registry.list_agents() == ["planner", "writer"]

    @pytest.mark.asyncio
    async def test_team_is_forgotten(self):
        registry = AgentRegistry(self.llm_manager)
        for name in self.team:
            registry.register(name)
        assert await registry.cleanup_all_agents() == len(self.team)
