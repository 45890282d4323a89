"""The resolver's one door: operations ask it which object an expression is."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from codemods.model.plan import Reason, ReasonCode, Verdict
from codemods.semantic.index.candidate_files import Relevant, holding_files, relevant_files
from codemods.semantic.index.class_index import ClassLines
from codemods.semantic.index.import_index import ImportReader
from codemods.semantic.index.module_table import ModuleTable
from codemods.semantic.index.qualified_names import Paths
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.evaluator import Inference
from codemods.semantic.inference.values import (
    ClassObject,
    Coroutine,
    External,
    Function,
    Hint,
    Instance,
    Mock,
    NoneObject,
    Super,
    Unknown,
    Value,
    Variable,
)
from codemods.semantic.scopes.imported_names import Imported
from codemods.semantic.verdicts.judge import Judge, Question, Wanted
from codemods.semantic.verdicts.judgement import Judgement
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import FunctionNode, Module


@dataclass(frozen=True, slots=True)
class Target:
    """The class or function a step speaks of, under every import path that names it."""

    paths: tuple[str, ...]
    kind: str
    """``class``, ``function`` (methods too), ``variable``, ``module`` or ``external``."""


@dataclass(frozen=True, slots=True)
class Base:
    """One class in the lookup order of another; module and node are None outside of the repository."""

    dotted: str
    module: Module | None
    node: ast.ClassDef | None


class Resolver:
    """Judges expressions of a codebase; sees what earlier recipes changed."""

    def __init__(self, codebase: Codebase, source_roots: Sequence[str] = ()) -> None:
        self.codebase = codebase
        self.modules = ModuleTable(codebase, source_roots)
        self.imports = ImportReader(codebase, self.modules)
        self._class_lines = ClassLines(codebase)
        self._renew()

    def _renew(self) -> None:
        self._generation = self.codebase.generation
        self._current = Inference(self.codebase, self.modules, self.imports, self._class_lines)
        self._wanted: dict[tuple[str, ...], Wanted] = {}
        self._near: set[tuple[str, ...]] = set()

    def forget(self) -> None:
        """Let go of everything that was derived from files; it is derived again when it is asked for."""
        self._current.forget()
        self._renew()

    @property
    def _inference(self) -> Inference:
        """What was derived from the files as they stand: nothing where some have been replaced since."""
        if self._generation != self.codebase.generation:
            self.forget()
        return self._current

    # -- targets -------------------------------------------------------------------------------------------

    def target(self, paths: Sequence[str], *, external: bool = False) -> Target:
        """The target named by one or several equivalent import paths.

        Raises UnknownTargetError, with the nearest existing path, when none is defined or imported anywhere
        in the repository, unless ``external``.
        """
        return Target(tuple(paths), Paths(self._inference).kind(paths, external))

    def files(
        self, target: Target, literals: Sequence[str], holds: Callable[[str], bool] | None = None
    ) -> Relevant:
        """The files with a literal, whose text passes ``holds``, that may hold a site with evidence.

        Every other file that holds them can only hold weak unknowns.
        """
        holding = holding_files(self.codebase, self._named(target), literals, holds)
        if not holding:
            return Relevant([], True)
        found = relevant_files(self._inference, self.imports, self._want(target), target.kind, holding)
        if holds is None:
            return found
        paths = [path for path in found.paths if holds(self.codebase.text(path) or "")]
        return found._replace(paths=paths)

    # -- sites ---------------------------------------------------------------------------------------------

    def receiver(self, module: Module, node: ast.expr, target: Target, method: str) -> Judgement:
        """Is ``node`` an instance of the target, or of a subclass that inherits ``method``, or that class?

        ``method`` may be an attribute too.
        """
        wanted = self._want(target)
        value = self._inference.value(module, node)
        return Judge(self._inference).judge(wanted, value, Question(module, node, method))

    def named(self, module: Module, node: ast.expr, path: str, target: Target, method: str) -> Judgement:
        """The same of what an import path names, which stands in a string."""
        wanted = self._want(target)
        value = self._inference.by_path(path, module.path)
        return Judge(self._inference).judge(wanted, value, Question(module, node, method, path))

    def callee(self, module: Module, call: ast.Call, target: Target) -> Judgement:
        """Does ``call`` call the target?

        For a class: construct it, by ``super().__init__(…)``, ``cls(…)``, ``functools.partial(C, …)`` and
        ``dataclasses.replace(c, …)`` too. For a method: call it on an object that has it from the target.
        """
        inference, wanted, judge = self._inference, self._want(target), Judge(self._inference)
        func = call.func
        value = inference.value(module, func)
        passed = _passed_on(value)
        if passed and call.args:
            func = call.args[0]
            value = inference.value(module, func)
        if wanted.owners and isinstance(func, ast.Attribute):
            name = next(iter(wanted.names & {func.attr}), "")
            if name:
                owner = inference.value(module, func.value)
                return judge.judge(wanted, owner, Question(module, func.value, name, ast.unparse(func)))
        if not _CONSTRUCT.intersection(wanted.names):
            wanted = replace(wanted, owners=frozenset())
        member = "" if passed == "replace" else "__init__"
        if isinstance(func, ast.Attribute) and func.attr == "__init__":
            value = inference.value(module, func.value)
        elif target.kind in ("class", "external") and not passed:
            value = tuple(fact for fact in value if not isinstance(fact.thing, Instance)) or value
        judged = judge.judge(wanted, value, Question(module, func, member))
        if judged.verdict is Verdict.CERTAIN and member == "__init__":
            for fact in value:
                if isinstance(fact.thing, ClassObject):
                    why = inference.classes.builds_itself(fact.thing.cls)
                    if why:
                        return Judgement(
                            Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, why, judged.reason.chain)
                        )
        return judged

    def is_partial(self, module: Module, call: ast.Call) -> bool:
        """Whether the call gives a function that others call with the rest of the arguments."""
        return _passed_on(self._inference.value(module, call.func)) == "partial"

    def leading(self, module: Module, call: ast.Call) -> int:
        """How many positional arguments of a call come before those that its callee's signature counts.

        What ``partial`` and ``replace`` are given, and the instance where a method is called on its class.
        """
        func, count = call.func, 0
        if _passed_on(self._inference.value(module, func)) and call.args:
            func, count = call.args[0], 1
        return count + self._waits_for_self(module, func)

    def _waits_for_self(self, module: Module, func: ast.expr) -> bool:
        """Whether the expression is a method as its class has it."""
        inference = self._inference
        if isinstance(func, ast.Attribute) and func.attr == "__init__":
            owner = inference.value(module, func.value)
            return any(isinstance(fact.thing, (ClassObject, External)) for fact in owner)
        return any(
            isinstance(thing := fact.thing, Function)
            and thing.bound is not None
            and not thing.receives
            and "staticmethod" not in inference.functions.decorators(thing.module, thing.node)
            for fact in inference.value(module, func)
        )

    def is_coroutine_call(self, module: Module, call: ast.Call) -> Judgement:
        """Does the call give a coroutine: certain, excluded (it is proven not to), or possible (unknown)?"""
        value = self._inference.value(module, call)
        shown = f"`{ast.unparse(call.func)}()`"
        chain = next((tuple(fact.step.words()) for fact in value if fact.step), ())
        kinds = {self._coroutine_kind(fact.thing) for fact in value if not isinstance(fact.thing, NoneObject)}
        if not kinds or self._only_plain(module, call):
            kinds = {"no"} if value else {"unknown"}
        if kinds == {"yes"}:
            return Judgement(
                Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"{shown} calls an `async def`", chain)
            )
        if kinds == {"no"}:
            return Judgement(
                Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, f"{shown} gives no coroutine", chain)
            )
        why = next((fact.thing.why for fact in value if isinstance(fact.thing, Unknown)), "it may be either")
        return Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, f"{shown}: {why}", chain))

    def _coroutine_kind(self, thing: object) -> str:
        if isinstance(thing, Coroutine):
            return "yes"
        if isinstance(thing, Instance):
            return self._awaitable_kind(thing.cls)
        if isinstance(thing, (ClassObject, Function, Super)):
            return "no"
        return "unknown" if isinstance(thing, (Unknown, Variable, External, Hint, Mock)) else "no"

    def _awaitable_kind(self, cls: ClassInfo) -> str:
        """Whether an object of the class can be awaited; unknown below a class that cannot be read."""
        classes = self._inference.classes
        if classes.provider(cls, "__await__") is not None:
            return "yes"
        order = classes.order(cls)
        plain = all(base.node is not None or _is_plain(base.dotted) for base in order.classes)
        return "no" if order.complete and plain else "unknown"

    def may_have(self, module: Module, node: ast.expr, *members: str) -> bool:
        """Whether an object of a class is among what the expression may be, and may have such a member."""
        classes = self._inference.classes
        return any(
            not classes.order(fact.thing.cls).complete
            or any(classes.provider(fact.thing.cls, member) for member in members)
            for fact in self._inference.value(module, node)
            if isinstance(fact.thing, Instance)
        )

    def _only_plain(self, module: Module, call: ast.Call) -> bool:
        """Whether only undecorated sync functions without a returned value are called."""
        callees = self._inference.value(module, call.func)
        return bool(callees) and all(
            isinstance(fact.thing, Function)
            and isinstance(fact.thing.node, ast.FunctionDef)
            and not fact.thing.node.decorator_list
            and fact.thing.node.returns is None
            and not self._inference.functions.body(fact.thing.node).returns
            for fact in callees
        )

    # -- classes -------------------------------------------------------------------------------------------

    def method(self, target: Target, name: str) -> tuple[Module, FunctionNode] | None:
        """Where the target class defines or inherits a method, when its source is in the repository."""
        classes = self._inference.classes
        for cls in self._named(target).classes:
            provider = classes.provider(cls, name)
            if provider is not None and provider.module is not None:
                for binding in reversed(classes.table(provider).names[name]):
                    if isinstance(binding.node, FunctionNode):
                        return provider.module, binding.node
        return None

    def definition(self, target: Target) -> tuple[Module, FunctionNode] | None:
        """Where a target that is a function or method is defined, when its source is in the repository."""
        return Paths(self._inference).definition(target.paths)

    def subclasses(self, target: Target) -> list[tuple[Module, ast.ClassDef]]:
        """The class itself and its subclasses in the repository, bases first."""
        return Paths(self._inference).subclasses(self._want(target))

    def bases(self, module: Module, node: ast.ClassDef) -> tuple[list[Base], bool]:
        """The lookup order of a class, itself first, and whether all its bases are known."""
        inference = self._inference
        order = inference.classes.order(inference.classes.of(module, node))
        return [Base(cls.dotted, cls.module, cls.node) for cls in order.classes], order.complete

    # -- names ---------------------------------------------------------------------------------------------

    def qualified_name(self, module: Module, node: ast.expr) -> str | None:
        """The import path that a dotted expression stands for under this file's imports.

        ``datetime.datetime.utcnow`` for example, ``builtins.open`` for a builtin; None when it is local,
        rebound or unknown. Re-exports are not followed: it is the path as the file's imports spell it.
        """
        return Paths(self._inference).qualified_name(module, node)

    def imported(self, module: Module) -> list[Imported]:
        """Every name the file imports, in source order, with its import path. Stars bind nothing here."""
        return Paths(self._inference).imported(module)

    def same_object(self, one: str, other: str) -> bool:
        """Whether two import paths lead to one object: as they stand, or through re-exports."""
        return one == other or Paths(self._inference).same(one, other)

    def exists(self, dotted: str) -> bool | None:
        """Whether a module, or a name of one, is in the repository.

        None when that cannot be told: outside of the repository, or behind a file that does not parse or is
        not ours to judge (compiled, vendored, generated), a star import of something unknown, or a module's
        ``__getattr__``.
        """
        return Paths(self._inference).exists(dotted)

    # -- fixtures ------------------------------------------------------------------------------------------

    def fixture(
        self, module: Module, function: FunctionNode, parameter: str
    ) -> tuple[Module, FunctionNode] | None:
        """The fixture definition that a parameter of a test or fixture names, as pytest finds it."""
        fixtures = self._inference.fixtures
        if not fixtures.takes_fixtures(module, function):
            return None
        found = fixtures.find(module, function, parameter)
        return (found.module, found.node) if found else None

    def takes_fixtures(self, module: Module, function: FunctionNode) -> bool:
        """Whether pytest fills the function's parameters."""
        return self._inference.fixtures.takes_fixtures(module, function)

    def filled_otherwise(self, module: Module, function: FunctionNode, parameter: ast.arg) -> bool:
        """Whether ``patch`` or ``parametrize`` fills a parameter, so that it asks for no fixture."""
        return self._inference.fixtures.filled_otherwise(module, function, parameter)

    def lacks_fixture(self, module: Module, function: FunctionNode, parameter: ast.arg) -> bool:
        """Whether a test or fixture asks with a parameter for what nothing in the repository gives it."""
        return self._inference.fixtures.lacks(module, function, parameter)

    def fixtures_visible(self, module: Module, node: ast.AST) -> set[str]:
        """The names of the repository's fixtures that a test at this place can ask for."""
        return self._inference.fixtures.visible(module, node)

    def _named(self, target: Target) -> Wanted:
        """What the target's paths name."""
        inference = self._inference
        if target.paths not in self._wanted:
            self._wanted[target.paths] = Paths(inference).wanted(target.paths)
        return self._wanted[target.paths]

    def _want(self, target: Target) -> Wanted:
        """The same, once it is known what the files that name it do to it from outside."""
        wanted = self._named(target)
        if target.paths not in self._near:
            self._near.add(target.paths)
            self._inference.look_near({cls.name for cls in wanted.classes | wanted.owners})
        return wanted


_CONSTRUCT = {"__init__", "__new__"}
"""The methods that are called where their class is."""


def _passed_on(value: Value) -> str:
    """``partial`` or ``replace`` when the call hands its arguments on to what its first argument is."""
    for fact in value:
        if isinstance(fact.thing, External):
            if fact.thing.dotted in ("functools.partial", "functools.partialmethod"):
                return "partial"
            if fact.thing.dotted in ("dataclasses.replace", "copy.replace"):
                return "replace"
    return ""


def _is_plain(dotted: str) -> bool:
    """Whether a class from outside the repository is known to give objects that nobody awaits."""
    top, _, rest = dotted.partition(".")
    return not rest or (top in sys.stdlib_module_names and top != "asyncio")
