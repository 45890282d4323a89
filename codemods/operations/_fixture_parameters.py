"""Asking pytest for a fixture: which function around a place can, and the edit that makes it ask."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from codemods.operations._base import Context
from codemods.operations._fixtures import fixture_name, functions
from codemods.operations._hooks.definitions import TEST_CASES
from codemods.operations._places import is_test_file
from codemods.plan import Edit, Reason, ReasonCode
from codemods.source.imports import star_imports
from codemods.source.module import FunctionNode, Module
from codemods.source.names import Scope

_OPENING = re.compile(r"(?:async\b[\s\\]*)?def\b[\s\\]*\w+[\s\\]*")


def is_bound(context: Context, module: Module, node: ast.AST, name: str) -> bool:
    """Whether a name means a value where the node stands; a star import may bring any name.

    A fixture that is defined in the file or imported into it is a function there, and no value.
    """
    scope = _scope_at(module, node).lookup(name)
    if scope is None:
        return _has_star_import(module)
    if scope.kind != "module" or name not in context.resolver.fixtures_visible(module, module.tree):
        return True
    kinds: tuple[type[ast.AST], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.alias)
    if any(fixture_name(function) == name != function.name for function in functions(module)):
        kinds = kinds[:2]  # the fixture is that function, and what the file imports under its name is none
    return not all(isinstance(binder, kinds) for binder in scope.bindings[name])


def undefined(module: Module, node: ast.AST, names: Iterable[str]) -> str:
    """The first of the names that means nothing where the node stands; "" where all mean something."""
    scope = _scope_at(module, node)
    known = (*vars(builtins), "__file__")
    missing = (name for name in names if scope.lookup(name) is None and name not in known)
    return "" if _has_star_import(module) else next(missing, "")


def request(context: Context, module: Module, node: ast.AST, name: str) -> tuple[FunctionNode, Edit] | Reason:
    """The test or fixture around a node with the edit that makes it ask for a fixture; or why none can."""
    functions = list(_running(module, node))
    taker = next((one for one in functions if _takes_fixtures(context, module, one)), None)
    if taker is None:
        where = f"{functions[-1].name}() is no test and no fixture" if functions else "no test is around it"
        return Reason(ReasonCode.NAME_CONFLICT, f"{name} means nothing here: {where}")
    if case := _test_case(context, module, taker):
        text = f"{name} means nothing here: {case} passes no fixtures to {taker.name}()"
        return Reason(ReasonCode.NAME_CONFLICT, text)
    edit = _parameter_edit(module, taker, name)
    return (taker, edit) if isinstance(edit, Edit) else edit


def _running(module: Module, node: ast.AST) -> Iterator[FunctionNode]:
    """The functions whose bodies the node stands in, not their decorators and defaults."""
    inner = node
    for above in module.ancestors(node):
        if isinstance(above, FunctionNode) and inner in above.body:
            yield above
        inner = above


def _takes_fixtures(context: Context, module: Module, function: FunctionNode) -> bool:
    if not context.resolver.takes_fixtures(module, function):
        return False
    inside = any(isinstance(above, FunctionNode) for above in module.ancestors(function))
    return not inside and (is_test_file(module.path) or not function.name.startswith("test"))


def _test_case(context: Context, module: Module, function: FunctionNode) -> str:
    """The unittest class that the function is a method of, or ""."""
    around = module.parent(function)
    if not isinstance(around, ast.ClassDef):
        return ""
    bases, _ = context.resolver.bases(module, around)
    return next((base.dotted for base in bases if base.dotted in TEST_CASES), "")


def _parameter_edit(module: Module, function: FunctionNode, name: str) -> Edit | Reason:
    """Behind the last parameter without a default; a fixture has none either."""
    arguments = function.args
    required = arguments.args[: max(len(arguments.args) - len(arguments.defaults), 0)]
    if required:
        end = module.span(required[-1])[1]
        return Edit(end, end, f", {name}")
    if isinstance(module.parent(function), ast.ClassDef) and not arguments.args:
        return Reason(ReasonCode.UNSAFE_EDIT, f"the method {function.name}() does not take self")
    if arguments.posonlyargs:
        text = f"{function.name}() takes parameters by position only, which pytest cannot fill"
        return Reason(ReasonCode.UNSAFE_EDIT, text)
    opening = _OPENING.match(module.text, module.span(function)[0])
    assert opening is not None, "a definition begins with def"
    type_parameters: list[ast.expr] = getattr(function, "type_params", [])
    start = module.span(type_parameters[-1])[1] if type_parameters else opening.end()
    place = module.text.index("(", start) + 1
    others = arguments.args or arguments.vararg or arguments.kwonlyargs or arguments.kwarg
    return Edit(place, place, f"{name}, " if others else name)


def _scope_at(module: Module, node: ast.AST) -> Scope:
    scopes = _scopes(module)
    return next(scopes[above] for above in module.ancestors(node) if above in scopes)


@lru_cache(maxsize=1)
def _scopes(module: Module) -> dict[ast.AST, Scope]:
    return {scope.node: scope for scope in module.names.walk()}


@lru_cache(maxsize=1)
def _has_star_import(module: Module) -> bool:
    return bool(star_imports(module))
