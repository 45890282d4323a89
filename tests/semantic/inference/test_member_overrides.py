"""Subclasses that override or mix in what is called, and declared objects that may be of one."""

from __future__ import annotations

import pytest

from tests.semantic.sites import check


def test_a_subclass_that_overrides_the_method() -> None:
    check(
        {
            "app/sub.py": """
                from app.redis import RedisManager

                class Inherits(RedisManager): ...

                class Overrides(RedisManager):
                    def close(self):
                        super().close()  #? yes_super

                class Below(Overrides):
                    def close(self):
                        super().close()  #? no_super

                class Mixin:
                    def close(self): ...

                class Mixed(Mixin, RedisManager): ...

                class MixedAfter(RedisManager, Mixin): ...
            """,
            "app/use.py": """
                from outside import Unknown
                from app.sub import Below, Inherits, Mixed, MixedAfter, Overrides
                from app.redis import RedisManager

                class Doubtful(Unknown, RedisManager): ...

                def f(a: Inherits, b: Overrides, c: Below, d: Mixed, e: MixedAfter, g: Doubtful):
                    a.close()  #? yes_inherits
                    b.close()  #? no_overrides
                    c.close()  #? no_below
                    d.close()  #? no_mixed
                    e.close()  #? yes_mixed_after
                    g.close()  #? unresolved
            """,
        }
    )


def test_a_declared_object_may_be_of_a_subclass_that_overrides() -> None:
    judged = check(
        {
            "app/redis.py": """
                class RedisManager:
                    def close(self): ...

                    def stop(self):
                        self.close()  #? union_self

                    @classmethod
                    def finish(cls):
                        cls.close(None)  #? union_cls

                class Plain:
                    pass

                class FileManager:
                    def close(self): ...
            """,
            "app/api.py": "from app.redis import RedisManager as Manager\n",
            "app/sub.py": """
                from app.api import Manager

                class Between(Manager, object): ...
            """,
            "app/mixed.py": """
                from app import sub
                from app.redis import FileManager

                class Below(FileManager, sub.Between): ...

                class Beside(Below):
                    def m(self):
                        self.close()  #? no_beside
            """,
            "app/use.py": """
                from app.redis import RedisManager
                from app.sub import Between

                def f(declared: RedisManager, between: Between, kind: type[RedisManager], x):
                    declared.close()  #? union_declared
                    between.close()  #? union_between
                    kind().close()  #? union_kind
                    RedisManager().close()  #? yes_made
                    made: RedisManager = RedisManager()
                    made.close()  #? yes_made_and_declared
                    if isinstance(x, RedisManager):
                        x.close()  #? union_narrowed

                def make() -> RedisManager:
                    return RedisManager()

                def g():
                    make().close()  #? yes_factory
            """,
        }
    )
    assert "the subclass `Below` (app/mixed.py:5) has its own `close`" in judged["union_declared"].reason.text


def test_a_declared_object_may_be_of_a_class_that_mixes_the_target_in() -> None:
    check(
        {
            "app/mixin.py": """
                from app.redis import FileManager

                class Mixin:
                    def help(self):
                        self.close()  #? declared_base_mixin

                class Lone:
                    def help(self):
                        self.close()  #? no_lone

                class First(FileManager):
                    def help(self):
                        self.close()  #? no_first
            """,
            "app/mixed.py": """
                from app.mixin import First, Mixin
                from app.redis import RedisManager

                class Both(Mixin, RedisManager): ...

                class Rival(First, RedisManager): ...
            """,
            "app/use.py": """
                from app.mixin import Mixin

                def f(mixin: Mixin):
                    mixin.close()  #? declared_base
                    Mixin().close()  #? no_exact
            """,
        }
    )


@pytest.mark.parametrize(
    "made",
    [
        "def make(left: type[Mixin], right: type[RedisManager]):\n    class Both(left, right): ...\n",
        "def make(right: type[RedisManager]):\n    class Both(Mixin, right): ...\n",
        "def make(left: type[Mixin]):\n    class Both(left, RedisManager): ...\n",
        "def make(left: type[Mixin]):\n    class One(left): ...\n    class Both(One, RedisManager): ...\n",
    ],
    ids=["two variables", "the target", "the mixin", "below one"],
)
def test_a_class_made_of_variables_may_mix_the_target_in(made: str) -> None:
    imports = "from app.mixin import Mixin\nfrom app.redis import RedisManager\n\n"
    check(
        {
            "app/mixin.py": """
                class Mixin:
                    def help(self):
                        self.close()  #? declared_base_mixin

                class Lone:
                    def help(self):
                        self.close()  #? no_lone
            """,
            "app/made.py": imports + made,
        }
    )


def test_a_way_through_a_member_that_a_subclass_overrides() -> None:
    check(
        {
            "app/base.py": """
                from app.redis import FileManager, RedisManager

                class Base:
                    def __init__(self):
                        self.kept = RedisManager()
                        self.same = RedisManager()

                    def make(self):
                        return RedisManager()

                    def alike(self):
                        return RedisManager()

                    @property
                    def shown(self):
                        return self.make()

                    def use(self):
                        self.make().close()  #? union_make
                        self.alike().close()  #? yes_alike
                        self.shown.close()  #? union_shown
                        self.kept.close()  #? union_kept
                        self.same.close()  #? yes_same
                        with self as entered:
                            entered.close()  #? union_entered
                        for item in self:
                            item.close()  #? union_item
                        self["x"].close()  #? union_key
                        self().close()  #? union_call

                    def __enter__(self):
                        return RedisManager()

                    def __iter__(self):
                        yield RedisManager()

                    def __getitem__(self, key):
                        return RedisManager()

                    def __call__(self):
                        return RedisManager()
            """,
            "app/sub.py": """
                from app.base import Base
                from app.redis import FileManager, RedisManager

                class Sub(Base):
                    def __init__(self):
                        super().__init__()
                        self.kept = FileManager()
                        self.same = RedisManager()

                    def make(self):
                        return FileManager()

                    def alike(self):
                        return RedisManager()

                    def __enter__(self):
                        return FileManager()

                    def __iter__(self):
                        yield FileManager()

                    def __getitem__(self, key):
                        return FileManager()

                    def __call__(self):
                        return FileManager()
            """,
            "app/use.py": """
                from app.base import Base

                def f(base: Base):
                    base.make().close()  #? union_make
                    base.alike().close()  #? yes_alike
                    Base().make().close()  #? yes_exact
                    Base().kept.close()  #? yes_exact_attribute
            """,
        }
    )


def test_declared_bases_protocols_and_abstract_classes() -> None:
    check(
        {
            "app/redis.py": """
                from abc import ABC, abstractmethod
                from typing import Protocol

                class Closing(Protocol):
                    def close(self): ...

                class Base(ABC):
                    @abstractmethod
                    def close(self): ...

                class RedisManager(Base):
                    async def shutdown(self): ...

                class FileManager:
                    def close(self): ...
            """,
            "app/use.py": """
                from contextlib import AbstractContextManager
                from app.redis import Base, Closing, FileManager, RedisManager

                class Concrete(Base): ...

                def f(a: Base, b: Closing, c: FileManager, d: AbstractContextManager):
                    a.close()  #? declared_base
                    b.close()  #? declared_base_protocol
                    c.close()  #? no
                    Concrete().close()  #? no_sibling
                    d.close()  #? weak_abstract
            """,
        }
    )
