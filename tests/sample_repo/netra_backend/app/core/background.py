"""Work that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


def run_soon(work: Coroutine[Any, Any, None]) -> None:
    """Start *work* on the running loop; without one, do it now."""
    if asyncio.get_event_loop().is_running():
        asyncio.create_task(work)
    else:
        asyncio.run(work)
