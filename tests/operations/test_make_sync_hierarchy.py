"""make-sync: hooks are judged with their bases, their subclasses and the setup before them."""

from __future__ import annotations

from textwrap import dedent

from codemods.model.plan import ACCEPTED, ReasonCode, Verdict
from tests.operations.hooks import PATH, STEP, check, possible, refused
from tests.operations.running import run

BASE = """
class Base:
    def setup_method(self, method=None):
        self.items = []

    def teardown_method(self, method=None):
        self.items.clear()
"""


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
