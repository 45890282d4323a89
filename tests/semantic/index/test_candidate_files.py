"""Which files are worth judging, and what is known anew once files are replaced."""

from __future__ import annotations

import gc
import weakref

import pytest

from codemods.git.files import MemoryFiles
from codemods.model.plan import ReasonCode, Verdict
from codemods.semantic import Resolver
from codemods.semantic.index import candidate_files
from codemods.semantic.inference.evaluator import Inference
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.codebase import Codebase
from tests.semantic.sites import CLASSES, Sites


def test_files_worth_judging(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a repository where too many files hold the literal to judge them all."""
    monkeypatch.setattr(candidate_files, "FEW", 0)
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


def test_what_was_derived_from_replaced_files_is_freed_at_once() -> None:
    codebase = Codebase(MemoryFiles({"a.py": "class A: ...\n\na = A()\n"}))
    resolver = Resolver(codebase)
    module = codebase.module("a.py")
    assert module is not None
    assert names_of(module).walk()
    resolver.target(["a.A"])
    held: list[weakref.ref[object]] = [weakref.ref(names_of(module))]
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
