"""Fixtures as pytest finds them: which definition a name means for a test, and for what the test asks for."""

from __future__ import annotations

from tests.semantic.sites import check


def test_a_nearer_fixture_changes_what_a_farther_one_is_given() -> None:
    check(
        {
            "tests/conftest.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def base():
                    return RedisManager()

                @pytest.fixture
                def chained(base):
                    return base

                @pytest.fixture
                def lone():
                    return RedisManager()

                @pytest.fixture
                def alone(lone):
                    return lone
            """,
            "tests/near/test_a.py": """
                import pytest
                from app.redis import FileManager

                @pytest.fixture
                def base():
                    return FileManager()

                def test_x(chained, base, alone):
                    chained.close()  #? union
                    base.close()  #? no
                    alone.close()  #? yes
            """,
        }
    )


def test_a_subclass_of_a_test_class_brings_fixtures_of_its_own() -> None:
    check(
        {
            "tests/test_a.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def hidden():
                    return FileManager()

                class TestBase:
                    @pytest.fixture
                    def given(self):
                        return RedisManager()

                    @pytest.fixture
                    def kept(self):
                        return RedisManager()

                    @pytest.fixture
                    def hidden(self):
                        return RedisManager()

                    def test_x(self, given, kept):
                        given.close()  #? union
                        kept.close()  #? yes

                class TestSub(TestBase):
                    @pytest.fixture
                    def given(self):
                        return FileManager()

                    @pytest.fixture
                    def hidden(self, hidden):
                        hidden.close()  #? no_base_is_hidden
                        return hidden
            """,
        }
    )


def test_what_a_module_binds_last_counts() -> None:
    check(
        {
            "tests/shared.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def first():
                    return FileManager()

                @pytest.fixture
                def second():
                    return FileManager()

                @pytest.fixture(name="third")
                def _third():
                    return FileManager()

                @pytest.fixture
                def tried():
                    return RedisManager()
            """,
            "tests/conftest.py": """
                import pytest
                from app.redis import RedisManager
                from tests.shared import *
                try:
                    from tests.shared import second, tried as fourth
                except ImportError:
                    pass

                @pytest.fixture
                def first():
                    return RedisManager()
            """,
            "tests/test_a.py": """
                def test_x(first, second, third, fourth):
                    first.close()  #? yes_defined_after_the_star
                    second.close()  #? no_imported
                    third.close()  #? weak_no_star_brings_it
                    fourth.close()  #? yes_in_try
            """,
        }
    )


def test_fixtures_shadowed_by_a_nearer_conftest_and_by_a_class() -> None:
    fixture = "import pytest\nfrom app.redis import {0}\n@pytest.fixture\ndef thing():\n    return {0}()\n"
    check(
        {
            "tests/conftest.py": fixture.format("RedisManager"),
            "tests/near/conftest.py": fixture.format("FileManager"),
            "tests/near/test_near.py": "def test_x(thing):\n    thing.close()  #? no_near\n",
            "tests/test_far.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                def test_x(thing):
                    thing.close()  #? yes_far

                class TestShadow:
                    @pytest.fixture
                    def thing(self):
                        return FileManager()

                    def test_y(self, thing):
                        thing.close()  #? no_class

                class TestInherits(TestShadow):
                    def test_z(self, thing):
                        thing.close()  #? no_inherited
            """,
            "tests/test_import.py": """
                from tests.near.conftest import thing

                def test_x(thing):
                    thing.close()  #? no_imported
            """,
            "tests/test_param.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.mark.parametrize("thing", [FileManager(), pytest.param(FileManager(), id="x")])
                def test_x(thing):
                    thing.close()  #? no_parametrized

                @pytest.mark.parametrize(("a", "thing"), [(1, FileManager())])
                def test_y(a, thing):
                    thing.close()  #? no_pairs

                @pytest.mark.parametrize("thing", [1], indirect=True)
                def test_z(thing):
                    thing.close()  #? yes_indirect

                def helper(thing):
                    thing.close()  #? weak_no_test

                @pytest.mark.parametrize("thing", make())
                def test_q(thing):
                    thing.close()  #? weak_computed
            """,
        }
    )


def test_fixtures_of_every_scope_that_give_something_else() -> None:
    check(
        {
            "tests/shared.py": """
                import pytest
                from app.redis import FileManager, RedisManager

                @pytest.fixture
                def imported():
                    return RedisManager()

                @pytest.fixture
                def file_imported():
                    return FileManager()
            """,
            "tests/conftest.py": """
                import pytest
                import pytest_asyncio
                from app.redis import FileManager, RedisManager

                @pytest_asyncio.fixture
                async def live_files():
                    yield FileManager()

                @pytest.fixture(name="named_files", scope="session")
                def redis():
                    return FileManager()

                @pytest.fixture
                def chained_files(live_files, named_files):
                    return named_files

                @pytest.fixture(params=[RedisManager(), RedisManager()])
                def param(request):
                    return request.param
            """,
            "tests/deep/conftest.py": """
                import pytest
                from app.redis import RedisManager

                @pytest.fixture
                def nearest():
                    return RedisManager()
            """,
            "tests/deep/test_a.py": """
                from app.redis import FileManager, RedisManager
                from tests.shared import file_imported, imported

                def test_x(imported, file_imported, live_files, named_files, chained_files, redis, nearest):
                    imported.close()  #? yes_imported
                    file_imported.close()  #? no_imported
                    live_files.close()  #? no_async_yield
                    named_files.close()  #? no_named
                    chained_files.close()  #? no_chained
                    redis.close()  #? evidence_not_its_name
                    nearest.close()  #? yes_nearest

                def test_y(param):
                    param.close()  #? weak_param
            """,
            "tests/test_b.py": """
                def test_x(nearest):
                    nearest.close()  #? weak_not_visible_here
            """,
        }
    )
