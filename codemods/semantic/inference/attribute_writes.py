"""What other code puts into an attribute: ``app.state.pool = Pool()``, ``setattr(app, "pool", Pool())``."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
    ClassObject,
    Fact,
    Hint,
    Instance,
    ModuleObject,
    Value,
    of,
    union,
    unknown,
    via,
)
from codemods.semantic.scopes.bindings import targets
from codemods.syntax.module import FunctionNode, Module

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference

_STORE = re.compile(r"\.(\w+)(?=[ \t]*(?:[:,)\]][^=\n]*)?=(?!=))")
_BY_NAME = re.compile(r"\b(?:__)?setattr(?:__)?\([^\"']*[\"'](\w+)[\"']")
_MANY = 100
"""So many files that set an attribute are read; where there are more, what they set is not known."""


@dataclass(frozen=True, slots=True)
class Store:
    """One assignment to an attribute of something else than ``self``."""

    module: Module
    owner: ast.expr
    unpack: tuple[int, ...]
    value: ast.expr


class Stores:
    """Finds the assignments that set an attribute from outside of its class or module."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._near: tuple[frozenset[str], dict[str, list[str]]] = (frozenset(), {})
        self._in_file: dict[tuple[Module, str], tuple[Store, ...]] = {}
        self._set_in: dict[str, dict[str, bool | None]] = {}

    def on_class(self, cls: ClassInfo, name: str) -> Value:
        """What the files that mention a class set on it or its objects, wherever they are."""
        codebase = self._inference.codebase
        naming = codebase.grep(name)
        setting = self._setting(naming if len(naming) <= _MANY else naming & codebase.grep(cls.name), name)
        paths = [path for path, by_others in setting if by_others or len(setting) <= _MANY]
        if len(paths) > _MANY:
            return unknown(f"very many files set `{name}`")
        return self._put(paths, name, lambda fact: self._is_of(fact, cls))

    def near_on_class(self, cls: ClassInfo, name: str) -> Value:
        """What the files that mention a target set on a class or its objects."""
        return self._put(self._near_paths(name), name, lambda fact: self._is_of(fact, cls))

    def near_on_module(self, key: str, name: str) -> Value:
        """What the files that mention a target set on a module."""

        def is_it(fact: Fact) -> bool:
            path = fact.thing.path if isinstance(fact.thing, ModuleObject) else None
            return path is not None and self._inference.modules.key_of(path) == key

        return self._put(self._near_paths(name), name, is_it)

    def near_alike(self, owner: str, name: str) -> Value:
        """What the files that mention a target set under an owner that is written alike: evidence only."""
        found: list[Value] = []
        for store in self._stores(self._near_paths(name), name):
            written = ast.unparse(store.owner)
            if written.split(".")[-1] == owner.split(".")[-1]:
                why = f"`{written}.{name}` is set at {store.module.path}:{store.owner.lineno}"
                found.append(of(Hint(self._value(store), ReasonCode.EVIDENCE, why)))
        return union(found)

    # -- below ---------------------------------------------------------------------------------------------

    def _is_of(self, fact: Fact, cls: ClassInfo) -> bool:
        if not isinstance(fact.thing, (Instance, ClassObject)):
            return False
        classes, owner = self._inference.classes, fact.thing.cls
        return classes.is_subclass(owner, cls) or classes.is_subclass(cls, owner)

    def _put(self, paths: Iterable[str], name: str, is_it: Callable[[Fact], bool]) -> Value:
        return union(
            via(
                self._value(store),
                f"`{ast.unparse(store.owner)}.{name}`",
                store.module.path,
                store.owner.lineno,
            )
            for store in self._stores(paths, name)
            if any(is_it(fact) for fact in self._inference.value(store.module, store.owner))
        )

    def _value(self, store: Store) -> Value:
        value = self._inference.value(store.module, store.value)
        return self._inference.bindings.unpacked(value, store.unpack)

    def _near_paths(self, name: str) -> list[str]:
        near = self._inference.near
        if self._near[0] is not near:
            known: dict[str, list[str]] = {}
            for path in sorted(near):
                text = self._inference.codebase.text(path) or ""
                for attribute in {*_STORE.findall(text), *_BY_NAME.findall(text)}:
                    known.setdefault(attribute, []).append(path)
            self._near = (near, known)
        return self._near[1].get(name, [])

    def _setting(self, paths: Iterable[str], name: str) -> list[tuple[str, bool]]:
        """The files that may set an attribute, and whether they set it of anything but ``self``."""
        known = self._set_in.setdefault(name, {})
        found: list[tuple[str, bool]] = []
        for path in sorted(paths):
            if path not in known:
                owners = _setting(name).findall(self._inference.codebase.text(path) or "")
                known[path] = None if not owners else not {"self", "cls"}.issuperset(owners)
            by_others = known[path]
            if by_others is not None:
                found.append((path, by_others))
        return found

    def _stores(self, paths: Iterable[str], name: str) -> Iterator[Store]:
        for path in paths:
            module = self._inference.codebase.outline(path)
            if module is not None:
                key = (module, name)
                if key not in self._in_file:
                    self._in_file[key] = tuple(_stores_in(module, name))
                yield from self._in_file[key]


@lru_cache(maxsize=64)
def _setting(name: str) -> re.Pattern[str]:
    """Where an attribute is set; it finds the name in front of the dot."""
    by_name = rf"setattr(?:__)?\([^\"']*[\"']{name}[\"']"
    return re.compile(rf"(\w*)\.{name}\b[ \t]*(?:[:,)\]][^=\n]*)?=(?!=)|{by_name}")


def _stores_in(module: Module, name: str) -> Iterator[Store]:
    for node in module.mentioning(name):
        match node:
            case ast.Assign(targets=written, value=value):
                pass
            case ast.AnnAssign(target=single, value=ast.expr() as value):
                written = [single]
            case ast.Call():
                yield from _by_name(module, node, name)
                continue
            case _:
                continue
        for target in written:
            for item, unpack in targets(target):
                if isinstance(item, ast.Attribute) and item.attr == name and not _is_self(module, item.value):
                    yield Store(module, item.value, unpack, value)


def _by_name(module: Module, call: ast.Call, name: str) -> Iterator[Store]:
    """What ``setattr(owner, "name", value)`` sets, and ``object.__setattr__`` and ``owner.__setattr__``."""
    match call:
        case ast.Call(
            func=ast.Name(id="setattr") | ast.Attribute(attr="__setattr__"),
            args=[owner, ast.Constant(value=str(given)), value],
        ) if given == name:
            yield Store(module, owner, (), value)
        case ast.Call(
            func=ast.Attribute(value=owner, attr="__setattr__"),
            args=[ast.Constant(value=str(given)), value],
        ) if given == name:
            yield Store(module, owner, (), value)


def _is_self(module: Module, owner: ast.expr) -> bool:
    """Whether an owner is the first parameter of a method: its class reads those assignments."""
    if not isinstance(owner, ast.Name):
        return False
    for above in module.ancestors(owner):
        if isinstance(above, FunctionNode) and isinstance(module.parent(above), ast.ClassDef):
            first = next(iter((*above.args.posonlyargs, *above.args.args)), None)
            return first is not None and first.arg == owner.id
    return False
