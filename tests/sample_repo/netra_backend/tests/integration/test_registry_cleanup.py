"""Registries of many users, cleaned up after every test."""

import asyncio

import pytest

from netra_backend.app.agents.supervisor.agent_registry import AgentRegistry
from netra_backend.tests.base_test_case import BaseTestCase


class TestRegistriesOfManyUsers(BaseTestCase):
    """Each test makes as many registries as it needs."""

    def setup_method(self, method=None):
        super().setup_method(method)
        self.registries = []

    def teardown_method(self, method=None):
        for registry in self.registries:
            asyncio.run(self._cleanup_registry(registry))
        self.registries.clear()
        super().teardown_method(method)

    async def _cleanup_registry(self, registry):
        await registry.reset_all_agents()

    def _registry(self, llm_manager):
        registry = AgentRegistry(llm_manager)
        registry.register("triage")
        self.registries.append(registry)
        return registry

    @pytest.mark.asyncio
    async def test_users_can_start_over(self, llm_manager):
        registry = self._registry(llm_manager)
        self.teardown_method()
        self.setup_method()
        assert registry.list_agents() == []

    def test_registries_can_be_cleaned_up_one_by_one(self, llm_manager):
        first, second = self._registry(llm_manager), self._registry(llm_manager)
        asyncio.run(self._cleanup_registry(first))
        assert (first.list_agents(), second.list_agents()) == ([], ["triage"])
