"""Tests that lean on asynchronous hooks, and the step that makes each file of them right."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SUPPORT = '''
class Server:
    """Starts and stops asynchronously, and remembers who did."""

    stopped = []

    async def start(self, name):
        self.name = name
        return self

    async def stop(self):
        self.stopped.append(self.name)
'''

SYNC = """
import asyncio

import pytest


class Base:
    async def setup_method(self, method=None):
        self.items = ["base"]

    def teardown_method(self, method=None):
        Base.torn_down = self.items


class TestChain(Base):
    async def setup_method(self, method):
        await super().setup_method(method)
        self.items.append("child")

    async def teardown_method(self, method):
        await super().teardown_method(method)
        self.items.clear()

    def test_setup(self):
        assert self.items == ["base", "child"]

    def test_teardown(self):
        assert Base.torn_down == []


class TestSyncOverride(Base):
    def setup_method(self, method=None):
        super().setup_method(method)

    def test_setup(self):
        assert self.items == ["base"]


class TestByHand:
    async def setup_method(self):
        self.value = 1

    @pytest.mark.asyncio
    async def test_awaited(self):
        self.value = 2
        await self.setup_method()
        assert self.value == 1
        other = TestByHand()
        await other.setup_method()
        assert other.value == 1

    def test_run(self):
        assert self.value == 1
        asyncio.run(self.setup_method())


class TestClass:
    @classmethod
    async def setup_class(cls):
        cls.value = 1

    def test_setup(self):
        assert self.value == 1
"""

WAITING = """
import pytest

from support import Server


class Sync:
    def setup_method(self, method=None):
        self.log = ["sync"]

    def teardown_method(self, method=None):
        Sync.seen = list(Server.stopped)


class Base(Sync):
    async def setup_method(self, method):
        super().setup_method(method)
        self.server = await Server().start(method.__name__)

    async def teardown_method(self, method):
        await self.server.stop()
        await super().teardown_method(method)


class TestPair(Base):
    @classmethod
    def setup_class(cls):
        Server.stopped.clear()

    def test_setup(self):
        assert self.server.name == "test_setup"
        assert self.log == ["sync"]

    @pytest.mark.asyncio
    async def test_teardown(self):
        assert Sync.seen == ["test_setup"]
        assert self.server.name == "test_teardown"


class TestChain(Base):
    async def setup_method(self, method):
        await super().setup_method(method)
        self.log.append("chain")

    def test_setup(self):
        assert self.server.name == "test_setup"
        assert self.log == ["sync", "chain"]


class TestTeardownOnly:
    def setup_method(self):
        self.server = Server()
        self.server.name = "only"

    async def teardown_method(self):
        await self.server.stop()

    def test_first(self):
        Server.stopped.clear()

    def test_teardown(self):
        assert Server.stopped == ["only"]

    @pytest.mark.asyncio
    async def test_by_hand(self):
        await self.teardown_method()
        assert Server.stopped == ["only", "only", "only"]
"""

UNITTEST = """
import unittest
from unittest import IsolatedAsyncioTestCase, TestCase

from support import Server


class Plain(TestCase):
    async def setUp(self):
        await super().setUp()
        self.value = 1

    def test_setup(self):
        self.assertEqual(self.value, 1)


class Isolated(IsolatedAsyncioTestCase):
    async def setUp(self):
        await super().setUp()
        self.server = await Server().start("isolated")

    async def tearDown(self):
        await self.server.stop()
        await super().tearDown()

    async def test_setup(self):
        self.assertEqual(self.server.name, "isolated")
        Server.stopped.clear()

    async def test_teardown(self):
        self.assertEqual(Server.stopped, ["isolated"])


class Changed(unittest.TestCase):
    async def setUp(self):
        self.server = await Server().start("changed")

    def test_setup(self):
        self.assertEqual(self.server.name, "changed")


class Imported(TestCase):
    async def setUp(self):
        self.server = await Server().start("imported")

    def test_setup(self):
        self.assertEqual(self.server.name, "imported")
"""

INVERSE = """
import asyncio

LOOP = asyncio.new_event_loop()


class TestRun:
    cleaned = []

    def setup_method(self):
        asyncio.set_event_loop(LOOP)

    def teardown_method(self):
        asyncio.run(self._cleanup())

    async def _cleanup(self):
        assert asyncio.get_running_loop() is not LOOP
        self.cleaned.append(1)

    def test_first(self):
        pass


class TestAfterRun:
    def test_the_loop_is_still_there(self):
        assert asyncio.get_event_loop() is LOOP
        assert TestRun.cleaned == [1]


class TestBranch:
    cleaned = []

    def setup_method(self):
        asyncio.set_event_loop(None)

    def teardown_method(self):
        loop = asyncio.get_event_loop()
        if loop.is_running():
            asyncio.create_task(self._cleanup())
        else:
            loop.run_until_complete(self._cleanup())

    async def _cleanup(self):
        self.cleaned.append(1)

    def test_without_a_loop(self):
        pass

    def test_inside_a_loop(self):
        async def tear_down():
            self.teardown_method()

        self.cleaned.clear()
        LOOP.run_until_complete(tear_down())
        assert self.cleaned == [1]


def teardown_module():
    LOOP.close()
"""

PROPAGATE = """
import pytest


class Store:
    closed = False

    async def shutdown(self):
        self.closed = True


class Service:
    def __init__(self, store: Store):
        self.store = store

    def stop(self):
        self.store.close()
        return self


def stop(service: Service):
    return service.stop().store


def test_sync():
    assert stop(Service(Store())).closed


@pytest.mark.asyncio
async def test_async():
    assert stop(Service(Store())).closed
"""

RECIPES = Path(__file__).parents[2] / "recipes" / "pytest"


def shipped_step(name: str) -> Mapping[str, Any]:
    """The step of a shipped recipe, as it is written there."""
    recipe = tomllib.loads((RECIPES / f"{name}.toml").read_text("utf-8"))
    step: Mapping[str, Any] = recipe["step"][0]
    return step


HOOKS = ["setup_method", "teardown_method", "setup_class", "setUp", "tearDown"]
STEP = {"op": "make-sync", "methods": HOOKS}

RENAMED = {
    "op": "rename-method",
    "class": "test_propagate.Store",
    "from": "close",
    "to": "shutdown",
    "await": True,
    "async-callers": "propagate",
}

PROJECTS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "sync": (SYNC, STEP),
    "fixture": (WAITING, STEP | {"remaining": "fixture"}),
    "bridge": (WAITING, STEP | {"remaining": "bridge"}),
    "unittest": (UNITTEST, STEP),
    "propagate": (PROPAGATE, RENAMED),
    "inverse": (INVERSE, shipped_step("04-coroutines-run-in-sync-hooks")),
}
