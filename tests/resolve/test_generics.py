"""Type variables, ``Self``, ``NewType`` and ``partial``."""

from __future__ import annotations

from tests.resolve.sites import check


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
                    b.item.close()  #? evidence_box_item
                    b.get().close()  #? evidence_box_get
                    c.get().close()  #? evidence_box_file
                    Box(RedisManager()).get().close()  #? evidence_box_made
                    b.me().get().close()  #? evidence_box_me
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
