"""Fixtures of the websocket tests."""

import pytest

from netra_backend.app.websocket_core.connection import ConnectionManager


@pytest.fixture
def manager():
    return ConnectionManager()
