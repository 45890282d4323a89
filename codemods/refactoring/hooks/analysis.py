"""Which asynchronous hooks can be synchronous: judged together, since they call and build on each other."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from codemods.model.plan import Edit, ReasonCode, Verdict
from codemods.refactoring.asynchrony.remove_await import (
    Wait,
    line_of,
    unasync_edit,
    unawait_edits,
    waits,
    yields,
)
from codemods.refactoring.hooks.calls import Fate, Use, enclosing_class, first_parameter, is_super, uses
from codemods.refactoring.hooks.conversion import Ways, plan_moves
from codemods.refactoring.hooks.counterparts import Counterparts
from codemods.refactoring.hooks.definitions import (
    SETUP_OF,
    UNITTEST_HOOKS,
    Definition,
    Hooks,
    Outside,
    Provider,
    bindings,
    name_of,
)
from codemods.refactoring.hooks.hook import Case, described
from codemods.refactoring.operation import Context
from codemods.semantic import Target
from codemods.syntax.module import FunctionNode

_HARMLESS_DECORATORS = {
    "classmethod",
    "staticmethod",
    "typing.override",
    "typing_extensions.override",
    "typing.no_type_check",
    "abc.abstractmethod",
}


class Cases:
    """All asynchronous hooks of a codebase."""

    def __init__(self, context: Context, hooks: Hooks, ways: Ways, counterparts: Counterparts) -> None:
        self._context = context
        self._counterparts = counterparts
        self._hooks = hooks
        self._cases = {hook: Case(hook) for hook in hooks.asynchronous}
        self.uses = list(uses(context, hooks))
        self._awaited = {use.call: use for use in self.uses if use.fate is Fate.AWAITED}
        self._connect()
        for case in self:
            self._inspect_callers(case)
        for case in self:
            self._inspect(case)
        for case, move in plan_moves(context, hooks, list(self), ways):
            case.move = move
        self._settle()
        self._spread_doubts()

    def __iter__(self) -> Iterator[Case]:
        return iter(self._cases.values())

    def get(self, hook: Provider | None) -> Case | None:
        return self._cases.get(hook) if isinstance(hook, Definition) else None

    def reached(self, use: Use) -> list[Case]:
        """The asynchronous hooks that a use may call."""
        return [case for target in use.targets if (case := self.get(target))]

    def can_stop_awaiting(self, use: Use) -> bool:
        """Whether what the use reaches is, or will be, synchronous."""
        return self._first_async(use) is None

    def tied(self, case: Case) -> list[Case]:
        """The hooks that must change for this one to change."""
        found = [*case.needs, *(case.move.all_cases if case.move else ())]
        for use in (*case.inside, *case.users):
            if use.fate is not Fate.DROPPED:
                found += self.reached(use)
                found += filter(None, [self.get(use.inside)])
        return [other for other in dict.fromkeys(found) if other is not case and other.obstacle is None]

    # -- what each hook is like ----------------------------------------------------------------------------

    def _connect(self) -> None:
        for use in self.uses:
            for case in self.reached(use):
                case.users.append(use)
                if not use.certain and use.fate is not Fate.DROPPED:
                    case.question(ReasonCode.EVIDENCE, f"it may be what {use.place} calls")
            around = self.get(use.inside)
            if around:
                around.inside.append(use)
                if use.targets and not use.certain:
                    around.question(ReasonCode.EVIDENCE, f"what it calls at {use.place} is not proven")
        for case in self:
            for setup in self._setups(case.hook):
                needed = self.get(setup)
                if needed:
                    case.needs.append(needed)
                else:
                    what = f"{setup} is asynchronous, so it is never run ({setup.place})"
                    case.stop(ReasonCode.REAL_AWAIT, f"{what}, and the step does not name {setup.name}")

    def _setups(self, hook: Definition) -> Iterator[Definition]:
        """The asynchronous setup hooks that would have to run before the hook, on its class or a subclass."""
        setup = SETUP_OF.get(hook.name)
        if setup is None:
            return
        members = self._hooks.family(hook.cls)
        for cls in dict.fromkeys(cls for member in members for cls in self._hooks.order_of(member)):
            definition = self._hooks.definition(cls, setup)
            if definition and definition.is_async and not definition.is_fixture:
                yield definition

    def _inspect(self, case: Case) -> None:
        hook = case.hook
        if not isinstance(hook.node, ast.AsyncFunctionDef):
            case.stop(ReasonCode.UNSAFE_EDIT, f"the hook is not bound by a def ({hook.place})")
            return
        if len(list(bindings(hook.cls, hook.name))) > 1:
            case.stop(ReasonCode.UNSAFE_EDIT, f"{name_of(hook.cls)} binds {hook.name} more than once")
        if unasync_edit(hook.module, hook.node) is None:
            case.stop(ReasonCode.UNSAFE_EDIT, "`async def` is written in a way that cannot be edited safely")
        self._inspect_decorators(case, hook.node)
        for found in yields(hook.node):
            where = f"{hook.module.path}:{found.lineno}"
            case.stop(ReasonCode.REAL_AWAIT, f"it yields ({where}), which only a fixture may do")
        for wait in waits(hook.node):
            self._inspect_wait(case, wait)

    def _inspect_callers(self, case: Case) -> None:
        """Who calls the hook decides whether it is one at all."""
        hook = case.hook
        case.caller = self._hooks.caller(hook.cls, hook.name)
        unknown = self._hooks.unknown_base(hook.cls)
        by_hand = next(
            (use for use in case.users if use.fate is not Fate.DROPPED and not is_super(use)), None
        )
        if case.caller:
            if unknown and hook.name in UNITTEST_HOOKS:
                case.question(ReasonCode.UNRESOLVED, f"a base may call it in its own way: {unknown}")
        elif hook.name in UNITTEST_HOOKS and unknown:
            case.question(ReasonCode.UNRESOLVED, f"whether unittest calls it is not known: {unknown}")
        elif by_hand and not unknown:
            case.unrelated = f"no test class derives from {name_of(hook.cls)}, and {by_hand.place} awaits it"
        elif hook.name in UNITTEST_HOOKS:
            text = f"nothing calls {hook}: {name_of(hook.cls)} does not derive from unittest.TestCase"
            case.question(ReasonCode.EVIDENCE, text)
        else:
            text = f"no test class that derives from {name_of(hook.cls)} was found"
            case.question(ReasonCode.EVIDENCE, text)

    def _inspect_decorators(self, case: Case, node: FunctionNode) -> None:
        module = case.hook.module
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = self._context.resolver.qualified_name(module, called) or ast.unparse(called)
            if name.removeprefix("builtins.") not in _HARMLESS_DECORATORS and "pytest.mark." not in name:
                where = f"{module.path}:{decorator.lineno}"
                case.stop(ReasonCode.UNSAFE_EDIT, f"its decorator @{name} may need a coroutine ({where})")

    def _inspect_wait(self, case: Case, wait: Wait) -> None:
        module = case.hook.module
        if isinstance(wait, ast.Await) and isinstance(wait.value, ast.Call):
            use = self._awaited.get(wait.value)
            if use and use.targets and not any(reached.unrelated for reached in self.reached(use)):
                return
            counterpart = self._counterparts.of(module, wait.value)
            if counterpart:
                case.edits += [counterpart.edit, *unawait_edits(module, wait)]
                if counterpart.doubt:
                    case.question(
                        counterpart.doubt.code, f"{counterpart.doubt.text} ({module.path}:{wait.lineno})"
                    )
                return
            if self._only_calls_sync(case, wait.value):
                case.edits += unawait_edits(module, wait)
                return
        case.real = case.real or f"it really waits: {_kind(wait)} ({module.path}:{line_of(wait)})"

    def _only_calls_sync(self, case: Case, call: ast.Call) -> bool:
        judgement = self._context.resolver.is_coroutine_call(case.hook.module, call)
        return judgement.verdict is Verdict.EXCLUDED

    # -- which can change together -------------------------------------------------------------------------

    def _settle(self) -> None:
        """Stop every hook that leans on one that stays asynchronous, until nothing is new."""
        stopped = -1
        while stopped != (stopped := sum(case.obstacle is not None for case in self)):
            for case in self:
                if case.obstacle is None:
                    self._check(case)

    def _check(self, case: Case) -> None:
        for need in case.needs:
            if need.obstacle:
                case.stop(
                    ReasonCode.REAL_AWAIT,
                    f"{need.hook} stays asynchronous, so it is never run ({need.hook.place}: "
                    f"{need.obstacle.text}); run after it, this hook would miss what it sets",
                )
        if case.move:
            stays = next((other for other in case.move.all_cases if other.obstacle), None)
            if stays and stays.obstacle:
                text = f"{stays.hook} ({stays.hook.place}) cannot change: {stays.obstacle.text}"
                case.stop(ReasonCode.REAL_AWAIT, text)
            return
        for use in case.inside:
            if use.fate is not Fate.AWAITED or use in case.direct:
                continue
            if (target := self._first_async(use)) and not self._call_directly(case, use, target):
                text = f"it awaits {described(target)} ({use.place}){self._why_not(target)}"
                case.stop(ReasonCode.REAL_AWAIT, text)
        for use in case.users:
            if use.fate is Fate.KEPT:
                what = "mentioned" if use.call is None else "handed over as a coroutine"
                case.stop(ReasonCode.REAL_AWAIT, f"it is {what} at {use.place}")
            elif use.fate is not Fate.DROPPED and (target := self._first_async(use)):
                other = f"may reach {described(target)} too{self._why_not(target)}"
                case.stop(ReasonCode.REAL_AWAIT, f"it is awaited at {use.place}, which {other}")

    def _call_directly(self, case: Case, use: Use, target: Provider) -> bool:
        """Offer to call the nearest sync hook by its class where ``super()`` reaches an asynchronous one."""
        hook = case.hook
        if not is_super(use) or use.call is None or hook.cls.node is None:
            return False
        for cls in self._hooks.order_of(hook.cls)[1:]:
            definition = self._hooks.definition(cls, hook.name)
            if definition is None or definition.is_fixture or definition.is_async:
                continue
            for base in hook.cls.node.bases:
                sync = Target((cls.dotted,), "class")
                judgement = self._context.resolver.receiver(hook.module, base, sync, hook.name)
                if judgement.verdict is Verdict.CERTAIN:
                    case.direct[use] = _direct_call(use, hook.module.source(base))
                    case.question(
                        ReasonCode.UNION,
                        f"super() reaches {described(target)} ({use.place}){self._why_not(target)}; "
                        f"{definition}, the nearest sync one, can be called instead",
                    )
                    return True
        return False

    def _first_async(self, use: Use) -> Provider | None:
        """The first hook the use may reach that is not known to be synchronous in the end."""
        for target in use.targets:
            case = self.get(target)
            if (case and (case.obstacle or case.unrelated)) or (isinstance(target, Outside) and target.why):
                return target
        return None

    def _why_not(self, target: Provider) -> str:
        case = self.get(target)
        return f", which stays asynchronous: {case.obstacle.text}" if case and case.obstacle else ""

    def _spread_doubts(self) -> None:
        """What requires a doubtful change is as doubtful."""
        requirers: dict[Case, set[Case]] = defaultdict(set)
        for case in self:
            for other in self.tied(case):
                requirers[other].add(case)
        todo = [case for case in self if case.doubt]
        while todo:
            doubtful = todo.pop()
            for case in requirers[doubtful]:
                if case.doubt is None and doubtful.doubt:
                    text = f"it belongs together with {doubtful.hook}: {doubtful.doubt.text}"
                    case.question(doubtful.doubt.code, text)
                    todo.append(case)


def _direct_call(use: Use, cls: str) -> list[Edit]:
    """The edits that make ``super().hook(x)`` a call of ``Class.hook(self, x)``."""
    assert use.call is not None
    around = enclosing_class(use.module, use.node)
    assert around is not None
    owner = first_parameter(around[1])
    opening = use.module.text.index("(", use.module.span(use.node)[1]) + 1
    passes = bool(use.call.args or use.call.keywords)
    return [
        Edit(*use.module.span(use.node.value), cls),
        Edit(opening, opening, f"{owner}, " if passes else owner),
    ]


def _kind(wait: Wait) -> str:
    match wait:
        case ast.Await():
            text = ast.unparse(wait)
            return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
        case ast.AsyncFor():
            return "async for"
        case ast.AsyncWith():
            return "async with"
    return "async comprehension"
