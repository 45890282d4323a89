"""What the resolver looks up: targets, import paths, names, bases, methods and fixtures."""

from __future__ import annotations

import ast

import pytest

from codemods.model.errors import UnknownTargetError
from codemods.syntax.module import FunctionNode
from tests.semantic.sites import CLASSES, Sites


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
