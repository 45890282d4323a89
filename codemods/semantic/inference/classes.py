"""Classes: identity, bases across modules, the order in which members are looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from codemods.semantic.inference.values import (
    ClassObject,
    External,
    Fact,
    Instance,
    NoneObject,
    Origin,
    Unknown,
)
from codemods.semantic.scopes.bindings import Binding, Kind, Table, blocks, table_of, targets
from codemods.syntax.lazy_ast import text_of_left_out
from codemods.syntax.module import FunctionNode, Module

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference

_FIRST = re.compile(r"\s*(\w+)\s*[,):=]")
"""The first parameter, behind the bracket that opens them."""
_ANYTHING = frozenset({"object", "Generic", "Protocol", "ABC", "NamedTuple", "TypedDict", "Enum"})


@dataclass(frozen=True, slots=True, eq=False)
class ClassInfo:
    """One class: defined in the repository, or known by its import path only. Equal only to itself."""

    name: str
    dotted: str
    module: Module | None = None
    node: ast.ClassDef | None = None
    origin: Origin = Origin.EXTERNAL
    """For a class that cannot be read: why."""

    @property
    def place(self) -> str:
        return f"{self.module.path}:{self.node.lineno}" if self.module and self.node else ""


@dataclass(frozen=True, slots=True)
class Order:
    """The lookup order of a class, itself first. Incomplete where a base is not known."""

    classes: tuple[ClassInfo, ...]
    complete: bool
    unknown: str = ""
    """What stands in the way when incomplete."""


@dataclass(frozen=True, slots=True)
class AttributeBinding:
    """An assignment to an attribute of ``self`` (or ``cls``), and the method it stands in."""

    binding: Binding
    function: FunctionNode


class Classes:
    """All classes met so far."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._infos: dict[int, ClassInfo] = {}
        self.wanted: set[str] = set()
        """Import paths that a recipe calls classes, however they are spelt."""
        self._externals: dict[str, ClassInfo] = {}
        self._orders: dict[ClassInfo, Order] = {}
        self._tables: dict[ClassInfo, Table] = {}
        self._assigned: dict[FunctionNode, tuple[AttributeBinding, ...]] = {}
        self._naming: dict[ClassInfo, dict[str, list[FunctionNode]]] = {}

    def of(self, module: Module, node: ast.ClassDef) -> ClassInfo:
        info = self._infos.get(id(node))
        if info is None:
            names = [node.name]
            names += [
                above.name
                for above in module.ancestors(node)
                if isinstance(above, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            ]
            dotted = ".".join((self._inference.modules.dotted_of(module.path), *reversed(names)))
            info = self._infos[id(node)] = ClassInfo(node.name, dotted.lstrip("."), module, node)
        return info

    def external(self, dotted: str, origin: Origin = Origin.EXTERNAL) -> ClassInfo:
        """The class of an import path that leads out of what can be read."""
        if dotted not in self._externals:
            self._externals[dotted] = ClassInfo(dotted.rsplit(".", 1)[-1], dotted, origin=origin)
        return self._externals[dotted]

    def order(self, cls: ClassInfo) -> Order:
        """The class and its bases, nearest first; externals are leaves."""
        if cls not in self._orders:
            self._orders[cls] = Order((cls,), False, "its bases go in a circle")
            self._orders[cls] = self._order(cls)
        return self._orders[cls]

    def is_subclass(self, cls: ClassInfo, other: ClassInfo) -> bool:
        return other in self.order(cls).classes

    def defines(self, cls: ClassInfo, name: str) -> bool:
        """Whether the class itself binds a name in its body."""
        return name in self.table(cls).names

    def provider(self, cls: ClassInfo, name: str) -> ClassInfo | None:
        """The first class in the order whose body binds the name."""
        return next((item for item in self.order(cls).classes if self.defines(item, name)), None)

    def table(self, cls: ClassInfo) -> Table:
        if cls not in self._tables:
            self._tables[cls] = table_of(cls.node) if cls.node else Table()
        return self._tables[cls]

    def attribute(self, cls: ClassInfo, name: str) -> list[AttributeBinding]:
        """What the methods of the class itself assign to an attribute of ``self``."""
        if cls not in self._naming:
            self._naming[cls] = self._methods_by_name(cls)
        methods = self._naming[cls].get(name, ())
        return [found for method in methods for found in self.assigned(method) if found.binding.name == name]

    def assigned(self, method: FunctionNode) -> tuple[AttributeBinding, ...]:
        """What a method assigns to attributes of ``self``."""
        if method not in self._assigned:
            self._assigned[method] = tuple(_assigned_attributes(method))
        return self._assigned[method]

    def _methods_by_name(self, cls: ClassInfo) -> dict[str, list[FunctionNode]]:
        """The methods of a class that may assign to an attribute, by its name."""
        found: dict[str, list[FunctionNode]] = {}
        for method in cls.node.body if cls.node else ():
            if isinstance(method, FunctionNode):
                text = text_of_left_out(method)
                receiver = _FIRST.match(text) if text is not None and text.isascii() else None
                if receiver is None or text is None:
                    names = {attribute.binding.name for attribute in self.assigned(method)}
                else:
                    names = set(_may_be_set(receiver[1]).findall(text))
                for name in names:
                    found.setdefault(name, []).append(method)
        return found

    def is_protocol(self, cls: ClassInfo) -> bool:
        return cls.node is not None and any(_last_name(base) == "Protocol" for base in cls.node.bases)

    def named_fields(self, cls: ClassInfo) -> list[str]:
        """The fields of a class that is written as a ``NamedTuple``, in order; nothing for any other."""
        if cls.node is None or not any(_last_name(base) == "NamedTuple" for base in cls.node.bases):
            return []
        return [
            item.target.id
            for item in cls.node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]

    def builds_itself(self, cls: ClassInfo) -> str:
        """What keeps a call of the class from giving an instance of it for certain, or ''."""
        for item in self.order(cls).classes:
            if item.node is None:
                continue
            if "__new__" in self.table(item).names and not self._new_is_plain(item):
                return f"`{item.name}` has its own `__new__`"
            for keyword in item.node.keywords:
                if keyword.arg == "metaclass" and self._metaclass_calls(item, keyword.value):
                    return f"the metaclass of `{item.name}` decides what a call gives"
        return ""

    def _new_is_plain(self, cls: ClassInfo) -> bool:
        """Whether ``__new__`` only ever returns what ``super().__new__(cls)`` made, like a singleton's."""
        binding = self.table(cls).names["__new__"][-1]
        if cls.module is None or not isinstance(binding.node, ast.FunctionDef):
            return False
        value = self._inference.functions.returned(cls.module, binding.node, cls)
        return bool(value) and all(
            isinstance(fact.thing, Instance) and fact.thing.cls is cls for fact in value
        )

    def _metaclass_calls(self, cls: ClassInfo, node: ast.expr) -> bool:
        assert cls.module is not None
        for fact in self._inference.value(cls.module, node):
            match fact.thing:
                case ClassObject(meta):
                    if self.provider(meta, "__call__") is not None:
                        return True
                case External(dotted):
                    if dotted.rsplit(".", 1)[-1] not in ("ABCMeta", "EnumMeta", "EnumType", "type"):
                        return True
                case _:
                    return True
        return False

    def _order(self, cls: ClassInfo) -> Order:
        if cls.node is None or cls.module is None:
            return Order((cls,), True)
        complete, why = True, ""
        lists: list[list[ClassInfo]] = []
        bases: list[ClassInfo] = []
        for node in cls.node.bases:
            for base in self._base(cls.module, node):
                if isinstance(base, str):
                    complete, why = False, why or base
                else:
                    order = self.order(base)
                    if not order.complete:
                        complete, why = False, why or order.unknown
                    lists.append(list(order.classes))
                    bases.append(base)
        return Order((cls, *_merge([*lists, bases])), complete, why)

    def _base(self, module: Module, node: ast.expr) -> Iterator[ClassInfo | str]:
        """The classes a base expression may be, or a sentence about what is not known of it."""
        if isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.Starred):
            yield "it has starred bases"
            return
        value = self._inference.value(module, node)
        several = [fact for fact in value if not _is_nothing(fact)]
        if len(several) > 1:
            classes = [fact.thing.cls.name for fact in several if isinstance(fact.thing, ClassObject)]
            which = " or ".join(f"`{name}`" for name in classes) or "one of several"
            yield f"its base `{ast.unparse(node)}` may be {which}"
            return
        known = False
        for fact in several or value:
            match fact:
                case Fact(ClassObject(base)):
                    known = True
                    yield base
                case Fact(NoneObject()):
                    known = True
                case Fact(External(dotted, Origin.EXTERNAL)):
                    known = True
                    if dotted.rsplit(".", 1)[-1] not in _ANYTHING:
                        yield self.external(dotted)
                case Fact(External(dotted, origin)):
                    known = True
                    yield self.external(dotted, origin)
                    word = "is missing" if origin is Origin.MISSING else "does not parse"
                    yield f"the module of its base `{dotted}` {word}"
                case Fact(Unknown(why)):
                    known = True
                    yield f"its base `{ast.unparse(node)}` is not known: {why}"
        if not known:
            yield f"its base `{ast.unparse(node)}` is not known"


