"""What a call gives: constructors, functions, and the library calls whose result is known by what goes in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.annotations import HOLDERS
from codemods.semantic.inference.classes import ClassInfo
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    ClassObject,
    Coroutine,
    External,
    Fact,
    Function,
    Hint,
    Instance,
    Iteration,
    LambdaFunction,
    Manager,
    Mock,
    NoneObject,
    Origin,
    Partial,
    Super,
    TupleOf,
    Unknown,
    Value,
    behind,
    flat_map,
    mock_of,
    of,
    union,
    unknown,
    via,
)
from codemods.syntax.module import FunctionNode

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference

MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"})
_MOCK_MODULES = ("unittest.mock.", "mock.")
_LOWERCASE_CLASSES = frozenset(
    {
        *("socket.socket", "threading.local", "array.array", "collections.deque", "collections.defaultdict"),
        *("datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta"),
        *("itertools.count", "itertools.cycle", "itertools.chain"),
    }
)
_BUILTIN_RESULTS = {
    "open": "file",
    "str": "str",
    "int": "int",
    "float": "float",
    "bytes": "bytes",
    "bool": "bool",
    "len": "int",
    "repr": "str",
    "isinstance": "bool",
    "object": "object",
    "bytearray": "bytearray",
}


class Calls:
    """Evaluates calls."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def call(self, env: Env, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            found = self._super(env, node)
            if found is not None:
                return found
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "__new__" and node.args:
                made = self._inference.evaluate(env, node.args[0])
                return flat_map(made, lambda fact: self._plain_new(fact, node))
            if node.func.attr == "getfixturevalue" and len(node.args) == 1:
                asked = self._inference.fixtures.asked(env.module, node, node.args[0])
                if asked is not None:
                    return asked
            found = self._method_of_container(env, node, node.func)
            if found is not None:
                return found
        callee = self._inference.evaluate(env, node.func)
        given = flat_map(callee, lambda fact: self._with_way(self._called(env, node, fact), fact))
        return self._inference.generics.of_method(env, node, given)

    def of_value(self, callee: Value, name: str) -> Value:
        """What calling each object gives, with arguments that we do not look at."""
        return flat_map(callee, lambda fact: self._plain(fact, name))

    def constructed(
        self,
        cls: ClassInfo,
        exact: bool,
        text: str,
        path: str,
        line: int,
        arguments: tuple[Value, ...] = (),
    ) -> Value:
        """What calling a class gives."""
        why = self._inference.classes.builds_itself(cls)
        value = of(Instance(cls, exact, arguments), text, path, line)
        return of(Hint(value, ReasonCode.EVIDENCE, why), text, path, line) if why else value

    def _plain_new(self, fact: Fact, node: ast.Call) -> Value:
        """``super().__new__(cls)``."""
        if isinstance(fact.thing, ClassObject):
            return of(Instance(fact.thing.cls, fact.thing.exact))
        return unknown(f"what `{ast.unparse(node.func)}()` makes is not known")

    def _with_way(self, value: Value, callee: Fact) -> Value:
        """How an object that is called was found belongs to the way; how a name was imported does not."""
        named = (ClassObject, Function, External)
        return value if isinstance(callee.thing, named) else behind(value, callee.step)

    # -- by what is called ---------------------------------------------------------------------------------

    def _called(self, env: Env, node: ast.Call, fact: Fact) -> Value:
        match fact.thing:
            case ClassObject(cls, exact, arguments):
                text = f"`{ast.unparse(node.func)}()`"
                arguments = arguments or self._inference.generics.by_init(env, node, cls)
                return self.constructed(cls, exact, text, env.module.path, node.lineno, arguments)
            case External(dotted, origin):
                return self._external(env, node, dotted, origin)
            case Function(_, function) as found:
                generics = self._inference.generics
                value = generics.called(env, node, found) or generics.made(env, node, found)
                value = value or self._inference.functions.call(found)
                return via(value, f"`{function.name}()`", env.module.path, node.lineno)
            case Partial(callee):
                return flat_map(callee, lambda inner: self._called(env, node, inner))
        return self._plain(fact, ast.unparse(node.func))

    def _plain(self, fact: Fact, name: str) -> Value:
        match fact.thing:
            case Function() as function:
                return self._inference.functions.call(function)
            case ClassObject(cls, exact, arguments):
                return self.constructed(cls, exact, f"`{cls.name}()`", "", 0, arguments)
            case LambdaFunction(returns):
                return returns
            case Instance(cls):
                method = self._inference.members.attribute((fact,), "__call__", name)
                if cls.node is not None and self._inference.members.of_class(cls, "__call__"):
                    return self.of_value(method, "__call__")
                return unknown(f"what calling a `{cls.dotted}` gives is not known")
            case Mock():
                return of(Mock())
            case Hint(value, code, why):
                return of(Hint(self.of_value(value, name), code, why))
            case NoneObject():
                return NOTHING
            case Unknown():
                return (fact,)
            case Partial(callee):
                return self.of_value(callee, name)
        return unknown(f"what `{name}` gives when it is called is not known")

    def _external(self, env: Env, node: ast.Call, dotted: str, origin: Origin) -> Value:
        module, _, name = dotted.rpartition(".")
        text, path, line = f"`{ast.unparse(node.func)}()`", env.module.path, node.lineno
        special = self._special(env, node, dotted)
        if special is not None:
            return special
        if f"{module}." in _MOCK_MODULES and name in MOCKS:
            return of(self._mock(env, node), text, path, line)
        if module == "builtins" and name in _BUILTIN_RESULTS:
            cls = self._inference.classes.external(f"builtins.{_BUILTIN_RESULTS[name]}")
            return of(Instance(cls), text, path, line)
        looks_like_class = name[:1].isupper() and not name.isupper()
        known_class = dotted in _LOWERCASE_CLASSES or dotted in self._inference.classes.wanted
        if origin is Origin.EXTERNAL and (looks_like_class or known_class):
            return of(Instance(self._inference.classes.external(dotted)), text, path, line)
        if origin is not Origin.EXTERNAL and looks_like_class:
            return of(Instance(self._inference.classes.external(dotted, origin)), text, path, line)
        return unknown(f"the result of `{dotted}()`, which is outside of the repository", text, path, line)

    # -- calls known by what goes in -----------------------------------------------------------------------

    def _special(self, env: Env, node: ast.Call, dotted: str) -> Value | None:
        arguments = node.args
        first = arguments[0] if arguments and not isinstance(arguments[0], ast.Starred) else None
        if first is None:
            return of(Iteration(NOTHING, False, None, dotted[9:])) if dotted in _EMPTY_CONTAINERS else None

        def value(item: ast.expr = first) -> Value:
            return self._inference.evaluate(env, item)

        inference = self._inference
        match dotted:
            case "typing.cast" | "typing_extensions.cast" if len(arguments) == 2:
                return inference.annotations.declared(env, first)
            case (
                "asyncio.run"
                | "asyncio.wait_for"
                | "asyncio.shield"
                | "asyncio.create_task"
                | "asyncio.ensure_future"
            ):
                result = inference.awaited(value(), ast.unparse(first))
                return result if dotted == "asyncio.run" else of(Coroutine(result))
            case "asyncio.gather":
                results = [inference.awaited(value(item), ast.unparse(item)) for item in arguments]
                return of(Coroutine(of(TupleOf(tuple(results)))))
            case "copy.copy" | "copy.deepcopy" | "typing.assert_type":
                return value()
            case "typing.NewType" | "typing_extensions.NewType" if len(arguments) == 2:
                return of(LambdaFunction(inference.annotations.declared(env, arguments[1])))
            case "builtins.map" if len(arguments) == 2:
                mapped = self.of_value(value(), ast.unparse(first))
                return of(Iteration(mapped, True))
            case "contextlib.closing" | "contextlib.aclosing" | "contextlib.nullcontext":
                return of(Manager(value()))
            case "functools.partial":
                return of(Partial(value()))
            case "builtins.type" if len(arguments) == 1:
                return flat_map(value(), _class_of)
            case "builtins.next" | "builtins.anext":
                items = inference.members.iterated(value(), dotted.endswith("anext"))
                default = self._inference.evaluate(env, arguments[1]) if len(arguments) > 1 else NOTHING
                items = union((items, default))
                return of(Coroutine(items)) if dotted.endswith("anext") else items
            case (
                "builtins.list"
                | "builtins.set"
                | "builtins.tuple"
                | "builtins.sorted"
                | "builtins.reversed"
                | "builtins.iter"
                | "builtins.frozenset"
            ):
                return of(Iteration(inference.members.iterated(value(), False), True, None, "list"))
            case "builtins.enumerate":
                pair = TupleOf((inference.builtin("int"), inference.members.iterated(value(), False)))
                return of(Iteration(of(pair), True))
            case "builtins.zip":
                zipped = tuple(inference.members.iterated(value(item), False) for item in arguments)
                return of(Iteration(of(TupleOf(zipped)), True))
            case "builtins.filter" if len(arguments) == 2:
                return of(Iteration(inference.members.iterated(value(arguments[1]), False), True))
            case "builtins.max" | "builtins.min" | "random.choice":
                items = inference.members.iterated(value(), False)
                return of(Hint(items, ReasonCode.EVIDENCE, f"the result of `{dotted}()`"))
            case "builtins.getattr":
                return self._getattr(env, node)
            case "unittest.mock.patch" | "unittest.mock.patch.object" | "mock.patch" | "mock.patch.object":
                return of(Manager(inference.fixtures.patch_value(env.module, node)))
            case "logging.getLogger":
                return of(Instance(inference.classes.external("logging.Logger")))
            case "unittest.mock.create_autospec":
                return of(mock_of(value()))
        return None

    def _getattr(self, env: Env, node: ast.Call) -> Value | None:
        name = node.args[1] if len(node.args) > 1 else None
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return unknown("the attribute's name is computed")
        owner = self._inference.evaluate(env, node.args[0])
        found = self._inference.members.attribute(owner, name.value, ast.unparse(node))
        if len(node.args) > 2:
            return union((found, self._inference.evaluate(env, node.args[2])))
        return found

    def _mock(self, env: Env, node: ast.Call) -> Mock:
        for keyword in node.keywords:
            if keyword.arg in ("spec", "spec_set", "autospec"):
                return mock_of(self._inference.evaluate(env, keyword.value))
        if node.args:
            return mock_of(self._inference.evaluate(env, node.args[0]))
        return Mock()

    def _super(self, env: Env, node: ast.Call) -> Value | None:
        function = _enclosing_method(env, node)
        if function is None:
            return None
        owner = self._inference.functions.enclosing_class(env.module, function)
        if owner is None:
            return None
        if len(node.args) == 2:
            for fact in self._inference.evaluate(env, node.args[0]):
                if isinstance(fact.thing, ClassObject):
                    owner = fact.thing.cls
        cls = owner
        if env.self_class is not None and self._inference.classes.is_subclass(env.self_class, owner):
            cls = env.self_class
        return of(Super(cls, owner))

    def _method_of_container(self, env: Env, node: ast.Call, func: ast.Attribute) -> Value | None:
        """Methods of containers, and of exit stacks, whose result is what was put in."""
        name = func.attr
        if name in _HOLDER_METHODS:
            held = self._held(env, node, func)
            if held is not None:
                return held
        stack = _STACK_METHODS.get(name)
        if stack is not None and node.args:
            manager = self._inference.evaluate(env, node.args[0])
            owner = self._inference.evaluate(env, func.value)
            if _is_stack(owner):
                if name == "push" or name == "push_async_exit":
                    return manager
                entered = self._inference.members.entered(manager, stack)
                return of(Coroutine(entered)) if stack else entered
            return None
        if name not in _CONTAINER_METHODS:
            return None
        owner = self._inference.evaluate(env, func.value)
        if not owner or not any(isinstance(fact.thing, Iteration) for fact in owner):
            return None
        return flat_map(owner, lambda fact: self._container_call(env, node, name, fact))

    def _held(self, env: Env, node: ast.Call, func: ast.Attribute) -> Value | None:
        """What an object holds that is declared to, such as a ``ContextVar[Context]``."""
        owner = self._inference.evaluate(env, func.value)
        holders = {fact.thing.cls.dotted for fact in owner if isinstance(fact.thing, Instance)}
        dotted = next(iter(holders), "")
        if len(holders) != 1 or func.attr not in HOLDERS.get(dotted, ()):
            return None
        if not all(isinstance(fact.thing, NoneObject) or _arguments(fact) for fact in owner):
            return None
        found = flat_map(
            owner, lambda fact: behind(_arguments(fact)[0], fact.step) if _arguments(fact) else NOTHING
        )
        if dotted == "contextvars.ContextVar" and node.args:
            found = union((found, self._inference.evaluate(env, node.args[0])))
        return of(Coroutine(found)) if (dotted, func.attr) == ("asyncio.Queue", "get") else found

    def _container_call(self, env: Env, node: ast.Call, name: str, fact: Fact) -> Value:
        thing = fact.thing
        if not isinstance(thing, Iteration):
            if isinstance(thing, (Unknown, NoneObject)):
                return (fact,)
            return unknown(f"what `{name}` gives is not known")
        members = self._inference.members
        element = members.element(fact, thing.items, thing.proven, f"what `{ast.unparse(node.func)}()` gives")
        match name:
            case "values" | "copy":
                return of(
                    Iteration(
                        thing.items, thing.proven, None if name == "values" else thing.keys, thing.shape
                    )
                )
            case "keys":
                return of(Iteration(thing.keys or NOTHING, thing.proven))
            case "items":
                pair = TupleOf((thing.keys or unknown("a key"), thing.items))
                return of(Iteration(of(pair), thing.proven))
            case "popitem":
                return of(TupleOf((thing.keys or unknown("a key"), element)))
            case "__anext__" | "asend":
                return of(Coroutine(element))
            case "get" | "setdefault" | "pop":
                default = NOTHING
                if len(node.args) > 1:
                    default = self._inference.evaluate(env, node.args[1])
                elif name == "get":
                    default = NONE
                return union((element, default))
        return element


