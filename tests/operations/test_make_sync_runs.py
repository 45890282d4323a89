"""Every form of make-sync, proven by running the tests it changes: hooks not run before, run after."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.model.plan import ACCEPTED
from tests.operations.hook_projects import PROJECTS, SUPPORT
from tests.operations.running import run

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

PASS_BEFORE = {
    "test_inverse.py::TestRun::test_first",
    "test_sync.py::TestByHand::test_awaited",
    "test_fixture.py::TestTeardownOnly::test_first",
    "test_bridge.py::TestTeardownOnly::test_first",
}
"""Tests that do not lean on a hook."""


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
