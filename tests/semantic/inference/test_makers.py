"""Factories, context managers and coroutines: what is returned, entered and awaited."""

from __future__ import annotations

from tests.semantic.sites import check


def test_factories_of_every_kind() -> None:
    check(
        {
            "app/deco.py": """
                import functools

                def plain(f):
                    @functools.wraps(f)
                    def wrapper(*args, **kwargs):
                        return f(*args, **kwargs)
                    return wrapper

                def changing(f):
                    def wrapper(*args):
                        return str(f(*args))
                    return wrapper

                def registered(f):
                    return f
            """,
            "app/factory.py": """
                import functools
                from contextlib import asynccontextmanager, contextmanager
                from typing import Self
                from app.deco import changing, plain, registered
                from app.redis import FileManager, RedisManager
                from outside import retry

                class Made(RedisManager):
                    @classmethod
                    def create(cls):
                        return cls()

                    def chained(self):
                        return self

                    def typed(self) -> Self:
                        return self

                class Other:
                    @classmethod
                    def create(cls):
                        return cls()

                class Maker:
                    def __call__(self):
                        return RedisManager()

                    @staticmethod
                    def static():
                        return RedisManager()

                @contextmanager
                def managed():
                    yield RedisManager()

                @asynccontextmanager
                async def managed_later():
                    m = RedisManager()
                    try:
                        yield m
                    finally:
                        pass

                @plain
                def wrapped():
                    return RedisManager()

                @registered
                def kept():
                    return RedisManager()

                @changing
                def changed():
                    return RedisManager()

                @retry(3)
                def retried():
                    return RedisManager()

                @functools.lru_cache
                def cached():
                    return RedisManager()

                def many():
                    yield RedisManager()
            """,
            "app/use.py": """
                import contextlib
                from contextlib import AsyncExitStack, ExitStack
                from app import factory
                from app.factory import Made, Maker, Other
                from app.redis import RedisManager, FileManager

                async def f():
                    Made.create().close()  #? yes_classmethod
                    Made().chained().close()  #? yes_return_self
                    Made().typed().close()  #? yes_self_type
                    Other.create().close()  #? no_classmethod
                    Maker()().close()  #? yes_call
                    Maker.static().close()  #? yes_static
                    with factory.managed() as a:
                        a.close()  #? yes_contextmanager
                    async with factory.managed_later() as b:
                        b.close()  #? yes_asynccontextmanager
                    factory.wrapped().close()  #? yes_wrapped
                    factory.kept().close()  #? yes_kept
                    factory.changed().close()  #? evidence_changed
                    factory.retried().close()  #? evidence_retried
                    factory.cached().close()  #? yes_cached
                    for c in factory.many():
                        c.close()  #? yes_generator
                    with ExitStack() as stack:
                        d = stack.enter_context(factory.managed())
                        d.close()  #? yes_stack
                    async with AsyncExitStack() as stack:
                        e = await stack.enter_async_context(factory.managed_later())
                        e.close()  #? yes_async_stack
                    with contextlib.closing(FileManager()) as g:
                        g.close()  #? no_closing
                    with contextlib.closing(RedisManager()) as h:
                        h.close()  #? yes_closing
                    with open("x") as i:
                        i.close()  #? evidence_opened
            """,
        }
    )


def test_with_on_a_class_of_the_repository() -> None:
    check(
        {
            "app/managers.py": """
                from app.redis import FileManager, RedisManager

                class Session(RedisManager):
                    def __enter__(self):
                        return self

                    async def __aenter__(self):
                        return self

                class Opener:
                    def __enter__(self):
                        return FileManager()

                    async def __aenter__(self) -> RedisManager:
                        ...
            """,
            "app/use.py": """
                from app.managers import Opener, Session

                async def f():
                    with Session() as a:
                        a.close()  #? yes_self
                    async with Session() as b:
                        b.close()  #? yes_async_self
                    with Opener() as c:
                        c.close()  #? no
                    async with Opener() as d:
                        d.close()  #? yes_other
            """,
        }
    )


def test_missing_awaits() -> None:
    judged = check(
        {
            "app/factory.py": """
                from app.redis import RedisManager

                async def get():
                    return RedisManager()

                async def indirect():
                    return await get()

                def handed():
                    return get()
            """,
            "app/use.py": """
                import asyncio
                from app.factory import get, handed, indirect

                async def f():
                    factory = get()
                    factory.close()  #? coroutine
                    (await factory).close()  #? yes_awaited
                    (await indirect()).close()  #? yes_indirect
                    (await handed()).close()  #? yes_handed
                    handed().close()  #? coroutine_handed
                    asyncio.run(get()).close()  #? yes_run
                    (await asyncio.wait_for(get(), 3)).close()  #? yes_wait_for
                    a, b = await asyncio.gather(get(), get())
                    a.close()  #? yes_gathered
                    (await asyncio.create_task(get())).close()  #? yes_task
            """,
        }
    )
    reason = judged["coroutine"].reason
    assert "a coroutine of RedisManager" in reason.text.replace("coroutine of", "a coroutine of", 1)
    assert "an await is missing at app/use.py:6" in reason.text


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
