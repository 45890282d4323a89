"""``rename-fixture``: a pytest fixture where it is defined, asked for, imported, and named in a string."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import drop_names
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.fields import DottedPath, NameTable
from codemods.refactoring.fixtures.fixtures import explicit_name, fixture_name, functions
from codemods.refactoring.members.linked_changes import together
from codemods.refactoring.operation import Context, change_at
from codemods.refactoring.symbols.locals import local_edits
from codemods.semantic import Judgement
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.module import FunctionNode, Module

_UNSAFE = Reason(ReasonCode.UNSAFE_EDIT, "the name is written in a way that cannot be edited safely")


class RenameFixture(NameTable):
    """Renames a pytest fixture: its definition, the parameters that ask for it and the bodies that use them.

    Imports, ``usefixtures``, ``getfixturevalue`` and indirect ``parametrize`` follow. A fixture that no file
    of the repository defines (a plugin's, or one that is gone) is renamed where tests and fixtures ask for
    it. A parameter that ``parametrize`` or ``patch`` fills is no fixture and stays.
    """

    module: DottedPath | None = Field(
        default=None,
        description="The module that defines the fixtures, or did; those of the same name elsewhere stay.",
    )

    @model_validator(mode="after")
    def _can_be_renamed(self) -> Self:
        if "request" in self.table:
            raise ValueError("'request' is pytest's own; a test cannot ask for it by another name")
        return self

    def find(self, context: Context) -> Iterator[Change]:
        changes = list(self._changes(context))
        yield from together(changes, {change.label for change in changes if change.label})

    def _changes(self, context: Context) -> Iterator[Change]:
        defined = self._defined(context)
        for module in context.modules(context.codebase.grep(*self.table)):
            for function in functions(module):
                yield from self._definition(context, module, function)
                yield from self._parameters(context, module, function, defined)
            for call in module.nodes(ast.Call):
                yield from self._strings(context, module, call, defined)
            yield from self._computed(module, defined)
            for statement in module.nodes(ast.ImportFrom):
                yield from self._imports(context, module, statement)

    def _defined(self, context: Context) -> Mapping[str, Sequence[str]]:
        """The fixtures of the table that the repository defines, and the labels of their definitions."""
        defined: dict[str, list[str]] = defaultdict(list)
        for path in context.codebase.grep(*self.table):
            module = context.codebase.module(path)
            if module is not None and self._is_home(module):
                for function in functions(module):
                    defined[fixture_name(function)].append(_label(module, function))
        return {name: labels for name, labels in defined.items() if name in self.table}

    def _definition(self, context: Context, module: Module, function: FunctionNode) -> Iterator[Change]:
        name = fixture_name(function)
        if name not in self.table or not self._is_home(module):
            return
        new = self.table[name]
        explicit = explicit_name(function)
        span = module.definition_name_span(function) if explicit is None else _inside(module, explicit)
        proven = _proven(f"the fixture `{name}` is defined here")
        refused = None
        if span is None:
            refused, span = _UNSAFE, (module.span(function)[0],) * 2
        elif new in context.resolver.fixtures_visible(module, function):
            refused = Reason(ReasonCode.NAME_CONFLICT, f"a fixture {new} is visible here already")
        yield change_at(
            module, span[0], [Edit(*span, new)], proven, refused=refused, label=_label(module, function)
        )

    def _parameters(
        self, context: Context, module: Module, function: FunctionNode, defined: Mapping[str, Sequence[str]]
    ) -> Iterator[Change]:
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        asked = [argument for argument in arguments if argument.arg in self.table]
        if not asked or not context.resolver.takes_fixtures(module, function):
            return
        for argument in asked:
            name, new = argument.arg, self.table[argument.arg]
            judgement, requires = self._judged(context, module, function, argument, defined)
            start = module.span(argument)[0]
            edits = local_edits(module, function, name, new)
            refused = edits if isinstance(edits, Reason) else None
            if any(other.arg == new for other in arguments):
                refused = Reason(ReasonCode.ALREADY_PRESENT, f"{function.name}() asks for {new} already")
            if judgement.verdict is Verdict.EXCLUDED:
                refused = None
            made = [] if isinstance(edits, Reason) else edits
            yield change_at(module, start, made, judgement, refused=refused, requires=requires)

    def _judged(
        self,
        context: Context,
        module: Module,
        function: FunctionNode,
        argument: ast.arg,
        defined: Mapping[str, Sequence[str]],
    ) -> tuple[Judgement, tuple[str, ...]]:
        name = argument.arg
        if _has_default(function, argument):
            text = f"`{name}` has a default, so that pytest does not fill it"
            return Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text)), ()
        if context.resolver.filled_otherwise(module, function, argument):
            text = f"`{name}` is filled by parametrize or patch"
            return Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text)), ()
        return self._asked(context, module, function, name, defined)

    def _asked(
        self,
        context: Context,
        module: Module,
        function: FunctionNode | None,
        name: str,
        defined: Mapping[str, Sequence[str]],
    ) -> tuple[Judgement, tuple[str, ...]]:
        """Is it the fixture that a test or fixture asks for by this name; and the definition it goes with."""
        found = context.resolver.fixture(module, function, name) if function else None
        if found is not None:
            where = f"{found[0].path}:{found[1].lineno}"
            if self._is_home(found[0]):
                return _proven(f"`{name}` is the fixture defined at {where}"), (_label(*found),)
            text = f"`{name}` is another fixture, defined at {where}"
            return Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, text)), ()
        if self.module and self._imported_from_home(context, module, name):
            return _proven(f"`{name}` is imported from {self.module}, which does not define it"), ()
        if name in defined or self.module:
            text = f"no fixture `{name}` is visible here, though one is defined elsewhere"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, text))
            return judgement, tuple(defined.get(name, ()))
        return _proven(f"`{name}` is asked for as a fixture, which no file here defines"), ()

    def _is_home(self, module: Module) -> bool:
        dotted = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return self.module is None or f".{dotted}".endswith(f".{self.module}")

    def _imported_from_home(self, context: Context, module: Module, name: str) -> bool:
        """Whether the file or a conftest above it imports the name from the module of the fixtures."""
        above = [str(folder / "conftest.py") for folder in PurePosixPath(module.path).parents]
        files = [module, *map(context.codebase.module, filter(context.codebase.__contains__, above))]
        return any(
            alias.name in (name, "*") and not alias.asname
            for file in files
            if file is not None
            for statement in file.nodes(ast.ImportFrom)
            if _written_module(file, statement) == self.module
            for alias in statement.names
        )

    def _strings(
        self, context: Context, module: Module, call: ast.Call, defined: Mapping[str, Sequence[str]]
    ) -> Iterator[Change]:
        function = _asking(module, call)
        for node in _name_strings(call):
            start, end = module.span(node)
            for match in re.compile(r"\w+").finditer(module.text, start, end):
                if match[0] in self.table and match[0] in re.findall(r"\w+", str(node.value)):
                    edit = Edit(*match.span(), self.table[match[0]])
                    judgement, requires = self._asked(context, module, function, match[0], defined)
                    yield change_at(module, edit.start, [edit], judgement, requires=requires, kind="string")

    def _computed(self, module: Module, defined: Mapping[str, Sequence[str]]) -> Iterator[Change]:
        """Strings in a file that asks for a fixture by a name which it computes, so that it may be theirs."""
        calls = [call for call in module.nodes(ast.Call) if _asks_by_name(call)]
        if all(isinstance(argument, ast.Constant) for call in calls for argument in call.args):
            return
        named = {node for call in module.nodes(ast.Call) for node in _name_strings(call)}
        for node in module.nodes(ast.Constant):
            place = _inside(module, node) if node.value in self.table and node not in named else None
            if place is not None:
                text = f"line {calls[0].lineno} asks for a fixture by a name that may be this one"
                judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, text))
                edit = Edit(*place, self.table[str(node.value)])
                requires = tuple(defined.get(str(node.value), ()))
                yield change_at(module, place[0], [edit], judgement, requires=requires, kind="string")

    def _imports(self, context: Context, module: Module, statement: ast.ImportFrom) -> Iterator[Change]:
        """Names imported at the top of the file: pytest sees no others."""
        if any(isinstance(above, FunctionNode | ast.ClassDef) for above in module.ancestors(statement)):
            return
        for alias in statement.names:
            if alias.name not in self.table or alias.asname is not None:
                continue
            new = self.table[alias.name]
            start = module.span(alias)[0]
            edits = [Edit(start, start + len(alias.name), new)]
            if any((other.asname or other.name) == new for other in statement.names):
                edits = drop_names(module, statement, [alias])
            judgement, requires = self._imported(context, module, statement, alias.name)
            yield change_at(module, start, edits, judgement, requires=requires, kind="import")

    def _imported(
        self, context: Context, module: Module, statement: ast.ImportFrom, name: str
    ) -> tuple[Judgement, tuple[str, ...]]:
        """An imported name is the fixture if it is defined as one, or is gone and asked for here."""
        path = f"{_written_module(module, statement)}.{name}"
        found = context.resolver.definition(context.target([path], external=True))
        if found is not None and fixture_name(found[1]) == name and self._is_home(found[0]):
            proven = _proven(f"`{name}` is the fixture defined at {found[0].path}:{found[1].lineno}")
            return proven, (_label(*found),)
        elsewhere = self.module is not None and _written_module(module, statement) != self.module
        if found is not None or context.resolver.exists(path) or elsewhere:
            return Judgement(Verdict.EXCLUDED, Reason(ReasonCode.UNRELATED, f"`{name}` is no fixture")), ()
        used = any(
            use for scope in names_of(module).walk() if scope.kind == "module" for use in scope.uses_of(name)
        )
        asked = any(name in _parameter_names(function) for function in functions(module))
        if asked and not used:
            return _proven(f"`{name}` is asked for as a fixture in this file"), ()
        text = f"no definition of `{name}` is in the repository, and nothing here asks for it as a fixture"
        return Judgement(Verdict.POSSIBLE, Reason(ReasonCode.UNRESOLVED, text)), ()


def _parameter_names(function: FunctionNode) -> set[str]:
    return {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}


def _has_default(function: FunctionNode, argument: ast.arg) -> bool:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if argument in positional:
        return positional.index(argument) >= len(positional) - len(arguments.defaults)
    return arguments.kw_defaults[arguments.kwonlyargs.index(argument)] is not None


def _asks_by_name(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "getfixturevalue"


def _name_strings(call: ast.Call) -> Iterator[ast.Constant]:
    """``usefixtures("a")``, ``request.getfixturevalue("a")``, ``parametrize("a, b", …, indirect=["a"])``."""
    func = call.func
    attribute = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    nodes: list[ast.expr] = []
    if attribute in ("usefixtures", "getfixturevalue", "lazy_fixture"):
        nodes = list(call.args)
    elif attribute == "parametrize" and call.args:
        indirect = next((word.value for word in call.keywords if word.arg == "indirect"), None)
        if indirect is not None and not (isinstance(indirect, ast.Constant) and not indirect.value):
            nodes = [call.args[0], indirect]
    for node in nodes:
        parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
        yield from (part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _inside(module: Module, string: ast.Constant) -> tuple[int, int] | None:
    start, end = module.span(string)
    return (start + 1, end - 1) if module.text[start + 1 : end - 1] == string.value else None


def _asking(module: Module, call: ast.Call) -> FunctionNode | None:
    """The function that the call stands in or above; for a mark of a class or module, a test in it."""
    for above in module.ancestors(call):
        if isinstance(above, FunctionNode):
            return above
        if isinstance(above, ast.ClassDef | ast.Module):
            functions = (node for node in ast.walk(above) if isinstance(node, FunctionNode))
            return next((one for one in functions if one.name.startswith("test")), None)
    return None


def _label(module: Module, function: FunctionNode) -> str:
    return f"fixture {module.path}:{function.lineno}"


def _proven(text: str) -> Judgement:
    return Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))


def _written_module(module: Module, node: ast.ImportFrom) -> str:
    """The module of a from-import as the file spells it."""
    if not node.level:
        return node.module or ""
    package = PurePosixPath(module.path).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
