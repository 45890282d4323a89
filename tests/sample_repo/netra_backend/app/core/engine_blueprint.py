"""Describes an engine before there is a user to make it for."""

from __future__ import annotations


class EngineBlueprint:
    """Used by the admin pages to preview a configuration."""

    def __init__(self, agents: list[str]) -> None:
        self.agents = agents

    def create_execution_engine(self, name: str) -> dict[str, object]:
        return {"name": name, "agents": list(self.agents), "preview": True}
