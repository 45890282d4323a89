"""Every form of make-sync, proven by running the tests it changes: hooks not run before, run after."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codemods.plan import ACCEPTED
from tests.operations.running import run

RECIPES = Path(__file__).parents[2] / "recipes" / "pytest"


def shipped_step(name: str) -> Mapping[str, Any]:
    """The step of a shipped recipe, as it is written there."""
    recipe = tomllib.loads((RECIPES / f"{name}.toml").read_text("utf-8"))
    step: Mapping[str, Any] = recipe["step"][0]
    return step


HOOKS = ["setup_method", "teardown_method", "setup_class", "setUp", "tearDown"]

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

FACTS = """
import asyncio
import unittest

import pytest
import pytest_asyncio

RAN = []


class TestXunit:
    async def setup_method(self, method):
        RAN.append("setup_method")

    async def teardown_method(self, method):
        RAN.append("teardown_method")

    @classmethod
    async def setup_class(cls):
        RAN.append("setup_class")

    @classmethod
    async def teardown_class(cls):
        RAN.append("teardown_class")

    def test_sync(self):
        assert RAN == []

    @pytest.mark.asyncio
    async def test_async(self):
        assert RAN == []


class TestNose:
    def setup(self):
        RAN.append("setup")

    def teardown(self):
        RAN.append("teardown")

    def test_never_called(self):
        assert RAN == []


class Plain(unittest.TestCase):
    async def setUp(self):
        RAN.append("setUp")

    async def tearDown(self):
        RAN.append("tearDown")

    def test_never_awaited(self):
        assert RAN == []


class Isolated(unittest.IsolatedAsyncioTestCase):
    async def setUp(self):
        RAN.append("setUp")

    async def tearDown(self):
        RAN.append("tearDown")

    async def asyncSetUp(self):
        self.ready = True

    async def test_only_the_asynchronous_hook(self):
        assert self.ready
        assert RAN == []


class TestFixture:
    @pytest_asyncio.fixture(autouse=True)
    async def setup_method(self):
        self.ready = True
        yield

    @pytest.mark.asyncio
    async def test_is_awaited(self):
        assert self.ready

    def test_is_awaited_for_a_sync_test_too(self):
        assert self.ready


class Base:
    async def setup_method(self):
        self.value = 1


class TestOverride(Base):
    def setup_method(self):
        super().setup_method()

    def test_leaves_the_base_unrun(self):
        assert not hasattr(self, "value")


def test_run_leaves_no_current_loop():
    async def nothing(): ...

    asyncio.run(nothing())
    with pytest.raises(RuntimeError):
        asyncio.get_event_loop()


def test_runner_with_a_factory_leaves_the_current_loop():
    async def nothing(): ...

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(nothing())
    assert asyncio.get_event_loop() is loop
    loop.close()
    asyncio.set_event_loop(None)
"""
"""What pytest and unittest do with asynchronous hooks; every test of it passes."""

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

PASS_BEFORE = {
    "test_inverse.py::TestRun::test_first",
    "test_sync.py::TestByHand::test_awaited",
    "test_fixture.py::TestTeardownOnly::test_first",
    "test_bridge.py::TestTeardownOnly::test_first",
}
"""Tests that do not lean on a hook."""

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


def outcomes(folder: Path, *options: str) -> dict[str, str]:
    """The outcome of every test, by ``file::class::test``."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:randomly", "-p", "no:cacheprovider"]
    done = _run([*command, "-o", "asyncio_default_fixture_loop_scope=function", *options], folder)
    found = re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name: outcome for outcome, name in found}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The projects as they were and, beside them, with every change accepted: ``before`` and ``after``."""
    folder = tmp_path_factory.mktemp("hooks")
    for part in ("before", "after"):
        (folder / part).mkdir()
        (folder / part / "support.py").write_text(SUPPORT, "utf-8")
    (folder / "before" / "test_facts.py").write_text(FACTS, "utf-8")
    for name, (source, step) in PROJECTS.items():
        path = f"test_{name}.py"
        result = run(step, {path: source, "support.py": SUPPORT}, decide=lambda _: ACCEPTED)
        assert not [change.refused for change in result.changes if change.refused]
        (folder / "before" / path).write_text(source, "utf-8")
        (folder / "after" / path).write_bytes(result.files[path])
        assert run(step, result.files).files == result.files
    return folder


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_hooks_do_not_run_before(project: Path, mode: str) -> None:
    found = outcomes(project / "before", "-o", f"asyncio_mode={mode}")
    facts = {name for name in found if name.startswith("test_facts.py")}
    assert len(facts) == 10
    assert {name for name, outcome in found.items() if outcome == "PASSED"} == PASS_BEFORE | facts


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_hooks_run_after(project: Path, mode: str) -> None:
    found = outcomes(project / "after", "-W", "error", "-o", f"asyncio_mode={mode}")
    assert {name: outcome for name, outcome in found.items() if outcome != "PASSED"} == {}
    assert len(found) == 29


def test_hooks_run_under_unittest(project: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "unittest", "test_unittest"]
    before = _run(command, project / "before")
    after = _run(command, project / "after")
    assert "FAILED (failures=1, errors=4)" in before.stderr
    assert "Ran 5 tests" in after.stderr
    assert after.returncode == 0, after.stderr


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
