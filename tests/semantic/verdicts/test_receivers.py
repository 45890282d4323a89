"""The receivers of the main job: assignments, annotations, imports, factories and fixtures."""

from __future__ import annotations

from tests.semantic.sites import check


def test_local_assignment_and_look_alike() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def f():
                    mgr = RedisManager()
                    mgr.close()  #? yes
                    other = FileManager()
                    other.close()  #? no
                    handle = open("x")
                    handle.close()  #? no_file
            """
        }
    )


def test_self_attribute_from_init_setup_method_and_base_class() -> None:
    check(
        {
            "app/base.py": """
                from app.redis import RedisManager, FileManager

                class Base:
                    def setup_method(self, method):
                        self.redis = RedisManager()
                        self.file = FileManager()
            """,
            "app/use.py": """
                from app.base import Base
                from app.redis import RedisManager

                class Test(Base):
                    def __init__(self):
                        self.mine: RedisManager | None = None

                    def start(self):
                        self.mine = RedisManager()

                    def stop(self):
                        self.redis.close()  #? yes_base
                        self.file.close()  #? no
                        self.mine.close()  #? yes_own
            """,
        }
    )


def test_annotations() -> None:
    check(
        {
            "app/use.py": """
                from __future__ import annotations
                from typing import Annotated, Any, Optional, TYPE_CHECKING, Union
                import typing as t
                from app.redis import FileManager
                if TYPE_CHECKING:
                    from app.redis import RedisManager

                def f(a: RedisManager, b: "RedisManager", c: Optional["RedisManager"], d: RedisManager | None,
                      e: Union[RedisManager, None], g: t.Optional[RedisManager], h: FileManager, i: Any,
                      j: Union[RedisManager, FileManager], k: Annotated[RedisManager, "x"], l):
                    a.close()  #? yes_a
                    b.close()  #? yes_b
                    c.close()  #? yes_c
                    d.close()  #? yes_d
                    e.close()  #? yes_e
                    g.close()  #? yes_g
                    h.close()  #? no_h
                    i.close()  #? evidence_i
                    j.close()  #? union_j
                    k.close()  #? yes_k
                    l.close()  #? evidence_l
            """,
            "app/other.py": """
                def f(x):
                    x.close()  #? weak
            """,
        }
    )


def test_imports() -> None:
    check(
        {
            "app/api.py": "from .redis import RedisManager as Manager, FileManager\nfrom .redis import *\n",
            "app/sub/__init__.py": "from ..api import *\n",
            "app/sub/use.py": """
                import app.redis
                import app.redis as r
                from app import api
                from app.api import Manager
                from . import RedisManager
                from ..redis import RedisManager as Third
                try:
                    from app.redis import RedisManager as Fourth
                except ImportError:
                    Fourth = None

                def f():
                    app.redis.RedisManager().close()  #? yes_dotted
                    r.RedisManager().close()  #? yes_alias
                    api.Manager().close()  #? yes_reexport
                    Manager().close()  #? yes_renamed
                    RedisManager().close()  #? yes_star
                    Third().close()  #? yes_relative
                    Fourth().close()  #? yes_guarded
                    api.FileManager().close()  #? no

                def g():
                    from app.redis import FileManager as RedisManager
                    RedisManager().close()  #? no_local_import
            """,
        }
    )


def test_module_singleton() -> None:
    check(
        {
            "app/single.py": """
                from app.redis import FileManager, RedisManager
                redis_manager = RedisManager()
                file_manager = FileManager()
            """,
            "app/use.py": """
                from app.single import redis_manager, file_manager
                from app import single

                def f():
                    redis_manager.close()  #? yes
                    single.redis_manager.close()  #? yes_module
                    file_manager.close()  #? no
            """,
        }
    )


def test_factories() -> None:
    judged = check(
        {
            "app/factory.py": """
                from typing import Optional
                from app.redis import FileManager, RedisManager

                _instance: Optional[RedisManager] = None

                def annotated() -> RedisManager:
                    return _load("x")

                def plain():
                    return RedisManager()

                async def later():
                    return RedisManager()

                def other():
                    return FileManager()

                def either(x):
                    if x:
                        return RedisManager()
                    return FileManager()

                def singleton():
                    global _instance
                    if _instance is None:
                        _instance = RedisManager()
                    return _instance
            """,
            "app/use.py": """
                from app.factory import annotated, either, later, other, plain, singleton

                async def f():
                    annotated().close()  #? yes_annotated
                    plain().close()  #? yes_plain
                    (await later()).close()  #? yes_awaited
                    other().close()  #? no
                    either(1).close()  #? union
                    singleton().close()  #? yes_singleton
                    mgr = later()
                    mgr.close()  #? coroutine
            """,
        }
    )
    text = judged["coroutine"].reason.text
    assert "coroutine of RedisManager, an await is missing at app/use.py:" in text


def test_pytest_fixtures() -> None:
    judged = check(
        {
            "tests/conftest.py": """
                import pytest
                import pytest_asyncio
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def redis_manager():
                    return RedisManager()

                @pytest_asyncio.fixture
                async def live():
                    mgr = RedisManager()
                    yield mgr
                    await mgr.shutdown()

                @pytest.fixture(name="named")
                def _named():
                    return RedisManager()

                @pytest.fixture
                def files():
                    return FileManager()
            """,
            "tests/unit/conftest.py": """
                import pytest

                @pytest.fixture
                def chained(redis_manager):
                    return redis_manager

                @pytest.fixture
                def files(files):
                    return files
            """,
            "tests/unit/test_a.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def in_module():
                    return RedisManager()

                class TestA:
                    @pytest.fixture
                    def in_class(self):
                        return RedisManager()

                    @pytest.fixture
                    def named(self):
                        return FileManager()

                    def test_x(self, redis_manager, live, named, files, chained, in_module, in_class):
                        redis_manager.close()  #? yes_conftest
                        live.close()  #? yes_async_yield
                        named.close()  #? no_shadowed
                        files.close()  #? no
                        chained.close()  #? yes_chained
                        in_module.close()  #? yes_module
                        in_class.close()  #? yes_class

                @pytest.mark.parametrize("live", [FileManager()])
                def test_y(named, live, unheard_of):
                    named.close()  #? yes_named
                    live.close()  #? no_parametrized
                    unheard_of.close()  #? weak
            """,
        }
    )
    assert judged["yes_conftest"].reason.chain == (
        "`redis_manager`",
        "fixture `redis_manager` (tests/conftest.py:7)",
        "`RedisManager()` (tests/conftest.py:8)",
    )
