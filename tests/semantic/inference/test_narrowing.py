"""Tests of what an object is, and what they leave of it."""

from __future__ import annotations

from tests.semantic.sites import check


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


def test_guards_on_anything() -> None:
    check(
        {
            "app/use.py": """
                from typing import Any
                from app.redis import FileManager, RedisManager

                def f(a: Any, b: Any, c: object, d: Any, e: FileManager, g: Any):
                    if hasattr(a, "close"):
                        a.close()  #? evidence_hasattr
                    if hasattr(b, "close") and isinstance(b, RedisManager):
                        b.close()  #? yes_both
                    if isinstance(c, FileManager):
                        c.close()  #? no_object
                    if callable(getattr(d, "close", None)):
                        d.close()  #? evidence_getattr
                    if hasattr(e, "close"):
                        e.close()  #? no_declared
                    while isinstance(g, RedisManager):
                        g.close()  #? yes_while
            """
        }
    )
