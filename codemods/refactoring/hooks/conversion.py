"""Hooks that really wait: their code goes on as a coroutine method, and something that can await runs it.

A pytest hook is run by an autouse fixture (``fixture``) or by the sync hook itself, in an event loop of its
own (``bridge``); a unittest hook becomes the one that `IsolatedAsyncioTestCase` awaits (``isolated``).
All hooks of one name in a class hierarchy move together, and the topmost of them, the root, gets the runner.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from codemods.edits.import_edits import NewImport
from codemods.edits.statement_edits import newline_of, remove_statements
from codemods.model.plan import Edit, ReasonCode
from codemods.refactoring.asynchrony.remove_await import unawait_edits
from codemods.refactoring.hooks.calls import Fate, Use, is_super
from codemods.refactoring.hooks.definitions import (
    ISOLATED,
    TEST_CASES,
    Definition,
    Hooks,
    Outside,
    bindings,
    name_of,
)
from codemods.refactoring.hooks.hook import Case
from codemods.refactoring.hooks.runner_code import (
    Framework,
    bridge_code,
    bridge_imports,
    fixture_code,
    framework_of,
    taken_import,
)
from codemods.refactoring.operation import Context
from codemods.semantic.verdicts.model import Base
from codemods.syntax.module import FunctionNode

COROUTINES = {
    "setup_method": "async_setup_method",
    "teardown_method": "async_teardown_method",
    "setup_class": "async_setup_class",
    "teardown_class": "async_teardown_class",
    "setUp": "async_set_up",
    "tearDown": "async_tear_down",
    "setUpClass": "async_set_up_class",
    "tearDownClass": "async_tear_down_class",
}
"""What the coroutine method of a hook is called."""

PAIR = "_run_async_hooks"
"""The fixture that runs the setup and the teardown of one class."""

AWAITED = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}
"""The hooks of `unittest.IsolatedAsyncioTestCase` that are awaited."""


IS_SETUP = {"setup_method": True, "teardown_method": False}
"""The hooks that a fixture can run, and whether it does before the test."""

_DEF_NAME = re.compile(r"async(?:[ \t\f]|\\\r?\n)+def(?:[ \t\f]|\\\r?\n)+(?P<name>\w+)")


class Form(StrEnum):
    """Who runs the coroutine method."""

    FIXTURE = "fixture"
    BRIDGE = "bridge"
    ISOLATED = "isolated"


@dataclass(frozen=True)
class Ways:
    """What a recipe says of hooks that really wait."""

    remaining: str = "leave"
    fallback: str = ""
    """The method a bridge calls where an event loop is running."""


@dataclass(eq=False)
class Move:
    """The hooks of one name in one hierarchy, on their way to coroutine methods."""

    form: Form
    cases: list[Case]
    root: Case
    name: str
    takes_method: bool
    ways: Ways
    framework: Framework | None = None
    partner: Move | None = None
    """The other half of a setup and teardown that one fixture runs."""
    base_edits: list[Edit] = field(default_factory=list)
    """Makes the root a test case that awaits."""
    imports: list[NewImport] = field(default_factory=list)

    @property
    def all_cases(self) -> list[Case]:
        """All hooks that change together with any of these."""
        return [*self.cases, *(self.partner.cases if self.partner else ())]

    @property
    def fixture(self) -> str:
        """The fixture that runs the coroutine method alone; one of its own for each hook of a hierarchy."""
        return f"_run_{COROUTINES[self.root.hook.name]}"

    @property
    def runner(self) -> str:
        """Who runs the coroutine method, in words."""
        return {
            Form.FIXTURE: "an autouse fixture runs",
            Form.BRIDGE: "a sync hook runs in an event loop of its own",
            Form.ISOLATED: "unittest.IsolatedAsyncioTestCase awaits",
        }[self.form]

    def edits(self, case: Case) -> list[Edit]:
        """What makes one hook of the move a coroutine method; with the runner, for the root."""
        hook = case.hook
        edits = [_name_edit(hook, self.name), *case.edits]
        for use in case.inside:
            edits += self._inside_edits(case, use)
        if case is self.root:
            edits += self.base_edits
            edits += self._runner(case)
        return edits

    def use_edits(self, use: Use) -> list[Edit]:
        """What makes a call by hand call the coroutine method."""
        span = use.module.attribute_name_span(use.node)
        assert span is not None, "checked before"
        return [Edit(*span, self.name)]

    def problem(self, hooks: Hooks) -> str:
        """Why the hooks cannot move, or ''."""
        for why in self._problems(hooks):
            return why
        return ""

    # -- edits ---------------------------------------------------------------------------------------------

    def _inside_edits(self, case: Case, use: Use) -> list[Edit]:
        if self._moves(use) or (self.form is Form.ISOLATED and _is_unittests_own(use)):
            return self.use_edits(use)
        if self.form is Form.BRIDGE:
            return unawait_edits(use.module, use.awaiting) if use.awaiting else []
        statement = _droppable_statement(case, use)
        assert statement is not None, "checked before"
        return remove_statements(use.module, [statement])

    def _runner(self, case: Case) -> Iterator[Edit]:
        module, node = case.hook.module, case.hook.node
        assert isinstance(node, ast.AsyncFunctionDef)
        if self.form is Form.ISOLATED or (self.partner and self.partner.runs_first(self)):
            return
        first = min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))
        start = module.lines.line_start(first)
        indent = module.text[start : start + node.col_offset]
        if self.form is Form.BRIDGE:
            lines = bridge_code(module, node, self.name, self.ways.fallback)
        else:
            assert self.framework is not None
            moves = [self, self.partner] if self.partner else [self]
            calls = {IS_SETUP[move.root.hook.name]: move.call for move in moves}
            name = PAIR if self.partner else self.fixture
            lines = fixture_code(self.framework, name, calls.get(True, ""), calls.get(False, ""))
        newline = newline_of(module)
        text = "".join((indent + line if line else "") + newline for line in [*lines, ""])
        yield Edit(start, start, text)

    def runs_first(self, other: Move) -> bool:
        """Whether the runner of a pair stands at this half: the one that comes first in the file."""
        return self.root.hook.node.lineno < other.root.hook.node.lineno

    @property
    def call(self) -> str:
        return f"self.{self.name}({'request.function' if self.takes_method else ''})"

    # -- problems ------------------------------------------------------------------------------------------

    def _problems(self, hooks: Hooks) -> Iterator[str]:
        if taken := taken_import(self.root.hook.module, self.imports):
            yield f"{taken} means something else in {self.root.hook.module.path}"
        if self.form is Form.BRIDGE and self.ways.fallback:
            yield from self._no_fallback(hooks)
        for case in self.cases:
            if case.obstacle:
                yield f"{case.hook} ({case.hook.place}): {case.obstacle.text}"
            yield from self._taken(hooks, case)
            yield from self._wrong_shape(case)
            for use in case.inside:
                yield from self._wrong_call(case, use)
            for use in case.users:
                yield from self._wrong_user(hooks, use)

    def _no_fallback(self, hooks: Hooks) -> Iterator[str]:
        cls, name = self.root.hook.cls, self.ways.fallback
        found = (next(bindings(base, name), None) for base in hooks.order_of(cls))
        first = next((binding for binding in found if binding), None)
        if first is None or not isinstance(first.node, ast.FunctionDef):
            yield f"{name_of(cls)} has no sync method {name}"

    def _taken(self, hooks: Hooks, case: Case) -> Iterator[str]:
        names = [self.name, self.fixture, PAIR] if self.form is Form.FIXTURE else [self.name]
        for name in names:
            if taken := _binding(hooks, case, name):
                yield f"{name_of(taken.cls)} already has {name} ({taken.place})"

    def _wrong_shape(self, case: Case) -> Iterator[str]:
        hook = case.hook
        node = hook.node
        assert isinstance(node, ast.AsyncFunctionDef)
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        if "staticmethod" in decorators:
            yield f"{hook} is a static method ({hook.place})"
        if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or len(_positional(node)) > 2:
            yield f"{hook} takes other arguments than a hook ({hook.place})"
        if takes_method(node) != self.takes_method:
            yield f"{hook} and {self.root.hook} take different arguments ({hook.place})"
        if self.form is Form.ISOLATED and takes_method(node):
            yield f"{hook} takes an argument, which {self.name}() does not ({hook.place})"

    def _wrong_call(self, case: Case, use: Use) -> Iterator[str]:
        if self._moves(use) and use.fate is not Fate.DROPPED:
            return
        if any(isinstance(target, Definition) and target.is_async for target in use.targets):
            yield f"{use.place} calls hooks that do not change in the same way"
        elif any(isinstance(target, Outside) and target.why for target in use.targets):
            why = next(target.why for target in use.targets if isinstance(target, Outside) and target.why)
            yield f"{use.place} calls a hook that is not known: {why}"
        elif self.form is Form.ISOLATED and _is_unittests_own(use):
            return
        elif self.form is not Form.BRIDGE and not _droppable_statement(case, use):
            yield (
                f"the sync hook of the base is called in the middle ({use.place}); "
                "it would run at another time"
            )

    def _wrong_user(self, hooks: Hooks, use: Use) -> Iterator[str]:
        if use.module.attribute_name_span(use.node) is None:
            yield f"the name at {use.place} is written in a way that cannot be edited safely"
        if use.fate is Fate.DROPPED:
            if self.form is not Form.BRIDGE and not self._leaves_a_hook(hooks):
                yield f"{use.place} calls it without await, and no base has another"
        elif not self._moves(use):
            yield f"{use.place} may call other hooks too"

    def _leaves_a_hook(self, hooks: Hooks) -> bool:
        """Whether a base of the root has a sync hook that calls reach once these are gone."""
        root = self.root.hook
        behind = hooks.providers(root.cls, root.name, behind=root.cls)
        return all(
            not target.why if isinstance(target, Outside) else not target.is_async for target in behind
        )

    def _moves(self, use: Use) -> bool:
        hooks = [case.hook for case in self.cases]
        return bool(use.targets) and all(target in hooks for target in use.targets)


def plan_moves(
    context: Context, hooks: Hooks, cases: Sequence[Case], ways: Ways
) -> Iterator[tuple[Case, Move]]:
    """Every hook that moves, with its move; what really waits and cannot move is stopped, saying why."""
    moves = []
    for group in _groups(hooks, cases):
        waiting = [case for case in group if case.real]
        if not waiting or any(case.obstacle for case in waiting):
            continue
        made = _move(context, hooks, group, ways)
        problem = made if isinstance(made, str) else made.problem(hooks)
        if not isinstance(made, str) and not problem:
            moves.append(made)
            continue
        for case in waiting:
            case.stop(ReasonCode.REAL_AWAIT, f"{case.real}; {problem}" if problem else case.real)
    _pair(moves)
    for move in moves:
        yield from ((case, move) for case in move.cases)


def takes_method(node: FunctionNode) -> bool:
    """Whether pytest passes the test method to the hook."""
    return len(_positional(node)) > 1


def _groups(hooks: Hooks, cases: Sequence[Case]) -> list[list[Case]]:
    """The hooks of one name whose classes derive from each other, in order."""
    group_of: dict[tuple[str, Base], list[Case]] = {}
    for case in cases:
        group_of.setdefault((case.hook.name, case.hook.cls), []).append(case)
    for case in cases:
        for above in hooks.order_of(case.hook.cls):
            theirs = group_of.get((case.hook.name, above))
            ours = group_of[case.hook.name, case.hook.cls]
            if theirs is not None and theirs is not ours:
                joined = theirs + ours
                group_of |= {(one.hook.name, one.hook.cls): joined for one in joined}
    groups = {id(group): group for group in group_of.values()}
    place = {id(case): number for number, case in enumerate(cases)}
    return [sorted(group, key=lambda case: place[id(case)]) for group in groups.values()]


def _derives(hooks: Hooks, case: Case, other: Case) -> bool:
    return other.hook.cls in hooks.order_of(case.hook.cls)


def _move(context: Context, hooks: Hooks, group: list[Case], ways: Ways) -> Move | str:
    """The move of a group, or why there is none; "" where the recipe wants none."""
    roots = [case for case in group if not any(_derives(hooks, case, o) for o in group if o is not case)]
    if len(roots) > 1:
        return f"{' and '.join(str(root.hook) for root in roots)} would need one runner"
    root = roots[0]
    hook = root.hook
    if not isinstance(hook.node, ast.AsyncFunctionDef):
        return f"{hook} is not bound by a def ({hook.place})"
    takes = takes_method(hook.node)
    test_case = next((cls for cls in hooks.order_of(hook.cls) if cls.dotted in TEST_CASES), None)
    if test_case and hook.name in AWAITED and (test_case.dotted in ISOLATED or ways.remaining != "bridge"):
        move = Move(Form.ISOLATED, group, root, AWAITED[hook.name], takes, ways)
        return move if test_case.dotted in ISOLATED else _with_awaiting_base(context, move)
    if ways.remaining == "leave":
        return ""
    if ways.remaining == "bridge":
        move = Move(Form.BRIDGE, group, root, _free_name(hooks, group), takes, ways)
        move.imports = bridge_imports(ways.fallback)
        return move
    if test_case:
        return "an asynchronous fixture is not run for a unittest class"
    if hook.name not in IS_SETUP:
        return f"what {hook.name} makes would belong to another event loop than the one its tests run in"
    framework = framework_of(context.codebase)
    if framework is None:
        return "neither pytest-asyncio nor anyio is used in this repository to run a fixture"
    move = Move(Form.FIXTURE, group, root, _free_name(hooks, group), takes, ways, framework)
    move.imports = [NewImport("pytest_asyncio" if framework is Framework.ASYNCIO else "pytest")]
    return move


def _free_name(hooks: Hooks, group: Sequence[Case]) -> str:
    """What the coroutine method is called: the usual name, or one that no class of the hierarchy has."""
    usual = COROUTINES[group[0].hook.name]
    names = (usual, f"_{usual}")
    return next((n for n in names if not any(_binding(hooks, case, n) for case in group)), usual)


def _binding(hooks: Hooks, case: Case, name: str) -> Definition | None:
    """Where a class of the hook's hierarchy binds a name."""
    classes = (cls for member in hooks.family(case.hook.cls) for cls in hooks.order_of(member))
    return next((found for cls in classes for found in bindings(cls, name)), None)


