"""The resolver's one door: operations ask it which object an expression is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.resolve.judgement import Judgement
from codemods.source.codebase import Codebase
from codemods.source.module import FunctionNode, Module


@dataclass(frozen=True, slots=True)
class Target:
    """The class or function a step speaks of, under every import path that names it."""

    paths: tuple[str, ...]
    kind: str
    """``class``, ``function``, ``module`` or ``external``."""


class Resolver:
    """Judges expressions of a codebase; sees what earlier recipes changed."""

    def __init__(self, codebase: Codebase, source_roots: Sequence[str] = ()) -> None:
        self.codebase = codebase
        self.source_roots = source_roots

    def target(self, paths: Sequence[str], *, external: bool = False) -> Target:
        """The target named by one or several equivalent import paths.

        Raises UnknownTargetError, with the nearest existing path, when none is defined or imported anywhere
        in the repository, unless ``external``.
        """
        raise NotImplementedError

    def files(self, target: Target, literals: Sequence[str]) -> list[str]:
        """The files that hold a literal and may hold a site of the target with some evidence, sorted.

        Every other file that holds a literal can only hold weak unknowns.
        """
        raise NotImplementedError

    def receiver(self, module: Module, node: ast.expr, target: Target, method: str) -> Judgement:
        """Is ``node`` an instance of the target, or of a subclass that inherits ``method``, or that class?"""
        raise NotImplementedError

    def callee(self, module: Module, call: ast.Call, target: Target) -> Judgement:
        """Does ``call`` call the target?

        For a class: construct it (``super().__init__(…)``, ``cls(…)`` and ``functools.partial`` too).
        """
        raise NotImplementedError

    def method(self, target: Target, name: str) -> tuple[Module, FunctionNode] | None:
        """Where the target class defines or inherits a method, when its source is in the repository."""
        raise NotImplementedError

    def subclasses(self, target: Target) -> list[tuple[Module, ast.ClassDef]]:
        """The class itself and its subclasses in the repository, bases first."""
        raise NotImplementedError

    def qualified_name(self, module: Module, node: ast.expr) -> str | None:
        """The import path that a dotted expression stands for under this file's imports.

        ``datetime.datetime.utcnow`` for example; None when it is local, rebound or unknown.
        """
        raise NotImplementedError
