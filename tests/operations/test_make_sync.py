"""make-sync: hooks in which no real await remains, judged with their hierarchy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import dedent

import pytest
from pydantic import ValidationError

from codemods.plan import ACCEPTED, ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import Result, run

STEP = {"op": "make-sync", "methods": ["setup_method", "teardown_method", "setUp", "tearDown"]}
PATH = "tests/test_example.py"

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

BASE = """
class Base:
    def setup_method(self, method=None):
        self.items = []

    def teardown_method(self, method=None):
        self.items.clear()
"""


def made(source: str, files: Mapping[str, str] | None = None) -> Result:
    """What the step makes of a test file and the files beside it."""
    given = {name: dedent(text) for name, text in (files or {}).items()}
    return run(STEP, {PATH: dedent(source), **given})


def check(before: str, after: str, files: Mapping[str, str] | None = None) -> Result:
    result = made(before, files)
    assert result.text(PATH) == dedent(after), [c.refused or c.reason for c in result.changes]
    return result


def refused(source: str, words: str, files: Mapping[str, str] | None = None) -> Result:
    """The file stays, and one change is refused for a reason with these words."""
    result = made(source, files)
    assert result.text(PATH) == dedent(source)
    reasons = [change.refused.text for change in result.changes if change.refused]
    assert any(re.search(words, reason) for reason in reasons), reasons
    return result


def possible(source: str, words: str, files: Mapping[str, str] | None = None) -> Result:
    """The file stays, and every change is possible for a reason with these words."""
    result = made(source, files)
    assert result.text(PATH) == dedent(source)
    assert result.changes
    for change in result.changes:
        assert change.verdict is Verdict.POSSIBLE
        assert change.applicable
        assert re.search(words, change.reason.text), change.reason
    return result


def test_a_base_of_another_file_and_comments_stay() -> None:
    check(
        """
        from tests.base import Base

        class TestItems(Base):
            async  def setup_method(self, method):
                # await the base
                await  super().setup_method(  # first
                    method
                )
                x = (await super().setup_method(method))

            async \\
            def teardown_method(self, method):
                return await(super().teardown_method(method))

            def test_items(self): ...
        """,
        """
        from tests.base import Base

        class TestItems(Base):
            def setup_method(self, method):
                # await the base
                super().setup_method(  # first
                    method
                )
                x = (super().setup_method(method))

            def teardown_method(self, method):
                return (super().teardown_method(method))

            def test_items(self): ...
        """,
        {"tests/base.py": BASE},
    )


def test_base_and_override_change_together() -> None:
    result = check(
        """
        from tests.base import Base

        class TestItems(Base):
            async def teardown_method(self, method):
                await super().teardown_method(method)
        """,
        """
        from tests.base import Base

        class TestItems(Base):
            def teardown_method(self, method):
                super().teardown_method(method)
        """,
        {
            "tests/base.py": """
            class Base:
                async def teardown_method(self, method):
                    self.done = True
            """
        },
    )
    base, override = sorted(result.changes, key=lambda change: change.path)
    assert base.path == "tests/base.py"
    assert base.requires == (override.label,)
    assert override.requires == (base.label,)
    assert "async def" not in result.text("tests/base.py")


def test_a_base_that_waits_keeps_its_overrides() -> None:
    result = refused(
        """
        class Base:
            async def teardown_method(self, method):
                await self.server.wait()

        class TestItems(Base):
            async def teardown_method(self, method):
                await super().teardown_method(method)
        """,
        r"awaits Base\.teardown_method\(\).*stays asynchronous: it really waits: "
        r"`await self\.server\.wait\(\)` \(tests/test_example\.py:4\)",
    )
    assert {change.refused and change.refused.code for change in result.changes} == {ReasonCode.REAL_AWAIT}


def test_a_teardown_stays_where_its_setup_stays() -> None:
    refused(
        """
        class TestServer:
            async def setup_method(self, method):
                self.server = await start()

            async def teardown_method(self, method):
                self.server.stop()
        """,
        r"TestServer\.setup_method\(\) stays asynchronous, so it is never run .*test_example\.py:3",
    )


def test_a_teardown_stays_where_the_setup_of_a_subclass_stays() -> None:
    refused(
        """
        class Base:
            def setup_method(self, method):
                self.items = []

            async def teardown_method(self, method):
                self.items.clear()

        class TestServer(Base):
            async def setup_method(self, method):
                super().setup_method(method)
                self.server = await start()
        """,
        r"TestServer\.setup_method\(\) stays asynchronous, so it is never run .*test_example\.py:10",
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("async with self.lock:\n            pass", r"async with \(tests/test_example\.py:4\)"),
        ("async for item in self.items:\n            pass", r"async for \(tests/test_example\.py:4\)"),
        ("self.x = [i async for i in self.items]", r"async comprehension \(tests/test_example\.py:4\)"),
        ("await self.client.close()", r"`await self\.client\.close\(\)` \(tests/test_example\.py:4\)"),
        ("self.x = 1\n        yield", r"it yields \(tests/test_example\.py:5\)"),
        ("await super().setup_method(method)", r"no base of TestThing defines setup_method\(\)"),
    ],
)
def test_what_really_waits_is_named(body: str, words: str) -> None:
    text = f"\nclass TestThing:\n    async def setup_method(self, method):\n        {body}\n"
    refused(text, words)


def test_awaits_of_functions_inside_are_their_own() -> None:
    check(
        """
        class TestThing:
            async def setup_method(self, method):
                async def close():
                    await self.client.close()
                self.close = close
        """,
        """
        class TestThing:
            def setup_method(self, method):
                async def close():
                    await self.client.close()
                self.close = close
        """,
    )


def test_awaited_methods_that_are_sync_already() -> None:
    check(
        """
        class Registry:
            def clear(self):
                self.items = []

        class TestThing:
            async def setup_method(self, method):
                self.registry = Registry()

            async def teardown_method(self, method):
                await self.registry.clear()
                await self.reset()

            def reset(self):
                self.items = []
        """,
        """
        class Registry:
            def clear(self):
                self.items = []

        class TestThing:
            def setup_method(self, method):
                self.registry = Registry()

            def teardown_method(self, method):
                self.registry.clear()
                self.reset()

            def reset(self):
                self.items = []
        """,
    )


@pytest.mark.parametrize(
    "body",
    ["return Handle()", "return asyncio.create_task(run())", "return start_later()", "return Remote()"],
)
def test_sync_methods_that_give_something_to_await(body: str) -> None:
    source = f"""
        import asyncio
        from elsewhere import Remote

        class Handle:
            def __await__(self):
                yield from ()

        class TestThing:
            def later(self):
                {body}

            def task(self) -> asyncio.Task:
                return self.made

            async def teardown_method(self, method):
                await self.later()

        class TestTask(TestThing):
            async def teardown_method(self, method):
                await self.task()
        """
    refused(source, r"it really waits: `await self\.later\(\)`")
    refused(source, r"it really waits: `await self\.task\(\)`")


def test_sync_methods_that_give_plain_objects() -> None:
    source = """
        from pathlib import Path

        class TestThing:
            def folder(self) -> Path:
                return self.made

            def count(self):
                return 1

            async def teardown_method(self, method):
                await self.folder()
                await self.count()
        """
    check(source, source.replace("async def", "def").replace("await ", ""))


def test_who_awaits_it_by_hand_is_changed_along() -> None:
    result = check(
        """
        import asyncio

        class TestThing:
            async def teardown_method(self, method=None):
                self.items = []

            def test_asyncio_run(self):
                asyncio.run(self.teardown_method())

        async def test_by_hand():
            case = TestThing()
            await case.teardown_method()
            assert (await case.teardown_method()) is None
        """,
        """
        import asyncio

        class TestThing:
            def teardown_method(self, method=None):
                self.items = []

            def test_asyncio_run(self):
                self.teardown_method()

        async def test_by_hand():
            case = TestThing()
            case.teardown_method()
            assert (case.teardown_method()) is None
        """,
    )
    hook, *uses = result.changes
    assert set(hook.requires) == {use.label for use in uses}
    assert all(use.requires == (hook.label,) for use in uses)


def test_who_needs_its_coroutine_keeps_it() -> None:
    refused(
        """
        import asyncio

        class TestThing:
            async def teardown_method(self, method=None):
                self.items = []

        async def test_by_hand():
            await asyncio.gather(TestThing().teardown_method())
        """,
        r"handed over as a coroutine at tests/test_example\.py:9",
    )


def test_a_sync_override_of_an_async_base_is_run_again() -> None:
    check(
        """
        class Base:
            async def setup_method(self):
                self.value = 1

        class TestThing(Base):
            def setup_method(self):
                super().setup_method()
        """,
        """
        class Base:
            def setup_method(self):
                self.value = 1

        class TestThing(Base):
            def setup_method(self):
                super().setup_method()
        """,
    )


def test_multiple_inheritance_follows_the_order_of_the_subclass() -> None:
    source = """
        class Sync:
            def setup_method(self):
                self.sync = True

        class Waiting:
            async def setup_method(self):
                self.server = await start()

        class Mixin:
            async def setup_method(self):
                await super().setup_method()

        class TestSync(Mixin, Sync):
            pass
        """
    check(
        source,
        source.replace(
            "async def setup_method(self):\n                await super()",
            "def setup_method(self):\n                super()",
        ),
    )
    refused(
        source + "\n        class TestWaiting(Mixin, Waiting):\n            pass\n",
        r"awaits Waiting\.setup_method\(\), asynchronous \(tests/test_example\.py:7\)",
    )


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


def test_a_base_whose_hook_is_a_fixture() -> None:
    refused(
        """
        import pytest

        class Base:
            @pytest.fixture(autouse=True)
            def setup_method(self): ...

        class TestThing(Base):
            async def setup_method(self):
                await super().setup_method()
        """,
        r"Base\.setup_method\(\) is a fixture \(tests/test_example\.py:6\)",
    )


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


def test_a_base_outside_the_repository() -> None:
    possible(
        """
        from asynctest import TestCase

        class TestThing(TestCase):
            async def setUp(self):
                self.value = 1
        """,
        r"asynctest\.TestCase is not in the repository",
    )


def test_a_mixin_outside_any_test_class() -> None:
    possible(
        """
        class Mixin:
            async def teardown_method(self):
                self.items = []
        """,
        r"no test class that derives from Mixin was found",
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


def test_an_unrelated_hook_stays_awaited() -> None:
    source = """
        class Sandbox:
            async def teardown_method(self, tool):
                self.tool = tool

        class TestThing:
            async def teardown_method(self, method):
                await Sandbox().teardown_method("shell")
        """
    refused(source, r"it really waits: `await Sandbox\(\)\.teardown_method\('shell'\)`")


def test_hooks_that_are_awaited_or_never_called_are_no_methods() -> None:
    for name in ("asyncSetUp", "setup", "cleanup"):
        with pytest.raises(ValidationError, match="setup_method"):
            run(STEP | {"methods": [name]}, "")


MIXINS = """
    class Sync:
        def teardown_method(self, method):
            self.items = []

    class Waiting:
        async def teardown_method(self, method):
            await self.server.stop()

    class TestBoth(Waiting, Sync):
        async def teardown_method(self, method):
            await super().teardown_method(method)
    """


def test_a_direct_call_of_the_nearest_sync_hook_is_offered() -> None:
    step = STEP | {"where": {"in-class": ["TestBoth"]}}
    result = run(step, {PATH: dedent(MIXINS)}, decide=lambda _: ACCEPTED)
    (change,) = result.applied
    assert change.verdict is Verdict.POSSIBLE
    assert "super() reaches Waiting.teardown_method(), asynchronous" in change.reason.text
    wanted = dedent(MIXINS).replace(
        "    async def teardown_method(self, method):\n        await super().teardown_method(method)",
        "    def teardown_method(self, method):\n        Sync.teardown_method(self, method)",
    )
    assert result.text(PATH) == wanted
    assert run(STEP, {PATH: dedent(MIXINS)}).text(PATH) == dedent(MIXINS)


REGISTRY = {
    "pkg/registry.py": """
        class Registry:
            async def cleanup(self, force=False): ...
            def clear(self, force=False): ...
        """
}
COUNTERPARTS = STEP | {"sync": {"pkg.registry.Registry.cleanup": "pkg.registry.Registry.clear"}}


def test_counterparts() -> None:
    source = """
        from pkg.registry import Registry

        class TestThing:
            def setup_method(self, method):
                self.registry = Registry()

            async def teardown_method(self, method):
                (await self.registry.cleanup(force=True)).close()
        """
    files = {PATH: dedent(source), **{name: dedent(text) for name, text in REGISTRY.items()}}
    wanted = dedent(source).replace("async def", "def")
    wanted = wanted.replace("(await self.registry.cleanup(force=True))", "self.registry.clear(force=True)")
    assert run(COUNTERPARTS, files).text(PATH) == wanted


def test_a_counterpart_of_an_unproven_object_is_possible() -> None:
    source = """
        class TestThing:
            async def teardown_method(self, method):
                await registry.cleanup()
        """
    files = {PATH: dedent(source), **{name: dedent(text) for name, text in REGISTRY.items()}}
    (change,) = run(COUNTERPARTS, files).changes
    assert change.verdict is Verdict.POSSIBLE
    assert "tests/test_example.py:4" in change.reason.text


def test_a_counterpart_that_is_none_is_a_warning() -> None:
    files = {name: dedent(text).replace("def clear", "async def clear") for name, text in REGISTRY.items()}
    assert run(COUNTERPARTS, {PATH: "", **files}).plan.warnings == (
        "Registry.clear() is asynchronous too (pkg/registry.py:4)",
    )


def test_counterparts_are_methods_of_one_class() -> None:
    for new in ("pkg.other.Registry.clear", "clear"):
        with pytest.raises(ValidationError, match="not two methods of one class"):
            run(STEP | {"sync": {"pkg.registry.Registry.cleanup": new}}, "")


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
