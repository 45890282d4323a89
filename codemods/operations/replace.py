"""``replace``: code of one shape becomes code of another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import NewImport
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.recipe.model import Strict, Text
from codemods.refactoring.calls.call_step import doubted
from codemods.refactoring.operation import Context, change_at
from codemods.refactoring.patterns.lost_bindings import lost_name
from codemods.refactoring.patterns.pattern import BUILTINS, FREE, Pattern, bound_names
from codemods.refactoring.patterns.recurrence import recurs
from codemods.refactoring.patterns.replacement import Replacement
from codemods.refactoring.patterns.rewriter import Rewriter, Unsafe, overlap
from codemods.refactoring.patterns.search import Found, Search, files_for, find_all, new_imports
from codemods.refactoring.patterns.span_index import Nearby
from codemods.refactoring.patterns.statement_rewriter import remove, rewrite
from codemods.refactoring.patterns.template import Template, parse_template
from codemods.refactoring.symbols.import_naming import Naming
from codemods.semantic import Judgement, Target
from codemods.syntax.module import Module


class Shape(Strict):
    """One pattern and what it becomes."""

    pattern: Text = Field(
        description="The old code; $x is any expression, $...x any arguments or statements."
    )
    replacement: str = Field(description="The new code; empty: the statement is removed.")
    doubt: str = Field(
        default="", description="Why such a site is only possible, and for a person to decide."
    )


class Replace(Search):
    """Replaces code of one shape by code of another.

    ``$x`` is any expression, or any name where only a name can stand; ``$...x`` is any run of arguments,
    elements, parameters or statements; ``$_`` is anything. A variable that is repeated is the same code each
    time. Keywords match in any order. Every other name is an import path, however the file imports it, a
    builtin, ``self``, ``cls``, or a name that the pattern itself binds: never a local of that name.

    Captured code keeps its text, and gets parentheses where it needs them; a comment that has no place left
    is put above the statement. An empty replacement removes the statement. Imports are added where the new
    code needs them, and dropped where the old code was the last to use them; one that stands in a try or
    under a condition such as TYPE_CHECKING stays.

        pattern     = "datetime.utcnow()"
        replacement = "datetime.now(timezone.utc)"
        imports     = ["from datetime import datetime, timezone"]
    """

    pattern: Text | None = Field(
        default=None, description="The old code, with $x and $...x for what may vary."
    )
    replacement: str | None = Field(
        default=None, description="The new code; empty: the statement is removed."
    )
    shapes: list[Shape] = Field(default=[], description="Several patterns, each with its replacement.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.pattern is None) != (self.replacement is None):
            raise ValueError("pattern and replacement belong together")
        if (self.pattern is None) == (not self.shapes):
            raise ValueError("name either a pattern and its replacement, or shapes")
        self.check_captures([rule.pattern for rule in self.rules])
        self._check_recurrence()
        return self

    def _check_recurrence(self) -> None:
        """Raises ValueError where new code would be changed once more by every further run."""
        for replacement in [rule.replacement for rule in self.rules if rule.replacement is not None]:
            for rule in self.rules:
                new, old = replacement.template, rule.pattern.template
                if not rule.doubt and recurs(rule.pattern, new, replacement.imported, self.captures):
                    raise ValueError(
                        f"the new code `{new.written.strip()}` has the shape `{old.written.strip()}`, which "
                        "every further run would change again; narrow the pattern, or what "
                        "it may capture"
                    )

    @cached_property
    def rules(self) -> list[_Rule]:
        """The compiled shapes. Raises ValueError."""
        shapes = self.shapes
        if self.pattern is not None and self.replacement is not None:
            shapes = [Shape.model_construct(pattern=self.pattern, replacement=self.replacement)]
        return [self._rule(shape) for shape in shapes]

    def _rule(self, shape: Shape) -> _Rule:
        new = parse_template(shape.replacement)
        is_removal = not new.statements
        as_statement = is_removal or new.expression is None
        pattern = self.compiled(shape.pattern, as_statement=as_statement)
        old = pattern.template
        if missing := new.variables - old.variables:
            name = min(missing)
            raise ValueError(f"the replacement uses `${name}`, which `{shape.pattern}` does not capture")
        if new.has_anything:
            raise ValueError("the replacement uses `$_`, which is never captured; give it a name")
        for name in new.variables:
            if (name in new.runs) != (name in old.runs):
                raise ValueError(f"`${name}` is a run (`$...{name}`) in only one of pattern and replacement")
        if old.code == new.code:
            raise ValueError(f"`{shape.pattern}` is replaced by itself")
        replacement = None if is_removal else Replacement(new, self._paths_in(new, pattern))
        embedded = self.compiled(shape.pattern) if as_statement and old.expression is not None else None
        return _Rule(pattern, replacement, embedded, shape.doubt)

    def _paths_in(self, new: Template, pattern: Pattern) -> dict[str, str]:
        """The names of a replacement that stand for import paths. Raises ValueError for an unknown name."""
        paths = {}
        imported = self.import_paths
        known = FREE | {*bound_names(new.statements), *bound_names(pattern.template.statements)}
        for name in new.plain_names - known:
            if name in imported:
                paths[name] = imported[name]
            elif any(path.partition(".")[0] == name for path in pattern.paths):
                paths[name] = name
            elif name not in BUILTINS:
                raise ValueError(
                    f"the replacement uses `{name}`, which the step does not import; add it to imports"
                )
        return paths

    @property
    def new_imports(self) -> dict[str, NewImport]:
        """How the step's imports are written, by the import path that each gives a name."""
        return {path: new for text in self.imports for path, new in new_imports(text).items()}

    @property
    def independent(self) -> bool:
        return True

    def find(self, context: Context) -> Iterator[Change]:
        patterns = [rule.pattern for rule in self.rules]
        targets = self.targets(context)
        for module in files_for(context, patterns):
            found = [
                _Site(self.rules[one.pattern], one, self.rules[one.pattern].judged(judgement))
                for one in find_all(context, module, patterns)
                if (judgement := self.judged(context, module, one.match, targets)) is not None
            ]
            yield from self._embedded(context, module, found, targets)
            if found:
                yield from _FileChanges(context, module, found, self.new_imports).changes()

    def _embedded(
        self, context: Context, module: Module, sites: Sequence[_Site], targets: Mapping[str, Target]
    ) -> Iterator[Change]:
        """Matches of a statement's pattern inside a larger expression, which no statement can replace."""
        patterns = [rule.embedded for rule in self.rules if rule.embedded is not None]
        going = {node for site in sites for node in site.nodes_that_go()}
        for one in find_all(context, module, patterns):
            [node] = one.match.nodes
            judgement = self.judged(context, module, one.match, targets)
            if node not in going and judgement is not None:
                refused = Reason(ReasonCode.UNSAFE_EDIT, "it is part of a larger expression, not a statement")
                yield change_at(module, module.span(node)[0], (), judgement, refused=refused)


