"""make-sync: which awaits of a hook are real, and who awaits the hook itself."""

from __future__ import annotations

from textwrap import dedent

import pytest
from pydantic import ValidationError

from codemods.model.plan import Verdict
from tests.operations.hooks import PATH, STEP, check, refused
from tests.operations.running import run


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
