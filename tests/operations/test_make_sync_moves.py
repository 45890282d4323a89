"""make-sync: hooks that really wait go on as coroutine methods, or are refused, naming what forbids it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import pytest
from pydantic import ValidationError

from codemods.model.plan import ACCEPTED, Verdict
from tests.operations.running import Result, run

PATH = "tests/test_example.py"
FIXTURE = {"op": "make-sync", "methods": ["setup_method", "teardown_method"], "remaining": "fixture"}
BRIDGE = {
    "op": "make-sync",
    "methods": ["setup_method", "teardown_method", "setup_class", "setUp", "tearDown"],
    "remaining": "bridge",
}
UNITTEST = {"op": "make-sync", "methods": ["setUp", "tearDown"]}
MARKED = {"tests/test_marked.py": "import pytest_asyncio\n"}


def made(step: Mapping[str, Any], source: str, files: Mapping[str, str] | None = None) -> Result:
    return run(step, {PATH: dedent(source), **(MARKED if files is None else files)})


def refused(step: Mapping[str, Any], source: str, words: str, files: Mapping[str, str] | None = None) -> None:
    result = made(step, source, files)
    assert result.text(PATH) == dedent(source)
    reasons = [change.refused.text for change in result.changes if change.refused]
    assert any(re.search(words, reason) for reason in reasons), reasons


WAITING = """
class TestServer:
    async def setup_method(self):
        self.server = await start()
