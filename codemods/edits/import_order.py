"""Where an import belongs among the imports a file has: its group, and its place in the group's order."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any

from codemods.edits.statement_edits import full_lines, newline_of, remove_statements
from codemods.model.plan import Edit
from codemods.syntax.module import Module

SortKey = Callable[[str], Any]

# fmt: off
_ONCE_STANDARD = frozenset({
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils",
    "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes",
    "smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib",
})
# fmt: on
"""Modules that Python 3.12 and 3.13 removed; files keep them with the standard library all the same."""

_LEADING_COMMENTS = re.compile(r"(?:[ \t\f]*#[^\r\n]*(?:\r\n|\r|\n))*\Z")


def name_order(names: Sequence[str]) -> SortKey | None:
    """The order in which these names of a from-import stand; None where they stand in none."""
    return next(
        (key for key in (usual_order, str.casefold, str) if list(names) == sorted(names, key=key)), None
    )


def usual_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions."""
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1, name) if name[:1].isupper() else (2, name)


def in_order(module: Module, statement: ast.Import | ast.ImportFrom, new_module: str, code: str) -> bool:
    """Whether an import can name another module and stay where it is."""
    group = _group_of(module, statement)
    keys = [_keys(other) for other in group]
    number = group.index(statement)
    changed = [*keys[:number], _keys_of(new_module, code.startswith("from ")), *keys[number + 1 :]]
    same_kind = _category(new_module, None) == _category(_module_of(statement), None)
    styles = [style for style in range(2) if _is_ordered(keys, style)]
    return not styles or (same_kind and any(_is_ordered(changed, style) for style in styles))


def insert_import(
    module: Module,
    code: str,
    new_module: str,
    *,
    first_party: Callable[[str], bool],
    going: Collection[ast.stmt] = (),
    near: ast.stmt | None = None,
) -> Edit:
    """The edit that adds an import statement at the top of the file, where the file would keep it.

    ``going`` are statements that are about to be removed and count for nothing; ``near`` is the import below
    which it stands where the file keeps no order.
    """
    newline = newline_of(module)
    groups = _usable_groups(module, going)
    if not groups:
        leaving = [statement for statement in module.tree.body if statement in going]
        if leaving:
            return _in_place_of(module, leaving[0], code + newline)
        return _insert_first(module, code, newline)
    joined = join_group(module, code, new_module, first_party=first_party, going=going, near=near)
    if joined is not None:
        return joined
    category = _category(new_module, first_party)
    for group in groups:
        if all(_category(_module_of(node), first_party) > category for node in group):
            return _before(module, group[0], code + newline + newline)
    return _after(module, groups[-1][-1], newline + code + newline, newline)


def join_group(
    module: Module,
    code: str,
    new_module: str,
    *,
    first_party: Callable[[str], bool],
    going: Collection[ast.stmt] = (),
    near: ast.stmt | None = None,
) -> Edit | None:
    """The edit that adds an import to the group of its kind, or to the only one; None where there is none."""
    groups = _usable_groups(module, going)
    category = _category(new_module, first_party)
    for group in sorted(groups, key=lambda group: near not in group):
        categories = {_category(_module_of(node), first_party) for node in group}
        if category in categories or (len(groups) == 1 and len(categories) > 1):
            return _insert_into(module, group, code, new_module, near)
    return None


def _usable_groups(module: Module, going: Collection[ast.stmt]) -> list[list[ast.Import | ast.ImportFrom]]:
    """The groups without what is going, and without ``__future__``."""
    groups = ([node for node in group if node not in going] for group in _groups(module))
    return [group for group in groups if group and not _is_future(group[0])]


def _groups(module: Module) -> list[list[ast.Import | ast.ImportFrom]]:
    """The runs of imports at the top of the file that nothing but line ends separates."""
    groups: list[list[ast.Import | ast.ImportFrom]] = []
    before: ast.stmt | None = None
    for statement in module.tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        if isinstance(statement, ast.Import | ast.ImportFrom):
            if (
                before is None
                or not groups
                or groups[-1][-1] is not before
                or _apart(module, before, statement)
            ):
                groups.append([])
            groups[-1].append(statement)
        before = statement
    return groups