_EMPTY_CONTAINERS = frozenset({"builtins.list", "builtins.dict", "builtins.set", "builtins.tuple"})
_CONTAINERS = frozenset(
    f"builtins.{name}" for name in ("list", "set", "tuple", "sorted", "reversed", "iter", "frozenset")
)
_AWAITING = frozenset(
    f"asyncio.{name}" for name in ("run", "wait_for", "shield", "create_task", "ensure_future")
)
_CONTAINER_METHODS = frozenset(
    {
        *("get", "pop", "setdefault", "values", "keys", "items", "popitem", "copy", "popleft"),
        *("__next__", "__anext__", "asend", "send"),
    }
)
_STACK_METHODS = {
    "enter_context": False,
    "enterContext": False,
    "enter_async_context": True,
    "enterAsyncContext": True,
    "push": False,
    "push_async_exit": True,
}


_HOLDER_METHODS = frozenset().union(*HOLDERS.values())


def _arguments(fact: Fact) -> tuple[Value, ...]:
    return fact.thing.arguments if isinstance(fact.thing, Instance) else ()


def _is_stack(owner: Value) -> bool:
    names = {fact.thing.cls.name for fact in owner if isinstance(fact.thing, Instance)}
    bases = {"ExitStack", "AsyncExitStack"}
    return bool(names & bases) or not names


def _class_of(fact: Fact) -> Value:
    if isinstance(fact.thing, Instance):
        return of(ClassObject(fact.thing.cls, fact.thing.exact, fact.thing.arguments))
    return (fact,) if isinstance(fact.thing, Unknown) else unknown("the class of it")


def _enclosing_method(env: Env, node: ast.AST) -> FunctionNode | None:
    found: FunctionNode | None = None
    for above in env.module.ancestors(env.anchor or node):
        if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = above
        elif isinstance(above, ast.ClassDef):
            return found
    return None
