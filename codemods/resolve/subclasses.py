"""Who derives from a class and has a member of its own: what a declared object may turn out to be.

The headers of classes are read from the text of files; only files that can hold such a class are parsed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from codemods.resolve.classes import ClassInfo
from codemods.resolve.values import (
    Assumption,
    ClassObject,
    Coroutine,
    Function,
    Hint,
    Instance,
    Iteration,
    LambdaFunction,
    Manager,
    NoneObject,
    Thing,
    TupleOf,
    Unknown,
    Value,
)
from codemods.source.module import FunctionNode, Module

if TYPE_CHECKING:
    from codemods.resolve.infer import Inference

_HEADER = re.compile(
    r"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?[ \t]*\(((?:[^()]|\([^()]*\))*)\)", re.MULTILINE
)
_MANY = 400
"""Of a class that is named as a base in more files, not all subclasses are read."""
_BOUND = re.compile(r"\bdef[ \t]+(\w+)|\.(\w+)[ \t]*[:=]|^[ \t]+(\w+)[ \t]*[:=]", re.MULTILINE)
_ASSIGNED = re.compile(r"[ \t]*(\w+)[ \t]*=[ \t]*[\w.]*")
_WORD = re.compile(r"\w+")


class Subclasses:
    """Finds the subclasses in the repository that give a member another meaning than their base does."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._names_in: dict[tuple[str, frozenset[str]], tuple[frozenset[str], frozenset[str]]] = {}
        self._below: dict[ClassInfo, tuple[ClassInfo, ...]] = {}
        self._overriding: dict[tuple[ClassInfo, str], tuple[ClassInfo, ...]] = {}
        self._near: tuple[frozenset[str], dict[str, list[str]]] = (frozenset(), {})

    def overriding(self, cls: ClassInfo, member: str) -> tuple[ClassInfo, ...]:
        """The subclasses in whose lookup order another class than in that of ``cls`` gives the member."""
        key = (cls, member)
        if key not in self._overriding:
            found = self.below(cls) if self._may_be_overridden(cls, member) else ()
            self._overriding[key] = tuple(one for one in found if self._has_its_own(one, cls, member))
        return self._overriding[key]

    def mixing(self, cls: ClassInfo) -> Iterator[ClassInfo]:
        """The subclasses with other bases beside: an object declared as one of those may be of ``cls``."""
        for found in self.below(cls):
            if found.node is not None and len(found.node.bases) > 1:
                yield found

    def refuted(self, assumption: Assumption) -> str:
        """What keeps an assumption from being sure, in words; '' when nothing in the repository does."""
        cls, member = assumption.cls, assumption.member
        put = self._inference.stores.on_class(cls, member)
        given = set(self._given(cls, member)) or {one for fact in put for one in _identities(fact.thing)}
        for other in self.overriding(cls, member) if assumption.below else ():
            if not given.issuperset(self._given(other, member)):
                return f"`{other.name}` ({other.place}), a subclass of `{cls.name}`, has its own `{member}`"
        for fact in put:
            if not given.issuperset(_identities(fact.thing)):
                place = f"{fact.step.path}:{fact.step.line}" if fact.step else ""
                return f"`{member}` of `{cls.name}` is also set at {place}"
        return ""

    def others_near(self, assumption: Assumption) -> Iterator[tuple[object, str]]:
        """What the member may give instead, by what the files that name a target do; and where they do it."""
        cls, member = assumption.cls, assumption.member
        for other in self._overriding_near(cls, member) if assumption.below else ():
            for given in self._given(other, member):
                yield given, f"`{other.name}` ({other.place}), a subclass of `{cls.name}`"
        for fact in self._inference.stores.near_on_class(cls, member):
            for given in _identities(fact.thing):
                yield given, f"{fact.step.path}:{fact.step.line}" if fact.step else ""

    # -- what a member is ----------------------------------------------------------------------------------

    def _may_be_overridden(self, cls: ClassInfo, member: str) -> bool:
        """Whether anything but the class itself binds the member; where few files name it, they are read."""
        if len(self._inference.codebase.grep(cls.name)) <= _MANY:
            return True
        forms = (f"def {member}", f"{member} =", f"{member}=", f"{member}:")
        home = cls.module.path if cls.module else ""
        at_home = self._inference.codebase.text(home) or "" if home else ""
        if self._inference.codebase.grep(*forms) - {home}:
            return True
        return sum(at_home.count(form) for form in forms) > 1

    def _overriding_near(self, cls: ClassInfo, member: str) -> Iterator[ClassInfo]:
        near = self._inference.near
        if self._near[0] is not near:
            known: dict[str, list[str]] = {}
            for path in sorted(near):
                text = self._inference.codebase.text(path) or ""
                if _HEADER.search(text):
                    for name in {word for words in _BOUND.findall(text) for word in words}:
                        known.setdefault(name, []).append(path)
            self._near = (near, known)
        for path in self._near[1].get(member, ()):
            module = self._inference.codebase.module(path)
            for node in module.nodes(ast.ClassDef) if module else ():
                if node.bases and module is not None:
                    found = self._inference.classes.of(module, node)
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

    def below(self, cls: ClassInfo) -> tuple[ClassInfo, ...]:
        """The subclasses of a class: all of them, unless it is a base in very many files."""
        if cls not in self._below:
            self._below[cls] = tuple(self._search(cls))
        return self._below[cls]

    def _search(self, cls: ClassInfo) -> Iterator[ClassInfo]:
        codebase = self._inference.codebase
        known: set[str] = set()
        found: set[ClassInfo] = {cls}
        new = {cls.name}
        read = 0
        while new:
            known |= new
            fresh: set[str] = set()
            for path in sorted(codebase.grep(*new)):
                text = codebase.text(path) or ""
                if "class " not in text and " as " not in text and not path.endswith("__init__.py"):
                    continue
                others, deriving = self.names_in(path, frozenset(new))
                others -= known
                if not others and not deriving:
                    continue
                module = codebase.module(path)
                read += 1
                if module is None or read > _MANY:
                    continue
                # What very many files hold, such as a single letter, each of them means by itself.
                rare = (other for other in others if len(codebase.grep(other)) <= _MANY)
                fresh |= {other for other in rare if self._names_one_below(module, other, cls)}
                for one in self._in_file(module, cls, new | others):
                    if one not in found:
                        found.add(one)
                        yield one
                        if not isinstance(module.enclosing_function(one.node or module.tree), FunctionNode):
                            fresh.add(one.name)
            new = fresh - known

    def names_in(self, path: str, names: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The other names that a file has for classes, and the names of those that may derive from them."""
        key = (path, names)
        if key not in self._names_in:
            text = self._inference.codebase.text(path) or ""
            self._names_in[key] = (frozenset(_aliases(text, names)), frozenset(_deriving(text, names)))
        return self._names_in[key]

    def _in_file(self, module: Module, cls: ClassInfo, names: Set[str]) -> Iterator[ClassInfo]:
        """The classes of a file that derive from a class by a base of one of the names."""
        classes = self._inference.classes
        named = set(names)
        while True:
            deriving = set(_deriving(module.text, named))
            if deriving <= named:
                break
            named |= deriving
        for node in module.nodes(ast.ClassDef):
            if node.name in named and node.bases:
                found = classes.of(module, node)
                if found is not cls and classes.is_subclass(found, cls):
                    yield found

    def _names_one_below(self, module: Module, name: str, cls: ClassInfo) -> bool:
        return any(
            isinstance(fact.thing, ClassObject) and self._inference.classes.is_subclass(fact.thing.cls, cls)
            for fact in self._inference.imports.top_level(module, name)
        )


def _deriving(text: str, names: Set[str]) -> Iterator[str]:
    """The classes of a text in whose headers one of the names stands."""
    for match in _HEADER.finditer(text):
        if not names.isdisjoint(_WORD.findall(match[2])):
            yield match[1]


def _aliases(text: str, names: Set[str]) -> Iterator[str]:
    """Other names that a file gives the classes, by an import or a plain assignment."""
    for name in names:
        # Without a \b in front, the name itself is looked for, which is several times faster.
        for match in re.finditer(rf"{re.escape(name)}(?:[ \t]+as[ \t]+(\w+)|[ \t]*$)", text, re.MULTILINE):
            if text[match.start() - 1 : match.start()].isidentifier():
                continue
            if match[1]:
                yield match[1]
            else:
                assigned = _ASSIGNED.fullmatch(text, text.rfind("\n", 0, match.start()) + 1, match.start())
                if assigned:
                    yield assigned[1]


def identities(value: Value) -> Iterator[object]:
    """What the objects of a value are or hand on, as far as it can be compared."""
    return (identity for fact in value for identity in _identities(fact.thing))


def _identities(thing: Thing) -> Iterator[object]:
    """What a thing is or hands on, as far as it can be compared."""
    match thing:
        case NoneObject():
            return
        case Instance(cls):
            yield cls
        case Coroutine(inner) | Iteration(inner) | Manager(inner) | LambdaFunction(inner):
            yield from (identity for fact in inner for identity in _identities(fact.thing))
        case TupleOf(items):
            yield from (identity for item in items for fact in item for identity in _identities(fact.thing))
        case Hint(inner, _, why):
            yield Unknown(why)
            yield from (identity for fact in inner for identity in _identities(fact.thing))
        case _:
            yield thing
