"""make-sync: which hooks it takes on, in pytest's and unittest's classes."""

from __future__ import annotations

from textwrap import dedent

import pytest
from pydantic import ValidationError

from tests.hazards import Site
from tests.operations.hooks import PATH, STEP, check, made, possible, refused
from tests.operations.running import run

SITES = [
    Site(
        step=STEP,
        shape="definition",
        path=PATH,
        header="import unittest\n",
        before=(
            "class Thing(unittest.TestCase):\n"
            "    async def setUp(self):  # async def\n"
            "        self.items = 'await'\n"
            "        await super().setUp()"
        ),
        after=(
            "class Thing(unittest.TestCase):\n"
            "    def setUp(self):  # async def\n"
            "        self.items = 'await'\n"
            "        super().setUp()"
        ),
    )
]


def test_unittest_hooks() -> None:
    check(
        """
        import unittest
        from unittest import IsolatedAsyncioTestCase

        class Plain(unittest.TestCase):
            async def setUp(self):
                await super().setUp()
                self.value = 1

        class Isolated(IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                await super().asyncSetUp()

            async def tearDown(self):
                await super().tearDown()
        """,
        """
        import unittest
        from unittest import IsolatedAsyncioTestCase

        class Plain(unittest.TestCase):
            def setUp(self):
                super().setUp()
                self.value = 1

        class Isolated(IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                await super().asyncSetUp()

            def tearDown(self):
                super().tearDown()
        """,
    )


@pytest.mark.parametrize("fixture", ["@pytest_asyncio.fixture(autouse=True)", "@fixture"])
def test_a_fixture_is_awaited(fixture: str) -> None:
    source = f"""
        import pytest_asyncio
        from pytest import fixture

        class TestThing:
            {fixture}
            async def setup_method(self):
                self.value = 1

            async def teardown_method(self):
                self.value = 0
        """
    result = made(source)
    assert result.text(PATH) == dedent(source).replace("async def teardown", "def teardown")
    assert len(result.changes) == 1


def test_a_unittest_hook_that_nothing_calls() -> None:
    possible(
        """
        class TestThing:
            async def tearDown(self):
                self.items = []
        """,
        r"does not derive from unittest\.TestCase",
    )


def test_a_decorator_that_may_run_it() -> None:
    refused(
        """
        from asgiref.sync import async_to_sync

        class TestThing:
            @async_to_sync
            async def setup_method(self):
                self.value = 1
        """,
        r"decorator @asgiref\.sync\.async_to_sync may need a coroutine \(tests/test_example\.py:5\)",
    )


def test_a_hook_that_is_assigned() -> None:
    refused(
        """
        async def forget(self):
            self.items = []

        class TestThing:
            teardown_method = forget
        """,
        r"not bound by a def \(tests/test_example\.py:6\)",
    )


def test_what_is_no_hook_stays() -> None:
    source = """
        class Sandbox:
            async def teardown_method(self, tool):
                self.tool = tool

        async def test_sandbox():
            await Sandbox().teardown_method("shell")
        """
    result = made(source)
    assert result.text(PATH) == dedent(source)
    assert not result.changes


def test_hooks_that_are_awaited_or_never_called_are_no_methods() -> None:
    for name in ("asyncSetUp", "setup", "cleanup"):
        with pytest.raises(ValidationError, match="setup_method"):
            run(STEP | {"methods": [name]}, "")


def test_only_of_a_class() -> None:
    source = """
        class Base:
            pass

        class TestOne(Base):
            async def setup_method(self): ...

        class TestOther:
            async def setup_method(self): ...
        """
    result = run(STEP | {"class": "tests.test_example.Base"}, {PATH: dedent(source)})
    assert result.text(PATH) == dedent(source).replace("async ", "", 1)
