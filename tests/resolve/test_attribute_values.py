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


def test_self_attributes() -> None:
    check(
        {
            "app/base.py": """
                from dataclasses import dataclass, field
                from functools import cached_property
                from typing import Optional
                from app.redis import FileManager, RedisManager

                class Base:
                    shared = RedisManager()
                    declared: RedisManager
                    twisted: Optional[RedisManager] = None

                    def __init__(self, given: RedisManager, any):
                        self.given = given
                        self.any = any
                        self.twisted = None
                        self.maybe = None

                    def later(self):
                        self.twisted = FileManager()
                        self.maybe = RedisManager()

                    @property
                    def prop(self) -> RedisManager:
                        raise NotImplementedError

                    @cached_property
                    def cached(self):
                        return RedisManager()

                    @property
                    def other(self):
                        return FileManager()

                @dataclass
                class Data:
                    manager: RedisManager
                    files: FileManager = field(default_factory=FileManager)
            """,
            "app/use.py": """
                from app.base import Base, Data

                class Sub(Base):
                    def use(self, data: Data):
                        self.shared.close()  #? yes_shared
                        self.declared.close()  #? yes_declared
                        self.given.close()  #? yes_given
                        self.any.close()  #? weak_any
                        self.twisted.close()  #? union_twisted
                        self.maybe.close()  #? yes_maybe
                        self.prop.close()  #? yes_property
                        self.cached.close()  #? yes_cached
                        self.other.close()  #? no_property
                        self.nothing.close()  #? weak_nothing
                        data.manager.close()  #? yes_field
                        data.files.close()  #? no_field
            """,
        }
    )
