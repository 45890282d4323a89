"""A first recipe to start from: complete, and its examples pass."""

from __future__ import annotations

from pathlib import Path

from codemods.model.errors import UsageError

_SKELETON = """\
id    = "{id}"
title = "Connection.close() is now shutdown()"
why   = "Connection has no close() since 2.0; shutdown() does the same."
link  = "https://example.com/changelog"

[[step]]
op    = "rename-method"
class = "service.connection.Connection"
from  = "close"
to    = "shutdown"

[[example]]
name   = "a connection that was made here"
before = '''
from service.connection import Connection

connection = Connection()
connection.close()
'''
after  = '''
from service.connection import Connection

connection = Connection()
connection.shutdown()
'''

[[example]]
name      = "a file's close stays"
unchanged = '''
with open("notes.txt") as stream:
    stream.close()
'''
"""


def write_skeleton(path: Path) -> None:
    """Write the recipe to ``path``. Raises UsageError when that is taken or is no place for a recipe."""
    if path.suffix != ".toml":
        raise UsageError(f"{path}: a recipe is a .toml file; give it a name such as {path.stem}.toml")
    recipe_id = "-".join(part for part in path.stem.lower().replace("_", "-").split("-") if part.isalnum())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(_SKELETON.replace("{id}", recipe_id.lstrip("0123456789-") or "my-recipe"))
    except FileExistsError:
        raise UsageError(f"{path} exists already; give another name") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
