"""Who derives from a class and has a member of its own: what a declared object may turn out to be.

The headers of classes are read from the text of files; only files that can hold such a class are parsed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from codemods.resolve.classes import ClassInfo
from codemods.resolve.values import Assumption, Coroutine, Function, Instance, NoneObject, Thing
from codemods.source.module import walk

if TYPE_CHECKING:
    from codemods.resolve.infer import Inference

_HEADER = re.compile(
    r"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?[ \t]*\(((?:[^()]|\([^()]*\))*)\)", re.MULTILINE
)
_WORD = re.compile(r"\w+")


class Subclasses:
    """Finds the subclasses in the repository that give a member another meaning than their base does."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._named: dict[ClassInfo, dict[str, dict[str, bool]]] = {}
        self._overriding: dict[tuple[ClassInfo, str], tuple[ClassInfo, ...]] = {}
        self._mixing: dict[ClassInfo, tuple[ClassInfo, ...]] = {}

    def overriding(self, cls: ClassInfo, member: str) -> tuple[ClassInfo, ...]:
        """The subclasses in whose lookup order another class than in that of ``cls`` gives the member."""
        key = (cls, member)
        if key not in self._overriding:
            self._overriding[key] = tuple(self._search(cls, member))
        return self._overriding[key]

    def refuting(self, assumption: Assumption) -> tuple[ClassInfo, ...]:
        """The subclasses for which what was read of their base does not hold."""
        given = set(self._given(assumption.cls, assumption.member))
        return tuple(
            cls
            for cls in self.overriding(assumption.cls, assumption.member)
            if not given.issuperset(self._given(cls, assumption.member))
        )

    def mixing(self, cls: ClassInfo) -> tuple[ClassInfo, ...]:
        """The subclasses with other bases beside: an object declared as one of those may be of ``cls``."""
        if cls not in self._mixing:
            self._mixing[cls] = tuple(
                found
                for path, names in sorted(self._named_below(cls).items())
                for found in self._defined(path, {name for name, several in names.items() if several})
                if self._inference.classes.is_subclass(found, cls)
            )
        return self._mixing[cls]

    # -- what a member is ----------------------------------------------------------------------------------

    def _search(self, cls: ClassInfo, member: str) -> Iterator[ClassInfo]:
        codebase = self._inference.codebase
        named = self._named_below(cls)
        if not named:
            return
        own = re.compile(
            rf"\bdef[ \t]+{member}\b|\b{member}\b[^\n=(]*=(?!=)|^[ \t]+{member}[ \t]*:"
            rf"|\b(?:as|for|import)\b[^\n]*\b{member}\b",
            re.MULTILINE,
        )
        mixed_in = bool(codebase.grep(f"def {member}"))
        for path, names in sorted(named.items()):
            if own.search(codebase.text(path) or ""):
                worth = set(names)
            else:
                worth = {name for name, several_bases in names.items() if several_bases and mixed_in}
            for found in self._defined(path, worth):
                if self._has_its_own(found, cls, member):
                    yield found

    def _has_its_own(self, found: ClassInfo, cls: ClassInfo, member: str) -> bool:
        classes = self._inference.classes
        order = classes.order(found).classes
        if found is cls or cls not in order:
            return False
        provider = classes.provider(cls, member) or cls
        before = order[: order.index(provider)] if provider in order else order
        inherited = classes.order(cls).classes
        return any(
            classes.defines(item, member) or member in classes.attributes(item)
            for item in before
            if item not in inherited
        )

    def _given(self, cls: ClassInfo, member: str) -> Iterator[object]:
        """What a member gives, to be compared: for a method, what a call of it gives."""
        for fact in self._inference.members.of_class(cls, member):
            if isinstance(fact.thing, Function):
                for given in self._inference.functions.call(fact.thing):
                    yield from _identities(given.thing)
            else:
                yield from _identities(fact.thing)

    # -- where subclasses are ------------------------------------------------------------------------------

    def _named_below(self, cls: ClassInfo) -> dict[str, dict[str, bool]]:
        """Classes that may derive from a class by the names in their headers, by file; with several bases?"""
        if cls not in self._named:
            self._named[cls] = self._by_headers(cls.name)
        return self._named[cls]

    def _by_headers(self, name: str) -> dict[str, dict[str, bool]]:
        codebase = self._inference.codebase
        found: dict[str, dict[str, bool]] = {}
        known: set[str] = set()
        new = {name}
        while new:
            known |= new
            fresh: set[str] = set()
            for path in codebase.grep(*new):
                text = codebase.text(path) or ""
                here = known | set(_aliases(text, known))
                fresh |= here
                for match in _HEADER.finditer(text):
                    if not here.isdisjoint(_WORD.findall(match[2])):
                        found.setdefault(path, {})[match[1]] = "," in match[2]
                        fresh.add(match[1])
            new = fresh - known
        return found

    def _defined(self, path: str, names: Collection[str]) -> Iterator[ClassInfo]:
        module = self._inference.codebase.module(path) if names else None
        if module is None:
            return
        for node in walk(module.tree):
            if isinstance(node, ast.ClassDef) and node.name in names:
                yield self._inference.classes.of(module, node)


def _aliases(text: str, names: Collection[str]) -> Iterator[str]:
    """Other names that a file gives the classes, by an import or a plain assignment."""
    either = "|".join(map(re.escape, names))
    for match in re.finditer(
        rf"\b(?:{either})[ \t]+as[ \t]+(\w+)|^[ \t]*(\w+)[ \t]*=[ \t]*[\w.]*\b(?:{either})[ \t]*$",
        text,
        re.MULTILINE,
    ):
        yield match[1] or match[2]


def _identities(thing: Thing) -> Iterator[object]:
    match thing:
        case NoneObject():
            return
        case Instance(cls):
            yield cls
        case Coroutine(inner):
            for fact in inner:
                yield from _identities(fact.thing)
        case _:
            yield thing
