"""Every idiom of the design as a small repository, with a site that is the target and one that is not."""

from __future__ import annotations

from tests.resolve.sites import check


def test_missing_and_unparsable_modules() -> None:
    check(
        {
            "app/broken.py": "def oops(:\n",
            "app/use.py": """
                from app.broken import RedisManager as Broken, make, other_manager
                from app.deleted import RedisManager, Deleted
                from app.redis import FileManager

                def f():
                    Broken().close()  #? same_name_broken
                    RedisManager().close()  #? same_name_deleted
                    Deleted().close()  #? evidence_deleted
                    make().close()  #? evidence_made
                    FileManager().close()  #? no
            """,
        }
    )


def test_target_in_a_deleted_module_is_known_by_its_path() -> None:
    check(
        {
            "app/use.py": """
                from app.gone import RedisManager
                from app.redis import RedisManager as Other
                RedisManager().close()  #? yes
                Other().close()  #? no
            """
        },
        "app.gone.RedisManager",
    )


def test_cast_walrus_ternary_or_and_unpacking() -> None:
    check(
        {
            "app/use.py": """
                import typing
                from typing import cast
                from app.redis import FileManager, RedisManager

                def pair():
                    return RedisManager(), FileManager()

                def f(x, flag):
                    cast(RedisManager, x).close()  #? yes_cast
                    typing.cast("RedisManager", x).close()  #? yes_cast_string
                    cast(FileManager, x).close()  #? no_cast
                    if (m := RedisManager()):
                        m.close()  #? yes_walrus
                    if (n := FileManager()):
                        n.close()  #? no_walrus
                    a = RedisManager() if flag else None
                    a.close()  #? yes_ternary
                    b = RedisManager() if flag else FileManager()
                    b.close()  #? union_ternary
                    c = None or RedisManager()
                    c.close()  #? yes_or
                    d, e = pair()
                    d.close()  #? yes_unpacked
                    e.close()  #? no_unpacked
                    (g, h), i = (RedisManager(), FileManager()), FileManager()
                    g.close()  #? yes_nested
                    h.close()  #? no_nested
                    i.close()  #? no_last
            """
        }
    )


def test_rebinding_and_branches() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def between_two_calls():
                    x = RedisManager()
                    x.close()  #? yes_first
                    x = FileManager()
                    x.close()  #? no_second

                def branches(flag):
                    x = FileManager()
                    if flag:
                        x = RedisManager()
                        x.close()  #? yes_in_branch
                    x.close()  #? union_after
                    if flag:
                        y = RedisManager()
                    else:
                        y = RedisManager()
                    y.close()  #? yes_both
                    if flag:
                        z = FileManager()
                        return
                    else:
                        z = RedisManager()
                    z.close()  #? yes_other_returns

                def loop(items):
                    x = RedisManager()
                    for item in items:
                        x.close()  #? union_loop
                        x = FileManager()

                def tried():
                    x = FileManager()
                    try:
                        x = RedisManager()
                        x.close()  #? yes_try
                    except ValueError:
                        x.close()  #? union_handler
                    finally:
                        x.close()  #? union_finally

                def broke(items):
                    x = FileManager()
                    while True:
                        x = RedisManager()
                        if items:
                            break
                        x = FileManager()
                    x.close()  #? union_break

                def deleted():
                    x = RedisManager()
                    del x
                    x.close()  #? evidence_deleted

                def matched(x):
                    match x:
                        case {"m": y}:
                            y.close()  #? weak_capture
            """
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


def test_closures_global_and_nonlocal() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                shared = RedisManager()
                rebound = RedisManager()

                def rebind():
                    global rebound
                    rebound = FileManager()

                def use():
                    shared.close()  #? yes_shared
                    rebound.close()  #? union_global

                def outer():
                    kept = RedisManager()
                    changed = RedisManager()

                    def inner():
                        nonlocal changed
                        changed = FileManager()
                        kept.close()  #? yes_closure

                    inner()
                    kept.close()  #? yes_kept
                    changed.close()  #? union_nonlocal

                class Holder:
                    shared = FileManager()

                    def m(self):
                        shared.close()  #? yes_not_class_scope

                    held = shared.close()  #? no_class_scope

                def shadow(shared: FileManager):
                    shared.close()  #? no_parameter
                    return [shared.close() for shared in [RedisManager()]]  #? yes_comprehension
            """
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


def test_containers_loops_and_comprehensions() -> None:
    check(
        {
            "app/use.py": """
                from typing import Dict, List
                from app.redis import FileManager, RedisManager

                def f(declared: List[RedisManager], mapping: Dict[str, RedisManager], untyped):
                    for a in declared:
                        a.close()  #? yes_declared
                    mapping["x"].close()  #? yes_mapping
                    for key, value in mapping.items():
                        value.close()  #? yes_items
                        key.close()  #? no_key
                    for b in untyped:
                        b.close()  #? evidence_untyped
                    pool = []
                    pool.append(RedisManager())
                    for c in pool:
                        c.close()  #? evidence_appended
                    filled = [RedisManager()]
                    filled[0].close()  #? untyped_container
                    files = {"a": FileManager()}
                    files["a"].close()  #? evidence_dict
                    for d in (RedisManager(), RedisManager()):
                        d.close()  #? yes_literal
                    for e in (FileManager(), FileManager()):
                        e.close()  #? no_literal
                    [g.close() for g in declared]  #? yes_comprehension
                    for i, h in enumerate(declared):
                        h.close()  #? yes_enumerate
                    next(iter(declared)).close()  #? yes_next
                    max(declared).close()  #? evidence_max
                    mapping.get("x").close()  #? yes_get
            """
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


def test_isinstance_narrowing_and_guards() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                class Base: ...
                class Sub(RedisManager): ...

                def f(x, y, z: RedisManager | FileManager, w, v, u):
                    if isinstance(x, RedisManager):
                        x.close()  #? yes_if
                    elif isinstance(x, FileManager):
                        x.close()  #? no_elif
                    else:
                        x.close()  #? evidence_else
                    if not isinstance(y, RedisManager):
                        return
                    y.close()  #? yes_early_return
                    if isinstance(z, RedisManager):
                        z.close()  #? yes_of_union
                    else:
                        z.close()  #? no_rest_of_union
                    assert isinstance(w, (Sub, RedisManager))
                    w.close()  #? yes_assert
                    if hasattr(v, "close"):
                        v.close()  #? evidence_hasattr
                    isinstance(u, RedisManager) and u.close()  #? yes_and
                    u.close()  #? evidence_after

                class Holder:
                    def m(self):
                        if isinstance(self.client, RedisManager):
                            self.client.close()  #? yes_attribute
                        if isinstance(self.other, FileManager):
                            self.other.close()  #? no_attribute
            """
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
