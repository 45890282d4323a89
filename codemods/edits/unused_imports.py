"""Whether an import is still needed; one that only looks unused is: strings and exports count as uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from codemods.semantic.scopes.imported_names import Imported, exported_names, guard_of
from codemods.syntax.module import Module

_MEANT = re.compile(
    r"#\s*noqa\b(?!\s*:(?!.*F401))|#\s*(?:pylint:.*unused-import|pyright:|type:\s*ignore)", re.I
)
_TYPE_COMMENT = re.compile(r"#\s*type:([^\r\n]*)")


def why_needed(module: Module, imported: Imported, gone: Collection[ast.Name] = ()) -> str:
    """Why the import must stay, as the end of a sentence; "" where nothing needs it.

    ``gone`` are uses that other edits remove.
    """
    for use in imported.scope.uses_of(imported.local):
        if use.name not in gone and _may_be_of(imported, use.path):
            return f"it is used at line {use.name.lineno}"
    return why_kept(module, imported)


def why_kept(module: Module, imported: Imported) -> str:
    """Why an import must stay that no name in the code refers to."""
    local = imported.local
    others = [binder for binder in imported.scope.bindings[local] if not isinstance(binder, ast.alias)]
    if others:
        return f"{local!r} is bound at line {getattr(others[0], 'lineno', 0)} too"
    if imported.scope.kind == "class":
        return "it is an attribute of a class"
    if guard := guard_of(module, imported.statement):
        return f"it is guarded by {'TYPE_CHECKING' if guard == 'type-checking' else f'a {guard}'}"
    if imported.alias.asname == imported.alias.name:
        return "the form `import x as x` exports it"
    if imported.scope.kind == "module":
        if module.path.rpartition("/")[2].startswith("__init__."):
            return "an __init__ exports it"
        if any(text.value == local for text in exported_names(module)):
            return "__all__ lists it"
    if _MEANT.search(_rest_of_line(module, imported)):
        return "a comment says that it is meant"
    return _mention(module, imported)


def docstrings(module: Module) -> Iterator[ast.Constant]:
    """Every string that stands as a statement of its own."""
    for statement in module.nodes(ast.Expr):
        if isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str):
            yield statement.value


def _may_be_of(imported: Imported, path: str) -> bool:
    """Whether a use of the name may speak of this import: of ``import a.b`` and ``import a.c``, one does."""
    if imported.means == imported.path:
        return True
    others = [
        alias.name
        for alias in imported.scope.bindings[imported.local]
        if isinstance(alias, ast.alias) and alias is not imported.alias and not alias.asname
    ]
    inside = f"{path}.".startswith(f"{imported.path}.")
    return inside or not any(f"{path}.".startswith(f"{other}.") for other in others)


def _rest_of_line(module: Module, imported: Imported) -> str:
    end = module.span(imported.alias)[1]
    return re.split(r"[\r\n]", module.text[end:], maxsplit=1)[0]


def _mention(module: Module, imported: Imported) -> str:
    """Where a string, a type comment, a doctest or a parameter (a fixture) names the import."""
    local = imported.local
    word = re.compile(rf"(?<![\w.]){re.escape(local)}(?!\w)")
    if not word.search(module.text):
        return ""
    prose = set(docstrings(module))
    for constant in module.nodes(ast.Constant):
        if isinstance(constant.value, str) and word.search(constant.value):
            if isinstance(module.parent(constant), ast.JoinedStr):
                continue
            if constant in prose:
                examples = re.findall(r"^\s*(?:>>>|\.\.\.)\s.*$", constant.value, re.M)
                if any(word.search(example) for example in examples):
                    return f"a doctest at line {constant.lineno} uses it"
            elif _is_expression(constant.value):
                return f"a string at line {constant.lineno} names it"
    if isinstance(imported.statement, ast.ImportFrom):
        for function in _functions(module):
            if _takes_fixtures(function) and _has_parameter(function, local):
                return f"the function at line {function.lineno} may take it as a fixture"
    for comment in _TYPE_COMMENT.finditer(module.text):
        if word.search(comment[1]):
            return f"a type comment at line {module.lines.position(comment.start())[0]} names it"
    return ""


def _functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from module.nodes(ast.FunctionDef)
    yield from module.nodes(ast.AsyncFunctionDef)


def _has_parameter(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    arguments = function.args
    return any(
        argument.arg == name for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    )


def _takes_fixtures(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return function.name.startswith("test") or any(
        "fixture" in ast.unparse(decorator) for decorator in function.decorator_list
    )


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
