"""Judge the sites of small repositories that end in ``#? name``."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from textwrap import dedent

from codemods.git.files import MemoryFiles
from codemods.model.plan import ReasonCode, Verdict
from codemods.semantic import Judgement, Resolver, Target
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import Module

RECIPE_CLASS = "app.redis.RedisManager"
CLASSES = {
    "app/__init__.py": "",
    "app/redis.py": """
        class RedisManager:
            async def shutdown(self):
                pass

        class FileManager:
            def close(self):
                pass
    """,
}


class Sites:
    """A small repository and a target, ready to judge."""

    def __init__(self, files: Mapping[str, str], target: str | tuple[str, ...] = RECIPE_CLASS) -> None:
        self.codebase = Codebase(MemoryFiles({path: dedent(text) for path, text in files.items()}))
        self.resolver = Resolver(self.codebase)
        paths = (target,) if isinstance(target, str) else target
        self.target: Target = self.resolver.target(paths)

    def module(self, path: str) -> Module:
        module = self.codebase.module(path)
        assert module is not None, self.codebase.unparsed
        return module

    def marked(self, path: str) -> dict[str, tuple[Module, ast.Attribute]]:
        """The attribute accesses on lines marked ``#? name``, outermost access first."""
        module = self.module(path)
        found: dict[str, tuple[Module, ast.Attribute]] = {}
        marks = {
            number: match[1]
            for number, line in enumerate(re.split(r"\r\n|\r|\n", module.text), 1)
            if (match := re.search(r"#\? (\w+)", line))
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.lineno in marks and node.attr in ("close", "run_id"):
                found.setdefault(marks[node.lineno], (module, node))
        assert found.keys() == set(marks.values()), "a mark stands on a line without a site"
        return found

    def judge(self, path: str) -> dict[str, Judgement]:
        return {
            name: self.resolver.receiver(module, node.value, self.target, node.attr)
            for name, (module, node) in self.marked(path).items()
        }


def check(files: Mapping[str, str], target: str | tuple[str, ...] = RECIPE_CLASS) -> dict[str, Judgement]:
    """Judge every marked site and hold it against its name.

    A name says the verdict by how it begins: ``yes…`` certain, ``no…`` excluded, ``weak…`` a weak unknown,
    or a reason code with ``_`` for ``-`` (``union``, ``coroutine_2``).
    """
    sites = Sites({**CLASSES, **files}, target)
    judged: dict[str, Judgement] = {}
    wrong: list[str] = []
    for path in files:
        if "#?" not in files[path]:
            continue
        for name, judgement in sites.judge(path).items():
            judged[name] = judgement
            if not _agrees(name, judgement):
                wrong.append(f"{path}: {name}: {judgement.verdict} {judgement.reason}")
    assert judged, "nothing was marked"
    assert not wrong, "\n".join(wrong)
    return judged


def _agrees(name: str, judgement: Judgement) -> bool:
    if name.startswith("yes"):
        return judgement.verdict is Verdict.CERTAIN
    if name.startswith("no"):
        return judgement.verdict is Verdict.EXCLUDED
    if judgement.verdict is not Verdict.POSSIBLE:
        return False
    codes = sorted((code for code in ReasonCode), key=len, reverse=True)
    code = next(code for code in codes if name.startswith(code.replace("-", "_")))
    return judgement.reason.code is code
