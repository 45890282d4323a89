"""The imports of a file: what each binds, and the edits that drop, add and move imported names."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from codemods.edits.import_order import in_order, insert_import, join_group, name_order, usual_order
from codemods.edits.statement_edits import full_lines, newline_of, remove_statements, union
from codemods.model.plan import Edit
from codemods.semantic.scopes.imported_names import ImportStatement
from codemods.syntax.module import Module

_MODULE = re.compile(r"from[\s\\]*(?P<module>[.\w](?:[.\s\\\w]*?[.\w])??)[\s\\]*(?<!\w)import\b")

_LINE_LENGTH = 88
"""Longer from-imports that we write are put in parentheses, one name a line."""


@dataclass(frozen=True, slots=True)
class NewImport:
    """``import module``, or ``from module import name``, perhaps under another name."""

    module: str
    """With leading dots where it is relative."""
    name: str = ""
    asname: str = ""

    @property
    def local(self) -> str:
        return self.asname or self.name or self.module.partition(".")[0]

    @property
    def item(self) -> str:
        """What stands behind ``import``."""
        name = self.name or self.module
        return f"{name} as {self.asname}" if self.asname else name


def import_of(path: str) -> NewImport:
    """The usual import of a path: by name from its module, or as the module that it is."""
    module, _, name = path.rpartition(".")
    return NewImport(module, name) if module else NewImport(name)


def drop_names(module: Module, statement: ImportStatement, dropped: Collection[ast.alias]) -> list[Edit]:
    """The edits that take names out of an import; a comment goes with the line it stands on alone."""
    kept = [alias for alias in statement.names if alias not in dropped]
    if not kept:
        return remove_statements(module, [statement])
    spans = []
    for line in _lines_of_names(module, statement):
        if all(alias in dropped for alias in line.aliases) and line.whole is not None:
            spans.append(line.whole)
        else:
            spans += [
                _name_span(module, statement, alias, dropped) for alias in line.aliases if alias in dropped
            ]
    return [Edit(start, end, "") for start, end in union(spans)]


def add_names(
    module: Module, statement: ast.ImportFrom, items: Sequence[str], *, going: Collection[ast.alias] = ()
) -> list[Edit]:
    """The edits that add names (``b`` or ``b as c``) to a from-import, in its order if it has one.

    ``going`` are names that other edits drop.
    """
    order = name_order([alias.name for alias in statement.names])
    present = {_item(alias) for alias in statement.names}
    edits = []
    for item in sorted(set(items) - present, key=order or usual_order):
        after = None
        if order is not None:
            key = order(item.partition(" ")[0])
            staying = (alias for alias in statement.names if alias not in going)
            after = next((alias for alias in staying if order(alias.name) > key), None)
        edits += _add_last(module, statement, item) if after is None else _add_before(module, after, item)
    return edits


def statement_code(new: Sequence[NewImport], *, indent: str = "", newline: str = "\n") -> str:
    """One statement that imports these names, all from the same module; long ones take several lines."""
    if not new[0].name:
        return "import " + ", ".join(one.item for one in new)
    items = sorted({one.item for one in new}, key=usual_order)
    line = f"from {new[0].module} import {', '.join(items)}"
    if len(indent) + len(line) <= _LINE_LENGTH or len(items) == 1:
        return line
    inside = "".join(f"{indent}    {item},{newline}" for item in items)
    return f"from {new[0].module} import ({newline}{inside}{indent})"


def add_import(
    module: Module,
    new: NewImport,
    *,
    first_party: Callable[[str], bool],
    going: Collection[ast.stmt] = (),
) -> list[Edit]:
    """The edits that import a name at the top of the file: into an import of the same module, or on its own.

    ``going`` are statements that other edits remove or rewrite, which nothing may be added to.
    """
    for statement in module.tree.body:
        if isinstance(statement, ast.ImportFrom) and new.name and statement not in going:
            if module_text(statement) == new.module and statement.names[0].name != "*":
                return add_names(module, statement, [new.item])
    return [insert_import(module, statement_code([new]), new.module, first_party=first_party, going=going)]


def replace_statement(
    module: Module,
    statement: ImportStatement,
    code: str,
    new_module: str,
    *,
    first_party: Callable[[str], bool],
) -> list[Edit]:
    """The edits that put other code in the place of an import.

    At the top of a file whose imports are sorted it moves to where it now belongs.
    """
    span = module.span(statement)
    lines = full_lines(module, statement)
    if lines is None or statement not in module.tree.body or in_order(module, statement, new_module, code):
        return [Edit(*span, code)]
    line_end = module.text[span[1] : lines[1]].rstrip("\r\n")
    place = join_group(module, code + line_end, new_module, first_party=first_party, going=[statement])
    if place is None or place.start in lines:
        return [Edit(*span, code)]
    return [*remove_statements(module, [statement]), place]


def module_text(statement: ast.ImportFrom) -> str:
    """The module of a from-import as it is written, with its dots."""
    return "." * statement.level + (statement.module or "")


def module_span(module: Module, statement: ast.ImportFrom) -> tuple[int, int]:
    """Where the module of a from-import stands, dots included."""
    found = _MODULE.match(module.text, module.span(statement)[0])
    assert found is not None
    return found.span("module")


def _item(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


@dataclass(frozen=True, slots=True)
class _Line:
    """The imported names that stand on one line, and that line when it holds nothing else."""

    aliases: list[ast.alias]
    whole: tuple[int, int] | None


def _lines_of_names(module: Module, statement: ImportStatement) -> Iterator[_Line]:
    numbers = sorted({alias.lineno for alias in statement.names})
    bracketed = _is_bracketed(module, statement)
    for number in numbers:
        aliases = [alias for alias in statement.names if alias.lineno == number]
        start = module.lines.line_start(number)
        first, last = module.span(aliases[0])[0], module.span(aliases[-1])[1]
        tail = re.compile(r"[ \t\f]*,?[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(module.text, last)
        alone = bracketed and tail is not None and not module.text[start:first].strip()
        yield _Line(aliases, (start, tail.end()) if tail and alone else None)


def _is_bracketed(module: Module, statement: ImportStatement) -> bool:
    return module.source(statement).endswith(")")


def _name_span(
    module: Module, statement: ImportStatement, alias: ast.alias, dropped: Collection[ast.alias]
) -> tuple[int, int]:
    """The name with the comma that goes with it, leaving comments alone."""
    names = statement.names
    number = names.index(alias)
    start, end = module.span(alias)
    following = names[number + 1] if number + 1 < len(names) else None
    if following is not None:
        gap = module.text[end : module.span(following)[0]]
        if "#" not in gap and (following.lineno == alias.end_lineno or not _is_bracketed(module, statement)):
            return start, module.span(following)[0]
    kept_before = [name for name in names[:number] if name not in dropped]
    if kept_before:
        before = module.span(kept_before[-1])[1]
        if "#" not in module.text[before:start]:
            return before, end
    comma = re.compile(r"[ \t\f]*,[ \t\f]*").match(module.text, end)
    return start, comma.end() if comma else end


def _add_before(module: Module, alias: ast.alias, item: str) -> list[Edit]:
    start = module.span(alias)[0]
    line_start = module.lines.line_start(alias.lineno)
    lead = module.text[line_start:start]
    separator = newline_of(module) + lead if not lead.strip() else " "
    return [Edit(start, start, f"{item},{separator}")]


def _add_last(module: Module, statement: ast.ImportFrom, item: str) -> list[Edit]:
    last = statement.names[-1]
    end = module.span(last)[1]
    lead = module.text[module.lines.line_start(last.lineno) : module.span(last)[0]]
    if lead.strip() or not _is_bracketed(module, statement):
        return [Edit(end, end, f", {item}")]
    tail = re.compile(r"([ \t\f]*,)?[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(module.text, end)
    if tail is None:
        return [Edit(end, end, f", {item}")]
    newline = newline_of(module)
    if tail[1] is None:
        return [Edit(end, end, ","), Edit(tail.end(), tail.end(), f"{lead}{item}{newline}")]
    return [Edit(tail.end(), tail.end(), f"{lead}{item},{newline}")]
