"""What may stand in for an object of a class: proxies, mocks, metaclasses, decorators, unknown bases."""

from __future__ import annotations

from tests.semantic.sites import check


def test_unresolved_bases_never_exclude() -> None:
    check(
        {
            "app/use.py": """
                from app.deleted import Gone
                from outside import External
                from app.redis import FileManager, RedisManager

                class A(Gone): ...
                class B(undefined): ...
                class C(External): ...

                def f(make):
                    A().close()  #? weak_missing
                    B().close()  #? weak_undefined
                    C().close()  #? no_external
                    nobody.close()  #? weak_name
                    make().close()  #? weak_call
                    External.make().close()  #? weak_external_call
            """,
        }
    )


def test_a_base_that_is_one_of_several() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager
                try:
                    from typing import Protocol
                except ImportError:
                    from typing_extensions import Protocol

                Base = RedisManager if FLAG else FileManager

                class Either(Base): ...
                class Plain(FileManager, Protocol): ...

                Either().close()  #? evidence
                Plain().close()  #? no
            """,
        }
    )


def test_metaclasses_and_new() -> None:
    check(
        {
            "app/redis.py": """
                class Meta(type):
                    def __call__(cls, *args):
                        return cls.registry[0]

                class RedisManager(metaclass=Meta): ...

                class Odd:
                    def __new__(cls):
                        return RedisManager()
            """,
            "app/use.py": """
                from app.redis import Odd, RedisManager
                RedisManager().close()  #? evidence_meta
                Odd().close()  #? weak_new
            """,
        }
    )


def test_a_singleton_new_stays_certain() -> None:
    check(
        {
            "app/redis.py": """
                class RedisManager:
                    _instance = None

                    def __new__(cls):
                        if cls._instance is None:
                            cls._instance = super().__new__(cls)
                        return cls._instance
            """,
            "app/use.py": """
                from app.redis import RedisManager
                RedisManager().close()  #? yes
            """,
        }
    )


def test_proxies_and_decorators_that_replace_never_exclude() -> None:
    check(
        {
            "app/lib.py": """
                from app.redis import FileManager
                from outside import task

                class Proxy:
                    def __getattr__(self, name): ...

                class OwnClose(Proxy):
                    def close(self): ...

                class cached_property:
                    def __init__(self, function): ...

                class registered:
                    def __init__(self, function): ...

                class Holder:
                    @cached_property
                    def files(self):
                        return FileManager()

                    @registered
                    def job(self): ...

                @task
                def other(): ...

                def plain(): ...
            """,
            "app/use.py": """
                from app.lib import Holder, OwnClose, Proxy, other, plain

                def f(holder: Holder):
                    Proxy().close()  #? weak_proxy
                    OwnClose().close()  #? no_own
                    holder.files.close()  #? no_property_of_its_own_kind
                    holder.job.close()  #? weak_job
                    other.close()  #? weak_task
                    plain.close()  #? no_function
            """,
        }
    )


def test_a_decorator_of_classes_that_gives_something_else() -> None:
    check(
        {
            "app/deco.py": """
                from app.redis import FileManager

                def other(cls):
                    return FileManager

                def kept(cls):
                    cls.mark = 1
                    return cls

                def named(name):
                    def register(cls):
                        return cls
                    return register

                class Registry:
                    @classmethod
                    def register(cls, given):
                        return given
            """,
            "app/use.py": """
                from app.deco import Registry, kept, named, other
                from app.redis import RedisManager

                @other
                class A(RedisManager): ...

                @kept
                @named("x")
                @Registry.register
                class B(RedisManager): ...

                A().close()  #? evidence
                B().close()  #? yes
            """,
        }
    )


def test_an_object_from_outside_that_is_declared_to_be_one_of_the_repository() -> None:
    check(
        {
            "app/use.py": """
                from werkzeug.local import LocalProxy
                from app.redis import FileManager, RedisManager

                current: "RedisManager" = LocalProxy(lambda: 1)
                current_file: FileManager = LocalProxy(lambda: 1)
                narrowed: object = FileManager()
                bare = LocalProxy(lambda: 1)
                current.close()  #? yes_proxy
                current_file.close()  #? no_proxy_of_another
                narrowed.close()  #? no_narrowed
                bare.close()  #? no_bare

                def proxy() -> RedisManager:
                    return LocalProxy(lambda: 1)

                class User:
                    def __init__(self):
                        self.redis: RedisManager = LocalProxy(lambda: 1)

                    def stop(self):
                        self.redis.close()  #? yes_attribute

                proxy().close()  #? yes_returned
            """,
        }
    )


def test_mocks() -> None:
    check(
        {
            "tests/test_mocks.py": """
                from unittest import mock
                from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch
                from app.redis import FileManager, RedisManager

                def test_a():
                    Mock(spec=RedisManager).close()  #? mock_spec
                    MagicMock(RedisManager).close()  #? mock_spec_positional
                    mock.AsyncMock(spec_set=RedisManager).close()  #? mock_spec_set
                    create_autospec(RedisManager).close()  #? mock_spec_auto
                    Mock(spec=FileManager).close()  #? no_spec
                    Mock(spec=["close", "get"]).close()  #? evidence_spec_list
                    Mock(("close",)).close()  #? evidence_spec_tuple
                    create_autospec(["close"]).close()  #? evidence_autospec_list
                    Mock().close()  #? evidence_plain
                    with patch("app.redis.RedisManager", autospec=True) as m:
                        m.close()  #? mock_spec_patch
                    with patch.object(FileManager, "close") as n:
                        n.close()  #? evidence_patch_object

                @patch("app.redis.FileManager")
                @patch("app.redis.RedisManager", spec=RedisManager)
                def test_b(first, second):
                    first.close()  #? mock_spec_first
                    second.close()  #? evidence_second
            """
        }
    )
