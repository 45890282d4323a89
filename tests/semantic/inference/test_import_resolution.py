"""Ways that imports go: fallbacks, cycles, stars, source folders, modules that are gone or broken."""

from __future__ import annotations

from tests.semantic.sites import check


def test_fallback_class_of_an_import_error() -> None:
    check(
        {
            "app/compat.py": """
                try:
                    from app.redis import RedisManager
                except ImportError:
                    class RedisManager:
                        def close(self): ...

                try:
                    from app.redis import FileManager
                except ImportError:
                    FileManager = None
            """,
            "app/use.py": """
                from app.compat import FileManager, RedisManager
                RedisManager().close()  #? union
                FileManager().close()  #? no
            """,
        }
    )


def test_import_cycles() -> None:
    check(
        {
            "app/a.py": """
                from app.b import helper, make_b
                from app.redis import RedisManager

                def make_a(flag):
                    if flag:
                        return make_b(flag)
                    return RedisManager()
            """,
            "app/b.py": """
                from app.a import make_a
                from app.redis import FileManager

                def make_b(flag):
                    if flag:
                        return make_a(flag)
                    return FileManager()

                def helper():
                    return helper()
            """,
            "app/use.py": """
                from app.a import make_a
                from app.b import helper, make_b
                make_b(1).close()  #? union_b
                make_a(1).close()  #? union_a
                helper().close()  #? weak
            """,
        }
    )


def test_star_imports_with_all_and_private_names() -> None:
    check(
        {
            "app/names.py": """
                from app.redis import FileManager, RedisManager
                __all__ = ["shown"]
                shown = RedisManager()
                hidden = RedisManager()
            """,
            "app/use.py": """
                from app.names import *
                shown.close()  #? yes
                hidden.close()  #? weak
            """,
            "app/outside_star.py": """
                from somewhere import *
                from app.names import *
                shown.close()  #? yes_last_star
            """,
            "app/outside_after.py": """
                from app.names import *
                from somewhere import *
                shown.close()  #? union
            """,
        }
    )


def test_namespace_packages_stubs_and_source_folders() -> None:
    check(
        {
            "src/lib/__init__.py": "",
            "src/lib/core.py": "class RedisManager: ...\nclass FileManager: ...\n",
            "plain/deep/mod.py": "from lib.core import RedisManager\nthing = RedisManager()\n",
            "typed.pyi": """
                from lib.core import FileManager, RedisManager
                def get() -> RedisManager: ...
                files: FileManager
            """,
            "tests/test_x.py": """
                import plain.deep.mod
                from plain.deep import mod
                from src.lib.core import RedisManager as Same
                from typed import files, get

                def test_x():
                    plain.deep.mod.thing.close()  #? yes_namespace
                    mod.thing.close()  #? yes_from
                    get().close()  #? yes_stub
                    files.close()  #? no
                    Same().close()  #? yes_two_paths
            """,
        },
        "lib.core.RedisManager",
    )


def test_configured_source_root() -> None:
    check(
        {
            "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["code"]\n',
            "code/lib.py": "class RedisManager: ...\n",
            "tests/unit/test_x.py": "from lib import RedisManager\nRedisManager().close()  #? yes\n",
        },
        "lib.RedisManager",
    )


def test_missing_and_unparsable_modules() -> None:
    check(
        {
            "app/broken.py": "def oops(:\n",
            "app/use.py": """
                from app.broken import RedisManager as Broken, make, other_manager
                from app.deleted import RedisManager, Deleted
                from app.redis import FileManager

                def f():
                    Broken().close()  #? same_name_broken
                    RedisManager().close()  #? same_name_deleted
                    Deleted().close()  #? evidence_deleted
                    make().close()  #? evidence_made
                    FileManager().close()  #? no
            """,
        }
    )


def test_target_in_a_deleted_module_is_known_by_its_path() -> None:
    check(
        {
            "app/use.py": """
                from app.gone import RedisManager
                from app.redis import RedisManager as Other
                RedisManager().close()  #? yes
                Other().close()  #? no
            """
        },
        "app.gone.RedisManager",
    )


def test_imports_inside_functions_and_for_type_checkers() -> None:
    check(
        {
            "app/twin.py": "class RedisManager:\n    def close(self): ...\n",
            "app/use.py": """
                from __future__ import annotations
                import typing
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from app import twin
                    from app.redis import RedisManager
                    from app.twin import RedisManager as Twin
                if typing.TYPE_CHECKING:
                    import app.redis

                def made():
                    from app.redis import RedisManager as Here
                    Here().close()  #? yes_function_import

                def made_twin():
                    from app.twin import RedisManager
                    RedisManager().close()  #? no_function_import

                def asked(a: RedisManager, b: Twin, c: twin.RedisManager, d: "app.redis.RedisManager"):
                    a.close()  #? yes_type_checking
                    b.close()  #? no_type_checking
                    c.close()  #? no_module
                    d.close()  #? yes_module
            """,
            "app/either.py": """
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    from app.redis import RedisManager
                else:
                    from app.twin import RedisManager

                def f(a: RedisManager):
                    a.close()  #? union
            """,
        }
    )


def test_modules_that_do_not_parse_or_are_gone_between_the_call_and_the_class() -> None:
    check(
        {
            "app/broken.py": "from app.redis import FileManager, RedisManager\nmanager = RedisManager(\n",
            "app/gone_behind.py": "from app.gone import thing, FileManager\n",
            "app/use.py": """
                from app.broken import FileManager, manager, thing
                from app.gone_behind import FileManager as Gone, thing as other
                from app.redis import FileManager as File, RedisManager

                def f(a: FileManager):
                    manager.close()  #? evidence_through_what_does_not_parse
                    thing.close()  #? evidence_beside_what_does_not_parse
                    a.close()  #? evidence_class_through_what_does_not_parse
                    Gone().close()  #? evidence_gone
                    other.close()  #? evidence_other
                    File().close()  #? no
                    RedisManager().close()  #? yes
            """,
        }
    )
