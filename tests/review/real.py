"""A real repository, a real recipe, and codemods as a person starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import GitRepository

SERVICE = """class Manager:
    async def shutdown(self) -> None: ...
"""
USES = """from service import Manager


async def one(manager: Manager):
    await manager.close()


async def two():
    manager = Manager()
    await manager.close()


async def three(manager: Manager):
    await manager.close()


async def four(manager):
    await manager.close()
"""
RECIPE = '''
id    = "manager-shutdown"
title = "Manager.close() is now shutdown()"
why   = "It was renamed."

[[step]]
op    = "rename-method"
class = "service.Manager"
from  = "close"
to    = "shutdown"

[[example]]
name   = "a call"
before = """
from service import Manager
Manager().close()
"""
after  = """
from service import Manager
Manager().shutdown()
"""

[[example]]
name      = "another"
unchanged = """
open("a").close()
"""
'''
ENTRY = "import sys; from codemods.cli.main import main; main()"


def repository(folder: Path) -> GitRepository:
    """A repository with four uses, and beside it the recipe."""
    (folder / "shutdown.toml").write_text(RECIPE)
    made = GitRepository.init(folder / "repository")
    made.commit({"service.py": SERVICE, "uses.py": USES})
    return made


def command(*args: str) -> list[str]:
    return [sys.executable, "-c", ENTRY, *args]


def codemods(repository: GitRepository, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Codemods with pipes on all sides."""
    return subprocess.run(
        command(*args), cwd=repository.path, input=stdin, capture_output=True, text=True, check=False
    )
