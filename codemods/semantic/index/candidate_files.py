"""Which files are worth judging: from the target outward over whatever hands it on, to a fixpoint.

A file can reach the target only through a name: the class itself, a subclass, an alias, a factory, a fixture,
a module variable, an attribute of a class that holds one. Each round greps for the names found last and reads
the files that can mean them: they import the module a name lives in, or mention its class. The resolver says
which further names those files hand the target on under. Files whose lines hand nothing on are not parsed.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from codemods.semantic.index.import_index import ImportReader
from codemods.semantic.index.value_flow_scan import lines_that_hand_on
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.evaluator import Inference
from codemods.semantic.inference.values import (
    ClassObject,
    Coroutine,
    Function,
    Hint,
    Instance,
    Iteration,
    LambdaFunction,
    Manager,
    Mock,
    Partial,
    TupleOf,
    Value,
    union,
)
from codemods.semantic.scopes.bindings import names_bound
from codemods.semantic.verdicts.evidence import snake
from codemods.semantic.verdicts.judge import Wanted
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.text import whole_words

_DEPTH = 3
"""How many holders may stand between a name and the target: ``app.state.manager`` has two."""

_GIVER_FILES = 300
"""So many files without a site are read for other names that give the target itself."""
_HOLDER_FILES = 60
"""So many files are read for holders of the target, and holders of those, the nearest first."""

_COMMON = 100
"""A name that more files mean counts where it gives the target, or a holder whose doors are used there."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name under which the target, or something that holds it, is handed on."""

    word: str
    home: str | None = None
    """The module that binds it; a file that means the name imports from there. None: any file may mean it."""
    folder: str | None = None
    """For a fixture: where it can be asked for."""
    owner: ClassInfo | None = None
    """For a member: its class; a file that means the name mentions something that gives the class."""


class Relevant(NamedTuple):
    """The files worth judging, sorted, and whether everything that may hand the target on was followed."""

    paths: list[str]
    whole: bool


_MANY = 2000
"""More files with the literal are not read before the search has told which can matter."""
FEW = 100
"""So many files with the literal are judged sooner than the search for those that can matter ends."""


def holding_files(
    codebase: Codebase, wanted: Wanted, literals: Sequence[str], holds: Callable[[str], bool] | None = None
) -> set[str]:
    """The files that hold a literal; unless they are many, only those whose text passes ``holds``."""
    # What the search looks for next is asked in the same breath: git takes as long for one word as for few.
    codebase.grep(*literals, *_last_names(wanted), *wanted.names, *map(snake, wanted.names))
    holding = codebase.grep(*literals) if literals else set(codebase.paths())
    if holds is None or len(holding) > _MANY:
        return holding
    return {path for path in holding if holds(codebase.text(path) or "")}


def relevant_files(
    inference: Inference, imports: ImportReader, wanted: Wanted, kind: str, holding: set[str]
) -> Relevant:
    """Those of the files with a literal that hold a name through which the target can be reached."""
    codebase = inference.codebase
    if kind in ("variable", "module"):
        return Relevant(sorted(holding & codebase.grep(*_last_names(wanted))), True)
    if len(holding) <= FEW:
        return Relevant(sorted(holding), True)
    search = _Search(inference, imports, wanted, holding)
    search.run()
    files = search.files & codebase.grep(*_last_names(wanted)) if wanted.owners else search.files
    return Relevant(sorted(files), search.whole)


def _last_names(wanted: Wanted) -> set[str]:
    return {path.rsplit(".", 1)[-1] for path in wanted.paths}


