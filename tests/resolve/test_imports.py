"""Ways that imports go: fallbacks, cycles, stars, source folders, modules that are gone or broken."""

from __future__ import annotations

from tests.resolve.sites import check


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
