"""Who derives from a class and has a member of its own: what a declared object may turn out to be.

The lines of class statements and the text of files say which classes those can be; only their files are
parsed, and their bases followed upward to the class.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

from codemods.semantic.index.class_index import Alias, ClassLines, Header, NamesAbove, classes_binding
from codemods.semantic.index.import_index import ImportReader
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
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
    Variable,
)

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference

_FEW = 100
"""So few files are looked at one by one, before all class statements are read."""
_MANY = 400
"""So many files are parsed for subclasses of one class; where there are more, nothing is proven.

Nor is it found out which files can know a class where they are more.
"""


class Subclasses:
    """Finds the subclasses in the repository that give a member another meaning than their base does."""

    def __init__(self, inference: Inference, imports: ImportReader, lines: ClassLines) -> None:
        self._inference = inference
        self._imports = imports
        self._lines = lines
        self._hidden_known: dict[Header, int] | None = None
        self._above_hidden: NamesAbove
        self._under: dict[str, set[Header]] = {}
        self._families: dict[ClassInfo, dict[Header, None]] = {}
        self._overriding: dict[tuple[ClassInfo, str], tuple[ClassInfo, ...]] = {}
        self._overriding_near: tuple[frozenset[str], dict[tuple[ClassInfo, str], tuple[ClassInfo, ...]]]
        self._overriding_near = frozenset(), {}
        self._unread: set[tuple[ClassInfo, str]] = set()
        self._binding_in: dict[tuple[str, str], dict[str, set[int]]] = {}

    def overriding(self, cls: ClassInfo, member: str) -> tuple[ClassInfo, ...]:
        """The subclasses in whose lookup order another class than in that of ``cls`` gives the member."""
        key = (cls, member)
        if key not in self._overriding:
            found: list[ClassInfo] = []
            for one in self._in_files(cls, self._may_override(cls, member)):
                if one is None:
                    self._unread.add(key)
                elif self._has_its_own(one, cls, member):
                    found.append(one)
            self._overriding[key] = tuple(found)
        return self._overriding[key]

    def unread(self, cls: ClassInfo, member: str) -> bool:
        """Whether there are so many subclasses that others may have the member too."""
        self.overriding(cls, member)
        return (cls, member) in self._unread

    def below(self, cls: ClassInfo) -> Iterator[ClassInfo]:
        """All subclasses of a class in the repository."""
        return (found for found in self._in_files(cls, self._family(cls), None) if found is not None)

    def mixing(self, cls: ClassInfo, other: ClassInfo) -> Iterator[ClassInfo]:
        """The subclasses of one class that derive from another one too."""
        several = (header for header in self._family(cls) if header.several)
        both = self._lines.above(several).under(lambda name: name == other.name)
        for found in (*self._in_files(cls, both), *self._in_files(cls, self._hidden(cls, other))):
            if found is not None and self._inference.classes.is_subclass(found, other):
                yield found

    def refuted(self, assumption: Assumption) -> str:
        """What keeps an assumption from being sure, in words; '' when nothing in the repository does."""
        cls, member = assumption.cls, assumption.member
        put = self._inference.stores.on_class(cls, member)
        given = set(self._given(cls, member)) or {one for fact in put for one in _identities(fact.thing)}
        for other in self.overriding(cls, member) if assumption.below else ():
            if not given.issuperset(self._given(other, member)):
                return f"`{other.name}` ({other.place}), a subclass of `{cls.name}`, has its own `{member}`"
        if assumption.below and self.unread(cls, member):
            return f"`{cls.name}` has too many subclasses to look at the `{member}` of all"
        for fact in put:
            if not given.issuperset(_identities(fact.thing)):
                place = f"{fact.step.path}:{fact.step.line}" if fact.step else ""
                return f"`{member}` of `{cls.name}` is also set at {place}"
        return ""

    def others_near(self, assumption: Assumption) -> Iterator[tuple[object, str]]:
        """What the member may give instead, by what the files that name a target do; and where they do it."""
        cls, member = assumption.cls, assumption.member
        for other in self._near(cls, member) if assumption.below else ():
            for given in self._given(other, member):
                yield given, f"`{other.name}` ({other.place}), a subclass of `{cls.name}`"
        for fact in self._inference.stores.near_on_class(cls, member):
            for given in _identities(fact.thing):
                yield given, f"{fact.step.path}:{fact.step.line}" if fact.step else ""

    # -- what a member is ----------------------------------------------------------------------------------

    def _near(self, cls: ClassInfo, member: str) -> tuple[ClassInfo, ...]:
        """The same as `overriding`, of the files that name a target."""
        near, known = self._overriding_near
        if near is not self._inference.near:
            self._overriding_near = near, known = self._inference.near, {}
        if (cls, member) not in known:
            known[cls, member] = tuple(self._find_near(cls, member))
        return known[cls, member]

    def _find_near(self, cls: ClassInfo, member: str) -> Iterator[ClassInfo]:
        near = {path for path in self._inference.near if self._binding(path, member)}
        headers = [header for path in near for header in self._lines.in_file(path)]
        if len(near) > _FEW:  # fewer are parsed sooner than all class statements are read
            hidden = (header for header in self._lines.of_variables() if header.path in near)
            headers = [*self._lines.above(headers).under(lambda name: name == cls.name), *hidden]
        for found in self._in_files(cls, headers, None):
            if found is not None and self._has_its_own(found, cls, member):
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
            classes.defines(item, member) or classes.attribute(item, member)
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

    def _may_override(self, cls: ClassInfo, member: str) -> list[Header]:
        """The class statements that may be of a subclass with the member from elsewhere."""
        order = self._inference.classes.order(cls).classes
        own = {(item.module.path, item.node.lineno) for item in order if item.module and item.node}
        naming = self._inference.codebase.grep(member)

        def binds(path: str, name: str) -> bool:
            lines = self._binding(path, member).get(name, ()) if path in naming else ()
            return any((path, line) not in own for line in lines)

        if len(naming) <= _FEW and not any(
            binds(path, name) for path in naming for name in self._binding(path, member)
        ):
            return []

        def is_bound(name: str) -> bool:
            return any(binds(path, name) for path in {one.path for one in self._lines.named(name)})

        family = self._family(cls)
        hidden = {
            header
            for header in self._lines.of_variables()
            if header.several or binds(header.path, header.name)
        }
        binding = {header for header in family if binds(header.path, header.name)}
        # What a class with a single base has, that base has, which is looked at too.
        several = (header for header in family if header.several and header not in binding)
        return [*binding, *self._lines.above(several).under(is_bound), *hidden]

    def _binding(self, path: str, member: str) -> dict[str, set[int]]:
        key = (path, member)
        if key not in self._binding_in:
            self._binding_in[key] = classes_binding(self._inference.codebase.text(path) or "", member)
        return self._binding_in[key]

    def _family(self, cls: ClassInfo) -> dict[Header, None]:
        """The class statements that may be of subclasses, by the names of their bases."""
        if cls not in self._families:
            family = self._derived(cls, most=_FEW)
            if family is None:
                # By the name alone they are many; those that can know the class may be few.
                reached = self._reached(cls.module.path) if cls.module is not None else None
                family = self._derived(cls, within=reached)
            self._families[cls] = family or {}
        return self._families[cls]

    def _derived(
        self, cls: ClassInfo, *, within: Set[str] | None = None, most: int = sys.maxsize
    ) -> dict[Header, None] | None:
        """The class statements, in these files, whose names lead up to the class; None if they are more."""
        found: dict[Header, None] = {}
        known = {cls.name}
        todo = [cls.name]

        def add(headers: Iterable[Header]) -> None:
            for header in headers:
                if within is not None and header.path not in within:
                    continue
                found[header] = None
                if header.name not in known:
                    known.add(header.name)
                    todo.append(header.name)

        while todo:
            word = todo.pop()
            add(self._lines.deriving(word))
            if len(found) > most:
                return None
            for alias in self._lines.aliases(word):
                if alias.name in known or (within is not None and alias.path not in within):
                    continue
                below = self._lines.deriving(alias.name)
                add(header for header in below if header.path == alias.path)
                if alias.local:
                    continue
                elsewhere = any(header.path != alias.path for header in below)
                if (elsewhere or self._lines.aliases(alias.name)) and self._names_one_below(alias, cls):
                    known.add(alias.name)
                    todo.append(alias.name)
        return found

    def _hidden(self, cls: ClassInfo, other: ClassInfo) -> list[Header]:
        """The class statements with several bases of which the text does not show whether they mix two.

        A single variable that mixes both by itself stands for another such statement.
        """
        names = self._hidden_under(cls.name) | self._hidden_under(other.name)
        hidden = self._lines.of_variables()
        return [one for one, count in hidden.items() if one.several and (count > 1 or one in names)]

    def _hidden_under(self, name: str) -> set[Header]:
        """Those among whose bases, and theirs, one may bear a name."""
        hidden = self._lines.of_variables()
        if self._hidden_known is not hidden:
            self._hidden_known, self._under = hidden, {}
            self._above_hidden = self._lines.above(header for header in hidden if header.several)
        if name not in self._under:
            self._under[name] = set(self._above_hidden.under(lambda word: word == name))
        return self._under[name]

    def _reached(self, path: str) -> Set[str] | None:
        """The files that import a file, or from one that does, with the file; None where they are many."""
        reached = {path}
        fresh: Set[str] = reached
        while fresh:
            keys = {self._inference.modules.key_of(one) for one in fresh}
            fresh = self._imports.importers(keys, _MANY).keys() - reached
            reached |= fresh
            if len(reached) > _MANY:
                return None
        return reached

    def _in_files(
        self, cls: ClassInfo, headers: Iterable[Header], most: int | None = _MANY
    ) -> Iterator[ClassInfo | None]:
        """The subclasses among these classes; and at the end None, where they are in too many files."""
        names: dict[str, set[str]] = {}
        for header in headers:
            names.setdefault(header.path, set()).add(header.name)
        classes = self._inference.classes
        for path in sorted(names)[:most]:
            module = self._inference.codebase.outline(path)
            for node in module.classes if module else ():
                if module is not None and node.name in names[path] and node.bases:
                    found = classes.of(module, node)
                    if found is not cls and classes.is_subclass(found, cls):
                        yield found
        if most is not None and len(names) > most:
            yield None

    def _names_one_below(self, alias: Alias, cls: ClassInfo) -> bool:
        module = self._inference.codebase.outline(alias.path)
        return module is not None and any(
            isinstance(fact.thing, ClassObject) and self._inference.classes.is_subclass(fact.thing.cls, cls)
            for fact in self._inference.imports.top_level(module, alias.name)
        )


def identities(value: Value) -> Iterator[object]:
    """What the objects of a value are or hand on, as far as it can be compared."""
    return (identity for fact in value for identity in _identities(fact.thing))


def _identities(thing: Thing) -> Iterator[object]:
    """What a thing is or hands on, as far as it can be compared."""
    match thing:
        case NoneObject():
            return
        case Instance(cls, _, arguments):
            yield cls
            if arguments:
                yield cls, arguments
        case Variable(_, name):
            yield Unknown(f"it is declared by the type variable `{name}`")
        case Coroutine(inner) | Iteration(inner) | Manager(inner) | LambdaFunction(inner):
            yield from (identity for fact in inner for identity in _identities(fact.thing))
        case TupleOf(items):
            yield from (identity for item in items for fact in item for identity in _identities(fact.thing))
        case Hint(inner, _, why):
            yield Unknown(why)
            yield from (identity for fact in inner for identity in _identities(fact.thing))
        case _:
            yield thing
