"""Steps that look for patterns: which files can hold them, where they fit, and whether they are meant."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field

from codemods.edits.import_edits import NewImport
from codemods.model.plan import Reason, ReasonCode, Verdict
from codemods.recipe.model import Strict, Text
from codemods.refactoring.fields import ClassPaths, as_list
from codemods.refactoring.operation import Context, Operation
from codemods.refactoring.patterns.pattern import Captured, Match, Pattern, StandsFor, same_code
from codemods.refactoring.patterns.template import parse_template
from codemods.semantic import Judgement, Target
from codemods.syntax.module import Module
from codemods.syntax.required_literals import spelled

_WORST = (Verdict.CERTAIN, Verdict.POSSIBLE, Verdict.EXCLUDED)
_GREPPED = 4
"""Of the names a pattern needs, so many are looked for before a file is read."""


class Condition(Strict):
    """What a captured expression must be."""

    type: ClassPaths | None = Field(
        default=None, description="An instance of this class, or the class itself."
    )
    external: bool = Field(default=False, description="The class may be absent from the repository.")
    literal: Literal["any", "string", "number", "boolean", "none"] | None = Field(
        default=None, description="A literal of this kind."
    )
    name: str | Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="A name, or an attribute's last name, that matches one of these globs."
    )
    in_: list[Text] = Field(default=[], description="One of these pieces of code.")
    not_in: list[Text] = Field(default=[], description="None of these pieces of code.")

    def admits(self, captured: Captured) -> bool:
        """Whether a capture meets all but ``type``."""
        if self.name is not None:
            globs = [self.name] if isinstance(self.name, str) else self.name
            name = _last_name(captured)
            if name is None or not any(fnmatchcase(name, glob) for glob in globs):
                return False
        if self.literal is not None and not _is_literal(captured, self.literal):
            return False
        if self.in_ and not any(same_code(captured, _code(text)) for text in self.in_):
            return False
        return not any(same_code(captured, _code(text)) for text in self.not_in)

    def check(self, name: str) -> None:
        """Raises ValueError when the condition cannot be met, or says nothing."""
        if not (self.type or self.literal or self.name or self.in_ or self.not_in):
            raise ValueError(f"captures.{name} states no condition")
        if self.external and self.type is None:
            raise ValueError(f"captures.{name} says external but names no type")
        for text in (*self.in_, *self.not_in):
            _code(text)
        for text in self.in_:
            if any(same_code(_code(text), _code(other)) for other in self.not_in):
                raise ValueError(f"captures.{name} both wants and forbids `{text}`")


class Search(Operation):
    """Base of the operations that look for patterns."""

    imports: list[Text] = Field(
        default=[],
        description="Import statements under which the step's code is read; what new code needs is added.",
    )
    captures: dict[str, Condition] = Field(
        default={}, description="Conditions on metavariables, by their names."
    )

    def compiled(self, written: str, *, as_statement: bool = False) -> Pattern:
        """A pattern, read under the step's imports. Raises ValueError."""
        return Pattern(parse_template(written), self.import_paths, as_statement=as_statement)

    @property
    def import_paths(self) -> dict[str, str]:
        """The import path of each name that the step's imports bind. Raises ValueError."""
        return {new.local: path for text in self.imports for path, new in new_imports(text).items()}

    def check_captures(self, patterns: Sequence[Pattern]) -> None:
        """Raises ValueError for a condition on what no pattern captures."""
        known = {name for pattern in patterns for name in pattern.template.variables}
        for name, condition in self.captures.items():
            if name not in known:
                raise ValueError(f"captures.{name} is a condition on `${name}`, which no pattern captures")
            condition.check(name)

    def targets(self, context: Context) -> dict[str, Target]:
        """The classes that captures must belong to. Raises UnknownTargetError."""
        return {
            name: context.target(as_list(condition.type), external=condition.external)
            for name, condition in self.captures.items()
            if condition.type is not None
        }

    def judged(
        self, context: Context, module: Module, match: Match, targets: Mapping[str, Target]
    ) -> Judgement | None:
        """How sure it is that a match is meant; None where a condition speaks against it."""
        for name, condition in self.captures.items():
            if name in match.captures and not condition.admits(match.captures[name]):
                return None
        names = ", ".join(dict.fromkeys(path.removeprefix("builtins.") for path, _ in match.paths))
        text = f"the code has this shape, and its names are {names}" if names else "the code has this shape"
        worst = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))
        for name, target in targets.items():
            captured = match.captures.get(name, ())
            for node in captured if not isinstance(captured, str) else ():
                if isinstance(node, ast.expr):
                    above = module.parent(node)
                    member = above.attr if isinstance(above, ast.Attribute) else ""
                    judgement = context.resolver.receiver(module, node, target, member)
                    worst = max(worst, judgement, key=lambda one: _WORST.index(one.verdict))
        return worst


@dataclass(frozen=True)
class Found:
    """A place where one of several patterns fits, by the pattern's number."""

    pattern: int
    match: Match


