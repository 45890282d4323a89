"""Tests of what an object is, and what they leave of it."""

from __future__ import annotations

from tests.resolve.sites import check


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
