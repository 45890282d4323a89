"""Code with metavariables: ``$x`` is one expression or name, ``$...x`` any run of arguments or of statements.

Such code is read by putting a name that no one writes in the place of each metavariable; ``$...x`` becomes a
starred name, which Python allows exactly where a run may stand: among arguments, elements, parameters and
statements.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from dataclasses import dataclass

ONE = "__one_"
MANY = "__many_"
ANYTHING = "_"
"""``$_`` matches like any other metavariable and is never captured."""

_SKIPPED_OR_VARIABLE = re.compile(
    r'(?s:"""(?:\\.|.)*?"""|\'\'\'(?:\\.|.)*?\'\'\')|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\#[^\n]*'
    r"|\$(?P<many>\.\.\.)?(?P<name>[^\W\d]\w*)?"
)


@dataclass(frozen=True)
class Template:
    """A piece of code with metavariables, read once when the recipe is loaded."""

    written: str
    code: str
    """The code with a name in the place of each metavariable; comments and layout as written."""
    statements: tuple[ast.stmt, ...]
    variables: frozenset[str]
    runs: frozenset[str]
    """The variables that are runs (``$...x``)."""
    has_anything: bool
    """Whether ``$_`` is used."""

    @property
    def plain_names(self) -> set[str]:
        """The names that are read as they stand."""
        names = {
            node.id
            for statement in self.statements
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
        }
        return {name for name in names if not name.startswith((ONE, MANY))}

    @property
    def expression(self) -> ast.expr | None:
        """The one expression that the code is, or None where it is statements."""
        if len(self.statements) == 1 and isinstance(statement := self.statements[0], ast.Expr):
            return None if isinstance(statement.value, ast.Starred) else statement.value
        return None


def parse_template(written: str) -> Template:
    """Raises ValueError, with one sentence, when this is no Python with metavariables."""
    singles: set[str] = set()
    runs: set[str] = set()

    def stand_in(match: re.Match[str]) -> str:
        text = match[0]
        if not text.startswith("$"):
            return text
        if not match["name"]:
            raise ValueError(f"in `{_short(written)}` a `$` is not followed by a name")
        (runs if match["many"] else singles).add(match["name"])
        return f"*{MANY}{match['name']}" if match["many"] else ONE + match["name"]

    code = _SKIPPED_OR_VARIABLE.sub(stand_in, textwrap.dedent(written.replace("\r\n", "\n")).strip("\n"))
    if both := singles & runs - {ANYTHING}:
        name = min(both)
        raise ValueError(f"`{_short(written)}` uses both `${name}` and `$...{name}`; give one another name")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError) as error:
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"`{_short(written)}` is no Python code: {_in_words(why)}") from None
    used = singles | runs
    return Template(
        written, code, tuple(tree.body), frozenset(used - {ANYTHING}), frozenset(runs), ANYTHING in used
    )


def single(name: str) -> str | None:
    """The metavariable that a name stands in for, when it is a ``$x``."""
    return name[len(ONE) :] if name.startswith(ONE) else None


def run(node: ast.AST) -> str | None:
    """The metavariable that a node stands in for, when it is a ``$...x``."""
    if isinstance(node, ast.Expr):
        node = node.value
    if isinstance(node, ast.Starred) and isinstance(node.value, ast.Name) and node.value.id.startswith(MANY):
        return node.value.id[len(MANY) :]
    return None


def _short(written: str) -> str:
    line = " ".join(written.split())
    return line if len(line) <= 60 else line[:57] + "…"


def _in_words(why: str) -> str:
    return why.replace(f"*{MANY}", "$...").replace(MANY, "$...").replace(ONE, "$")