class _Search:
    def __init__(
        self, inference: Inference, imports: ImportReader, wanted: Wanted, holding: set[str]
    ) -> None:
        self._inference = inference
        self._wanted = wanted
        self._holding = holding
        self._imports = imports
        self._holders: dict[ClassInfo, int] = dict.fromkeys(wanted.classes | wanted.owners, 0)
        self._givers: dict[ClassInfo, set[Name]] = {}
        """The names that give an instance of a holder: a file that means its members means one of them."""
        self._giving_words: dict[ClassInfo, set[str]] = {}
        """The words of those names."""
        self._given_by: dict[Name, list[ClassInfo]] = {}
        """The same, by the names."""
        self._doors: dict[ClassInfo, set[str]] = {}
        """The members of a holder that give the target, or a nearer holder."""
        self._known: set[Name] = set()
        self._distance: dict[Name, int] = {}
        """How many holders stand between a name and the target."""
        self._read_near: set[str] = set()
        self._read_far: set[str] = set()
        """The files that were read for what gives the target itself, and for its holders."""
        self._reached: dict[str, set[str]] = {}
        """The words that were already looked at in a file."""
        self._meaning: dict[Name, set[str]] = {}
        """The files that mean a name."""
        self._grown: set[ClassInfo | None] = set()
        self._stars = imports.star_importers()
        self.files: set[str] = set()
        self.whole = True
        """Whether every name was followed."""

    def run(self) -> None:
        """Follow names until none is new, the nearest first."""
        self._distance = dict.fromkeys(self._first(), 0)
        pending = set(self._distance)
        self._evidence()
        while pending:
            nearest = min(self._distance[name] for name in pending)
            # Once no file is read any more, what is left to follow is looked up together, and that is all.
            names = {name for name in pending if self._distance[name] == nearest or not self.whole}
            last = not self.whole
            self._known |= names
            pending -= names
            for name, distance in list(self._round(names)):
                for again in (name, *self._starred(name)):
                    self._distance[again] = min(distance, self._distance.get(again, distance))
                    if again not in self._known:
                        pending.add(again)
            # A class that is given by a new name has its members looked for behind that name too.
            pending |= {name for name in self._known if name.owner in self._grown}
            self._grown.clear()
            if last:
                break

    def _first(self) -> Iterator[Name]:
        """The names of the target itself, where it is defined and where it is known to be imported from."""
        modules = self._inference.modules
        for cls in self._holders:
            yield Name(cls.name, modules.key_of(cls.module.path) if cls.module else None)
        for path in self._wanted.paths if not self._wanted.owners else ():
            owner, _, word = path.rpartition(".")
            found = modules.find(owner)
            yield Name(word, found.key if found else None)

    def _evidence(self) -> None:
        """Files that name the class, or in which a variable's name alone speaks of it."""
        codebase = self._inference.codebase
        if not self._wanted.functions:
            for name in self._wanted.names:
                for path in self._holding & codebase.grep(name):
                    if whole_words(name).search(codebase.text(path) or ""):
                        self.files.add(path)
        for name in {snake(name) for name in self._wanted.names}:
            # One word alone is often something else: only where it is used as an object does it speak.
            pattern = re.compile(rf"{name}" if "_" in name else rf"(?<![a-z0-9]){name}\.")
            for path in self._holding & codebase.grep(name):
                if pattern.search(codebase.text(path) or ""):
                    self.files.add(path)

    def _round(self, names: set[Name]) -> Iterator[tuple[Name, int]]:
        """The names under which the files that mean these hand them on, and how far they are."""
        meant = dict(self._meant(names))
        common = Counter(name for found in meant.values() for name in found)
        for path, found in meant.items():
            text = self._inference.codebase.text(path) or ""
            words = {name.word for name in found if common[name] <= _COMMON or self._is_close(text, name)}
            if words and path in self._holding and self._is_near(text, words):
                self.files.add(path)
            words -= self._reached.get(path, set())
            if words:
                self._reached.setdefault(path, set()).update(words)
                near = min(self._distance[name] for name in found if name.word in words)
                for name in self._reexported(path, words):
                    yield name, near
                lines = lines_that_hand_on(text, words)
                if lines and self._affords(path, near):
                    yield from self._handed_on(path, lines)

    def _affords(self, path: str, near: int) -> bool:
        """Whether a file is read that only hands the target on: while those that do are few."""
        read, most = (self._read_far, _HOLDER_FILES) if near else (self._read_near, _GIVER_FILES)
        if path not in self.files and path not in read:
            if len(read) >= most:
                self.whole = False
                return False
            read.add(path)
        return True

    def _meant(self, names: set[Name]) -> Iterator[tuple[str, list[Name]]]:
        """Which of the names each file means."""
        for path, candidates in sorted(self._candidates(names).items()):
            text = self._inference.codebase.text(path)
            if text is None:
                continue
            words = {name.word for name in candidates if name.word in text}
            words = {word for word in words if whole_words(word).search(text)}
            found = [name for name in candidates if name.word in words]
            for name in found:
                self._meaning.setdefault(name, set()).add(path)
            if found:
                yield path, found

    def _is_close(self, text: str, name: Name) -> bool:
        """Whether a name that many files mean gives the target, or a holder whose doors this file uses."""
        given = self._given_by.get(name, ())
        return not given or any(
            not self._holders[cls]
            or (self._holders[cls] == 1 and any(f".{door}" in text for door in self._doors.get(cls, ())))
            for cls in given
        )

    def _candidates(self, names: set[Name]) -> dict[str, list[Name]]:
        """The files that may mean each name, but for the word itself."""
        found: dict[str, list[Name]] = {}
        homes: dict[str, list[Name]] = {}
        anywhere: list[Name] = []
        for name in names:
            if name.home is not None:
                homes.setdefault(name.home, []).append(name)
            elif name.owner is None:
                anywhere.append(name)
            else:
                for giver in self._givers.get(name.owner, ()):
                    for path in self._meaning.get(giver, ()):
                        found.setdefault(path, []).append(name)
        self._inference.codebase.grep(*(name.word for name in anywhere if not name.folder))
        for name in anywhere:
            for path in self._below(name):
                found.setdefault(path, []).append(name)
        for path, imported in self._imports.importers(homes.keys()).items():
            found.setdefault(path, []).extend(name for home in imported for name in homes[home])
        return found

    def _below(self, name: Name) -> Iterable[str]:
        """The files in which a fixture can be asked for, or anything that bears a name."""
        paths = self._inference.codebase.paths()
        if name.folder:
            start = bisect_left(paths, name.folder)
            end = bisect_right(paths, name.folder, start, key=lambda path: path[: len(name.folder or "")])
            if end - start <= FEW:
                return paths[start:end]
        found = self._inference.codebase.grep(name.word)
        return {path for path in found if path.startswith(name.folder)} if name.folder else found

    def _reexported(self, path: str, words: set[str]) -> Iterator[Name]:
        """Names that an import of a file makes known behind the file, or under an alias in it."""
        key = self._inference.modules.key_of(path)
        for _, name, here in self._imports.of(path).names:
            if name in words and Name(here) not in self._known:
                yield Name(here, key)

    def _starred(self, name: Name) -> Iterator[Name]:
        """The same name behind the modules that import it by a star."""
        seen = {name.home}
        todo = [name.home] if name.home is not None else []
        while todo:
            for importer in self._stars.get(todo.pop(), ()):
                if importer not in seen:
                    seen.add(importer)
                    todo.append(importer)
                    yield Name(name.word, importer)

    @cached_property
    def _plugins(self) -> dict[str, set[str]]:
        """Where the fixtures of a module can be asked for because a conftest names it as a plugin."""
        codebase = self._inference.codebase
        folders: dict[str, set[str]] = {}
        for path in codebase.paths():
            text = codebase.text(path) or "" if path.endswith("conftest.py") else ""
            if "pytest_plugins" not in text:
                continue
            for dotted in re.findall(r"[\"']([\w.]+)[\"']", text):
                found = self._inference.modules.find(dotted, path)
                if found is not None:
                    folders.setdefault(found.key, set()).add(path.removesuffix("conftest.py"))
        return folders

    # -- what one file hands on ----------------------------------------------------------------------------

    def _handed_on(self, path: str, lines: Sequence[int]) -> Iterator[tuple[Name, int]]:
        module = self._inference.codebase.outline(path)
        if module is None:
            return
        for unit in module.units_on(lines):
            owner = module.parent(unit)
            if isinstance(owner, ast.ClassDef) and not isinstance(unit, ast.expr | ast.keyword):
                yield from self._of_member(module, owner, unit)
            elif isinstance(owner, ast.Module):
                yield from self._of_statement(module, unit)

    def _of_statement(self, module: Module, unit: ast.AST) -> Iterator[tuple[Name, int]]:
        """The names that a statement at the top of a module binds."""
        if isinstance(unit, FunctionNode) and self._inference.functions.is_fixture(module, unit):
            yield from self._of_fixture(module, unit, None)
            return
        for name in dict.fromkeys(names_bound(unit)) if isinstance(unit, ast.stmt) else ():
            value = self._inference.imports.top_level(module, name)
            yield from self._given(value, Name(name, self._inference.modules.key_of(module.path)))

    def _of_member(self, module: Module, owner: ast.ClassDef, unit: ast.AST) -> Iterator[tuple[Name, int]]:
        """The members that a method or a statement of a class body gives the class."""
        cls = self._inference.classes.of(module, owner)
        members: set[str] = set()
        if isinstance(unit, FunctionNode):
            if self._inference.functions.is_fixture(module, unit):
                yield from self._of_fixture(module, unit, cls)
            else:
                members.add(unit.name)
            members |= {attribute.binding.name for attribute in self._inference.classes.assigned(unit)}
        elif isinstance(unit, ast.stmt):
            members |= set(names_bound(unit))
        for member in sorted(members):
            value = self._inference.members.of_class(cls, member)
            depth = self._depth(value)
            if depth is not None and depth < _DEPTH:
                yield from self._hold(module, cls, member, depth + 1)

    def _of_fixture(
        self, module: Module, node: FunctionNode, cls: ClassInfo | None
    ) -> Iterator[tuple[Name, int]]:
        fixtures = self._inference.fixtures
        known = fixtures.in_class(cls) if cls is not None else fixtures.in_module(module)
        key = self._inference.modules.key_of(module.path)
        for name, candidates in known.items():
            if not any(fixture.node is node for fixture in candidates):
                continue
            value = union(fixtures.given(fixture) for fixture in candidates if fixture.node is node)
            if module.path.endswith("conftest.py"):
                yield from self._given(value, Name(name, folder=module.path.removesuffix("conftest.py")))
                continue
            yield from self._given(value, Name(name, key))
            for folder in self._plugins.get(key, ()):
                yield from self._given(value, Name(name, folder=folder))

    def _hold(self, module: Module, cls: ClassInfo, member: str, depth: int) -> Iterator[tuple[Name, int]]:
        """A class holds the target in a member: from now on its instances are followed too."""
        if any(self._holders.get(item, depth + 1) < depth for item in self._order(cls)):
            return  # whoever has one is nearer already
        self._holders.setdefault(cls, depth)
        self._doors.setdefault(cls, set()).add(member)
        giver = Name(cls.name, self._inference.modules.key_of(module.path))
        self._add_giver(cls, giver)
        yield giver, depth
        yield Name(member, owner=cls), depth

    def _is_near(self, text: str, words: set[str]) -> bool:
        """Whether a file that means these words can get at the target itself, not only at a far holder."""
        far = [cls for cls in self._givers if words <= self._giving_words[cls]]
        return not far or any(door in text for cls in far for door in self._doors.get(cls, ("",)))

    # -- is it the target? ---------------------------------------------------------------------------------

    def _given(self, value: Value, name: Name) -> Iterator[tuple[Name, int]]:
        """The name, when what it stands for is, or holds, the target."""
        holders = set(self._in(value))
        for cls in holders:
            if self._add_giver(cls, name):
                self._grown.add(cls)
        if holders or any(
            isinstance(fact.thing, Function) and fact.thing.node in self._wanted.functions for fact in value
        ):
            yield name, min((self._holders[cls] for cls in holders), default=0)

    def _add_giver(self, cls: ClassInfo, name: Name) -> bool:
        """Note that a name gives a holder; whether that is news."""
        givers = self._givers.setdefault(cls, set())
        if name in givers:
            return False
        givers.add(name)
        self._giving_words.setdefault(cls, set()).add(name.word)
        self._given_by.setdefault(name, []).append(cls)
        return True

    def _order(self, cls: ClassInfo) -> tuple[ClassInfo, ...]:
        return self._inference.classes.order(cls).classes

    def _depth(self, value: Value) -> int | None:
        """How far the nearest holder among the objects of a value is from the target."""
        return min((self._holders[cls] for cls in self._in(value)), default=None)

    def _in(self, value: Value, calls: bool = True) -> Iterator[ClassInfo]:
        """The holders among everything a value may be or give."""
        for fact in value:
            match fact.thing:
                case Instance(cls, _, arguments) | ClassObject(cls, _, arguments):
                    for item in self._order(cls):
                        if item in self._holders:
                            yield item
                    for inner in arguments:
                        yield from self._in(inner, calls)
                case Function() as function if calls:
                    yield from self._in(self._inference.functions.call(function), False)
                case LambdaFunction(inner) | Coroutine(inner) | Manager(inner) | Partial(inner):
                    yield from self._in(inner, calls)
                case Hint(inner) | Iteration(inner):
                    yield from self._in(inner, calls)
                case TupleOf(items):
                    for inner in items:
                        yield from self._in(inner, calls)
                case Mock(spec) if spec:
                    yield from self._in(spec, calls)
