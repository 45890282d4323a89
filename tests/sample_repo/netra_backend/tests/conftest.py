"""Fixtures that every test may use."""

import pytest

from netra_backend.app.agents.workspace import Workspace
from netra_backend.app.llm.llm_manager import LLMManager


@pytest.fixture
def llm_manager():
    return LLMManager(model="test")


@pytest.fixture(autouse=True)
def no_workspace_left_open():
    """A test that leaves a workspace open would leak its notes to the next agent."""
    yield
    left_open = [workspace.owner for workspace in Workspace.opened]
    Workspace.opened.clear()
    assert left_open == []