def files_for(context: Context, patterns: Sequence[Pattern]) -> Iterator[Module]:
    """The parsed files that may hold one of the patterns."""
    paths: set[str] = set()
    for pattern in patterns:
        rarest = sorted(pattern.literals, key=len, reverse=True)[:_GREPPED]
        found = set(context.codebase.paths())
        for literal in rarest:
            found &= context.codebase.grep(literal)
        words = [spelled([literal]) for literal in rarest]
        paths.update(path for path in found if _holds_all(context.codebase.text(path), words))
    yield from context.modules(paths)


def _holds_all(text: str | None, words: Iterable[re.Pattern[str]]) -> bool:
    """Whether every word stands in the text; one that cannot be read is looked at, so that it is named."""
    return text is None or all(word.search(text) for word in words)


def find_all(context: Context, module: Module, patterns: Sequence[Pattern]) -> list[Found]:
    """Every place of a file where a pattern fits; of several that fit at one place, the first."""
    aliases = frozenset(node.asname for node in module.nodes(ast.alias) if node.asname)

    names: dict[ast.expr, str | None] = {}

    def stands_for(node: ast.expr, path: str) -> bool:
        if node not in names:
            names[node] = context.resolver.qualified_name(module, node)
        found = names[node]
        if found is None or found.rpartition(".")[2] != path.rpartition(".")[2]:
            return False
        return context.resolver.same_object(found, path)

    return list(found_among(_nodes_to_try(module, patterns, aliases), patterns, aliases, stands_for))


def _nodes_to_try(module: Module, patterns: Sequence[Pattern], aliases: frozenset[str]) -> Iterator[ast.AST]:
    """The nodes where a match may begin, outer ones before inner ones: an expression holds its own words."""
    if all(pattern.is_expression and pattern.literals for pattern in patterns):
        return module.mentioning(*(max(pattern.literals, key=len) for pattern in patterns), *aliases)
    return module.nodes(ast.AST)


def found_among(
    nodes: Iterable[ast.AST], patterns: Sequence[Pattern], aliases: frozenset[str], stands_for: StandsFor
) -> Iterator[Found]:
    """Every place where a pattern fits, at one of the nodes or in the statements of its bodies.

    ``aliases`` are names that may stand for any import path.
    """
    expressions: dict[type[ast.AST], list[int]] = defaultdict(list)
    statements: dict[type[ast.AST], list[int]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        for kind in pattern.root_types:
            (expressions if pattern.is_expression else statements)[kind].append(number)
    for node in nodes:
        for number in expressions.get(type(node), ()):
            pattern = patterns[number]
            if isinstance(node, ast.expr) and pattern.may_start(node, aliases):
                match = pattern.at_expression(node, stands_for)
                if match is not None:
                    yield Found(number, match)
                    break
        if statements:
            for body in _bodies(node):
                yield from _in_body(body, patterns, statements, aliases, stands_for)


def _in_body(
    body: Sequence[ast.stmt],
    patterns: Sequence[Pattern],
    numbers: Mapping[type[ast.AST], Sequence[int]],
    aliases: frozenset[str],
    stands_for: StandsFor,
) -> Iterator[Found]:
    index = 0
    while index < len(body):
        match = None
        for number in numbers.get(type(body[index]), ()):
            if patterns[number].may_start(body[index], aliases):
                match = patterns[number].at_statement(body, index, stands_for)
                if match is not None:
                    yield Found(number, match)
                    break
        index += len(match.nodes) if match is not None else 1


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        value = getattr(node, name, None)
        if isinstance(value, list) and value:
            yield value


def new_imports(text: str) -> dict[str, NewImport]:
    """What one import statement imports, by the import path that each of its names stands for.

    Raises ValueError when it is no absolute import of names.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        body = []
    match body:
        case [ast.Import(names=names)]:
            return {
                alias.name if alias.asname else alias.name.partition(".")[0]: NewImport(
                    alias.name, asname=alias.asname or ""
                )
                for alias in names
            }
        case [ast.ImportFrom(module=str(module), names=names, level=0)] if all(a.name != "*" for a in names):
            return {f"{module}.{a.name}": NewImport(module, a.name, a.asname or "") for a in names}
    raise ValueError(f"imports holds `{text}`, which is no absolute import of names")


def _last_name(captured: Captured) -> str | None:
    match captured:
        case str(name) | (ast.Name(id=name),) | (ast.Attribute(attr=name),):
            return name
    return None


def _is_literal(captured: Captured, kind: str) -> bool:
    match captured:
        case (
            ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float() | complex())),
        ):
            return kind in ("any", "number")
        case (ast.Constant(value=value),):
            return kind in ("any", _KINDS.get(type(value), ""))
    return False


_KINDS: dict[type, str] = {
    str: "string",
    int: "number",
    float: "number",
    complex: "number",
    bool: "boolean",
    type(None): "none",
}


def _code(text: str) -> tuple[ast.expr]:
    try:
        return (ast.parse(text, mode="eval").body,)
    except (SyntaxError, ValueError):
        raise ValueError(f"`{text}` is no expression") from None