def _is_nothing(fact: Fact) -> bool:
    """Whether a base adds no members: ``Protocol``, ``object`` or None in the place of a missing class."""
    match fact.thing:
        case External(dotted):
            return dotted.rsplit(".", 1)[-1] in _ANYTHING
        case NoneObject():
            return True
    return False


def _merge(lists: list[list[ClassInfo]]) -> list[ClassInfo]:
    """C3 linearisation; where the bases contradict each other, depth first."""
    lists = [list(item) for item in lists if item]
    result: list[ClassInfo] = []
    while lists:
        for candidate in (item[0] for item in lists):
            if not any(candidate in item[1:] for item in lists):
                break
        else:
            candidate = lists[0][0]
        result.append(candidate)
        lists = [rest for item in lists if (rest := [cls for cls in item if cls is not candidate])]
    return result


def _receiver(method: FunctionNode) -> str:
    """What a method calls ``self``."""
    return next((argument.arg for argument in (*method.args.posonlyargs, *method.args.args)), "")


@lru_cache(maxsize=16)
def _may_be_set(receiver: str) -> re.Pattern[str]:
    """Where an attribute of ``self`` stands as it does where it is set, alone or among others."""
    blank = r"(?:\s|\\|#[^\n]*\n)*"
    behind = r"=(?!=)|(?:[-+%@&|^]|\*\*?|//?|<<|>>)=|:|in\b|[,)\]]"
    return re.compile(rf"{receiver}(?:{blank}\))*{blank}\.{blank}(\w+)(?={blank}(?:{behind}))")


