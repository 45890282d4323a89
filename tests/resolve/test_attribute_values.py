"""What attributes hold, also where other code sets them."""

from __future__ import annotations

from tests.resolve.sites import check


def test_attributes_that_other_code_sets() -> None:
    check(
        {
            "app/holder.py": """
                from app.redis import FileManager, RedisManager

                class Holder:
                    gone = None

                    def __init__(self):
                        self.pool = RedisManager()
                        self.file = FileManager()
                        self.kept = RedisManager()
                        self.later = None

                    def use(self):
                        self.pool.close()  #? union_pool
                        self.file.close()  #? union_file
                        self.kept.close()  #? yes_kept
                        self.later.close()  #? yes_later
                        self.unheard.close()  #? yes_only_outside
            """,
            "app/state.py": """
                shared = None
                other = None

                def use():
                    shared.close()  #? yes_own
            """,
            "app/set.py": """
                from app import state
                from app.holder import Holder
                from app.redis import FileManager, RedisManager

                def f(holder: Holder, app, unknown):
                    holder.pool = FileManager()
                    holder.file = RedisManager()
                    holder.later, holder.unheard = RedisManager(), RedisManager()
                    unknown.kept = FileManager()
                    app.state.pool = RedisManager()
                    app.state.files = FileManager()
                    state.shared = RedisManager()
                    state.other = FileManager()
            """,
            "app/use.py": """
                from app import state

                def f(app, request):
                    request.app.state.pool.close()  #? evidence_alike
                    app.state.files.close()  #? weak_files
                    app.other.pool.close()  #? weak_other_owner
                    state.shared.close()  #? yes_module
                    state.other.close()  #? no_module
            """,
            "tests/test_x.py": """
                import pytest
                from app.redis import RedisManager

                @pytest.fixture(scope="class")
                def live(request):
                    request.cls.mgr = RedisManager()

                @pytest.mark.usefixtures("live")
                class TestX:
                    def test_x(self):
                        self.mgr.close()  #? evidence_request
            """,
        }
    )
