"""Look-alikes made to mislead: same names, shadowing, fallbacks, cycles, overrides, odd imports."""

from __future__ import annotations

import pytest

from tests.resolve.sites import check


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


def test_fallback_class_of_an_import_error() -> None:
    check(
        {
            "app/compat.py": """
                try:
                    from app.redis import RedisManager
                except ImportError:
                    class RedisManager:
                        def close(self): ...

                try:
                    from app.redis import FileManager
                except ImportError:
                    FileManager = None
            """,
            "app/use.py": """
                from app.compat import FileManager, RedisManager
                RedisManager().close()  #? union
                FileManager().close()  #? no
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


def test_fixtures_shadowed_by_a_nearer_conftest_and_by_a_class() -> None:
    fixture = "import pytest\nfrom app.redis import {0}\n@pytest.fixture\ndef thing():\n    return {0}()\n"
    check(
        {
            "tests/conftest.py": fixture.format("RedisManager"),
            "tests/near/conftest.py": fixture.format("FileManager"),
            "tests/near/test_near.py": "def test_x(thing):\n    thing.close()  #? no_near\n",
            "tests/test_far.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                def test_x(thing):
                    thing.close()  #? yes_far

                class TestShadow:
                    @pytest.fixture
                    def thing(self):
                        return FileManager()

                    def test_y(self, thing):
                        thing.close()  #? no_class

                class TestInherits(TestShadow):
                    def test_z(self, thing):
                        thing.close()  #? no_inherited
            """,
            "tests/test_import.py": """
                from tests.near.conftest import thing

                def test_x(thing):
                    thing.close()  #? no_imported
            """,
            "tests/test_param.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.mark.parametrize("thing", [FileManager(), pytest.param(FileManager(), id="x")])
                def test_x(thing):
                    thing.close()  #? no_parametrized

                @pytest.mark.parametrize(("a", "thing"), [(1, FileManager())])
                def test_y(a, thing):
                    thing.close()  #? no_pairs

                @pytest.mark.parametrize("thing", [1], indirect=True)
                def test_z(thing):
                    thing.close()  #? yes_indirect

                def helper(thing):
                    thing.close()  #? weak_no_test

                @pytest.mark.parametrize("thing", make())
                def test_q(thing):
                    thing.close()  #? weak_computed
            """,
        }
    )


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


def test_import_cycles() -> None:
    check(
        {
            "app/a.py": """
                from app.b import helper, make_b
                from app.redis import RedisManager

                def make_a(flag):
                    if flag:
                        return make_b(flag)
                    return RedisManager()
            """,
            "app/b.py": """
                from app.a import make_a
                from app.redis import FileManager

                def make_b(flag):
                    if flag:
                        return make_a(flag)
                    return FileManager()

                def helper():
                    return helper()
            """,
            "app/use.py": """
                from app.a import make_a
                from app.b import helper, make_b
                make_b(1).close()  #? union_b
                make_a(1).close()  #? union_a
                helper().close()  #? weak
            """,
        }
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


def test_star_imports_with_all_and_private_names() -> None:
    check(
        {
            "app/names.py": """
                from app.redis import FileManager, RedisManager
                __all__ = ["shown"]
                shown = RedisManager()
                hidden = RedisManager()
            """,
            "app/use.py": """
                from app.names import *
                shown.close()  #? yes
                hidden.close()  #? weak
            """,
            "app/outside_star.py": """
                from somewhere import *
                from app.names import *
                shown.close()  #? yes_last_star
            """,
            "app/outside_after.py": """
                from app.names import *
                from somewhere import *
                shown.close()  #? union
            """,
        }
    )


def test_namespace_packages_stubs_and_source_folders() -> None:
    check(
        {
            "src/lib/__init__.py": "",
            "src/lib/core.py": "class RedisManager: ...\nclass FileManager: ...\n",
            "plain/deep/mod.py": "from lib.core import RedisManager\nthing = RedisManager()\n",
            "typed.pyi": """
                from lib.core import FileManager, RedisManager
                def get() -> RedisManager: ...
                files: FileManager
            """,
            "tests/test_x.py": """
                import plain.deep.mod
                from plain.deep import mod
                from src.lib.core import RedisManager as Same
                from typed import files, get

                def test_x():
                    plain.deep.mod.thing.close()  #? yes_namespace
                    mod.thing.close()  #? yes_from
                    get().close()  #? yes_stub
                    files.close()  #? no
                    Same().close()  #? yes_two_paths
            """,
        },
        "lib.core.RedisManager",
    )


def test_configured_source_root() -> None:
    check(
        {
            "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["code"]\n',
            "code/lib.py": "class RedisManager: ...\n",
            "tests/unit/test_x.py": "from lib import RedisManager\nRedisManager().close()  #? yes\n",
        },
        "lib.RedisManager",
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


def test_type_is_leaves_subclasses_out() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                class Sub(RedisManager):
                    def close(self): ...

                def f(x):
                    if type(x) is RedisManager:
                        x.close()  #? yes

                def g(flag):
                    x = Sub() if flag else FileManager()
                    if type(x) is RedisManager:
                        x.close()  #? yes_never
                    else:
                        x.close()  #? no

                def h(flag):
                    class Inherits(RedisManager): ...
                    x = Inherits() if flag else FileManager()
                    if type(x) is RedisManager:
                        return
                    x.close()  #? union
            """,
        }
    )


def test_a_test_for_one_of_several_classes_rules_none_out() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                Either = RedisManager if FLAG else FileManager

                def f(flag):
                    x = RedisManager() if flag else FileManager()
                    if isinstance(x, Either):
                        return
                    x.close()  #? union
                    match x:
                        case Either():
                            pass
                        case _:
                            x.close()  #? union_case
            """,
        }
    )
