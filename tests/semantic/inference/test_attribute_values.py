"""What attributes and fields hold: declared, set by methods and fixtures, or by other code."""

from __future__ import annotations

from tests.semantic.sites import check


def test_attributes_that_other_code_sets() -> None:
    check(
        {
            "app/holder.py": """
                from app.redis import FileManager, RedisManager

                class Holder:
                    gone = None

                    def __init__(self):
                        self.pool = RedisManager()
                        self.file = FileManager()
                        self.kept = RedisManager()
                        self.later = None

                    def use(self):
                        self.pool.close()  #? union_pool
                        self.file.close()  #? union_file
                        self.kept.close()  #? yes_kept
                        self.later.close()  #? yes_later
                        self.unheard.close()  #? yes_only_outside
            """,
            "app/state.py": """
                shared = None
                other = None

                def use():
                    shared.close()  #? yes_own
            """,
            "app/set.py": """
                from app import state
                from app.holder import Holder
                from app.redis import FileManager, RedisManager

                def f(holder: Holder, app, unknown):
                    holder.pool = FileManager()
                    holder.file = RedisManager()
                    holder.later, holder.unheard = RedisManager(), RedisManager()
                    unknown.kept = FileManager()
                    app.state.pool = RedisManager()
                    app.state.files = FileManager()
                    state.shared = RedisManager()
                    state.other = FileManager()
            """,
            "app/use.py": """
                from app import state

                def f(app, request):
                    request.app.state.pool.close()  #? evidence_alike
                    app.state.files.close()  #? weak_files
                    app.other.pool.close()  #? weak_other_owner
                    state.shared.close()  #? yes_module
                    state.other.close()  #? no_module
            """,
            "tests/test_x.py": """
                import pytest
                from app.redis import RedisManager

                @pytest.fixture(scope="class")
                def live(request):
                    request.cls.mgr = RedisManager()

                @pytest.mark.usefixtures("live")
                class TestX:
                    def test_x(self):
                        self.mgr.close()  #? evidence_request
            """,
        }
    )


def test_self_attributes() -> None:
    check(
        {
            "app/base.py": """
                from dataclasses import dataclass, field
                from functools import cached_property
                from typing import Optional
                from app.redis import FileManager, RedisManager

                class Base:
                    shared = RedisManager()
                    declared: RedisManager
                    twisted: Optional[RedisManager] = None

                    def __init__(self, given: RedisManager, any):
                        self.given = given
                        self.any = any
                        self.twisted = None
                        self.maybe = None

                    def later(self):
                        self.twisted = FileManager()
                        self.maybe = RedisManager()

                    @property
                    def prop(self) -> RedisManager:
                        raise NotImplementedError

                    @cached_property
                    def cached(self):
                        return RedisManager()

                    @property
                    def other(self):
                        return FileManager()

                @dataclass
                class Data:
                    manager: RedisManager
                    files: FileManager = field(default_factory=FileManager)
            """,
            "app/use.py": """
                from app.base import Base, Data

                class Sub(Base):
                    def use(self, data: Data):
                        self.shared.close()  #? yes_shared
                        self.declared.close()  #? yes_declared
                        self.given.close()  #? yes_given
                        self.any.close()  #? weak_any
                        self.twisted.close()  #? union_twisted
                        self.maybe.close()  #? yes_maybe
                        self.prop.close()  #? yes_property
                        self.cached.close()  #? yes_cached
                        self.other.close()  #? no_property
                        self.nothing.close()  #? weak_nothing
                        data.manager.close()  #? yes_field
                        data.files.close()  #? no_field
            """,
        }
    )


