"""What an object gives when it is asked: attributes, items, what it yields, what entering it gives."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from codemods.model.plan import ReasonCode
from codemods.semantic.inference.annotations import combine
from codemods.semantic.inference.classes import AttributeBinding, ClassInfo
from codemods.semantic.inference.values import (
    NONE,
    NOTHING,
    Assumption,
    ClassObject,
    Coroutine,
    External,
    Fact,
    Function,
    Hint,
    Instance,
    Iteration,
    Manager,
    Mock,
    ModuleObject,
    NoneObject,
    Step,
    Super,
    Thing,
    TupleOf,
    Unknown,
    Value,
    assuming,
    behind,
    flat_map,
    of,
    union,
    unknown,
    via,
)
from codemods.semantic.scopes.bindings import Binding
from codemods.semantic.scopes.reaching_definitions import at_end

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference


class Members:
    """Evaluates access to objects."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    # -- attributes ----------------------------------------------------------------------------------------

    def attribute(self, owner: Value, name: str, shown: str) -> Value:
        """``owner.name`` for each object the owner may be; ``None`` has nothing to give."""
        value = flat_map(owner, lambda fact: self._attribute(fact, name, shown))
        if owner and not value:
            return unknown(f"`{shown}` is looked up on None")
        return value

    def member(self, owner: Value, name: str) -> Value:
        """``owner.name`` on the way along an import path."""
        return self.attribute(owner, name, name)

    def of_class(self, cls: ClassInfo, name: str) -> Value:
        """What an instance of a class has under a name; nothing when we see no such name."""
        key = ("member", cls, name)
        return self._inference.remember(key, lambda: self._of_instance(cls, name))

    def _attribute(self, fact: Fact, name: str, shown: str) -> Value:
        thing = fact.thing
        match thing:
            case ModuleObject():
                return self._of_module(thing, name)
            case External(dotted, origin):
                return of(External(f"{dotted}.{name}", origin))
            case Instance(cls, exact, arguments) if name == "__class__":
                return of(ClassObject(cls, exact, arguments))
            case Instance(cls):
                return _as_declared(thing, name, self._filled(thing, self._looked_up(fact, cls, name)))
            case ClassObject(cls):
                return _as_declared(thing, name, self._filled(thing, self._of_class_object(fact, cls, name)))
            case Super(cls, after):
                return self._of_super(cls, after, name)
            case NoneObject():
                return NOTHING
            case Mock():
                return of(Mock())
            case Hint(value, code, why):
                return of(Hint(self.attribute(value, name, shown), code, why))
            case Unknown():
                return self._inference.stores.near_alike(shown.rpartition(".")[0], name) or (fact,)
            case Iteration():
                return unknown(f"`{name}` of a {thing.shape}")
            case Coroutine():
                return unknown(f"`{name}` of a coroutine that was not awaited")
        return unknown(f"what `{shown}` gives is not followed")

    def _filled(self, owner: Thing, value: Value) -> Value:
        return self._inference.generics.filled(owner, value)

    def _of_module(self, module: ModuleObject, name: str) -> Value:
        if module.path is not None:
            key = self._inference.modules.key_of(module.path)
        else:
            found = self._inference.modules.find(module.dotted)
            key = found.key if found else module.dotted.replace(".", "/")
        value = self._inference.imports.member(key, module.path, module.dotted, name)
        if all(isinstance(fact.thing, (NoneObject, External)) for fact in value):
            put = self._inference.remember(
                ("set", key, name), lambda: self._inference.stores.near_on_module(key, name)
            )
            if put:
                return union((tuple(fact for fact in value if isinstance(fact.thing, NoneObject)), put))
        return value

    def _looked_up(self, fact: Fact, cls: ClassInfo, name: str) -> Value:
        value = self.of_class(cls, name)
        if cls.node is not None and all(isinstance(item.thing, NoneObject) for item in value):
            value = union((value, self._set_on(cls, name)))
        if value:
            return behind(value, fact.step)
        if cls.node is None:
            return unknown(f"`{cls.dotted}.{name}` is defined outside of the repository")
        order = self._inference.classes.order(cls)
        if not order.complete:
            return unknown(f"`{cls.name}` may inherit `{name}`, but {order.unknown}")
        external = next((item for item in order.classes if item.node is None), None)
        if external is not None:
            return unknown(f"`{cls.name}` may inherit `{name}` from `{external.dotted}`")
        return unknown(f"`{cls.name}` has no `{name}` that we can see")

    def _set_on(self, cls: ClassInfo, name: str) -> Value:
        """What other code puts into an attribute of the class or its objects."""
        stores = self._inference.stores
        key = ("set", cls, name)
        return self._inference.remember(
            key, lambda: stores.near_on_class(cls, name) or stores.near_alike("cls", name)
        )

    def _of_instance(self, cls: ClassInfo, name: str) -> Value:
        classes = self._inference.classes
        assigned: list[Value] = []
        declared: list[Value] = []
        for item in classes.order(cls).classes:
            if item.node is None or item.module is None:
                continue
            for attribute in classes.attribute(item, name):
                value, promise = self._self_attribute(cls, item, attribute)
                assigned.append(value)
                declared.append(promise)
            if name in classes.table(item).names:
                value = self._in_body(cls, item, name)
                if assigned and value == NONE:
                    continue
                assigned.append(value)
                break
        joined = union(assigned)
        promised = union(declared)
        return combine(promised, joined) if promised else joined

    def _self_attribute(
        self, cls: ClassInfo, owner: ClassInfo, attribute: AttributeBinding
    ) -> tuple[Value, Value]:
        """What one assignment to ``self`` gives the attribute, and what it declares."""
        assert owner.module is not None
        binding = attribute.binding
        plain = Binding(
            binding.kind, binding.name, binding.node, binding.value, None, binding.unpack, binding.is_async
        )
        env = self._inference.env(owner.module, cls)
        value = NOTHING
        if plain.value is not None:
            value = self._inference.bindings.value(env, plain, attribute.function)
            value = _relabel(value, f"`self.{binding.name}`")
        declared = NOTHING
        if binding.annotation is not None:
            declared = via(
                self._inference.annotations.declared(env, binding.annotation),
                f"`self.{binding.name}: {ast.unparse(binding.annotation)}`",
                owner.module.path,
                binding.line,
            )
        return value, declared

    def _in_body(self, cls: ClassInfo, owner: ClassInfo, name: str) -> Value:
        """What the body of ``owner`` binds, as an instance of ``cls`` sees it."""
        assert owner.node is not None and owner.module is not None
        bindings = self._inference.classes.table(owner).names[name]
        env = self._inference.env(owner.module, cls)
        values: list[Value] = []
        for reaching in at_end(owner.node, bindings).reaching:
            binding = reaching.binding
            node = binding.node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                values.append(self._method(cls, owner, node))
            elif binding.annotation is not None:
                values.append(self._field(env, owner, binding))
            else:
                values.append(
                    _relabel(
                        self._inference.bindings.value(env, binding, owner.node), f"`{owner.name}.{name}`"
                    )
                )
        return union(values)

    def _field(self, env: Env, owner: ClassInfo, binding: Binding) -> Value:
        assert owner.module is not None and binding.annotation is not None
        declared = via(
            self._inference.annotations.declared(env, binding.annotation),
            f"field `{owner.name}.{binding.name}: {ast.unparse(binding.annotation)}`",
            owner.module.path,
            binding.line,
        )
        if binding.value is None or isinstance(binding.value, ast.Call):
            return declared
        return combine(declared, self._inference.evaluate(env, binding.value))

    def _method(
        self, cls: ClassInfo, owner: ClassInfo, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Value:
        assert owner.module is not None
        functions = self._inference.functions
        names = functions.decorators(owner.module, node)
        if functions.is_property(owner.module, node):
            value = functions.produced(owner.module, node, cls)
            if isinstance(node, ast.AsyncFunctionDef):
                value = of(Coroutine(value))
            return via(value, f"property `{owner.name}.{node.name}`", owner.module.path, node.lineno)
        if any(name in ("setter", "getter", "deleter") for name in names):
            getter = self._inference.classes.table(owner).names[node.name][0].node
            if isinstance(getter, (ast.FunctionDef, ast.AsyncFunctionDef)) and getter is not node:
                return self._method(cls, owner, getter)
        if functions.is_fixture(owner.module, node):
            return unknown(f"`{node.name}` is a fixture")
        return of(Function(owner.module, node, cls, "staticmethod" not in names))

    def _of_class_object(self, fact: Fact, cls: ClassInfo, name: str) -> Value:
        if cls.node is None:
            return of(External(f"{cls.dotted}.{name}"))
        provider = self._inference.classes.provider(cls, name)
        if provider is None:
            return self._looked_up(fact, cls, name)
        value = self.of_class(cls, name)
        if provider.node is not None and self._is_enum(cls) and not isinstance(value[0].thing, Function):
            return of(Instance(cls))
        assert provider.module is not None
        return flat_map(value, lambda item: behind(self._unbound(item), fact.step))

    def _unbound(self, fact: Fact) -> Value:
        """A method taken from the class waits for its ``self``, unless it is a classmethod."""
        thing = fact.thing
        if isinstance(thing, Function) and thing.receives:
            names = self._inference.functions.decorators(thing.module, thing.node)
            return of(Function(thing.module, thing.node, thing.bound, "classmethod" in names))
        return (fact,)

    def _of_super(self, cls: ClassInfo, after: ClassInfo, name: str) -> Value:
        order = self._inference.classes.order(cls)
        classes = order.classes
        start = classes.index(after) + 1 if after in classes else len(classes)
        for item in classes[start:]:
            if item.node is None:
                return unknown(f"`super().{name}` may be that of `{item.dotted}`")
            if name in self._inference.classes.table(item).names:
                return self._in_body(cls, item, name)
        if not order.complete:
            return unknown(f"`super().{name}`: {order.unknown}")
        return unknown(f"no base has `{name}`")

    def _is_enum(self, cls: ClassInfo) -> bool:
        if cls.node is None:
            return False
        for base in cls.node.bases:
            text = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            if text in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"):
                return True
        return any(self._is_enum(item) for item in self._inference.classes.order(cls).classes[1:])

    # -- items and iteration -------------------------------------------------------------------------------

    def item(self, env: Env, owner: Value, node: ast.Subscript) -> Value:
        """``owner[key]``."""
        return flat_map(self.plain(owner, "__getitem__"), lambda fact: self._item(env, fact, node))

    def _item(self, env: Env, fact: Fact, node: ast.Subscript) -> Value:
        key, thing = node.slice, fact.thing
        match thing:
            case TupleOf(items):
                index = _index(key)
                if index is not None and -len(items) <= index < len(items):
                    return items[index]
                return union(items) if not isinstance(key, ast.Slice) else of(Iteration(union(items), True))
            case Iteration(items_value, proven):
                if isinstance(key, ast.Slice):
                    return (fact,)
                return self.element(fact, items_value, proven, f"an item of `{ast.unparse(node.value)}`")
            case Instance(cls):
                method = _as_declared(thing, "__getitem__", self.of_class(cls, "__getitem__"))
                if method:
                    given = self._inference.calls.of_value(method, "__getitem__")
                    return behind(self._filled(thing, given), fact.step)
                return unknown(f"what `{cls.name}` gives for a key is not known")
            case ClassObject(cls, exact):
                arguments = self._inference.annotations.arguments(env, key)
                return (replace(fact, thing=ClassObject(cls, exact, arguments)),)
            case External(dotted):
                generic = dotted.rsplit(".", 1)[-1][:1].isupper()
                return (fact,) if generic else unknown(f"an item of `{dotted}`")
            case Hint(value, code, why):
                return of(Hint(self.item(env, value, node), code, why))
            case Mock():
                return of(Mock())
            case Unknown():
                return (fact,)
        return unknown(f"what `{ast.unparse(node)}` gives is not followed")

    def plain(self, value: Value, member: str) -> Value:
        """Named tuples as plain ones, as far as no subclass has the member that is used of them."""
        return tuple(self._plain(fact, member) for fact in value)

    def _plain(self, fact: Fact, member: str) -> Fact:
        if isinstance(fact.thing, Instance):
            classes = self._inference.classes
            for cls in classes.order(fact.thing.cls).classes:
                fields = classes.named_fields(cls)
                if fields:
                    items = tuple(self.of_class(fact.thing.cls, name) for name in fields)
                    assumed = Assumption(fact.thing.cls, member, not fact.thing.exact)
                    return replace(fact, thing=TupleOf(items), assumed=fact.assumed | {assumed})
                if classes.defines(cls, member):
                    break
        return fact

    def iterated(self, value: Value, is_async: bool) -> Value:
        """What looping over each object gives."""
        return flat_map(self.plain(value, "__iter__"), lambda fact: self._iterated(fact, is_async))

    def _iterated(self, fact: Fact, is_async: bool) -> Value:
        thing = fact.thing
        match thing:
            case TupleOf(items):
                return union(items)
            case Iteration(items, proven, keys):
                if keys is not None:
                    return keys
                return self.element(fact, items, proven, "an item of a container")
            case Instance(cls):
                name = "__aiter__" if is_async else "__iter__"
                method = _as_declared(thing, name, self.of_class(cls, name))
                if method:
                    iterator = self._filled(thing, self._inference.calls.of_value(method, "__iter__"))
                    return flat_map(iterator, lambda item: self._next(item, is_async))
                if cls.dotted in ("builtins.str", "builtins.bytes"):
                    return (fact,)
                return unknown(f"what `{cls.name}` yields is not known")
            case Hint(value, code, why):
                return of(Hint(self.iterated(value, is_async), code, why))
            case NoneObject():
                return NOTHING
            case Mock():
                return of(Mock())
            case Unknown():
                return (fact,)
        return unknown("what the loop goes over is not followed")

    def _next(self, fact: Fact, is_async: bool) -> Value:
        if isinstance(fact.thing, Instance):
            name = "__anext__" if is_async else "__next__"
            method = _as_declared(fact.thing, name, self.of_class(fact.thing.cls, name))
            if method:
                value = self._filled(fact.thing, self._inference.calls.of_value(method, "__next__"))
                return self._inference.awaited(value, "__anext__") if is_async else value
        if isinstance(fact.thing, Iteration):
            return self._iterated(fact, is_async)
        return unknown("what the iterator yields is not known")

    def element(self, fact: Fact, items: Value, proven: bool, words: str) -> Value:
        if proven:
            return behind(items, fact.step)
        if not items:
            return unknown("the container is filled where we do not look")
        why = f"{words}: the container may hold other objects too"
        step = fact.step or items[0].step
        return (Fact(Hint(items, ReasonCode.UNTYPED_CONTAINER, why), step or Step(words, "", 0)),)

    # -- with ----------------------------------------------------------------------------------------------

    def entered(self, value: Value, is_async: bool) -> Value:
        """What ``with`` gives for each manager."""
        return flat_map(value, lambda fact: self._entered(fact, is_async))

    def _entered(self, fact: Fact, is_async: bool) -> Value:
        match fact.thing:
            case Manager(inner):
                return behind(inner, fact.step)
            case Instance(cls):
                name = "__aenter__" if is_async else "__enter__"
                method = _as_declared(fact.thing, name, self.of_class(cls, name))
                if method:
                    entered = self._filled(fact.thing, self._inference.calls.of_value(method, "__enter__"))
                    if is_async:
                        entered = self._inference.awaited(entered, "__aenter__")
                    # ``return self`` gives the very object, however exactly that is known.
                    same = [
                        replace(fact, assumed=item.assumed)
                        if isinstance(item.thing, Instance) and item.thing.cls is cls
                        else item
                        for item in entered
                    ]
                    return behind(tuple(same), None)
                why = f"what entering a `{cls.dotted}` gives is not in the repository; usually it is itself"
                return (Fact(Hint((fact,), ReasonCode.EVIDENCE, why), fact.step),)
            case Coroutine(inner):
                why = "a coroutine is entered; an await is missing"
                return (Fact(Hint(self.entered(inner, is_async), ReasonCode.COROUTINE, why), fact.step),)
            case Mock():
                return of(Mock())
            case Hint(inner, code, why):
                return of(Hint(self.entered(inner, is_async), code, why))
            case Unknown():
                return (fact,)
        return unknown("what entering the context manager gives is not known")


def _as_declared(owner: Instance | ClassObject, member: str, value: Value) -> Value:
    """What a class gives, of an object that may be of a subclass."""
    if owner.cls.node is None:
        return value
    return assuming(value, frozenset({Assumption(owner.cls, member, not owner.exact)}))


def _relabel(value: Value, text: str) -> Value:
    """The same facts with their nearest step named otherwise."""
    return tuple(
        replace(fact, step=Step(text, fact.step.path, fact.step.line, fact.step.rest)) if fact.step else fact
        for fact in value
    )


def _index(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _index(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    return None
