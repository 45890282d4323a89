"""Idioms beside what only looks like them: each way to the target, and the same way to something else."""

from __future__ import annotations

from tests.resolve.sites import check


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


def test_imports_inside_functions_and_for_type_checkers() -> None:
    check(
        {
            "app/twin.py": "class RedisManager:\n    def close(self): ...\n",
            "app/use.py": """
                from __future__ import annotations
                import typing
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from app import twin
                    from app.redis import RedisManager
                    from app.twin import RedisManager as Twin
                if typing.TYPE_CHECKING:
                    import app.redis

                def made():
                    from app.redis import RedisManager as Here
                    Here().close()  #? yes_function_import

                def made_twin():
                    from app.twin import RedisManager
                    RedisManager().close()  #? no_function_import

                def asked(a: RedisManager, b: Twin, c: twin.RedisManager, d: "app.redis.RedisManager"):
                    a.close()  #? yes_type_checking
                    b.close()  #? no_type_checking
                    c.close()  #? no_module
                    d.close()  #? yes_module
            """,
            "app/either.py": """
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from app.redis import RedisManager
                else:
                    from app.twin import RedisManager

                def f(a: RedisManager):
                    a.close()  #? union
            """,
        }
    )


def test_expressions_that_give_one_of_their_parts() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def f(flag, given: FileManager | None, wanted: RedisManager | None):
                    a = FileManager() if flag else None
                    a.close()  #? no_ternary
                    b = given or FileManager()
                    b.close()  #? no_or
                    c = wanted or RedisManager()
                    c.close()  #? yes_or
                    d = given and FileManager()
                    d.close()  #? no_and
                    e = given or RedisManager()
                    e.close()  #? union_or
                    g = [h := FileManager(), RedisManager()]
                    h.close()  #? no_walrus_in_list
                    *i, j = FileManager(), RedisManager()
                    j.close()  #? yes_behind_a_star
                    for n in i:
                        n.close()  #? untyped_container_rest
                    k = m = FileManager()
                    m.close()  #? no_chained
                    (lambda: FileManager())().close()  #? no_lambda
                    (lambda: RedisManager())().close()  #? yes_lambda
            """
        }
    )


def test_closures_of_another_object() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def outer(flag):
                    files = FileManager()
                    redis = RedisManager()

                    def inner():
                        files.close()  #? no_closure
                        redis.close()  #? yes_closure

                    def hiding():
                        redis = FileManager()
                        redis.close()  #? no_hidden

                    class Inside:
                        def m(self):
                            redis.close()  #? yes_through_a_class

                    return [files.close() for _ in "ab"]  #? no_comprehension

                def stays():
                    kept = FileManager()

                    def again():
                        nonlocal kept
                        kept = FileManager()

                    again()
                    kept.close()  #? no_nonlocal
            """
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


def test_factories_that_give_something_else() -> None:
    check(
        {
            "app/factory.py": """
                import functools
                from typing import Self
                from app.redis import FileManager, RedisManager

                def kept(f):
                    @functools.wraps(f)
                    def wrapper(*args, **kwargs):
                        return f(*args, **kwargs)
                    return wrapper

                def annotated() -> FileManager:
                    return load()

                async def later() -> RedisManager:
                    return load()

                async def file_later():
                    return FileManager()

                @kept
                def wrapped():
                    return FileManager()

                @kept
                async def wrapped_later():
                    return RedisManager()

                class File(FileManager):
                    def chained(self):
                        return self

                    def typed(self) -> Self: ...

                    @classmethod
                    async def open(cls):
                        return cls()

                class Redis(RedisManager):
                    @classmethod
                    async def open(cls):
                        return cls()

                    @classmethod
                    def with_files(cls):
                        return FileManager()
            """,
            "app/use.py": """
                from app import factory
                from app.factory import File, Redis

                async def f():
                    factory.annotated().close()  #? no_annotated
                    (await factory.later()).close()  #? yes_later
                    factory.later().close()  #? coroutine
                    (await factory.file_later()).close()  #? no_later
                    factory.file_later().close()  #? no_coroutine
                    factory.wrapped().close()  #? no_wrapped
                    (await factory.wrapped_later()).close()  #? yes_wrapped_later
                    File().chained().close()  #? no_return_self
                    File().typed().close()  #? no_self_type
                    (await File.open()).close()  #? no_classmethod
                    (await Redis.open()).close()  #? yes_classmethod
                    Redis.open().close()  #? coroutine_classmethod
                    Redis.with_files().close()  #? no_what_it_returns
            """,
        }
    )