def test_attributes_that_setup_methods_and_fixtures_set() -> None:
    check(
        {
            "tests/base.py": """
                import unittest
                from app.redis import FileManager, RedisManager

                class Base(unittest.IsolatedAsyncioTestCase):
                    shared = FileManager()

                    @classmethod
                    def setUpClass(cls):
                        cls.of_class = RedisManager()
                        cls.file_of_class = FileManager()

                    async def asyncSetUp(self):
                        self.later = RedisManager()
                        self.file_later = FileManager()
            """,
            "tests/test_a.py": """
                import pytest
                from app.redis import FileManager, RedisManager
                from tests.base import Base

                class TestSub(Base):
                    def test_x(self):
                        self.of_class.close()  #? yes_set_up_class
                        self.file_of_class.close()  #? no_set_up_class
                        self.later.close()  #? yes_async_set_up
                        self.file_later.close()  #? no_async_set_up
                        self.shared.close()  #? no_class_attribute
                        Base.shared.close()  #? no_of_the_class_itself

                class TestFixture:
                    @pytest.fixture(autouse=True)
                    def _given(self, tmp_path):
                        self.redis = RedisManager()
                        self.files = FileManager()
                        yield
                        self.redis.close()  #? yes_in_the_fixture

                    def test_x(self):
                        self.redis.close()  #? yes_fixture
                        self.files.close()  #? no_fixture
            """,
        }
    )


def test_an_attribute_declared_optional_and_assigned_later() -> None:
    check(
        {
            "app/use.py": """
                from dataclasses import dataclass, field
                from typing import NamedTuple, Optional
                from app.redis import FileManager, RedisManager

                class Service:
                    def __init__(self):
                        self.same: Optional[RedisManager] = None
                        self.other: Optional[RedisManager] = None
                        self.files: Optional[FileManager] = None

                    def start(self):
                        self.same = RedisManager()
                        self.other = FileManager()
                        self.files = FileManager()

                    def stop(self):
                        self.same.close()  #? yes_same
                        self.other.close()  #? union_other
                        self.files.close()  #? no_files

                @dataclass(slots=True)
                class Parts:
                    redis: Optional[RedisManager] = None
                    files: FileManager = field(default_factory=FileManager)

                class Pair(NamedTuple):
                    redis: RedisManager
                    files: FileManager

                def use(parts: Parts, pair: Pair):
                    parts.redis.close()  #? yes_field
                    parts.files.close()  #? no_field
                    pair.redis.close()  #? yes_named
                    pair.files.close()  #? no_named
                    pair[0].close()  #? yes_index
                    pair[1].close()  #? no_index
                    first, second = pair
                    first.close()  #? yes_unpacked
                    second.close()  #? no_unpacked
            """
        }
    )


def test_a_named_tuple_below_which_items_are_something_else() -> None:
    check(
        {
            "app/use.py": """
                from typing import NamedTuple
                from app.redis import FileManager, RedisManager

                class Pair(NamedTuple):
                    redis: RedisManager
                    files: FileManager

                    def use(self):
                        self[0].close()  #? union_self
                        first, _ = self
                        first.close()  #? yes_unpacked

                class Odd(Pair):
                    def __getitem__(self, key):
                        return FileManager()

                def f(pair: Pair, odd: Odd):
                    pair[0].close()  #? union_declared
                    odd[0].close()  #? no_odd
                    Pair(RedisManager(), FileManager())[0].close()  #? yes_made
            """
        }
    )


def test_what_a_store_by_name_sets() -> None:
    check(
        {
            "app/holder.py": """
                from app.redis import FileManager, RedisManager

                class Holder:
                    def __init__(self):
                        self.pool = RedisManager()
                        self.kept = RedisManager()
                        self.file = FileManager()
                        self.empty = None

                    def use(self):
                        self.pool.close()  #? union_pool
                        self.kept.close()  #? yes_kept
                        self.file.close()  #? union_file
                        self.empty.close()  #? yes_empty

                shared = None
            """,
            "app/set.py": """
                from app import holder
                from app.holder import Holder
                from app.redis import FileManager, RedisManager

                def f(given: Holder, other, name):
                    setattr(given, "pool", FileManager())
                    setattr(other, "kept", FileManager())
                    object.__setattr__(given, "file", RedisManager())
                    setattr(given, "empty", RedisManager())
                    setattr(given, name, FileManager())
                    setattr(holder, "shared", RedisManager())
            """,
            "app/use.py": """
                from app import holder

                holder.shared.close()  #? yes_shared
            """,
        }
    )
