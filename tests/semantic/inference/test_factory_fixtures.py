"""Fixtures that give a function or class which makes the object."""

from __future__ import annotations

from tests.semantic.sites import check


def test_what_a_fixture_makes_is_made_by_a_call() -> None:
    check(
        {
            "tests/conftest.py": """
                import pytest
                import pytest_asyncio
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def make():
                    def inner(*args):
                        return RedisManager()
                    return inner

                @pytest_asyncio.fixture
                async def make_async(request):
                    made = []
                    async def inner(cls=RedisManager, **kw):
                        m = cls(**kw)
                        made.append(m)
                        return m
                    yield inner
                    for m in made:
                        m.shutdown()

                @pytest.fixture
                def make_file():
                    def inner():
                        return FileManager()
                    yield inner

                @pytest.fixture
                def make_lambda():
                    return lambda: RedisManager()

                @pytest.fixture
                def make_class():
                    return RedisManager

                @pytest.fixture
                async def chained(make_async):
                    return await make_async()

                class Factory:
                    def create(self): return RedisManager()

                @pytest.fixture
                def factory():
                    return Factory()
            """,
            "tests/test_x.py": """
                import pytest
                from app.redis import FileManager
                async def test_x(make, make_async, make_file, make_lambda, make_class, chained, factory,
                                 request):
                    make().close()  #? yes_make
                    m = await make_async()
                    m.close()  #? yes_async_default
                    (await make_async(FileManager)).close()  #? no_async_argument
                    make_file().close()  #? no_file
                    make_lambda().close()  #? yes_lambda
                    make_class().close()  #? yes_class
                    chained.close()  #? yes_chained
                    factory.create().close()  #? yes_factory
                    make_async().close()  #? coroutine
                    request.getfixturevalue("make")().close()  #? yes_getfixturevalue
            """,
        }
    )
