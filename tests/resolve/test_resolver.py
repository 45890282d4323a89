"""The resolver's other doors: targets, calls, class facts, names, fixtures, files, and what was replaced."""

from __future__ import annotations

import ast
import gc
import re
import weakref

import pytest

from codemods.errors import UnknownTargetError
from codemods.plan import ReasonCode, Verdict
from codemods.repo.files import MemoryFiles
from codemods.resolve import Resolver, relevance
from codemods.resolve.infer import Inference
from codemods.source.codebase import Codebase
from codemods.source.module import FunctionNode, Module
from tests.resolve.sites import CLASSES, Sites, check

CONTEXT = {
    "app/__init__.py": "",
    "app/context.py": """
        from dataclasses import dataclass

        @dataclass
        class Context:
            run_id: str

            @classmethod
            def make(cls, session_id):
                return cls(session_id=session_id)  #! possible_cls

        class Sub(Context): ...

        class Own(Context):
            def __init__(self, session_id):
                super().__init__(session_id=session_id)  #! yes_super
                Context.__init__(self, session_id=1)  #! yes_explicit

        class Other:
            def __init__(self, session_id): ...
    """,
}


def calls(sites: Sites, path: str) -> dict[str, tuple[Module, ast.Call]]:
    """The calls on lines marked ``#! name``, the outermost of each."""
    module = sites.module(path)
    marks = {
        number: match[1]
        for number, line in enumerate(module.text.split("\n"), 1)
        if (match := re.search(r"#! (\w+)", line))
    }
    found: dict[str, tuple[Module, ast.Call]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.lineno in marks:
            found.setdefault(marks[node.lineno], (module, node))
    assert found.keys() == set(marks.values())
    return found


def check_calls(sites: Sites) -> None:
    seen = 0
    for path in sites.codebase.paths():
        for name, (module, call) in calls(sites, path).items():
            seen += 1
            judgement = sites.resolver.callee(module, call, sites.target)
            expected = {"yes": Verdict.CERTAIN, "no": Verdict.EXCLUDED}.get(
                name.split("_")[0], Verdict.POSSIBLE
            )
            assert judgement.verdict is expected, f"{name}: {judgement}"
    assert seen


def test_constructors_as_call_targets() -> None:
    sites = Sites(
        {
            **CONTEXT,
            "app/use.py": """
                import dataclasses
                from dataclasses import replace
                from functools import partial
                from app import context
                from app.context import Context as Ctx, Other, Own, Sub
                import outside

                Alias = Ctx

                def f(kind, obj: Ctx, other: Other, cls: type[Ctx]):
                    Ctx(session_id=1)  #! yes
                    context.Context(session_id=1)  #! yes_module
                    Alias(session_id=1)  #! yes_alias
                    Sub(session_id=1)  #! yes_sub
                    Own(session_id=1)  #! no_own
                    Other(session_id=1)  #! no_other
                    partial(Ctx, session_id=1)  #! yes_partial
                    partial(Other, session_id=1)  #! no_partial
                    make = partial(Ctx, 1)
                    make(session_id=1)  #! yes_made
                    replace(obj, session_id=2)  #! yes_replace
                    dataclasses.replace(other, session_id=2)  #! no_replace
                    cls(session_id=1)  #! possible_type
                    kind(session_id=1)  #! possible
                    outside.thing(session_id=1)  #! possible_external
                    dict(session_id=1)  #! no_dict
                    (Ctx if kind else Other)(session_id=1)  #! possible_union
            """,
        },
        "app.context.Context",
    )
    check_calls(sites)


def test_a_class_without_rivals_below_it_is_constructed_by_cls_and_type() -> None:
    sites = Sites(
        {
            "m.py": """
                class Context:
                    def __init__(self, session_id): ...

                    @classmethod
                    def make(cls):
                        return cls(session_id=1)  #! yes_cls

                class Sub(Context):
                    session_id = 0

                def f(kind: type[Context]):
                    kind(session_id=1)  #! yes_type
            """
        },
        "m.Context",
    )
    check_calls(sites)


def test_a_metaclass_call_leaves_a_constructor_call_in_doubt() -> None:
    sites = Sites(
        {
            "m.py": """
                class Meta(type):
                    def __call__(cls, **kwargs): ...

                class C(metaclass=Meta): ...

                C(session_id=1)  #! possible
            """
        },
        "m.C",
    )
    check_calls(sites)


def test_functions_and_methods_as_call_targets() -> None:
    files = {
        "app/__init__.py": "",
        "app/lib.py": """
            def run(session_id): ...
            def other(session_id): ...

            class Base:
                def go(self, session_id): ...
                async def get(self): ...

            class Sub(Base): ...

            class Over(Base):
                def go(self, session_id):
                    super().go(session_id=1)  #! {super}
        """,
        "app/use.py": """
            from app import lib
            from app.lib import Base, Over, Sub, other as run2, run

            def f(base: Base, sub: Sub, over: Over, x):
                run(session_id=1)  #! {function}
                lib.run(session_id=1)  #! {function}_module
                run2(session_id=1)  #! no_other
                base.go(session_id=1)  #! {declared}
                Base().go(session_id=1)  #! {method}_made
                sub.go(session_id=1)  #! {method}_sub
                over.go(session_id=1)  #! no_over
                Base.go(base, session_id=1)  #! {method}_unbound
                bound = base.go
                bound(session_id=1)  #! {declared}_bound
                made = Base().go
                made(session_id=1)  #! {method}_made_bound
                x.go(session_id=1)  #! {unknown}
        """,
    }

    def with_names(**names: str) -> dict[str, str]:
        return {
            path: re.sub(r"\{(\w+)\}", lambda match: names[match[1]], text) for path, text in files.items()
        }

    functions = with_names(
        super="no_super", function="yes", method="no_method", declared="no_declared", unknown="possible"
    )
    check_calls(Sites(functions, "app.lib.run"))
    methods = with_names(
        super="yes_super",
        function="no_function",
        method="yes",
        declared="possible_declared",
        unknown="possible",
    )
    check_calls(Sites(methods, "app.lib.Base.go"))


def test_attributes_of_instances() -> None:
    check(
        {
            **CONTEXT,
            "app/use.py": """
                from app.context import Context, Other

                class Holder:
                    def __init__(self, ctx: Context):
                        self.ctx = ctx

                    def show(self, other: Other):
                        self.ctx.run_id = 1  #? yes
                        return other.run_id  #? no
            """,
        },
        "app.context.Context",
    )


def test_is_coroutine_call() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/use.py": """
                from outside import fetch
                from app.redis import RedisManager

                async def later(): ...
                async def stream():
                    yield 1
                def handed():
                    return later()
                def plain(): ...

                async def f(mgr: RedisManager, x):
                    later()  #! yes
                    mgr.shutdown()  #! yes_method
                    handed()  #! yes_handed
                    plain()  #! no
                    stream()  #! no_stream
                    RedisManager()  #! no_class
                    fetch()  #! possible
                    x()  #! possible_parameter
            """,
        }
    )
    for name, (module, call) in calls(sites, "app/use.py").items():
        expected = {"yes": Verdict.CERTAIN, "no": Verdict.EXCLUDED}.get(name.split("_")[0], Verdict.POSSIBLE)
        assert sites.resolver.is_coroutine_call(module, call).verdict is expected, name


def test_methods_subclasses_and_bases() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/sub.py": """
                import outside
                from app.redis import RedisManager as Manager

                class First(Manager):
                    def close(self): ...

                class Unrelated: ...
            """,
            "tests/more.py": "from app.sub import First\nclass Second(First): ...\nclass Odd(missing): ...\n",
        }
    )
    found = [(module.path, node.name) for module, node in sites.resolver.subclasses(sites.target)]
    assert found == [
        ("app/redis.py", "RedisManager"),
        ("app/sub.py", "First"),
        ("tests/more.py", "Second"),
    ]
    method = sites.resolver.method(sites.target, "shutdown")
    assert method is not None and method[0].path == "app/redis.py" and method[1].name == "shutdown"
    assert sites.resolver.method(sites.target, "close") is None

    module = sites.module("tests/more.py")
    second, odd = (node for node in module.tree.body if isinstance(node, ast.ClassDef))
    bases, complete = sites.resolver.bases(module, second)
    assert [base.dotted for base in bases] == ["tests.more.Second", "app.sub.First", "app.redis.RedisManager"]
    assert complete
    assert sites.resolver.bases(module, odd)[1] is False


def test_exists() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/star.py": "from outside import *\n",
            "app/lazy.py": "def __getattr__(name): ...\n",
            "app/broken.py": "def (\n",
            "app/api.py": "from app.redis import RedisManager as Renamed\nfrom app.redis import Gone\n",
        }
    )
    answers = {
        "app.api.Gone": True,
        "app": True,
        "app.redis": True,
        "app.redis.RedisManager": True,
        "app.redis.RedisManager.shutdown": True,
        "app.api.Renamed": True,
        "app.gone": False,
        "app.redis.Gone": False,
        "app.broken": True,
        "app.broken.Thing": None,
        "app.star.Thing": None,
        "app.lazy.Thing": None,
        "redis": None,
        "redis.asyncio.Redis": None,
    }
    assert {path: sites.resolver.exists(path) for path in answers} == answers


def test_qualified_names() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/use.py": """
                import datetime
                import os.path as p
                from datetime import datetime as dt
                from . import redis
                from .redis import RedisManager

                def f(local, open_=open):
                    datetime.datetime.utcnow
                    dt.utcnow
                    p.join
                    redis.RedisManager
                    RedisManager
                    open
                    local.thing
                    f
                    unheard_of
                    [dt for dt in local][0]
                def g():
                    dt = 1
                    dt.utcnow
            """,
        }
    )
    module = sites.module("app/use.py")
    expressions = [
        node.value
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef)
        for node in function.body
        if isinstance(node, ast.Expr)
    ]
    names = {ast.unparse(node): sites.resolver.qualified_name(module, node) for node in expressions[:-1]}
    assert names == {
        "datetime.datetime.utcnow": "datetime.datetime.utcnow",
        "dt.utcnow": "datetime.datetime.utcnow",
        "p.join": "os.path.join",
        "redis.RedisManager": "app.redis.RedisManager",
        "RedisManager": "app.redis.RedisManager",
        "open": "builtins.open",
        "local.thing": None,
        "f": None,
        "unheard_of": None,
        "[dt for dt in local][0]": None,
    }
    assert sites.resolver.qualified_name(module, expressions[-1]) is None
    comprehension = next(node for node in ast.walk(module.tree) if isinstance(node, ast.ListComp))
    assert sites.resolver.qualified_name(module, comprehension.elt) is None


def test_fixtures() -> None:
    sites = Sites(
        {
            **CLASSES,
            "conftest.py": "import pytest\npytest_plugins = ['app.plugin']\n@pytest.fixture\ndef a(): ...\n",
            "app/plugin.py": "import pytest\n@pytest.fixture(name='plugged')\ndef _p(): ...\n",
            "tests/shared.py": "import pytest\n@pytest.fixture\ndef shared(): ...\n",
            "tests/test_x.py": """
                import pytest
                from tests.shared import shared

                class TestX:
                    @pytest.fixture
                    def a(self, a): ...

                    def test_one(self, a, shared, plugged, tmp_path): ...

                def helper(a): ...
            """,
        }
    )
    module = sites.module("tests/test_x.py")
    functions = {node.name: node for node in ast.walk(module.tree) if isinstance(node, FunctionNode)}

    def place(function: str, parameter: str) -> str | None:
        found = sites.resolver.fixture(module, functions[function], parameter)
        return f"{found[0].path}:{found[1].name}" if found else None

    assert place("test_one", "a") == "tests/test_x.py:a"
    assert place("a", "a") == "conftest.py:a"
    assert place("test_one", "shared") == "tests/shared.py:shared"
    assert place("test_one", "plugged") == "app/plugin.py:_p"
    assert place("test_one", "tmp_path") is None
    assert place("helper", "a") is None
    assert sites.resolver.fixtures_visible(module, functions["test_one"]) == {"a", "shared", "plugged"}


def test_an_unknown_target_names_the_nearest() -> None:
    files = {**CLASSES, "app/use.py": "from elsewhere.deep import Client\nimport other.place\n"}
    with pytest.raises(UnknownTargetError, match=r"did you mean app\.redis\.RedisManager\?"):
        Sites(files, "app.db.RedisManager")
    with pytest.raises(UnknownTargetError, match=r"did you mean app\.redis\.RedisManager\?"):
        Sites(files, "app.redis.RedisManger")
    with pytest.raises(UnknownTargetError, match="say external = true"):
        Sites(files, "app.redis.Quxquux")
    assert Sites(files, "elsewhere.deep.Client").target.kind == "external"
    assert Sites(files, "other.place.Client").target.kind == "external"
    sites = Sites(files)
    assert sites.resolver.target(["nowhere.Client"], external=True).kind == "external"
    kinds = {path: sites.resolver.target([path]).kind for path in ("app.redis", "app.redis.RedisManager")}
    assert kinds == {"app.redis": "module", "app.redis.RedisManager": "class"}


def test_what_an_earlier_recipe_changed_is_seen() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/factory.py": """
                from app.redis import RedisManager
                async def get():
                    return RedisManager()
            """,
            "app/use.py": """
                from app.factory import get

                async def f():
                    mgr = get()
                    mgr.close()  #? coroutine
            """,
        }
    )
    before = sites.judge("app/use.py")["coroutine"]
    assert before.reason.code is ReasonCode.COROUTINE
    text = sites.codebase.text("app/use.py")
    assert text is not None
    sites.codebase.replace("app/use.py", text.replace("= get()", "= await get()"))
    assert sites.judge("app/use.py")["coroutine"].verdict is Verdict.CERTAIN

    redis = sites.codebase.text("app/redis.py")
    assert redis is not None
    sites.codebase.replace("app/redis.py", redis.replace("RedisManager", "Manager"))
    factory = sites.codebase.text("app/factory.py")
    assert factory is not None
    sites.codebase.replace("app/factory.py", factory.replace("RedisManager", "Manager"))
    renamed = sites.resolver.target(["app.redis.Manager"])
    module, node = sites.marked("app/use.py")["coroutine"]
    assert sites.resolver.receiver(module, node.value, renamed, "close").verdict is Verdict.CERTAIN


def test_files_worth_judging(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a repository where too many files hold the literal to judge them all."""
    monkeypatch.setattr(relevance, "FEW", 0)
    sites = Sites(
        {
            **CLASSES,
            "app/single.py": "from app.redis import RedisManager\nshared = RedisManager()\n",
            "app/factory.py": "from app.redis import RedisManager\nasync def obtain() -> RedisManager: ...\n",
            "app/holder.py": """
                from app.factory import obtain
                class Holder:
                    async def start(self):
                        self.keeper = await obtain()
            """,
            "app/chain.py": """
                from app.factory import obtain as fetch_it
                async def wrapped_once():
                    thing = await fetch_it()
                    return thing
            """,
            "tests/conftest.py": """
                import pytest
                from app.single import shared
                @pytest.fixture
                def live():
                    yield shared
            """,
            "use/by_singleton.py": "from app import single\nsingle.shared.close()\n",
            "use/by_attribute.py": """
                from app.holder import Holder
                def f(holder: Holder):
                    holder.keeper.close()
            """,
            "use/by_other.py": "def f(holder):\n    holder.keeper.close()\n",
            "use/by_factory.py": "from app.chain import wrapped_once\nwrapped_once().close()\n",
            "use/by_name.py": "def f(redis_manager):\n    redis_manager.close()\n",
            "tests/test_fixture.py": "def test_x(live):\n    live.close()\n",
            "use/no_literal.py": "from app.redis import RedisManager\nRedisManager()\n",
            "use/unrelated.py": "def f(handle):\n    handle.close()\n",
        }
    )
    assert sites.resolver.files(sites.target, ["close"]).paths == [
        "app/redis.py",
        "tests/test_fixture.py",
        "use/by_attribute.py",
        "use/by_factory.py",
        "use/by_name.py",
        "use/by_singleton.py",
    ]
    assert sites.codebase.parsed_count <= 12


def test_what_was_derived_from_replaced_files_is_freed_at_once() -> None:
    codebase = Codebase(MemoryFiles({"a.py": "class A: ...\n\na = A()\n"}))
    resolver = Resolver(codebase)
    module = codebase.module("a.py")
    assert module is not None
    assert module.names.walk()
    resolver.target(["a.A"])
    held: list[weakref.ref[object]] = [weakref.ref(module.names)]
    known = [one for one in gc.get_objects() if isinstance(one, Inference)]
    held += [weakref.ref(one) for one in known if vars(one).get("codebase") is codebase]
    assert len(held) > 1
    del module, known
    gc.disable()
    try:
        codebase.replace("a.py", "class A: ...\n")
        resolver.target(["a.A"])
        left = [one for one in held if one() is not None]
    finally:
        gc.enable()

    assert not left