def _with_awaiting_base(context: Context, move: Move) -> Move | str:
    """The move, where the root's base becomes a test case that awaits: a thing to look at first."""
    module, node = move.root.hook.module, move.root.hook.cls.node
    assert node is not None
    for base in node.bases:
        if context.resolver.qualified_name(module, base) in TEST_CASES:
            move.root.question(
                ReasonCode.DECLARED_BASE,
                f"{move.root.real}; unittest.IsolatedAsyncioTestCase as base would await {move.name}()",
            )
            start, end = module.span(base)
            if isinstance(base, ast.Attribute):
                move.base_edits = [Edit(end - len(base.attr), end, "IsolatedAsyncioTestCase")]
            else:
                move.base_edits = [Edit(start, end, "IsolatedAsyncioTestCase")]
                move.imports = [NewImport("unittest", "IsolatedAsyncioTestCase")]
            return move
    return f"{name_of(move.root.hook.cls)} does not derive from unittest.IsolatedAsyncioTestCase"


def _pair(moves: Sequence[Move]) -> None:
    """Let one fixture run the setup and the teardown of one class."""
    fixtures = [move for move in moves if move.form is Form.FIXTURE]
    for move in fixtures:
        for other in fixtures:
            if other is not move and other.root.hook.cls == move.root.hook.cls:
                move.partner = other


def _name_edit(hook: Definition, name: str) -> Edit:
    start = hook.module.span(hook.node)[0]
    match = _DEF_NAME.match(hook.module.text, start)
    assert match is not None, "inspected before"
    return Edit(*match.span("name"), name)


def _positional(node: FunctionNode) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args]


def _is_unittests_own(use: Use) -> bool:
    return bool(use.targets) and all(isinstance(target, Outside) and not target.why for target in use.targets)


def _droppable_statement(case: Case, use: Use) -> ast.stmt | None:
    """The statement that calls the base's sync hook, where the runner calls that at the same time anyway.

    It is the first statement of a setup or the last of a teardown.
    """
    node: ast.AST | None = use.awaiting or use.call
    statement = use.module.parent(node) if node else None
    function = case.hook.node
    if not is_super(use) or not isinstance(statement, ast.Expr) or not isinstance(function, FunctionNode):
        return None
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    is_setup = IS_SETUP.get(case.hook.name, case.hook.name == "setUp")
    return statement if statement is body[0 if is_setup else -1] and len(body) > 1 else None
