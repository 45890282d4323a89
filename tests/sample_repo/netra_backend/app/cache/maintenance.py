"""Cache chores that run outside the event loop."""

from netra_backend.app.redis_manager import RedisManager


def release_at_exit(manager: RedisManager) -> bool:
    """Called by atexit, when no loop runs any more. Says whether there was something to release."""
    if not manager.is_connected:
        return False
    manager.close()
    return True
