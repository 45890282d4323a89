"""Hooks of test classes, in every shape they come in."""

import asyncio

import pytest

from netra_backend.tests.async_test_case import AsyncWorkspaceCase
from netra_backend.tests.base_test_case import BaseTestCase


class TestInheritedHooks(AsyncWorkspaceCase):
    """Both hooks come from an asynchronous base."""

    def test_workspace_is_ready(self):
        assert self.workspace.notes == ["ready"]


class TestSynchronousOverride(AsyncWorkspaceCase):
    """Overrides one hook correctly, but the base never ran."""

    def setup_method(self, method=None):
        super().setup_method(method)
        self.workspace.notes.append("steady")

    def test_base_is_set_up_first(self):
        assert self.workspace.notes == ["ready", "steady"]


class TestAsynchronousOverride(AsyncWorkspaceCase):
    """Overrides both hooks the way the base does."""

    async def setup_method(self, method=None):
        await super().setup_method(method)
        self.workspace.notes.append("go")

    async def teardown_method(self, method=None):
        await super().teardown_method(method)
        assert self.workspace.notes == []

    @pytest.mark.asyncio
    async def test_base_is_set_up_first(self):
        assert self.workspace.notes == ["ready", "go"]


class TestHookCalledByHand(AsyncWorkspaceCase):
    """Starts over in the middle of a test."""

    @pytest.mark.asyncio
    async def test_workspace_is_new(self):
        first = self.workspace
        await self.teardown_method()
        await self.setup_method()
        assert self.workspace is not first


class TestHooksOfTheClass:
    """Hooks that run once."""

    @classmethod
    async def setup_class(cls):
        cls.limits = {"runs": 3}

    @classmethod
    async def teardown_class(cls):
        cls.limits = {}

    def test_limits_are_known(self):
        assert self.limits["runs"] == 3


class TestHookThatWaits(BaseTestCase):
    """A hook with something to wait for cannot simply become synchronous; nothing depends on it."""

    async def setup_method(self, method=None):
        await asyncio.sleep(0)

    def teardown_method(self, method=None):
        """There is no workspace to discard."""

    def test_nothing_depends_on_the_hook(self):
        assert not hasattr(self, "workspace")
