"""What the rest of the service may use of the cache."""

from netra_backend.app.redis_manager import RedisManager, get_redis_manager, redis_manager

__all__ = ["RedisManager", "get_redis_manager", "redis_manager"]
