"""From what an object may be to a verdict: certain, possible with a reason, or excluded."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from codemods.model.plan import Reason, ReasonCode, Verdict
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.evaluator import Inference
from codemods.semantic.inference.values import (
    Asked,
    ClassObject,
    Coroutine,
    External,
    Fact,
    Function,
    Hint,
    Instance,
    Iteration,
    Mock,
    ModuleObject,
    NoneObject,
    Origin,
    Partial,
    Step,
    Super,
    Unknown,
    Value,
    Variable,
)
from codemods.semantic.verdicts.evidence import Evidence
from codemods.semantic.verdicts.judgement import Judgement
from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.nodes import short

_ABSTRACT_MODULES = ("typing.", "typing_extensions.", "collections.abc.", "abc.", "contextlib.Abstract")
_CONCRETE_SHAPES = frozenset({"list", "set", "dict", "tuple", "generator", "async generator"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a target is in the code as it stands now."""

    paths: tuple[str, ...]
    classes: frozenset[ClassInfo] = frozenset()
    functions: frozenset[FunctionNode] = frozenset()
    owners: frozenset[ClassInfo] = frozenset()
    """For a method as target: the classes it is looked up on."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(path.rsplit(".", 1)[-1] for path in self.paths) | {cls.name for cls in self.classes}


class _Kind(IntEnum):
    MISS = 0
    WEAK = 1
    DOUBT = 2
    HIT = 3


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What one of the objects says of the site."""

    kind: _Kind
    text: str
    code: ReasonCode = ReasonCode.WEAK
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A site: the expression asked about, as it stands in a file, and the member that is used of it."""

    module: Module
    node: ast.expr
    member: str = ""
    shown: str = field(default="")


class Judge:
    """Weighs the facts of an expression against a target."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def judge(self, wanted: Wanted, value: Value, question: Question) -> Judgement:
        opinions = [
            opinion
            for fact in value
            if not isinstance(fact.thing, NoneObject)
            for opinion in (self._opinion(wanted, fact, question.member),)
        ]
        shown = question.shown or short(question.node)
        if not opinions:
            why = "it is only ever None here" if value else "nothing is known of it"
            opinions = [_Opinion(_Kind.WEAK, why)]
        hits = [item for item in opinions if item.kind is _Kind.HIT]
        misses = [item for item in opinions if item.kind is _Kind.MISS]
        doubts = [item for item in opinions if item.kind in (_Kind.WEAK, _Kind.DOUBT)]
        if hits and not misses and not doubts:
            refuted = self._refuted(value)
            if refuted:
                text = f"`{shown}` may be {hits[0].text}; but {refuted}"
                return self._result(Verdict.POSSIBLE, ReasonCode.UNION, text, hits[0], shown)
            return self._result(
                Verdict.CERTAIN, ReasonCode.PROVEN, f"`{shown}` is {hits[0].text}", hits[0], shown
            )
        if misses and not hits and not doubts:
            otherwise = self._otherwise(wanted, value, question.member, misses[0])
            if otherwise is not None and otherwise.kind is _Kind.WEAK:
                return self._weak(wanted, otherwise, question, shown)
            if otherwise is not None:
                return self._result(
                    Verdict.POSSIBLE, otherwise.code, f"`{shown}`: {otherwise.text}", otherwise, shown
                )
            text = " or ".join(dict.fromkeys(item.text for item in misses[:3]))
            return self._result(
                Verdict.EXCLUDED, ReasonCode.UNRELATED, f"`{shown}` is {text}", misses[0], shown
            )
        strongest = max(doubts, key=lambda item: item.kind, default=None)
        if hits:
            other = strongest or misses[0]
            if other.kind is _Kind.DOUBT:
                text = f"`{shown}` may be {hits[0].text}; but {other.text}"
                return self._result(Verdict.POSSIBLE, other.code, text, hits[0], shown)
            told = f"it may also be {other.text}" if other.kind is _Kind.MISS else other.text
            text = f"`{shown}` may be {hits[0].text}; but {told}"
            return self._result(Verdict.POSSIBLE, ReasonCode.UNION, text, hits[0], shown)
        assert strongest is not None
        if strongest.kind is _Kind.DOUBT:
            return self._result(
                Verdict.POSSIBLE, strongest.code, f"`{shown}`: {strongest.text}", strongest, shown
            )
        return self._weak(wanted, strongest, question, shown)

    def _refuted(self, value: Value) -> str:
        """What a subclass changes in the way to the objects; '' when nothing does."""
        subclasses = self._inference.subclasses
        for fact in value:
            for assumption in fact.assumed:
                if isinstance(assumption, Asked):
                    refuted = self._inference.rivals.refuted(assumption)
                    if refuted:
                        return refuted
                    continue
                is_it = isinstance(fact.thing, Function) and fact.thing.node.name == assumption.member
                if is_it and assumption.below:
                    for other in subclasses.overriding(assumption.cls, assumption.member):
                        return f"`{other.name}` ({other.place}) has its own `{assumption.member}`"
                refuted = subclasses.refuted(assumption)
                if refuted:
                    return refuted
        return ""

    def _otherwise(self, wanted: Wanted, value: Value, member: str, miss: _Opinion) -> _Opinion | None:
        """What makes an object the target in another way than was followed; None when nothing does."""
        weak: _Opinion | None = None
        for fact in value:
            for assumption in fact.assumed:
                if isinstance(assumption, Asked):
                    name, others = assumption.name, self._inference.rivals.near(assumption)
                else:
                    name, others = assumption.member, self._inference.subclasses.others_near(assumption)
                for other, where in others:
                    text = f"it is {miss.text}; but `{name}` is made"
                    if isinstance(other, Unknown):
                        weak = _Opinion(_Kind.WEAK, f"{text} something unknown by {where}", step=miss.step)
                    elif isinstance(other, ClassInfo):
                        if self._class(wanted, other, True, member, None, "a").kind is _Kind.HIT:
                            text = f"{text} a {other.name} by {where}"
                            return _Opinion(_Kind.DOUBT, text, ReasonCode.UNION, miss.step)
        return weak

    def _weak(self, wanted: Wanted, opinion: _Opinion, question: Question, shown: str) -> Judgement:
        """An unknown: listed when something ties it to the target, else only counted."""
        text = f"`{shown}` is not known: {opinion.text}"
        evidence = Evidence(self._inference, wanted.paths, wanted.names)
        tie = evidence.of(question.module, question.node, opinion.text)
        if tie:
            return self._result(Verdict.POSSIBLE, ReasonCode.EVIDENCE, f"{text}; {tie}", opinion, shown)
        return self._result(Verdict.POSSIBLE, ReasonCode.WEAK, text, opinion, shown)

    def _result(
        self, verdict: Verdict, code: ReasonCode, text: str, opinion: _Opinion, shown: str
    ) -> Judgement:
        words = list(opinion.step.words()) if opinion.step else []
        if not words or not words[0].startswith(f"`{shown}`"):
            words.insert(0, f"`{shown}`")
        return Judgement(verdict, Reason(code, text, tuple(dict.fromkeys(words))))

    # -- one object ----------------------------------------------------------------------------------------

    def _opinion(self, wanted: Wanted, fact: Fact, member: str) -> _Opinion:
        match fact.thing:
            case Instance(cls, exact):
                return self._class(wanted, cls, exact, member, fact.step, "a")
            case ClassObject(cls, exact):
                return self._class(wanted, cls, exact, member, fact.step, "the class")
            case Super(cls, after):
                return self._super(wanted, cls, after, member, fact.step)
            case External(dotted, origin):
                return self._external(wanted, dotted, origin, fact.step)
            case Coroutine(inner):
                return self._inside(wanted, inner, member, fact.step, ReasonCode.COROUTINE)
            case Mock(spec):
                if spec is None:
                    return _Opinion(_Kind.WEAK, "it is a mock without a spec", step=fact.step)
                return self._inside(wanted, spec, member, fact.step, ReasonCode.MOCK_SPEC)
            case Hint(inner, code, why):
                opinion = self._best(wanted, inner, member)
                if opinion is not None and opinion.kind is _Kind.HIT:
                    step = fact.step or opinion.step
                    return _Opinion(_Kind.DOUBT, f"it may be {opinion.text}: {why}", code, step)
                if opinion is not None and opinion.kind is _Kind.DOUBT:
                    return opinion
                return _Opinion(_Kind.WEAK, why, step=fact.step)
            case Unknown(why):
                return _Opinion(_Kind.WEAK, why, step=fact.step)
            case Variable(owner, name):
                why = f"it is declared by the type variable `{name}` of `{owner.name}`"
                return _Opinion(_Kind.WEAK, why, step=fact.step)
            case Function(module, node):
                if node in wanted.functions:
                    return _Opinion(_Kind.HIT, f"the function `{node.name}`", step=fact.step)
                decorator = self._inference.functions.replaced(module, node)
                if decorator:
                    why = f"the decorator `{decorator}` may put another object in the place of `{node.name}`"
                    return _Opinion(_Kind.WEAK, why, step=fact.step)
                return _Opinion(_Kind.MISS, f"the function `{node.name}`", step=fact.step)
            case ModuleObject(dotted):
                return _Opinion(_Kind.MISS, f"the module `{dotted}`", step=fact.step)
            case Iteration() as container:
                if container.shape in _CONCRETE_SHAPES:
                    return _Opinion(_Kind.MISS, f"a {container.shape}", step=fact.step)
                return _Opinion(_Kind.WEAK, f"it is declared `{container.shape}`", step=fact.step)
            case Partial(callee):
                best = self._best(wanted, callee, member)
                if best is not None:
                    return best
        return _Opinion(_Kind.MISS, "something else", step=fact.step)

    def _best(self, wanted: Wanted, value: Value, member: str) -> _Opinion | None:
        opinions = [
            self._opinion(wanted, fact, member) for fact in value if not isinstance(fact.thing, NoneObject)
        ]
        return max(opinions, key=lambda item: item.kind, default=None)

    def _inside(
        self, wanted: Wanted, inner: Value, member: str, step: Step | None, code: ReasonCode
    ) -> _Opinion:
        """A coroutine of something, a mock that stands in for something."""
        best = self._best(wanted, inner, member)
        if code is ReasonCode.COROUTINE:
            what, tail = "a coroutine of", ""
            place = _place(step)
            tail = f", an await is missing{f' at {place}' if place else ''}"
        else:
            what, tail = "a mock of", ""
        if best is None:
            return _Opinion(_Kind.WEAK, f"it is {what} something unknown", step=step)
        if best.kind is _Kind.HIT:
            text = f"{what} {best.text.removeprefix('a ')}{tail}"
            return _Opinion(_Kind.DOUBT, text, code, _joined(step, best.step))
        if best.kind is _Kind.DOUBT:
            return _Opinion(
                _Kind.DOUBT, f"{what} something: {best.text}", best.code, _joined(step, best.step)
            )
        if best.kind is _Kind.WEAK:
            return _Opinion(_Kind.WEAK, f"it is {what} something unknown: {best.text}", step=step)
        return _Opinion(_Kind.MISS, f"{what} {best.text.removeprefix('a ')}", step=_joined(step, best.step))

    def _class(
        self, wanted: Wanted, cls: ClassInfo, exact: bool, member: str, step: Step | None, article: str
    ) -> _Opinion:
        text = f"{article} {cls.name}"
        order = self._inference.classes.order(cls)
        wanted_classes = wanted.classes | wanted.owners
        targets = [item for item in order.classes if self._is_wanted(wanted, wanted_classes, item)]
        if targets:
            opinion = self._subclass(cls, targets[0], member, step, text)
            if opinion.kind is _Kind.HIT and member and not exact:
                return self._overridden(cls, targets[0], member, opinion)
            return opinion
        if cls.origin is not Origin.EXTERNAL:
            if cls.name in wanted.names:
                word = "is missing" if cls.origin is Origin.MISSING else "does not parse"
                why = f"`{cls.dotted}` has the same name, and its module {word}"
                return _Opinion(_Kind.DOUBT, why, ReasonCode.SAME_NAME, step)
            return _Opinion(_Kind.WEAK, f"the module of `{cls.dotted}` cannot be read", step=step)
        if not order.complete:
            return _Opinion(_Kind.WEAK, f"it is {text}, and {order.unknown}", step=step)
        if not exact:
            for target in wanted_classes:
                if cls in self._inference.classes.order(target).classes:
                    why = f"it is declared `{cls.name}`, a base of `{target.name}`"
                    return _Opinion(_Kind.DOUBT, why, ReasonCode.DECLARED_BASE, step)
            mixing = self._mixing(wanted_classes, cls, member)
            if mixing is not None:
                why = f"it is declared `{cls.name}`, and `{mixing.name}` ({mixing.place}) mixes the target in"
                return _Opinion(_Kind.DOUBT, why, ReasonCode.DECLARED_BASE, step)
            if self._inference.classes.is_protocol(cls):
                why = f"it is declared `{cls.name}`, a protocol that `{min(wanted.names)}` may fulfil"
                return _Opinion(_Kind.DOUBT, why, ReasonCode.DECLARED_BASE, step)
        proxy = self._proxy(cls, member)
        if proxy:
            why = f"it is {text}, and `{proxy}` gives what it does not define in `__getattr__`"
            return _Opinion(_Kind.WEAK, why, step=step)
        return self._unrelated(wanted, cls, exact, order.classes, text, step)

    def _mixing(self, targets: Iterable[ClassInfo], cls: ClassInfo, member: str) -> ClassInfo | None:
        """A class that derives from a target, whose member it has, and from ``cls`` beside it."""
        for target in targets:
            for found in self._inference.subclasses.mixing(target, cls):
                if self._subclass(found, target, member, None, "").kind is _Kind.HIT:
                    return found
        return None

    def _proxy(self, cls: ClassInfo, member: str) -> str:
        """The class whose ``__getattr__`` may hand the member on to another object; '' when none does."""
        classes = self._inference.classes
        if not member or member.startswith("__") or classes.provider(cls, member) is not None:
            return ""
        for item in classes.order(cls).classes:
            if classes.defines(item, "__getattr__") or classes.defines(item, "__getattribute__"):
                return item.name
        return ""

    def _subclass(
        self, cls: ClassInfo, target: ClassInfo, member: str, step: Step | None, text: str
    ) -> _Opinion:
        """A subclass counts when it inherits the member; its own is another method."""
        if cls is target:
            return _Opinion(_Kind.HIT, text, step=step)
        classes = self._inference.classes
        order = classes.order(cls)
        before = order.classes[: order.classes.index(target)]
        for item in before:
            if member and item.node is None:
                why = f"it is {text}, whose base `{item.dotted}` may have its own `{member}`"
                return _Opinion(_Kind.DOUBT, why, ReasonCode.UNRESOLVED, step)
            if member and classes.defines(item, member):
                return _Opinion(_Kind.MISS, f"{text}, and `{item.name}` has its own `{member}`", step=step)
        if member and not order.complete:
            return _Opinion(_Kind.DOUBT, f"it is {text}, and {order.unknown}", ReasonCode.UNRESOLVED, step)
        return _Opinion(_Kind.HIT, f"{text}, a subclass of {target.name}", step=step)

    def _overridden(self, cls: ClassInfo, target: ClassInfo, member: str, opinion: _Opinion) -> _Opinion:
        """A declared object, which may be of a subclass that has its own member."""
        for own in self._inference.subclasses.overriding(target, member):
            if own is cls or not self._inference.classes.is_subclass(own, cls):
                continue
            why = f"it is {opinion.text} by its declaration, and the subclass `{own.name}` ({own.place}) "
            return _Opinion(_Kind.DOUBT, f"{why}has its own `{member}`", ReasonCode.UNION, opinion.step)
        if self._inference.subclasses.unread(target, member):
            why = f"it is {opinion.text} by its declaration, which has too many subclasses to look at all"
            return _Opinion(_Kind.DOUBT, why, ReasonCode.UNRESOLVED, opinion.step)
        return opinion

    def _unrelated(
        self,
        wanted: Wanted,
        cls: ClassInfo,
        exact: bool,
        order: tuple[ClassInfo, ...],
        text: str,
        step: Step | None,
    ) -> _Opinion:
        """A class that is not the target by all we see: does something outside leave a doubt?"""
        outside = [item for item in order if item.node is None]
        for item in outside:
            if item.name in wanted.names and _may_be_one_of(item.dotted, wanted.paths):
                why = f"`{item.dotted}` has the same name but another import path"
                return _Opinion(_Kind.DOUBT, why, ReasonCode.SAME_NAME, step)
            if not exact and item.dotted.startswith(_ABSTRACT_MODULES):
                return _Opinion(_Kind.WEAK, f"it is declared `{item.dotted}`", step=step)
            if _may_derive(item.dotted, self._outside_paths(wanted)):
                why = f"it is {text}, and what `{item.dotted}` derives from is not in the repository"
                return _Opinion(_Kind.WEAK, why, step=step)
        shown = f"{text} ({cls.place})" if cls.place else text
        if cls.node is None:
            shown = text.replace(cls.name, cls.dotted.removeprefix("builtins."))
        return _Opinion(_Kind.MISS, shown, step=step)

    def _outside_paths(self, wanted: Wanted) -> list[str]:
        if any(cls.node is not None for cls in wanted.classes | wanted.owners):
            return []
        return list(wanted.paths)

    def _is_wanted(self, wanted: Wanted, classes: Iterable[ClassInfo], cls: ClassInfo) -> bool:
        return cls in classes or (cls.node is None and cls.dotted in wanted.paths)

    def _super(
        self, wanted: Wanted, cls: ClassInfo, after: ClassInfo, member: str, step: Step | None
    ) -> _Opinion:
        classes = self._inference.classes
        order = classes.order(cls)
        start = order.classes.index(after) + 1 if after in order.classes else 0
        for item in order.classes[start:]:
            if self._is_wanted(wanted, wanted.classes | wanted.owners, item):
                return _Opinion(_Kind.HIT, f"`super()` at {item.name}", step=step)
            if member and classes.defines(item, member):
                return _Opinion(_Kind.MISS, f"`super()`, and `{item.name}` has its own `{member}`", step=step)
            if item.node is None and _may_derive(item.dotted, self._outside_paths(wanted)):
                return _Opinion(_Kind.WEAK, f"`super()` may reach `{item.dotted}`", step=step)
        if not order.complete:
            return _Opinion(_Kind.WEAK, f"it is `super()` in `{after.name}`, and {order.unknown}", step=step)
        return _Opinion(_Kind.MISS, f"`super()` in `{after.name}`", step=step)

    def _external(self, wanted: Wanted, dotted: str, origin: Origin, step: Step | None) -> _Opinion:
        name = dotted.rsplit(".", 1)[-1]
        if dotted in wanted.paths:
            return _Opinion(_Kind.HIT, f"`{dotted}`", step=step)
        if name in wanted.names and _may_be_one_of(dotted, wanted.paths):
            why = f"`{dotted}` has the same name but another import path"
            return _Opinion(_Kind.DOUBT, why, ReasonCode.SAME_NAME, step)
        if origin is not Origin.EXTERNAL:
            word = "is missing" if origin is Origin.MISSING else "does not parse"
            return _Opinion(_Kind.WEAK, f"the module of `{dotted}` {word}", step=step)
        top = dotted.split(".", 1)[0]
        if "." not in dotted or top in sys.stdlib_module_names or top == "builtins":
            return _Opinion(_Kind.MISS, f"`{dotted.removeprefix('builtins.')}`", step=step)
        return _Opinion(_Kind.WEAK, f"`{dotted}` is outside of the repository", step=step)


def _may_be_one_of(outside: str, targets: Iterable[str]) -> bool:
    """Whether what has this path outside of the repository may be a target: Python's own is no other's."""
    if not _is_pythons_own(outside):
        return True
    return any(map(_is_pythons_own, targets))


def _may_derive(outside: str, targets: list[str]) -> bool:
    """Whether a class outside of the repository may derive from one of the targets, also outside."""
    return bool(targets) and not outside.startswith("builtins.") and _may_be_one_of(outside, targets)


def _is_pythons_own(path: str) -> bool:
    return path.split(".", 1)[0] in sys.stdlib_module_names


def _place(step: Step | None) -> str:
    while step is not None:
        if step.path:
            return f"{step.path}:{step.line}"
        step = step.rest
    return ""


def _joined(first: Step | None, last: Step | None) -> Step | None:
    if first is None or last is None:
        return first or last
    return Step(first.text, first.path, first.line, _joined(first.rest, last))
