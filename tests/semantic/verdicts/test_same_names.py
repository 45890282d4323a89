"""What has the target's name but is not it, and what is it under another path."""

from __future__ import annotations

from tests.semantic.sites import check


def test_same_class_name_in_two_modules() -> None:
    check(
        {
            "app/other.py": "class RedisManager:\n    def close(self): ...\n",
            "app/use.py": """
                import app.other
                from app.other import RedisManager as Other
                from app.redis import RedisManager
                import elsewhere

                def f(x: "app.other.RedisManager", y: elsewhere.RedisManager):
                    RedisManager().close()  #? yes
                    Other().close()  #? no_other
                    x.close()  #? no_annotated
                    y.close()  #? same_name
            """,
        }
    )


def test_functions_of_one_name_in_two_modules() -> None:
    check(
        {
            "app/a.py": "from app.redis import RedisManager\ndef get():\n    return RedisManager()\n",
            "app/b.py": "from app.redis import FileManager\ndef get():\n    return FileManager()\n",
            "app/use.py": """
                from app import a, b
                from app.b import get
                a.get().close()  #? yes
                b.get().close()  #? no_module
                get().close()  #? no_from
            """,
        }
    )


def test_external_class_under_several_paths() -> None:
    check(
        {
            "app/compat.py": "from redis.asyncio import Redis\n",
            "app/use.py": """
                import redis
                import redis.asyncio as aioredis
                from app.compat import Redis
                from redis.asyncio.client import Redis as Deep
                from redis.client import Redis as Sync
                import socket

                class Mine(Redis): ...

                async def f(x: aioredis.Redis):
                    Redis().close()  #? yes_reexport
                    Deep().close()  #? yes_second_path
                    Sync().close()  #? same_name
                    x.close()  #? yes_annotation
                    Mine().close()  #? yes_subclass
                    redis.from_url("x").close()  #? evidence_call
                    socket.socket().close()  #? no
                    async with Redis() as r:
                        r.close()  #? evidence_entered
            """,
        },
        ("redis.asyncio.Redis", "redis.asyncio.client.Redis"),
    )


def test_a_package_attribute_shadows_a_submodule() -> None:
    check(
        {
            "app/pack/__init__.py": "from app.redis import FileManager as _F\nthing = _F()\n",
            "app/pack/thing.py": "from app.redis import RedisManager\ninner = RedisManager()\n",
            "app/pack/free.py": "from app.redis import RedisManager\ninner = RedisManager()\n",
            "app/use.py": """
                import app.pack.free
                from app.pack import free, thing
                thing.close()  #? no
                free.inner.close()  #? yes
                app.pack.free.inner.close()  #? yes_dotted
            """,
        }
    )


def test_a_package_in_a_folder_of_its_own_name() -> None:
    check(
        {
            "lib/lib/__init__.py": "",
            "lib/lib/core.py": "class RedisManager: ...",
            "app/use.py": """
                from lib.core import RedisManager
                RedisManager().close()  #? yes
            """,
        },
        "lib.core.RedisManager",
    )


def test_python_s_own_objects_of_the_name_are_others() -> None:
    check(
        {
            "app/redis.py": "class Pool:\n    def close(self): ...\n",
            "app/use.py": """
                import multiprocessing
                import third_party
                from multiprocessing.pool import Pool

                multiprocessing.Pool().close()  #? no_made
                Pool().close()  #? no_imported
                third_party.Pool().close()  #? same_name

                class Own(Pool): ...
                Own().close()  #? no_derived
            """,
        },
        target="app.redis.Pool",
    )


def test_relative_and_star_imports_of_a_package_with_the_same_names() -> None:
    twin = "class RedisManager:\n    def close(self): ...\n"
    check(
        {
            "twin/__init__.py": "",
            "twin/redis.py": twin,
            "twin/use.py": "from .redis import RedisManager\nRedisManager().close()  #? no_relative\n",
            "twin/deep/__init__.py": "",
            "twin/deep/use.py": """
                from ..redis import *
                from ... import app
                RedisManager().close()  #? no_star
            """,
            "app/use.py": """
                from . import redis
                from .redis import *
                RedisManager().close()  #? yes_star
                redis.RedisManager().close()  #? yes_relative
                FileManager().close()  #? no_other_name
            """,
        }
    )
