"""What an expression may be: a set of facts, each an abstract object and the way it was found.

A value is a tuple of facts over distinct objects; the empty value is "nothing yet" (a cycle, dead code).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.syntax.module import FunctionNode

if TYPE_CHECKING:
    from codemods.semantic.inference.classes import ClassInfo
    from codemods.semantic.inference.pytest_fixtures import Fixture
    from codemods.syntax.module import Module


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from an expression to the object, nearest first."""

    text: str
    path: str
    line: int
    rest: Step | None = None

    def words(self) -> Iterator[str]:
        step: Step | None = self
        while step is not None:
            yield f"{step.text} ({step.path}:{step.line})" if step.path else step.text
            step = step.rest


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class; ``exact`` when it was seen constructed, else the class is what was declared."""

    cls: ClassInfo
    exact: bool = True
    arguments: tuple[Value, ...] = ()
    """Of a generic class: what stands for its type variables, where that is known."""


@dataclass(frozen=True, slots=True)
class ClassObject:
    """A class itself; inexact for ``cls`` in a classmethod or ``type[C]``, which may be a subclass."""

    cls: ClassInfo
    exact: bool = True
    arguments: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the repository; ``bound`` is the class it is looked up on, ``self_exact`` as there."""

    module: Module
    node: FunctionNode
    bound: ClassInfo | None = None
    receives: bool = False
    """Whether the first parameter is already filled (a bound method)."""


@dataclass(frozen=True, slots=True)
class LambdaFunction:
    """A lambda: calling it gives the value of its body."""

    returns: Value


@dataclass(frozen=True, slots=True)
class ModuleObject:
    """A module or package of the repository, by the dotted path it was imported by, and its file if any."""

    dotted: str
    path: str | None
    """None for a namespace package."""


class Origin(StrEnum):
    """Why a dotted path leads out of what we can read."""

    EXTERNAL = "external"
    MISSING = "missing"
    UNPARSED = "unparsed"


@dataclass(frozen=True, slots=True)
class External:
    """Something known by its import path only."""

    dotted: str
    origin: Origin = Origin.EXTERNAL


@dataclass(frozen=True, slots=True)
class Partial:
    """``functools.partial`` of a callable."""

    callee: Value


@dataclass(frozen=True, slots=True)
class Super:
    """``super()`` in a method: members are looked up behind ``after`` in the order of ``cls``."""

    cls: ClassInfo
    after: ClassInfo


@dataclass(frozen=True, slots=True)
class Coroutine:
    """What an async call gives before it is awaited."""

    value: Value


@dataclass(frozen=True, slots=True)
class Iteration:
    """A container or iterator: what it yields, and whether that is proven or only what we saw put in.

    ``keys`` is what a mapping yields when it is iterated. ``shape`` is the class to name in words.
    """

    items: Value
    proven: bool
    keys: Value | None = None
    shape: str = "list"


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A tuple whose items are known one by one."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Manager:
    """A context manager made by ``@contextmanager`` or the like: what entering it gives."""

    value: Value


@dataclass(frozen=True, slots=True)
class Mock:
    """A mock object; with a ``spec`` it stands in for that value."""

    spec: Value | None = None


@dataclass(frozen=True, slots=True)
class NoneObject:
    """``None``: says nothing of what a name is meant to hold."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Evidence without proof that the object is among ``value``."""

    value: Value
    code: ReasonCode
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known; ``why`` says what stood in the way."""

    why: str


@dataclass(frozen=True, slots=True)
class Variable:
    """What a type variable of a generic class stands for: known where the class is given its arguments."""

    owner: ClassInfo
    name: str


Thing = (
    Instance
    | ClassObject
    | Function
    | LambdaFunction
    | ModuleObject
    | External
    | Partial
    | Super
    | Coroutine
    | Iteration
    | TupleOf
    | Manager
    | Mock
    | NoneObject
    | Hint
    | Unknown
    | Variable
)


@dataclass(frozen=True, slots=True)
class Assumption:
    """That a member of a class is what the class itself makes of it."""

    cls: ClassInfo
    member: str
    below: bool
    """That its subclasses do not make something else of it either."""


@dataclass(frozen=True, slots=True)
class Asked:
    """That a fixture or a test in a class gets, for a fixture it asks for, the one that it sees itself."""

    name: str
    given: Fixture
    path: str
    """Where the fixture that asks is defined."""
    shared: bool
    """Whether other files may import it."""
    by_fixture: bool
    owner: ClassInfo | None
    """The class it is asked in, below which others may have fixtures of their own."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One object that an expression may be, and how that was found."""

    thing: Thing
    step: Step | None = field(default=None, compare=False)
    assumed: frozenset[Assumption | Asked] = field(default=frozenset(), compare=False)
    """What must hold for this to be all that the expression may be."""


Value = tuple[Fact, ...]

NOTHING: Value = ()
NONE: Value = (Fact(NoneObject()),)
_LIMIT = 24


def unknown(why: str, text: str = "", path: str = "", line: int = 0) -> Value:
    return (Fact(Unknown(why), Step(text, path, line) if text else None),)


def of(thing: Thing, text: str = "", path: str = "", line: int = 0) -> Value:
    return (Fact(thing, Step(text, path, line) if text else None),)


def union(values: Iterable[Value]) -> Value:
    """All facts, each object once, in the order first seen."""
    seen: dict[Thing, Fact] = {}
    for value in values:
        for fact in value:
            known = seen.setdefault(fact.thing, fact)
            if not fact.assumed <= known.assumed:
                seen[fact.thing] = replace(known, assumed=known.assumed | fact.assumed)
    if len(seen) > _LIMIT:
        return (*tuple(seen.values())[:_LIMIT], Fact(Unknown("it may be too many different objects")))
    return tuple(seen.values())


def via(value: Value, text: str, path: str, line: int) -> Value:
    """The same objects, found through one more step."""
    return tuple(Fact(fact.thing, Step(text, path, line, fact.step), fact.assumed) for fact in value)


def flat_map(value: Value, change: Callable[[Fact], Value]) -> Value:
    """The union of what ``change`` makes of each fact, which rests on all that the fact rests on."""
    if len(value) == 1:
        return assuming(change(value[0]), value[0].assumed)
    return union(assuming(change(fact), fact.assumed) for fact in value)


def assuming(value: Value, assumed: frozenset[Assumption | Asked]) -> Value:
    """The same facts, resting on these assumptions too."""
    if not assumed:
        return value
    return tuple(Fact(fact.thing, fact.step, fact.assumed | assumed) for fact in value)


def mock_of(spec: Value) -> Mock:
    """A mock with this spec: of an instance when that is a class; a list of names may be of any object."""
    if any(isinstance(fact.thing, (Iteration, TupleOf)) for fact in spec):
        return Mock()
    return Mock(
        flat_map(
            spec,
            lambda fact: of(Instance(fact.thing.cls)) if isinstance(fact.thing, ClassObject) else (fact,),
        )
    )


def behind(value: Value, step: Step | None) -> Value:
    """Facts that were reached from another fact: their way ends with that fact's way."""
    if step is None:
        return value
    return tuple(Fact(fact.thing, _append(fact.step, step), fact.assumed) for fact in value)


def _append(first: Step | None, last: Step) -> Step:
    if first is None:
        return last
    steps: list[Step] = []
    step: Step | None = first
    while step is not None and len(steps) < 12:
        steps.append(step)
        step = step.rest
    for step in reversed(steps):
        last = Step(step.text, step.path, step.line, last)
    return last
