"""What test classes of agents have in common."""

from netra_backend.tests.base_test_case import BaseTestCase


class AsyncWorkspaceCase(BaseTestCase):
    """The workspace keeps a record of the test."""

    async def setup_method(self, method=None):
        await super().setup_method(method)
        self.workspace.notes.append("ready")

    async def teardown_method(self, method=None):
        self.workspace.notes.append("done")
        await super().teardown_method(method)
