"""The registry and the language model it needs."""

import tempfile
from pathlib import Path

import pytest

from netra_backend.app.admin.directory import AgentRegistry as AgentDirectory
from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.app.llm.llm_manager import LLMManager


def test_a_registry_is_empty():
    assert AgentRegistry().list_agents() == []


@pytest.mark.asyncio
async def test_agents_ask_the_language_model(llm_manager):
    agent = AgentRegistry().register("triage")
    await agent.run("sort the mail")
    assert llm_manager.prompts == ["[triage] sort the mail"]


@pytest.fixture
def team():
    registry = AgentRegistry()
    for name in ("planner", "writer"):
        registry.register(name)
    return registry


def test_team_is_listed(team):
    assert team.list_agents() == ["planner", "writer"]


class TestModelOfTheClass:
    """Has a language model of its own, which its registries use."""

    @pytest.fixture
    def llm_manager(self):
        return LLMManager(model="class")

    @pytest.fixture
    def registry(self):
        return AgentRegistry()

    @pytest.mark.asyncio
    async def test_answers_come_from_the_model_of_the_class(self, registry):
        assert await registry.register("triage").run("hello") == "class: [triage] hello"


def registry_of_an_old_plugin():
    """Plugins made before there were language models call this, and are told so."""
    return AgentRegistry()


def test_old_plugins_are_told():
    with pytest.raises(TypeError, match="llm_manager"):
        registry_of_an_old_plugin()


def test_a_model_by_position():
    model = LLMManager(model="other")
    assert AgentRegistry(model).llm_manager is model


def test_a_model_from_the_settings():
    settings = {"llm_manager": LLMManager(model="settings")}
    assert AgentRegistry(**settings).llm_manager.model == "settings"


def test_the_directory_needs_no_model():
    registry = AgentDirectory()
    registry.cleanup()
    assert registry.names == []


def test_folders_are_cleaned_up():
    registry = tempfile.TemporaryDirectory()
    registry.cleanup()
    assert not Path(registry.name).exists()
