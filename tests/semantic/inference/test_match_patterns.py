"""``match``: narrowing the subject, and what patterns capture."""

from __future__ import annotations

from tests.semantic.sites import check


def test_patterns() -> None:
    check(
        {
            "app/use.py": """
                from app.redis import FileManager, RedisManager
                from dataclasses import dataclass

                @dataclass
                class Holder:
                    pool: RedisManager

                def f(x, y: RedisManager | FileManager, z):
                    match x:
                        case RedisManager() as p:
                            p.close()  #? yes_capture
                        case RedisManager():
                            x.close()  #? yes_subject
                        case FileManager() as q:
                            q.close()  #? no_capture
                        case FileManager():
                            x.close()  #? no_subject
                        case Holder(pool=held):
                            held.close()  #? yes_attribute
                        case [RedisManager() as first, *rest]:
                            first.close()  #? yes_in_list
                        case {"k": RedisManager() as value}:
                            value.close()  #? yes_in_dict
                        case RedisManager() | FileManager() as either:
                            either.close()  #? union_or
                        case other:
                            other.close()  #? evidence_other
                    match y:
                        case FileManager():
                            y.close()  #? no_union
                        case _:
                            y.close()  #? yes_rest
                    match z:
                        case RedisManager() if z:
                            z.close()  #? yes_guard
                        case (RedisManager() as a, b):
                            a.close()  #? yes_tuple
                    match FileManager():
                        case made:
                            made.close()  #? no_made
            """,
        }
    )
