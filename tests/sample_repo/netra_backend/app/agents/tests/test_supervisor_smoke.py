"""Quick checks that live beside the code, out of sight of the fixtures of the test suite."""

from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry


def test_a_registry_can_be_made():
    registry = AgentRegistry()
    registry.register("triage")
    assert registry.list_agents() == ["triage"]
