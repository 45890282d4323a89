"""What ``rename-method`` and ``rename-attribute`` share: definitions, uses, and names written as strings."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import Field

from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.calls.keywords import may_name, renamed_keywords
from codemods.refactoring.fields import ClassPaths, NameTable, as_list
from codemods.refactoring.members.linked_changes import together
from codemods.refactoring.operation import Context, change_at
from codemods.semantic import Judgement, Target
from codemods.semantic.scopes.name_scopes import Scope, names_of
from codemods.syntax.module import FunctionNode, Module

_BY_NAME = {
    "builtins.getattr",
    "builtins.hasattr",
    "builtins.setattr",
    "builtins.delattr",
    "unittest.mock.patch.object",
    "mock.patch.object",
}
"""Functions that take an object and the name of one of its members."""

_BY_NAME_METHODS = {("monkeypatch", "setattr"), ("monkeypatch", "delattr"), ("mocker.patch", "object")}
"""The same on fixtures, which have no import path."""

_BY_PATH = {"unittest.mock.patch", "mock.patch"}
_BY_PATH_METHODS = {"monkeypatch.setattr", "monkeypatch.delattr", "mocker.patch"}
"""Functions and methods that take the import path of a member."""

_TAKE_SPEC = {
    *("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"),
    *("create_autospec", "patch", "patch.object"),
}
"""Names of ``unittest.mock`` that make a mock with a spec."""

_PLAIN_STRING = re.compile(r"""[uU]?(?P<quote>'''|\"\"\"|'|\")(?P<text>\w+)(?P=quote)""")
_FEW = 4
"""So many members are looked for one by one, before all are together."""
_UNSAFE = Reason(ReasonCode.UNSAFE_EDIT, "the name is written in a way that cannot be edited safely")


@dataclass(frozen=True)
class MemberSite:
    """A place where a member stands under its old name."""

    old: str
    change: Change
    defines: bool = False
    hearsay: bool = False
    """Whether nothing says that it is a use, so that it holds nothing up."""


class MemberRename(NameTable):
    """A step that renames members of a class."""

    class_: ClassPaths = Field(description="The class, or several import paths of it.")
    external: bool = Field(default=False, description="The class may be absent from the repository.")
    definition: bool = Field(
        default=False,
        description="Rename the definition too, in the class and where subclasses override it, instead of "
        "leaving a subclass that has its own alone. Where a use is only possible, all wait for a decision.",
    )

    @property
    def independent(self) -> bool:
        return not self.definition

    def find(self, context: Context) -> Iterator[Change]:
        yield from self.tied(self.sites(context))

    def sites(self, context: Context) -> Iterator[MemberSite]:
        """Every site by itself, the definitions first."""
        target = context.target(as_list(self.class_), external=self.external)
        context.warnings += self.warnings(context, target)
        if self.definition:
            yield from self._definitions(context, target)
            yield from self._fields(context, target)
        for module in context.files(target, list(self.table), self._stands_in):
            for node in module.mentioning(*self.table):
                if isinstance(node, ast.Attribute) and node.attr in self.table:
                    change = self._use(context, module, node, target)
                    yield MemberSite(node.attr, change, defines=isinstance(node.ctx, ast.Store))
                elif isinstance(node, ast.Call):
                    yield from self._string(context, module, node, target)
                    yield from self._path(context, module, node, target)
                    yield from self._spec(context, module, node)
                elif isinstance(node, ast.MatchClass):
                    yield from self._matched(context, module, node, target)

    def tied(self, sites: Iterable[MemberSite]) -> Iterator[Change]:
        """The changes of the sites; with ``definition``, all of one name only together."""
        if not self.definition:
            yield from (site.change for site in sites)
            return
        by_name: dict[str, list[MemberSite]] = defaultdict(list)
        for site in sites:
            by_name[site.old].append(site)
        for old, found in by_name.items():
            yield from _tied(f"definition of {old}", found)

    def _stands_in(self, text: str) -> bool:
        """Whether a member stands in a text as a site has it; mostly it stands there plainly, soon found."""
        plain, doubtful = self._quick
        if any(pattern.search(text) for pattern in plain):
            return True
        return any(pattern.search(text) for pattern in doubtful) and self._pattern.search(text) is not None

    @cached_property
    def _quick(self) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
        """Of a few members each: right behind a dot or quote; and where another site may be."""
        if len(self.table) > _FEW:
            return [], [re.compile("")]
        names = list(map(re.escape, self.table))
        plain = [re.compile(rf"{name}\b(?<=[.'\"]{name})") for name in names]
        blank = r"[\s\\]"
        doubtful = [
            re.compile(rf"{name}\b(?:(?<=[.\s\\]{blank}{name})|(?<=[\r\n]{name})|(?=\s*=))") for name in names
        ]
        return plain, doubtful

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """What stands before a member: a dot, with blanks or comments behind it, a quote, or ``case``."""
        names = "|".join(map(re.escape, self.table))
        dotted_or_quoted = rf"""(?:\.(?:[\s\\]|\#[^\n]*\n)*|['"])(?:{names})\b"""
        return re.compile(rf"{dotted_or_quoted}|\bcase\b[^:]*\b(?:{names})\s*=")

    def judge_use(
        self, context: Context, module: Module, node: ast.Attribute, judgement: Judgement
    ) -> tuple[Judgement, list[Edit], Reason | None]:
        """What an operation adds to a use: another judgement, further edits, a refusal."""
        return judgement, [], None

    def warnings(self, context: Context, target: Target) -> Iterator[str]:
        """Sentences about the class itself."""
        return iter(())

    def _judgement(
        self, context: Context, module: Module, value: ast.expr, target: Target, name: str
    ) -> Judgement:
        return context.resolver.receiver(module, value, target, "" if self.definition else name)

    def _use(self, context: Context, module: Module, node: ast.Attribute, target: Target) -> Change:
        judgement = self._judgement(context, module, node.value, target, node.attr)
        span = module.attribute_name_span(node)
        if span is None:
            refused = None if judgement.verdict is Verdict.EXCLUDED else _UNSAFE
            return change_at(module, module.span(node)[0], (), judgement, refused=refused)
        edits, refused = [Edit(*span, self.table[node.attr])], None
        if judgement.verdict is not Verdict.EXCLUDED:
            judgement, more, refused = self.judge_use(context, module, node, judgement)
            edits += more
        return change_at(module, span[0], edits, judgement, refused=refused)

    def _string(
        self, context: Context, module: Module, call: ast.Call, target: Target
    ) -> Iterator[MemberSite]:
        """``getattr(pool, "close")`` and its like."""
        name = call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else None
        if not isinstance(name, str) or name not in self.table or not _takes_a_name(context, module, call):
            return
        judgement = self._judgement(context, module, call.args[0], target, name)
        yield MemberSite(name, self._renamed_string(module, call.args[1], name, judgement))

    def _path(self, context: Context, module: Module, call: ast.Call, target: Target) -> Iterator[MemberSite]:
        """``patch("app.pool.Pool.close")``: import paths in strings."""
        node = call.args[0] if call.args else None
        path = node.value if isinstance(node, ast.Constant) else None
        if node is None or not isinstance(path, str) or not _takes_a_path(context, module, call):
            return
        start, end = module.span(node)
        for match in re.finditer(r"(?<=\.)\w+", path):
            name, owner = match[0], path[: match.start() - 1]
            if name in self.table:
                member = "" if self.definition else name
                judgement = context.resolver.named(module, node, owner, target, member)
                at = module.text.find(path, start, end) + match.start()
                unsafe = path not in module.text[start:end] and judgement.verdict is not Verdict.EXCLUDED
                edit = Edit(at, at + len(name), self.table[name])
                refused = _UNSAFE if unsafe else None
                change = change_at(module, start, [edit], judgement, refused=refused, kind="string")
                yield MemberSite(name, change)

    def _matched(
        self, context: Context, module: Module, pattern: ast.MatchClass, target: Target
    ) -> Iterator[MemberSite]:
        """``case Pool(size=1)``."""
        for name, value in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            if name in self.table:
                judgement = self._judgement(context, module, pattern.cls, target, name)
                end = module.span(value)[0]
                written = re.compile(rf"\b({re.escape(name)})\s*=[\s(]*$")
                found = written.search(module.text, module.span(pattern.cls)[1], end)
                refused = _UNSAFE if not found and judgement.verdict is not Verdict.EXCLUDED else None
                edits = [Edit(*found.span(1), self.table[name])] if found else []
                start = found.start() if found else end
                yield MemberSite(name, change_at(module, start, edits, judgement, refused=refused))

    def _spec(self, context: Context, module: Module, call: ast.Call) -> Iterator[MemberSite]:
        """``Mock(spec=["close"])``: names of an object that the mock stands in for, whatever that is."""
        for spec in _specs(context, module, call):
            for item in spec.elts:
                if isinstance(item, ast.Constant) and item.value in self.table:
                    text = (
                        f"a mock's spec lists `{item.value}`, and a list of names does not say whose they are"
                    )
                    judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.MOCK_SPEC, text))
                    change = self._renamed_string(module, item, item.value, judgement)
                    yield MemberSite(item.value, change, hearsay=True)

    def _renamed_string(self, module: Module, node: ast.expr, name: str, judgement: Judgement) -> Change:
        start, end = module.span(node)
        match = _PLAIN_STRING.fullmatch(module.text, start, end)
        if match is None:
            refused = None if judgement.verdict is Verdict.EXCLUDED else _UNSAFE
            return change_at(module, start, (), judgement, refused=refused, kind="string")
        edit = Edit(*match.span("text"), self.table[name])
        return change_at(module, start, [edit], judgement, kind="string")

    def _fields(self, context: Context, target: Target) -> Iterator[MemberSite]:
        """``Point(x=1)``, where the class gets its constructor from the fields that its body declares."""
        declared = {
            statement.target.id
            for _, class_node in context.resolver.subclasses(target)
            for statement in class_node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        }
        fields = declared & self.table.keys()
        if not fields or context.resolver.method(target, "__init__") is not None:
            return
        for module in context.files(target, sorted(fields)):
            for call in module.nodes(ast.Call):
                if may_name(module, call, fields):
                    judgement = context.resolver.callee(module, call, target)
                    for old in sorted(fields):
                        table = {old: self.table[old]}
                        for change in renamed_keywords(module, call, judgement, table):
                            yield MemberSite(old, change)

    def _definitions(self, context: Context, target: Target) -> Iterator[MemberSite]:
        family = context.resolver.subclasses(target)
        own: set[str] = set()
        for module, class_node in family:
            taken = {name for name, _ in _members(module, class_node)}
            for old, span in _members(module, class_node):
                if old in self.table:
                    own.add(old)
                    new = self.table[old]
                    code = f"`{old}` is defined in {class_node.name}"
                    proven = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, code))
                    refused = None
                    if new in taken:
                        text = f"{class_node.name} has its own {new} already"
                        refused = Reason(ReasonCode.NAME_CONFLICT, text)
                    change = change_at(module, span[0], [Edit(*span, new)], proven, refused=refused)
                    yield MemberSite(old, change, defines=True)
            yield from self._read_in_body(module, class_node)
            for item in _listed(class_node):
                if isinstance(item.value, str) and item.value in self.table:
                    code = f"{class_node.name} lists `{item.value}`"
                    proven = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, code))
                    change = self._renamed_string(module, item, item.value, proven)
                    yield MemberSite(item.value, change, defines=True)
        for module, class_node in _bases(context, family):
            for old, span in _members(module, class_node):
                if old in self.table:
                    yield _kept(module, class_node, old, span[0], overridden=old in own)

    def _read_in_body(self, module: Module, class_node: ast.ClassDef) -> Iterator[MemberSite]:
        """``@size.setter`` and ``stop = close``, which name a member without a dot."""
        for old, new in self.table.items():
            for use in _scope(module, class_node).uses_of(old):
                code = f"`{old}` is read in the body of {class_node.name}"
                proven = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, code))
                span = module.span(use.name)
                yield MemberSite(old, change_at(module, span[0], [Edit(*span, new)], proven))


def _bases(
    context: Context, family: Sequence[tuple[Module, ast.ClassDef]]
) -> Iterator[tuple[Module, ast.ClassDef]]:
    """The classes of the repository that those of a family derive from."""
    seen = {node for _, node in family}
    for module, class_node in family:
        for base in context.resolver.bases(module, class_node)[0]:
            if base.module is not None and base.node is not None and base.node not in seen:
                seen.add(base.node)
                yield base.module, base.node


def _kept(module: Module, class_node: ast.ClassDef, old: str, offset: int, *, overridden: bool) -> MemberSite:
    """The definition of a base that the step does not speak of: alone, an override may get another name."""
    text = f"{class_node.name} defines `{old}`, and the step is not about {class_node.name}"
    if overridden:
        doubt = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.DECLARED_BASE, text))
        return MemberSite(old, change_at(module, offset, (), doubt))
    proven = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"`{old}` is inherited from here"))
    refused = Reason(ReasonCode.UNSAFE_EDIT, text)
    return MemberSite(old, change_at(module, offset, (), proven, refused=refused), defines=True)


def _tied(label: str, sites: Sequence[MemberSite]) -> Iterator[Change]:
    """The changes of one name: one that is certain to define it requires all, and all require it."""
    changes = [site.change for site in sites if not site.hearsay]
    first = next((s.change for s in sites if s.defines and s.change.verdict is Verdict.CERTAIN), None)
    if first is None:
        yield from (site.change for site in sites)
        return
    rest = (replace(one, requires=(*one.requires, label)) for one in changes if one is not first)
    yield from together([replace(first, label=label), *rest], {label})
    hearsay = (site.change for site in sites if site.hearsay)
    yield from (replace(one, requires=(label,)) for one in hearsay)


def _takes_a_name(context: Context, module: Module, call: ast.Call) -> bool:
    if context.resolver.qualified_name(module, call.func) in _BY_NAME:
        return True
    if isinstance(call.func, ast.Attribute):
        return (ast.unparse(call.func.value), call.func.attr) in _BY_NAME_METHODS
    return False


def _takes_a_path(context: Context, module: Module, call: ast.Call) -> bool:
    if context.resolver.qualified_name(module, call.func) in _BY_PATH:
        return True
    return ast.unparse(call.func) in _BY_PATH_METHODS


def _listed(class_node: ast.ClassDef) -> Iterator[ast.Constant]:
    """The names that ``__slots__`` and ``__match_args__`` list."""
    for statement in class_node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__slots__" | "__match_args__")], value=value):
                yield from (node for node in ast.walk(value) if isinstance(node, ast.Constant))


def _specs(context: Context, module: Module, call: ast.Call) -> Iterator[ast.List | ast.Tuple | ast.Set]:
    """The lists of names that the call gives a mock as its spec."""
    given = [word.value for word in call.keywords if word.arg in ("spec", "spec_set")] + call.args[:1]
    lists = [node for node in given if isinstance(node, ast.List | ast.Tuple | ast.Set)]
    path = context.resolver.qualified_name(module, call.func) if lists else None
    library, _, name = (path or "").partition("mock.")
    if library in ("", "unittest.") and name in _TAKE_SPEC:
        yield from lists


def _members(module: Module, class_node: ast.ClassDef) -> Iterator[tuple[str, tuple[int, int]]]:
    """The names that a class body binds, with where they stand."""
    for name, binders in _scope(module, class_node).bindings.items():
        for binder in binders:
            span = None
            if isinstance(binder, FunctionNode | ast.ClassDef):
                span = module.definition_name_span(binder)
            elif isinstance(binder, ast.Name):
                span = module.span(binder)
            if span is not None:
                yield name, span


def _scope(module: Module, class_node: ast.ClassDef) -> Scope:
    return next(scope for scope in names_of(module).walk() if scope.node is class_node)
