"""Awaits that make sync functions asynchronous, and their callers, up to a boundary."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from pydantic import ValidationError

from codemods.model.plan import Verdict
from tests.operations.running import Result, run

STEP = {
    "op": "rename-method",
    "class": "pkg.store.Store",
    "from": "close",
    "to": "shutdown",
    "await": True,
    "async-callers": "propagate",
}
STORE = """
class Store:
    async def shutdown(self): ...
"""


def made(files: dict[str, str]) -> Result:
    given = {name: dedent(text) for name, text in files.items()}
    return run(STEP, {"pkg/store.py": STORE, **given})


def refused(source: str, words: str, **files: str) -> None:
    """Nothing changes, and the site is refused with these words."""
    result = made({"pkg/use.py": source, **files})
    assert result.text("pkg/use.py") == dedent(source)
    reasons = [change.refused.text for change in result.changes if change.refused]
    assert any(re.search(words, reason) for reason in reasons), reasons
    assert not result.applied


def test_callers_await_up_to_a_test() -> None:
    result = made(
        {
            "pkg/use.py": """
            from pkg.store import Store

            class Service:
                def __init__(self, store: Store):
                    self.store = store

                @staticmethod
                def helper(): ...

                def stop(self):
                    self.store.close()
                    return self

            def stop_all(services: list[Service], first: Service):
                first.stop().helper()
                return [stop_one(service) for service in services]

            def stop_one(service: Service):
                service.stop()
            """,
            "tests/test_use.py": """
            from pkg import use
            from pkg.use import stop_all as stop

            def test_stop(services):
                assert stop(services, services[0])
                use.stop_one(services[1])

            async def test_async(services):
                await other()
                stop(services, services[0])
            """,
            "tests/test_other.py": """
            import pytest

            @pytest.mark.asyncio
            async def test_other(): ...
            """,
        }
    )
    assert result.text("pkg/use.py") == dedent(
        """
            from pkg.store import Store

            class Service:
                def __init__(self, store: Store):
                    self.store = store

                @staticmethod
                def helper(): ...

                async def stop(self):
                    await self.store.shutdown()
                    return self

            async def stop_all(services: list[Service], first: Service):
                (await first.stop()).helper()
                return [await stop_one(service) for service in services]

            async def stop_one(service: Service):
                await service.stop()
            """
    )
    assert result.text("tests/test_use.py") == dedent(
        """
            import pytest

            from pkg import use
            from pkg.use import stop_all as stop

            @pytest.mark.asyncio
            async def test_stop(services):
                assert await stop(services, services[0])
                await use.stop_one(services[1])

            async def test_async(services):
                await other()
                await stop(services, services[0])
            """
    )


USE = "from pkg.store import Store\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            """
            class Service:
                @property
                def size(self):
                    return Store().close()
            """,
            r"size\(\) \(pkg/use\.py:5\) is decorated with @builtins\.property",
        ),
        (
            """
            class Service:
                def __init__(self):
                    self.stop()

                def stop(self):
                    Store().close()
            """,
            r"stop\(\) .* is called at pkg/use\.py:5, where __init__\(\) .* is called by Python",
        ),
        (
            """
            class Base:
                def stop(self): ...

            class Service(Base):
                def stop(self):
                    Store().close()
            """,
            r"overrides Base\.stop\(\) \(pkg/use\.py:4\)",
        ),
        (
            """
            class Service:
                def stop(self):
                    Store().close()

            class Special(Service):
                def stop(self): ...
            """,
            r"overridden by Special\.stop\(\)",
        ),
        (
            """
            from elsewhere import Base

            class Service(Base):
                def stop(self):
                    Store().close()
            """,
            r"may override a method of elsewhere\.Base",
        ),
        (
            """
            import atexit

            def stop():
                Store().close()

            atexit.register(stop)
            """,
            r"stop\(\) .* is passed on without a call at pkg/use\.py:8",
        ),
        (
            """
            def stop():
                Store().close()

            stop()
            """,
            r"called outside functions at pkg/use\.py:6",
        ),
        (
            """
            def stop():
                Store().close()

            later = lambda: stop()
            """,
            r"called in a lambda at pkg/use\.py:6",
        ),
        (
            """
            def stop():
                Store().close()

            def all():
                return any(stop() for _ in range(3))
            """,
            r"called in a generator expression at pkg/use\.py:7",
        ),
        (
            """
            def stop():
                Store().close()
                yield
            """,
            r"stop\(\) .* is a generator",
        ),
        (
            """
            import asyncio

            def stop():
                Store().close()
                asyncio.run(other())
            """,
            r"runs an event loop itself \(line 7\)",
        ),
        (
            """
            def one():
                Store().close()
                two()

            def two():
                one()
            """,
            r"calls itself in a circle",
        ),
        (
            """
            stop = lambda: Store().close()
            """,
            r"cannot stand in a lambda",
        ),
        (
            """
            import pytest

            @pytest.fixture
            def stop():
                Store().close()
            """,
            r"decorated with @pytest\.fixture",
        ),
    ],
)
def test_boundaries(source: str, words: str) -> None:
    refused(USE + dedent(source), words)


def test_what_nothing_calls_is_possible() -> None:
    source = USE + "\ndef stop():\n    Store().close()\n"
    result = made({"pkg/use.py": source})
    assert result.text("pkg/use.py") == source
    (site,) = (change for change in result.changes if not change.companion)
    assert site.verdict is Verdict.POSSIBLE
    assert "nothing in the repository calls stop()" in site.reason.text


def test_a_unittest_test_is_a_boundary() -> None:
    source = """
        import unittest
        from pkg.store import Store

        class StoreTests(unittest.TestCase):
            def test_close(self):
                Store().close()

        class AwaitingTests(unittest.IsolatedAsyncioTestCase):
            def test_close(self):
                Store().close()
        """
    result = made({"tests/test_store.py": source})
    wanted = dedent(source).rpartition("    def test_close(self):\n        Store().close()")
    after = "    async def test_close(self):\n        await Store().shutdown()"
    assert result.text("tests/test_store.py") == wanted[0] + after + wanted[2]


@pytest.mark.parametrize("settings", ["[pytest]\nasyncio_mode = auto\n", ""])
def test_a_mark_only_where_the_project_needs_it(settings: str) -> None:
    source = """
        import pytest
        from pkg.store import Store

        def test_close():
            Store().close()
        """
    files = {"tests/test_store.py": source, "tests/test_b.py": "import pytest_asyncio\n"}
    result = made(files | ({"pytest.ini": settings} if settings else {}))
    mark = "" if settings else "@pytest.mark.asyncio\n"
    assert f"{mark}async def test_close():\n    await Store().shutdown()" in result.text(
        "tests/test_store.py"
    )
    assert ("mark.asyncio" in result.text("tests/test_store.py")) is not bool(settings)


def test_a_use_that_the_step_may_not_change() -> None:
    files = {
        "pkg/store.py": STORE,
        "pkg/use.py": "from pkg.store import Store\n\ndef stop():\n    Store().close()\n",
        "old/use.py": "from pkg.use import stop\n\nasync def main():\n    stop()\n",
    }
    result = run(STEP | {"where": {"exclude": ["old"]}}, files)
    assert not result.applied
    (change,) = result.changes
    assert change.refused is not None
    assert "used at old/use.py:4, where the step may change nothing" in change.refused.text


def test_a_test_file_in_which_pytest_means_something_else() -> None:
    source = "from pkg.store import Store\npytest = None\n\ndef test_a():\n    Store().close()\n"
    result = made({"tests/test_a.py": source, "tests/test_b.py": "import pytest_asyncio\n"})
    (change,) = result.changes
    assert change.refused is not None
    assert "`pytest` means something else here" in change.refused.text


def test_await_call_propagates_too() -> None:
    step = {"op": "await-call", "function": "pkg.store.Store.shutdown", "async-callers": "propagate"}
    source = dedent(
        """
        from pkg.store import Store

        def stop():
            Store().shutdown()

        async def main():
            stop()
        """
    )
    after = source.replace("def stop", "async def stop").replace("    Store", "    await Store")
    result = run(step, {"pkg/store.py": STORE, "pkg/use.py": source})
    assert result.text("pkg/use.py") == after.replace("    stop", "    await stop")


def test_it_goes_with_an_await() -> None:
    with pytest.raises(ValidationError, match="goes with await = true"):
        run(STEP | {"await": False}, "")
