"""What test classes have in common."""

from netra_backend.app.agents.workspace import Workspace


class BaseTestCase:
    """Gives every test a workspace of its own."""

    def setup_method(self, method=None):
        self.workspace = Workspace(owner=type(self).__name__)

    def teardown_method(self, method=None):
        self.workspace.discard()
