"""Fixtures of the websocket tests."""

import pytest

from netra_backend.app.websocket_core.connection import ConnectionManager


@pytest.fixture
def manager():
    return ConnectionManager()


@pytest.fixture
def with_test_database():
    """The websocket tests store their events in a list."""
    return []