"""


def test_without_a_framework_no_fixture() -> None:
    refused(FIXTURE, WAITING, r"test_example\.py:4\); neither pytest-asyncio nor anyio is used", {})


def test_leave_names_the_line_and_nothing_else() -> None:
    step = {**FIXTURE, "remaining": "leave"}
    refused(step, WAITING, r"^it really waits: `await start\(\)` \(tests/test_example\.py:4\)$")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            """
            class Base:
                def setup_method(self): ...

            class TestServer(Base):
                async def setup_method(self):
                    self.server = await start()
                    await super().setup_method()
            """,
            r"sync hook of the base is called in the middle \(tests/test_example\.py:8\)",
        ),
        (
            """
            class TestServer:
                async def setup_method(self):
                    self.server = await start()

                async def async_setup_method(self): ...
                async def _async_setup_method(self): ...
            """,
            r"TestServer already has async_setup_method \(tests/test_example\.py:6\)",
        ),
        (
            """
            class Base:
                def _run_async_setup_method(self): ...

            class TestServer(Base):
                async def setup_method(self):
                    self.server = await start()
            """,
            r"Base already has _run_async_setup_method \(tests/test_example\.py:3\)",
        ),
        (
            """
            class One:
                async def setup_method(self):
                    await start()

            class Two:
                async def setup_method(self):
                    await start()

            class TestBoth(One, Two):
                async def setup_method(self):
                    await super().setup_method()
            """,
            r"One\.setup_method\(\) and Two\.setup_method\(\) would need one runner",
        ),
        (
            """
            class Base:
                async def setup_method(self):
                    await start()

            class TestServer(Base):
                async def setup_method(self, method):
                    await super().setup_method()
            """,
            r"take different arguments",
        ),
        (
            """
            class TestServer:
                async def setup_method(self, *args):
                    await start()
            """,
            r"takes other arguments than a hook",
        ),
        (
            """
            class TestServer:
                @staticmethod
                async def setup_method():
                    await start()
            """,
            r"is a static method",
        ),
        (
            """
            class Base:
                async def setup_method(self):
                    await start()

            class TestServer(Base):
                def setup_method(self):
                    super().setup_method()
            """,
            r"tests/test_example\.py:8 calls it without await",
        ),
        (
            """
            from elsewhere import Base

            class TestServer(Base):
                async def setup_method(self):
                    await super().setup_method()
                    await start()
            """,
            r"calls a hook that is not known: elsewhere\.Base is not in the repository",
        ),
        (
            """
            import unittest

            class ServerTests(unittest.TestCase):
                async def setup_method(self):
                    await start()
            """,
            r"an asynchronous fixture is not run for a unittest class",
        ),
        (
            """
            class TestServer:
                async def setup_method(self):
                    await start()
                    yield
            """,
            r"it yields \(tests/test_example\.py:5\)",
        ),
        (
            """
            pytest_asyncio = None

            class TestServer:
                async def setup_method(self):
                    await start()
            """,
            r"pytest_asyncio means something else",
        ),
    ],
)
def test_what_no_fixture_can_run(source: str, words: str) -> None:
    refused(FIXTURE, source, words)


def test_a_class_hook_would_have_another_loop() -> None:
    source = """
        class TestServer:
            @classmethod
            async def setup_class(cls):
                cls.server = await start()
        """
    refused({**FIXTURE, "methods": ["setup_class"]}, source, r"would belong to another event loop")


def test_a_setup_moves_where_its_teardown_cannot() -> None:
    source = """
        class TestServer:
            async def setup_method(self):
                self.server = await start()

            async def teardown_method(self):
                await self.server.stop()

            async def async_teardown_method(self): ...
            async def _async_teardown_method(self): ...
        """
    result = made(FIXTURE, source)
    assert "    async def async_setup_method(self):" in result.text(PATH)
    reasons = [change.refused.text for change in result.changes if change.refused]
    assert len(reasons) == 1
    assert "already has async_teardown_method" in reasons[0]


def test_an_import_is_one_change_however_many_hooks_need_it() -> None:
    source = WAITING + "\n    async def teardown_method(self):\n        await self.server.stop()\n"
    assert [change.kind for change in made(FIXTURE, source).changes].count("import") == 1


def test_another_name_where_the_usual_one_is_taken() -> None:
    source = """
        class Base:
            def setup_method(self): ...

            async def async_setup_method(self):
                self.setup_method()

        class TestServer(Base):
            async def setup_method(self):
                await start()
        """
    text = made(FIXTURE, source).text(PATH)
    assert "        await self._async_setup_method()\n" in text
    assert "    async def _async_setup_method(self):\n        await start()\n" in text


def test_setup_of_a_base_and_teardown_of_a_subclass_have_fixtures_of_their_own() -> None:
    source = """
        class Base:
            async def setup_method(self):
                self.server = await start()

        class TestServer(Base):
            async def teardown_method(self):
                await self.server.stop()
        """
    text = made(FIXTURE, source).text(PATH)
    assert "    async def _run_async_setup_method(self):\n        await self.async_setup_method()\n" in text
    assert "    async def _run_async_teardown_method(self):\n        yield\n" in text


def test_a_fallback_takes_over_in_a_running_loop() -> None:
    source = """
        class TestServer:
            async def teardown_method(self, method=None):
                await self.server.stop()

            def stop_now(self): ...
        """
    assert made({**BRIDGE, "fallback": "stop_now"}, source).text(PATH) == dedent(
        """
        import asyncio


        class TestServer:
            def teardown_method(self, method=None):
                try:
                    asyncio.get_running_loop()
                except RuntimeError:
                    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
                        runner.run(self.async_teardown_method(method))
                else:
                    self.stop_now()

            async def async_teardown_method(self, method=None):
                await self.server.stop()

            def stop_now(self): ...
        """
    )


def test_a_fallback_goes_with_a_bridge() -> None:
    with pytest.raises(ValidationError, match="goes with remaining"):
        run({**FIXTURE, "fallback": "stop_now"}, "")


def test_a_fallback_that_is_not_there() -> None:
    refused({**BRIDGE, "fallback": "stop_now"}, WAITING, r"TestServer has no sync method stop_now")


def test_a_bridge_in_a_test_case_calls_unittests_own_hook() -> None:
    source = """
        import asyncio
        import unittest
        from concurrent.futures import ThreadPoolExecutor

        class ServerTests(unittest.TestCase):
            async def setUp(self):
                await super().setUp()
                await start()
        """
    text = made(BRIDGE, source).text(PATH)
    assert "    async def async_set_up(self):\n        super().setUp()\n        await start()\n" in text
    assert text.count("import asyncio") == text.count("ThreadPoolExecutor\n") == 1


def test_an_isolated_test_case_takes_its_sync_base_along() -> None:
    source = """
        from unittest import IsolatedAsyncioTestCase

        class Base(IsolatedAsyncioTestCase):
            def setUp(self):
                self.log = []

        class ServerTests(Base):
            async def setUp(self):
                '''Starts.'''
                super().setUp()
                self.server = await start()
        """
    wanted = dedent(source).replace("async def setUp", "async def asyncSetUp")
    wanted = wanted.replace("        super().setUp()\n", "")
    assert made(UNITTEST, source).text(PATH) == wanted


def test_an_isolated_test_case_that_has_the_hook_already() -> None:
    source = """
        from unittest import IsolatedAsyncioTestCase

        class ServerTests(IsolatedAsyncioTestCase):
            async def setUp(self):
                await start()

            async def asyncSetUp(self): ...
        """
    refused(UNITTEST, source, r"ServerTests already has asyncSetUp \(tests/test_example\.py:8\)")


def test_another_base_is_offered() -> None:
    source = """
        from unittest import TestCase

        class ServerTests(TestCase):
            async def setUp(self):
                await start()
        """
    result = made(UNITTEST, source)
    assert result.text(PATH) == dedent(source)
    (change,) = (change for change in result.changes if not change.companion)
    assert change.verdict is Verdict.POSSIBLE
    assert "IsolatedAsyncioTestCase as base would await asyncSetUp()" in change.reason.text
    accepted = run(UNITTEST, {PATH: dedent(source)}, decide=lambda _: ACCEPTED).text(PATH)
    assert "class ServerTests(IsolatedAsyncioTestCase):\n    async def asyncSetUp(self):" in accepted


def test_calls_by_hand_call_the_coroutine_method() -> None:
    source = """
        import asyncio

        class TestServer:
            async def teardown_method(self):
                await self.server.stop()

            async def test_by_hand(self):
                await self.teardown_method()
                await asyncio.gather(self.teardown_method())
        """
    text = made(FIXTURE, source).text(PATH)
    assert "        await self.async_teardown_method()\n" in text
    assert "        await asyncio.gather(self.async_teardown_method())\n" in text


def test_hooks_that_the_step_leaves_out_keep_those_that_need_them() -> None:
    files = {
        "tests/base.py": "class Base:\n    async def setup_method(self):\n        self.items = []\n",
        PATH: dedent(
            """
            from tests.base import Base

            class TestItems(Base):
                async def setup_method(self):
                    await super().setup_method()
            """
        ),
    }
    result = run({**FIXTURE, "where": {"exclude": ["tests/base.py"]}}, files)
    assert not result.applied
    (change,) = result.changes
    assert change.refused is not None
    assert "belongs together with the hook at tests/base.py:2" in change.refused.text
