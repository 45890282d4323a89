"""Whatever subclasses are called, and by whatever name their base is known, they are found."""

from __future__ import annotations

import pytest

from codemods.model.plan import Verdict
from tests.semantic.sites import Sites, check


@pytest.mark.parametrize("name", ["App", "B", "Application"])
def test_a_subclass_of_a_subclass_overrides_whatever_their_names(name: str) -> None:
    check(
        {
            "app/web.py": f"from app.base import RedisManager\n\n\nclass {name}(RedisManager): ...\n",
            "app/base.py": """
                class RedisManager:
                    def close(self): ...
            """,
            "app/far.py": f"from app import web\n\n\nclass Far(web.{name}):\n    def close(self): ...\n",
            "app/use.py": """
                from app.base import RedisManager

                def f(declared: RedisManager):
                    declared.close()  #? union_declared
            """,
        },
        "app.base.RedisManager",
    )


@pytest.mark.parametrize("alias", ["R", "Red", "Manager"])
def test_a_subclass_overrides_behind_another_name_of_its_base(alias: str) -> None:
    check(
        {
            "app/base.py": """
                class RedisManager:
                    def close(self): ...
            """,
            "app/names.py": f"from app.base import RedisManager as {alias}\n",
            "app/far.py": f"import app.names\n\n\nclass Far(app.names.{alias}):\n    def close(self): ...\n",
            "app/use.py": """
                from app.base import RedisManager

                def f(declared: RedisManager):
                    declared.close()  #? union_declared
            """,
        },
        "app.base.RedisManager",
    )


@pytest.mark.parametrize("name", ["App", "Application"])
def test_what_other_code_sets_is_seen_for_a_class_of_any_name(name: str) -> None:
    check(
        {
            "app/base.py": f"""
                class {name}:
                    def close(self): ...

                class Holder: ...
            """,
            "app/sets.py": f"from app.base import {name}, Holder\n\nHolder.held = {name}()\n",
            "app/use.py": """
                from app.base import Holder

                def f():
                    Holder.held.close()  #? yes_held
            """,
        },
        f"app.base.{name}",
    )


BASE = """
    class RedisManager:
        def close(self): ...
"""
USE = """
    from app.base import RedisManager

    def f(declared: RedisManager):
        declared.close()  #? {name}
"""


@pytest.mark.parametrize(
    "subclass",
    [
        "from app.names import R\n\nclass Far(R):\n    def close(self): ...\n",
        "from app import names\n\nclass Far(\n    names.R,  # the (only) base\n):\n    close = None\n",
        "from app.names import R\n\nclass Near(R): ...\n\nclass Far(Near):\n    async def close(self): ...\n",
        "from app.base import *\n\nclass Far(RedisManager):\n    def run(self):\n        self.close = 1\n",
        "import app.base\n\nS = app.base.RedisManager\n\nclass Far(S):\n    def close(self): ...\n",
        "def f():\n    from app.base import RedisManager as S\n    class Far(S):\n        close = 1\n",
        "from app.base import RedisManager\nfrom app.mixin import M\n\nclass Far(M, RedisManager): ...\n",
        "from app.base import RedisManager\nfrom app.mixin import N\n\nclass Far(N, RedisManager): ...\n",
        "from app.base import *\ndef f(kind: type[RedisManager]):\n    class Far(kind):\n        close = 1\n",
        "from app.base import *\ndef f(x: RedisManager):\n    class Far(type(x)):\n        close = 1\n",
        "import app.base\nS = app.base.RedisManager[\n    int\n]\nclass Far(S):\n    close = 1\n",
    ],
    ids=[
        *("alias", "lines", "two steps", "attribute", "assigned", "local", "mixin", "mixin of another name"),
        *("variable", "type of an object", "parametrized alias"),
    ],
)
def test_a_subclass_is_found_whatever_very_many_files_hold(subclass: str) -> None:
    many = {f"app/many_{number}.py": "R = S = M = RedisManager = 'close'\n" for number in range(401)}
    check(
        {
            **many,
            "app/base.py": BASE,
            "app/names.py": "from app.base import (\n    RedisManager as R,\n)\n",
            "app/mixin.py": "class Closing:\n    def close(self): ...\n\nM = Closing\n\nclass N(M): ...\n",
            "app/far.py": subclass,
            "app/use.py": USE.format(name="union"),
        },
        "app.base.RedisManager",
    )


@pytest.mark.parametrize(
    "other",
    [
        "from app.base import RedisManager\n\nclass Far(RedisManager):\n    def closed(self): ...\n",
        "class RedisManager: ...\n\nclass Far(RedisManager):\n    def close(self): ...\n",
        "from app.base import RedisManager\nfrom app.mixin import M\n\nclass Far(RedisManager, M): ...\n",
    ],
    ids=["another member", "another base", "a mixin behind"],
)
def test_what_overrides_nothing_leaves_the_declared_object_certain(other: str) -> None:
    check(
        {
            "app/base.py": BASE,
            "app/mixin.py": "class M:\n    def close(self): ...\n",
            "app/far.py": other,
            "app/use.py": USE.format(name="yes"),
        },
        "app.base.RedisManager",
    )


def test_nothing_is_certain_where_more_subclasses_than_are_read_may_override() -> None:
    """Each of them seems to bind the name, and only the last one does."""
    files = {
        f"app/sub_{number:03}.py": f"""
            from app.base import RedisManager

            class Sub{number}(RedisManager):
                def run(self):
                    close = {number}
        """
        for number in range(401)
    }
    files |= {"app/base.py": BASE, "app/use.py": USE.format(name="unresolved")}
    judged = check(files, "app.base.RedisManager")
    assert "too many subclasses" in judged["unresolved"].reason.text


def test_a_subclass_that_an_earlier_recipe_changed_is_seen_as_it_stands_now() -> None:
    sites = Sites(
        {
            "app/base.py": BASE,
            "app/far.py": "from app.base import RedisManager\n\nclass Far(RedisManager): ...\n",
            "app/use.py": USE.format(name="site"),
        },
        "app.base.RedisManager",
    )
    assert sites.judge("app/use.py")["site"].verdict is Verdict.CERTAIN
    text = sites.codebase.text("app/far.py") or ""
    sites.codebase.replace("app/far.py", text.replace(" ...", "\n    def close(self): ..."))
    assert sites.judge("app/use.py")["site"].verdict is Verdict.POSSIBLE
    sites.codebase.replace("app/far.py", text)
    assert sites.judge("app/use.py")["site"].verdict is Verdict.CERTAIN


def test_only_who_can_know_a_class_of_a_common_name_may_override() -> None:
    others = {
        f"far/m{number}.py": f"class User: ...\n\n\nclass Far{number}(User):\n    def close(self): ...\n"
        for number in range(450)
    }
    use = """
        from app.base import User

        def f(declared: User):
            declared.close()  #? {verdict}
    """
    base = {"app/base.py": "class User:\n    def close(self): ...\n", **others}
    check({**base, "app/use.py": use.format(verdict="yes")}, "app.base.User")
    below = "from app.base import User\n\n\nclass Near(User):\n    def close(self): ...\n"
    again = "from app.near import *\n\n\nclass Nearer(Near): ...\n"
    files = {**base, "app/near.py": below, "app/nearer.py": again}
    check({**files, "app/use.py": use.format(verdict="union_declared")}, "app.base.User")
