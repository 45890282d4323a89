"""Pages that show which agents exist."""

from __future__ import annotations


class AgentRegistry:
    """A list of names for the admin pages; it runs nothing and needs no language model."""

    def __init__(self, names: tuple[str, ...] = ("triage", "report")) -> None:
        self.names = list(names)

    def cleanup(self) -> None:
        self.names.clear()