@dataclass(frozen=True)
class _Rule:
    pattern: Pattern
    replacement: Replacement | None
    """None where the statement is removed."""
    embedded: Pattern | None
    """The pattern inside a larger expression, where no statement can take its place."""
    doubt: str

    def judged(self, judgement: Judgement) -> Judgement:
        """The judgement of a site, with the doubt of the recipe itself."""
        return doubted(judgement, ReasonCode.RECIPE, self.doubt) if self.doubt else judgement


@dataclass(frozen=True)
class _Site:
    rule: _Rule
    found: Found
    judgement: Judgement

    def nodes_that_go(self) -> Iterator[ast.AST]:
        """The nodes of the match, without those that the new code takes over."""
        kept = {
            node
            for captured in self.found.match.captures.values()
            for whole in (captured if self.rule.replacement and not isinstance(captured, str) else ())
            for node in ast.walk(whole)
        }
        for whole in self.found.match.nodes:
            yield from (node for node in ast.walk(whole) if node not in kept)


class _FileChanges:
    """The changes of one file: inner sites first, so that a site around them takes their new code along."""

    def __init__(
        self, context: Context, module: Module, sites: Sequence[_Site], new_imports: Mapping[str, NewImport]
    ) -> None:
        self.context = context
        self.module = module
        self.sites = sorted(sites, key=self._size)
        self.rewriter = Rewriter(module)
        self.naming = Naming(context, module, new_imports)
        self.passes = _left_for_a_pass(module, sites)

    def _size(self, site: _Site) -> tuple[int, int]:
        start, end = self._span(site)
        return end - start, start

    def _span(self, site: _Site) -> tuple[int, int]:
        nodes = site.found.match.nodes
        return self.module.span(nodes[0])[0], self.module.span(nodes[-1])[1]

    def changes(self) -> Iterator[Change]:
        made: Nearby[_Made] = Nearby()
        for site in self.sites:
            start = self._span(site)[0]
            if site.judgement.verdict is Verdict.EXCLUDED:
                yield change_at(self.module, start, (), site.judgement)
                continue
            try:
                edits, requires = self._rewritten(site)
            except Unsafe as unsafe:
                refused = Reason(unsafe.code, str(unsafe))
                yield change_at(self.module, start, (), site.judgement, refused=refused)
                continue
            inner = _taken_along(made, edits)
            label = f"{site.rule.pattern.template.written} in {self.module.path} at {start}"
            replaced = [
                *(node for _, node in site.found.match.paths),
                *(n for one in inner for n in one.replaced),
            ]
            requires |= {needed for one in inner for needed in one.change.requires}
            change = change_at(
                self.module, start, edits, site.judgement, label=label, requires=tuple(sorted(requires))
            )
            made.add(*change.hull, _Made(change, replaced))
        certain = [one for one in made if one.change.verdict is Verdict.CERTAIN]
        yield from (one.change for one in made)
        yield from self.naming.changes([(one.change.label, _names_in(one.replaced)) for one in certain])

    def _rewritten(self, site: _Site) -> tuple[tuple[Edit, ...], set[str]]:
        """The edits of a site and the labels of the imports that it needs. Raises Unsafe."""
        match, replacement = site.found.match, site.rule.replacement
        requires: set[str] = set()
        lost = replacement and lost_name(self.module, match, replacement.template)
        if lost:
            text = f"`{lost.id}` would no longer be bound, and line {lost.lineno} reads it"
            raise Unsafe(text, ReasonCode.NAME_CONFLICT)
        near = {name.id for _, node in match.paths for name in ast.walk(node) if isinstance(name, ast.Name)}

        def spell(path: str) -> str:
            text, label = self.naming.spell(path, match.nodes[0], near)
            requires.update({label} - {""})
            return text

        if replacement is None:
            edits = remove(self.rewriter, match, leave_pass=match.nodes[0] in self.passes)
        elif isinstance(match.nodes[0], ast.expr):
            edits = self.rewriter.expression(match, replacement, spell)
        else:
            edits = rewrite(self.rewriter, match, replacement, spell)
        if site.judgement.verdict is Verdict.CERTAIN:
            self.rewriter.remember(match, replacement, edits)
        return edits, requires


@dataclass(frozen=True)
class _Made:
    change: Change
    replaced: Sequence[ast.AST]
    """The import paths in the code that goes."""


def _taken_along(made: Nearby[_Made], edits: Sequence[Edit]) -> list[_Made]:
    """The changes whose new code is part of these edits; they are no longer made by themselves."""
    inside: list[_Made] = []
    for edit in edits:
        for number, one in made.near(edit.start, edit.end):
            if one.change.verdict is Verdict.CERTAIN and overlap(one.change.edits, edits):
                made.remove(number)
                inside.append(one)
    return inside


def _names_in(nodes: Sequence[ast.AST]) -> list[ast.AST]:
    return [inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def _left_for_a_pass(module: Module, sites: Sequence[_Site]) -> frozenset[ast.AST]:
    """The first statement of each body of which every statement goes."""
    going: dict[int, list[ast.AST]] = {}
    bodies: dict[int, Sequence[ast.stmt]] = {}
    for site in sites:
        body = site.found.match.body
        if site.rule.replacement is None and body is not module.tree.body:
            bodies[id(body)] = body
            going.setdefault(id(body), []).extend(site.found.match.nodes)
    return frozenset(body[0] for key, body in bodies.items() if all(one in going[key] for one in body))
