"""Which unknown objects are listed, and which are only counted."""

from __future__ import annotations

import pytest

from codemods.semantic.verdicts.evidence import fits
from tests.semantic.sites import check


def test_an_unknown_object_that_nothing_ties_to_the_class_is_weak() -> None:
    check(
        {
            "app/use.py": """
                import app.redis
                from app.redis import RedisManager, undefined
                from outside import connect

                def unrelated(x, handle, file_manager):
                    x.close()  #? weak_x
                    handle.close()  #? weak_handle
                    connect().close()  #? weak_call
                    file_manager.close()  #? weak_common_word

                def alike(redis, redis_pool, redises, redi, r, rm, rm2, test_redis_manager, owner):
                    redis.close()  #? evidence_word
                    redis_pool.close()  #? evidence_part
                    redises[0].close()  #? evidence_many
                    redi.close()  #? evidence_shortened
                    rm.close()  #? evidence_initials
                    rm2.close()  #? evidence_numbered
                    r.close()  #? weak_one_letter_of_two_words
                    test_redis_manager.close()  #? evidence_fits
                    owner.redis.thing.close()  #? evidence_owner

                def around(x):
                    # of a RedisManager, perhaps
                    x.close()  #? evidence_around

                def origin():
                    undefined().close()  #? evidence_from_its_module

                class Holder:
                    def __init__(self, kept, other):
                        self.kept = kept or make(RedisManager)
                        self.other = other

                    def stop(self):
                        self.kept.close()  #? evidence_set_beside_it
                        self.other.close()  #? evidence_set_in_the_same_method
                        self.third.close()  #? weak_third
            """,
            "app/elsewhere.py": """
                def f(redis, redis_manager):
                    redis.close()  #? weak_file_without_the_class
                    redis_manager.close()  #? evidence_whole_name
            """,
        }
    )


def test_what_comes_from_the_package_of_a_class_from_outside() -> None:
    check(
        {
            "app/use.py": """
                import redis
                import other
                from redis.asyncio import Redis as Client

                def f():
                    redis.from_url("x").close()  #? evidence_package
                    other.from_url("x").close()  #? weak_package
            """,
        },
        "redis.asyncio.Redis",
    )


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("redis_manager", "RedisManager", True),
        ("_test_redis_manager2", "RedisManager", True),
        ("redismanager", "RedisManager", True),
        ("manager", "RedisManager", False),
        ("session", "Session", True),
        ("db_session", "Session", False),
    ],
)
def test_a_name_that_fits_a_class(name: str, target: str, expected: bool) -> None:
    assert fits(name, target) is expected
