"""Whatever subclasses are called, and by whatever name their base is known, they are found."""

from __future__ import annotations

import pytest

from tests.resolve.sites import check


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
