"""Fixtures that take the place of one that another fixture asks for.

Pytest gives a fixture what the *test* sees under a name: a nearer definition changes all that ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from codemods.semantic.inference.member_overrides import identities
from codemods.semantic.inference.values import Asked, Value, unknown
from codemods.syntax.module import Module

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference
    from codemods.semantic.inference.pytest_fixtures import Fixture


class Rivals:
    """Finds what tests may see instead of the fixture that another fixture sees."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def refuted(self, asked: Asked) -> str:
        """What keeps it from being sure that a fixture gets what it sees, in words; '' when nothing does."""
        codebase = self._inference.codebase
        given = set(identities(self._inference.fixtures.given(asked.given)))
        paths = {asked.path} if asked.owner else codebase.grep(asked.name)
        for value, where in self._of(asked, paths):
            if not given.issuperset(identities(value)):
                return f"tests may see another `{asked.name}` ({where})"
        return ""

    def near(self, asked: Asked) -> Iterator[tuple[object, str]]:
        """What tests may see instead by the files that name a target, and where."""
        for value, where in self._of(asked, self._inference.near):
            for one in identities(value):
                yield one, f"the `{asked.name}` of {where}"

    def _of(self, asked: Asked, paths: Set[str]) -> Iterator[tuple[Value, str]]:
        codebase = self._inference.codebase
        name = re.escape(asked.name)
        defines = re.compile(rf"\bdef[ \t]+{name}\b|\bname[ \t]*=[ \t]*[\"']{name}[\"']|\bimport\b")
        fills = re.compile(rf"\bparametrize\([^\n]*[\"', \[(]{name}[\"',]")
        for path in sorted(paths & codebase.grep("fixture", "parametrize")):
            text = codebase.text(path) or ""
            if not self._sees(asked, path) or asked.name not in text:
                continue
            filled = fills.search(text) if asked.by_fixture else None
            if filled:
                line = text.count("\n", 0, filled.start()) + 1
                yield unknown(f"`{asked.name}` is filled by `parametrize`"), f"{path}:{line}"
            module = codebase.outline(path) if defines.search(text) else None
            for fixture in self._defined(asked, module) if module else ():
                place = f"{fixture.module.path}:{fixture.node.lineno}"
                yield self._inference.fixtures.given(fixture), place

    def _defined(self, asked: Asked, module: Module) -> Iterator[Fixture]:
        fixtures, classes = self._inference.fixtures, self._inference.classes
        found = [] if asked.owner else [*fixtures.in_module(module).get(asked.name, ())]
        for node in module.classes:
            cls = classes.of(module, node)
            if asked.owner is None or (cls is not asked.owner and classes.is_subclass(cls, asked.owner)):
                found += fixtures.in_class(cls).get(asked.name, ())
        yield from (fixture for fixture in found if fixture.node is not asked.given.node)

    def _sees(self, asked: Asked, path: str) -> bool:
        """Whether tests in a file may ask for the fixture that asks."""
        if asked.path.endswith("conftest.py"):
            return path.startswith(asked.path.removesuffix("conftest.py"))
        return path == asked.path or asked.shared