def test_managers_that_give_something_else() -> None:
    check(
        {
            "app/managers.py": """
                from contextlib import asynccontextmanager, contextmanager
                from collections.abc import AsyncIterator, Iterator
                from app.redis import FileManager, RedisManager

                @contextmanager
                def files():
                    yield FileManager()

                @asynccontextmanager
                async def files_later() -> AsyncIterator[FileManager]:
                    yield load()

                @contextmanager
                def declared() -> Iterator[RedisManager]:
                    yield load()

                class Session(FileManager):
                    async def __aenter__(self):
                        return self

                    async def __aexit__(self, *args): ...

                class Pool:
                    def session(self) -> Session: ...

                    @asynccontextmanager
                    async def redis(self):
                        yield RedisManager()
            """,
            "app/use.py": """
                from contextlib import AsyncExitStack, ExitStack, nullcontext, suppress
                from app import managers
                from app.redis import FileManager, RedisManager

                async def f(pool: managers.Pool):
                    with managers.files() as a, managers.declared() as b:
                        a.close()  #? no_contextmanager
                        b.close()  #? yes_declared
                    async with managers.files_later() as c:
                        c.close()  #? no_asynccontextmanager
                    async with managers.Session() as d:
                        d.close()  #? no_async_with
                    async with pool.session() as e, pool.redis() as g:
                        e.close()  #? no_method
                        g.close()  #? yes_method
                    with ExitStack() as stack:
                        h = stack.enter_context(managers.files())
                        h.close()  #? no_stack
                    async with AsyncExitStack() as stack:
                        i = await stack.enter_async_context(managers.files_later())
                        i.close()  #? no_async_stack
                        j = await stack.enter_async_context(pool.redis())
                        j.close()  #? yes_async_stack
                    with nullcontext(RedisManager()) as k:
                        k.close()  #? yes_nullcontext
                    with nullcontext(FileManager()) as m:
                        m.close()  #? no_nullcontext
            """,
        }
    )


def test_comprehensions_and_loops_over_something_else() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                async def f(files: list[FileManager], redis: set[RedisManager], stream):
                    [a.close() for a in files]  #? no_list
                    {b.close() for b in redis}  #? yes_set
                    {k: c.close() for k, c in enumerate(files)}  #? no_dict
                    any(d.close() for d in redis)  #? yes_generator
                    made = [FileManager() for _ in "ab"]
                    made[0].close()  #? evidence_made
                    pools = [RedisManager() for _ in "ab"]
                    for e in pools:
                        e.close()  #? untyped_container
                    for g, h in zip(files, redis):
                        g.close()  #? no_zip
                        h.close()  #? yes_zip
                    [i.close() for row in [redis] for i in row]  #? yes_nested
                    [x.close() async for x in stream]  #? evidence_stream
                    x = FileManager()
                    [x for x in redis]
                    x.close()  #? no_comprehension_has_a_scope_of_its_own
            """
        }
    )


def test_fixtures_of_every_scope_that_give_something_else() -> None:
    check(
        {
            "tests/shared.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def imported():
                    return RedisManager()

                @pytest.fixture
                def file_imported():
                    return FileManager()
            """,
            "tests/conftest.py": """
                import pytest
                import pytest_asyncio
                from app.redis import FileManager, RedisManager

                @pytest_asyncio.fixture
                async def live_files():
                    yield FileManager()

                @pytest.fixture(name="named_files", scope="session")
                def redis():
                    return FileManager()

                @pytest.fixture
                def chained_files(live_files, named_files):
                    return named_files

                @pytest.fixture(params=[RedisManager(), RedisManager()])
                def param(request):
                    return request.param
            """,
            "tests/deep/conftest.py": """
                import pytest
                from app.redis import RedisManager

                @pytest.fixture
                def nearest():
                    return RedisManager()
            """,
            "tests/deep/test_a.py": """
                from app.redis import FileManager, RedisManager
                from tests.shared import file_imported, imported

                def test_x(imported, file_imported, live_files, named_files, chained_files, redis, nearest):
                    imported.close()  #? yes_imported
                    file_imported.close()  #? no_imported
                    live_files.close()  #? no_async_yield
                    named_files.close()  #? no_named
                    chained_files.close()  #? no_chained
                    redis.close()  #? evidence_not_its_name
                    nearest.close()  #? yes_nearest

                def test_y(param):
                    param.close()  #? weak_param
            """,
            "tests/test_b.py": """
                def test_x(nearest):
                    nearest.close()  #? weak_not_visible_here
            """,
        }
    )


def test_guards_on_anything() -> None:
    check(
        {
            "app/use.py": """
                from typing import Any
                from app.redis import FileManager, RedisManager

                def f(a: Any, b: Any, c: object, d: Any, e: FileManager, g: Any):
                    if hasattr(a, "close"):
                        a.close()  #? evidence_hasattr
                    if hasattr(b, "close") and isinstance(b, RedisManager):
                        b.close()  #? yes_both
                    if isinstance(c, FileManager):
                        c.close()  #? no_object
                    if callable(getattr(d, "close", None)):
                        d.close()  #? evidence_getattr
                    if hasattr(e, "close"):
                        e.close()  #? no_declared
                    while isinstance(g, RedisManager):
                        g.close()  #? yes_while
            """
        }
    )


def test_modules_that_do_not_parse_or_are_gone_between_the_call_and_the_class() -> None:
    check(
        {
            "app/broken.py": "from app.redis import FileManager, RedisManager\nmanager = RedisManager(\n",
            "app/gone_behind.py": "from app.gone import thing, FileManager\n",
            "app/use.py": """
                from app.broken import FileManager, manager, thing
                from app.gone_behind import FileManager as Gone, thing as other
                from app.redis import FileManager as File, RedisManager

                def f(a: FileManager):
                    manager.close()  #? evidence_through_what_does_not_parse
                    thing.close()  #? evidence_beside_what_does_not_parse
                    a.close()  #? evidence_class_through_what_does_not_parse
                    Gone().close()  #? evidence_gone
                    other.close()  #? evidence_other
                    File().close()  #? no
                    RedisManager().close()  #? yes
            """,
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