def _apart(module: Module, first: ast.stmt, second: ast.stmt) -> bool:
    """Whether a blank line stands between the statements, or one is from __future__."""
    gap = module.text[module.span(first)[1] : module.span(second)[0]]
    blank = re.search(r"(?:\r\n|\r|\n)[ \t\f]*(?:\r\n|\r|\n)", gap)
    return bool(blank) or _is_future(first) != _is_future(second)


def _group_of(module: Module, statement: ast.Import | ast.ImportFrom) -> list[ast.Import | ast.ImportFrom]:
    return next((group for group in _groups(module) if statement in group), [statement])


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _module_of(statement: ast.Import | ast.ImportFrom) -> str:
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return "." * statement.level + (statement.module or "")


def _category(module: str, first_party: Callable[[str], bool] | None) -> int:
    """Standard library, third party, the project's own, relative: the order of groups."""
    top = module.partition(".")[0]
    if not top:
        return 3
    if top in sys.stdlib_module_names or top in _ONCE_STANDARD:
        return 0
    return 2 if first_party is not None and first_party(top) else 1


Keys = tuple[tuple[Any, ...], tuple[Any, ...]]


def _keys(statement: ast.Import | ast.ImportFrom) -> Keys:
    return _keys_of(_module_of(statement), isinstance(statement, ast.ImportFrom))


def _keys_of(module: str, is_from: bool) -> Keys:
    """Sort keys under the two usual styles: plain imports first, or all by module."""
    name = module.lstrip(".")
    depth = len(name) - len(module)
    return (is_from, depth, name.casefold()), (depth, name.casefold(), is_from)


def _is_ordered(keys: Sequence[Keys], style: int) -> bool:
    mine = [key[style] for key in keys]
    return mine == sorted(mine)


def _insert_into(
    module: Module,
    group: Sequence[ast.Import | ast.ImportFrom],
    code: str,
    new_module: str,
    near: ast.stmt | None,
) -> Edit:
    newline = newline_of(module)
    keys = [_keys(statement) for statement in group]
    style = next((style for style in range(2) if _is_ordered(keys, style)), None)
    if style is not None:
        new = _keys_of(new_module, code.startswith("from "))[style]
        for statement, key in zip(group, keys, strict=True):
            if key[style] > new:
                return _before(module, statement, code + newline)
        near = None
    anchor = near if near is not None and near in group else group[-1]
    return _after(module, anchor, code + newline, newline)


def _in_place_of(module: Module, statement: ast.stmt, code: str) -> Edit:
    """Where a statement goes, with the blank lines that go with it."""
    lines = full_lines(module, statement)
    going = remove_statements(module, [statement])[0]
    if lines is None:
        return _before(module, statement, code)
    above, below = module.text[going.start : lines[0]], module.text[lines[1] : going.end]
    return Edit(going.start, going.start, above + code + below)


def _before(module: Module, statement: ast.stmt, code: str) -> Edit:
    """Above the statement and the comments directly above it."""
    start = module.lines.line_start(statement.lineno)
    return Edit(start, start, code)


def _after(module: Module, statement: ast.stmt, code: str, newline: str) -> Edit:
    lines = full_lines(module, statement)
    end = lines[1] if lines else _line_end(module, module.span(statement)[1])
    if not module.text[:end].endswith(("\n", "\r")):
        return Edit(end, end, newline + code.rstrip("\r\n"))
    return Edit(end, end, code)


def _line_end(module: Module, offset: int) -> int:
    found = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(module.text, offset)
    assert found is not None
    return found.end()


def _insert_first(module: Module, code: str, newline: str) -> Edit:
    """Into a file without imports: below its docstring and ``__future__``, above its first statement."""
    head: ast.stmt | None = None
    for statement in module.tree.body:
        if not (_is_future(statement) or (head is None and _is_docstring(statement))):
            break
        head = statement
    if head is not None:
        return _after(module, head, newline + code + newline, newline)
    if not module.tree.body:
        end = len(module.text)
        return Edit(end, end, code + newline)
    first = module.tree.body[0]
    line = min((node.lineno for node in getattr(first, "decorator_list", ())), default=first.lineno)
    start = module.lines.line_start(line)
    comments = _LEADING_COMMENTS.search(module.text, 0, start)
    if comments is not None and 0 < comments.start() < start:
        start = comments.start()
    definition = isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return Edit(start, start, code + newline * (3 if definition else 2))


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and (isinstance(statement.value.value, str))
    )
