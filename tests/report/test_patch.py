"""``--format patch``: what `git apply` makes of it is the plan, byte for byte."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from codemods.api.planning import Options, plan
from codemods.report.patch import patch, quoted
from tests.conftest import MakeRepository
from tests.operations.running import recipe_of

STEP = {"op": "rename-method", "class": "pool.Pool", "from": "close", "to": "drain", "external": True}
CODE = "from pool import Pool\n\n# é\n\n\n\n\nPool().close()\nx = 1\n"

FILES = {
    "plain.py": CODE.encode(),
    "crlf.py": CODE.replace("\n", "\r\n").encode(),
    "cr.py": CODE.replace("\n", "\r").encode(),
    "mixed.py": CODE.replace("\n\n", "\r\n\r\n").encode(),
    "no newline.py": CODE.removesuffix("\nx = 1\n").encode(),
    "bom.py": codecs.BOM_UTF8 + CODE.encode(),
    "latin.py": ("# coding: latin-1\n" + CODE).encode("latin-1"),
    "form feed.py": CODE.replace("\n\n#", "\n\x0c\n#").encode(),
    'quo"te and tab\t.py': CODE.encode(),
    "ünïcode/übung.py": CODE.encode(),
    "long.py": (CODE + "y = 2\n" * 3000 + "Pool().close()\n" + "\n" * 500 + CODE).encode(),
}


def test_git_apply_makes_exactly_the_planned_bytes(make_repository: MakeRepository) -> None:
    repository = make_repository()
    repository.git("config", "core.autocrlf", "false")
    repository.commit(FILES)
    planned = plan([recipe_of(STEP)], Options(repo=repository.path))
    assert sorted(planned.plan.changed_paths()) == sorted(FILES)
    made = b"".join(patch(planned))
    repository.git("apply", "-", stdin=made)
    for path in FILES:
        text = planned.codebase.text(path)
        assert text is not None
        got = (repository.path / Path(path)).read_bytes()
        assert got == planned.encoded(path, text), path
        assert got == FILES[path].replace(b"close", b"drain"), path


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("a b.py", "a b.py"),
        ('a"b.py', '"a\\"b.py"'),
        ("ü.py", '"\\303\\274.py"'),
        ("a\n.py", '"a\\n.py"'),
        ("a\udcff.py", '"a\\377.py"'),
    ],
)
def test_unusual_names_are_quoted_as_git_does(path: str, written: str) -> None:
    assert quoted(path) == written
