"""Type variables, ``Self``, ``NewType`` and ``partial``."""

from __future__ import annotations

import sys

import pytest

from tests.semantic.sites import check


def test_what_goes_in_says_what_comes_out() -> None:
    check(
        {
            "app/use.py": """
                import asyncio
                import contextlib
                from contextlib import asynccontextmanager
                from dataclasses import dataclass, field
                from functools import cached_property, partial
                from typing import AsyncIterator, Callable, Generic, NewType, Self, Type, TypeVar, cast
                from app.redis import FileManager, RedisManager

                T = TypeVar("T")
                B = TypeVar("B", bound=RedisManager)
                Special = NewType("Special", RedisManager)
                SpecialFile = NewType("SpecialFile", FileManager)

                def make(cls: type[T]) -> T:
                    return cls()

                def make2(cls: Type[T], *args) -> T:
                    ...

                def same(x: T) -> T:
                    return x

                def bound(x: B) -> B:
                    x.close()  #? yes_bound
                    return x

                def first(items: list[T]) -> T:
                    return items[0]

                def opt(items: dict[str, T], d: T | None = None) -> T | None:
                    ...

                async def amake(cls: type[T]) -> T:
                    return cls()

                def call(f: Callable[[], T]) -> T:
                    return f()

                def untyped(x):
                    return x

                class Box(Generic[T]):
                    def __init__(self, item: T):
                        self.item = item
                    def get(self) -> T: ...
                    def me(self) -> Self:
                        return self
                    @classmethod
                    def create(cls) -> "Self": ...

                class Sub(RedisManager):
                    @classmethod
                    def create(cls) -> Self: ...
                    def me(self) -> Self: ...

                async def f(b: Box[RedisManager], c: Box[FileManager], kind: type[RedisManager]):
                    make(RedisManager).close()  #? yes_make
                    make(FileManager).close()  #? no_make
                    make2(RedisManager).close()  #? yes_make2
                    make2(cls=RedisManager).close()  #? yes_make2_keyword
                    make(kind).close()  #? yes_make_kind
                    same(RedisManager()).close()  #? yes_same
                    same(FileManager()).close()  #? no_same
                    bound(RedisManager()).close()  #? yes_bound_call
                    first([RedisManager()]).close()  #? yes_first
                    first([FileManager()]).close()  #? no_first
                    opt({"x": RedisManager()}).close()  #? yes_opt
                    (await amake(RedisManager)).close()  #? yes_amake
                    call(RedisManager).close()  #? yes_called
                    call(lambda: FileManager()).close()  #? no_called
                    untyped(RedisManager()).close()  #? evidence_untyped
                    untyped(FileManager()).close()  #? evidence_untyped_file
                    b.item.close()  #? yes_box_item
                    b.get().close()  #? yes_box_get
                    c.get().close()  #? no_box_file
                    Box(RedisManager()).get().close()  #? yes_box_made
                    b.me().get().close()  #? yes_box_me
                    Sub.create().close()  #? yes_self_classmethod
                    Sub().me().close()  #? yes_self
                    Special(RedisManager()).close()  #? yes_newtype
                    SpecialFile(FileManager()).close()  #? no_newtype
                    p = partial(RedisManager, 1)
                    p().close()  #? yes_partial
                    partial(make, RedisManager)().close()  #? evidence_partial
                    partial(FileManager)().close()  #? no_partial

                def g(x: Special, y: SpecialFile):
                    x.close()  #? yes_newtype_param
                    y.close()  #? no_newtype_param
            """,
        }
    )


GENERIC = """
    from collections.abc import AsyncIterator, Iterator
    from dataclasses import dataclass
    from typing import Generic, Optional, Protocol, TypeVar

    T = TypeVar("T")
    U = TypeVar("U")

    @dataclass
    class Pair(Generic[T, U]):
        first: T
        second: U | None

        def swapped(self) -> "Pair[U, T]": ...

    class Box(Generic[T]):
        def __init__(self, kind: type[T], items: list[T]):
            self.kind = kind
            self.items = items

        async def get(self, key) -> Optional[T]:
            return self._load(key)

        def all(self) -> list[T]: ...

        def __enter__(self) -> T: ...

        def __getitem__(self, key) -> T: ...

        def __iter__(self) -> Iterator[T]: ...

        @property
        def first(self) -> T:
            return self.items[0]

        @classmethod
        def load(cls) -> T: ...

        def named(self) -> T:
            return self.first.name

        def name(self):
            return self.first.name

        def use(self):
            self.first.close()  #? weak_inside

    class Between(Box[U], Protocol[U]): ...
"""


