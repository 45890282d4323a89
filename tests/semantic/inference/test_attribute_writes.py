"""Attributes are found wherever a method may set them, though methods are parsed only where they may."""

from __future__ import annotations

import pytest

from tests.semantic.sites import CLASSES, check

SETTING = {
    "plainly": "self.held = RedisManager()",
    "with a blank": "self . held  =  RedisManager()",
    "on the next line": "self.held \\\n    = RedisManager()",
    "declared": "self.held: RedisManager = make()",
    "first of several": "self.held, other = RedisManager(), 1",
    "last of several": "other, self.held = 1, RedisManager()",
    "first of several lines": "(self.held,  # held\n    self.other) = RedisManager(), 1",
    "among several on several lines": "(self.held, other,\n    self.other) = RedisManager(), 1, 2",
    "last of several lines": "(other,\n    self.held\n    ) = 1, RedisManager()",
    "in a list": "[self.held] = [RedisManager()]",
    "in brackets with a comment": "(self.held  # held\n    ) = RedisManager()",
    "together": "other = self.held = RedisManager()",
    "by a loop": "for self.held in [RedisManager()]: pass",
    "by a loop over pairs": "for index, self.held in enumerate([RedisManager()]): pass",
    "by a with": "with closing(RedisManager()) as self.held: pass",
    "first of two in a with": "with closing(RedisManager()) as self.held, open('x') as self.file: pass",
    "in a with of several lines": "with (\n        closing(RedisManager()) as self.held,\n    ): pass",
    "in a with that goes on": "with closing(RedisManager()) as self.held, \\\n        open('x') as y: pass",
    "among several that go on": "self.other, self.held, \\\n        self.third = 1, RedisManager(), 2",
    "behind a line's end": "self.held, self.other \\\n        = RedisManager(), 1",
    "by a loop that goes on": "for self.held, y in zip([RedisManager()]\n        , [1]): pass",
    "of self in brackets": "(self).held = RedisManager()",
    "under another name for self": "this.held = RedisManager()",
}


@pytest.mark.parametrize("setting", SETTING.values(), ids=SETTING)
def test_a_method_that_sets_an_attribute_is_found(setting: str) -> None:
    files = CLASSES | {
        "app/holder.py": f"""
from contextlib import closing

from app.redis import RedisManager


class Holder:
    def __init__({"this" if "this" in setting else "self"}):
    {setting.replace("    ", "        ").replace(chr(10), chr(10) + "    ")}

    def read(self):
        return self.held == self.other
""".replace("    " + setting[:3], "        " + setting[:3]),
        "app/use.py": """
            from app.holder import Holder
            Holder().held.close()  #? yes
        """,
    }
    check(files)
