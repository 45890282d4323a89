"""What a name holds where it is read: expressions, branches and loops, closures."""

from __future__ import annotations

from tests.semantic.sites import check


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


def test_expressions_that_give_one_of_their_parts() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def f(flag, given: FileManager | None, wanted: RedisManager | None):
                    a = FileManager() if flag else None
                    a.close()  #? no_ternary
                    b = given or FileManager()
                    b.close()  #? no_or
                    c = wanted or RedisManager()
                    c.close()  #? yes_or
                    d = given and FileManager()
                    d.close()  #? no_and
                    e = given or RedisManager()
                    e.close()  #? union_or
                    g = [h := FileManager(), RedisManager()]
                    h.close()  #? no_walrus_in_list
                    *i, j = FileManager(), RedisManager()
                    j.close()  #? yes_behind_a_star
                    for n in i:
                        n.close()  #? untyped_container_rest
                    k = m = FileManager()
                    m.close()  #? no_chained
                    (lambda: FileManager())().close()  #? no_lambda
                    (lambda: RedisManager())().close()  #? yes_lambda
            """
        }
    )


def test_closures_of_another_object() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager

                def outer(flag):
                    files = FileManager()
                    redis = RedisManager()

                    def inner():
                        files.close()  #? no_closure
                        redis.close()  #? yes_closure

                    def hiding():
                        redis = FileManager()
                        redis.close()  #? no_hidden

                    class Inside:
                        def m(self):
                            redis.close()  #? yes_through_a_class

                    return [files.close() for _ in "ab"]  #? no_comprehension

                def stays():
                    kept = FileManager()

                    def again():
                        nonlocal kept
                        kept = FileManager()

                    again()
                    kept.close()  #? no_nonlocal
            """
        }
    )