def test_a_generic_class_gives_what_it_is_given() -> None:
    check(
        {
            "app/generic.py": GENERIC,
            "app/use.py": """
                from app.generic import Between, Box, Pair
                from app.redis import FileManager, RedisManager

                RedisBox = Box[RedisManager]

                class Repository(Box[RedisManager]):
                    async def use(self):
                        self.first.close()  #? yes_self
                        (await self.get(1)).close()  #? yes_self_call

                class Files(Between[FileManager]): ...

                class Deep(Between[RedisManager]): ...

                async def f(box: "Box[RedisManager]", files: Box[FileManager], bare: Box, alias: RedisBox,
                            repository: Repository, pair: Pair[FileManager, RedisManager],
                            both: Box[RedisManager | FileManager]):
                    (await box.get(1)).close()  #? yes_async
                    box.get(1).close()  #? coroutine
                    (await files.get(1)).close()  #? no_async
                    box.all()[0].close()  #? yes_list
                    for one in files.all():
                        one.close()  #? no_list
                    with box as entered:
                        entered.close()  #? yes_entered
                    box["x"].close()  #? yes_key
                    files["x"].close()  #? no_key
                    [one.close() for one in box]  #? yes_loop
                    box.first.close()  #? yes_property
                    files.first.close()  #? no_property
                    box.named().close()  #? yes_declared
                    box.name().close()  #? evidence_what_the_item_has
                    box.kind().close()  #? evidence_kind
                    bare.first.close()  #? evidence_bare
                    alias.first.close()  #? yes_alias
                    both.first.close()  #? union
                    repository.first.close()  #? yes_subclass
                    Deep().first.close()  #? yes_two_steps
                    Files().first.close()  #? no_two_steps
                    Repository.load().close()  #? yes_classmethod
                    pair.first.close()  #? no_first
                    pair.second.close()  #? yes_second
                    pair.swapped().first.close()  #? yes_swapped
                    Box[RedisManager](RedisManager, []).first.close()  #? yes_made
                    Box(RedisManager, []).first.close()  #? yes_by_kind
                    Box(FileManager, []).first.close()  #? no_by_kind
            """,
        }
    )


def test_a_context_variable_or_queue_gives_what_it_is_declared_to_hold() -> None:
    check(
        {
            "app/held.py": """
                import asyncio
                import queue
                from concurrent.futures import Future
                from contextvars import ContextVar
                from app.redis import FileManager, RedisManager

                current: ContextVar[RedisManager] = ContextVar("current")
                other: ContextVar[FileManager] = ContextVar("other")
                unsaid: ContextVar = ContextVar("unsaid")
                optional: "ContextVar[RedisManager | None]" = ContextVar("optional", default=None)
            """,
            "app/use.py": """
                import asyncio
                import queue
                from concurrent.futures import Future
                from app.held import current, optional, other, unsaid
                from app.redis import FileManager, RedisManager

                def f(jobs: queue.Queue[RedisManager], files: queue.Queue[FileManager]):
                    current.get().close()  #? yes
                    current.get(None).close()  #? yes_default
                    current.get(FileManager()).close()  #? union_default
                    other.get().close()  #? no_other
                    unsaid.get().close()  #? evidence_unsaid
                    optional.get().close()  #? yes_optional
                    current.name.close()  #? evidence_name
                    current.set(FileManager()).close()  #? evidence_token
                    jobs.get().close()  #? yes_jobs
                    jobs.get(timeout=1).close()  #? yes_timeout
                    jobs.get_nowait().close()  #? yes_nowait
                    files.get().close()  #? no_files

                async def g(jobs: asyncio.Queue[RedisManager], done: Future[RedisManager]):
                    (await jobs.get()).close()  #? yes_awaited
                    jobs.get().close()  #? coroutine
                    jobs.get_nowait().close()  #? yes_at_once
                    done.result().close()  #? yes_result

                def h(current: RedisManager, job: int):
                    found = optional.get()
                    if found is not None:
                        found.close()  #? yes_found
            """,
        }
    )


def test_a_class_that_is_passed_makes_what_comes_back() -> None:
    check(
        {
            "app/make.py": """
                from app.redis import FileManager, RedisManager

                def create(cls=RedisManager, **options):
                    return cls(**options)

                def named(name, *, kind):
                    made = kind(name)
                    print(made)
                    return made

                async def later(kind=None):
                    return kind()

                def rebound(kind):
                    kind = kind or FileManager
                    return kind()

                def sometimes(kind):
                    if kind:
                        return kind()

                def either(kind):
                    made = kind()
                    made = made.child
                    return made

                class Maker:
                    def create(self, kind):
                        return kind()
            """,
            "app/use.py": """
                from app import make
                from app.redis import FileManager, RedisManager

                async def f(options, kinds):
                    make.create().close()  #? yes_default
                    make.create(RedisManager, a=1).close()  #? yes_passed
                    make.create(cls=FileManager).close()  #? no_passed
                    make.create(**options).close()  #? union_hidden
                    make.create(*kinds).close()  #? union_starred
                    make.create(options.cls).close()  #? evidence_unknown
                    make.named("x", kind=RedisManager).close()  #? yes_named
                    make.named("x", kind=lambda name: FileManager()).close()  #? no_lambda
                    (await make.later(RedisManager)).close()  #? yes_later
                    make.later(RedisManager).close()  #? coroutine
                    make.rebound(RedisManager).close()  #? evidence_rebound
                    make.sometimes(RedisManager).close()  #? yes_sometimes
                    make.either(RedisManager).close()  #? evidence_either
                    make.Maker().create(RedisManager).close()  #? evidence_method
            """,
        }
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is of Python 3.12")
def test_type_parameters_in_brackets() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                class Box[T]:
                    def get(self) -> T: ...

                class Redis(Box[RedisManager]): ...

                def f(box: Box[RedisManager], files: Box[FileManager]):
                    box.get().close()  #? yes
                    files.get().close()  #? no
                    Redis().get().close()  #? yes_subclass
            """,
        }
    )