def _assigned_attributes(method: FunctionNode) -> Iterator[AttributeBinding]:
    receiver = _receiver(method)
    for statement in _deep(method.body) if receiver else ():
        for binding in _attribute_bindings(statement, receiver):
            yield AttributeBinding(binding, method)


def _deep(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of a method, those of functions inside it too."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _deep(statement.body)
        else:
            for block in blocks(statement):
                yield from _deep(block)


def _attribute_bindings(statement: ast.stmt, receiver: str) -> Iterator[Binding]:
    match statement:
        case ast.Assign():
            for target in statement.targets:
                yield from _of_target(Kind.ASSIGNED, statement, target, statement.value, receiver)
        case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id=name), attr=attr)) if name == receiver:
            yield Binding(Kind.ASSIGNED, attr, statement, statement.value, statement.annotation)
        case ast.AugAssign(target=ast.Attribute(value=ast.Name(id=name), attr=attr)) if name == receiver:
            yield Binding(Kind.OPAQUE, attr, statement)
        case ast.For() | ast.AsyncFor():
            is_async = isinstance(statement, ast.AsyncFor)
            yield from _of_target(
                Kind.ITERATED, statement, statement.target, statement.iter, receiver, is_async
            )
        case ast.With() | ast.AsyncWith():
            is_async = isinstance(statement, ast.AsyncWith)
            for item in statement.items:
                if item.optional_vars is not None:
                    yield from _of_target(
                        Kind.ENTERED, statement, item.optional_vars, item.context_expr, receiver, is_async
                    )


def _of_target(
    kind: Kind, statement: ast.stmt, target: ast.expr, value: ast.expr, receiver: str, is_async: bool = False
) -> Iterator[Binding]:
    for item, unpack in targets(target):
        if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name) and item.value.id == receiver:
            yield Binding(kind, item.attr, statement, value, None, unpack, is_async)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
