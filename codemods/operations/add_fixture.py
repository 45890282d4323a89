"""``add-fixture``: pytest fixtures that tests use or ask for, and that are not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from codemods.edits.import_edits import NewImport, add_import
from codemods.edits.statement_edits import newline_of
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.recipe.model import Text
from codemods.refactoring.fields import NewIdentifier
from codemods.refactoring.fixtures.parameters import is_bound, request
from codemods.refactoring.hooks.runner_code import taken_import
from codemods.refactoring.operation import Context, Operation, change_at
from codemods.refactoring.patterns.search import new_imports
from codemods.semantic import Judgement
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.module import FunctionNode, Module


class AddFixture(Operation):
    """Gives tests a fixture they lack.

    A test or fixture that uses the name without binding it asks for it as a parameter; where a parameter
    asks for the name and no such fixture is visible, the fixture is added to the file.
    """

    name: NewIdentifier = Field(description="The fixture.")
    source: Text = Field(description="Its definition, for files in which no such fixture is visible.")
    imports: list[Text] = Field(default=[], description="Import statements that the definition needs.")

    @model_validator(mode="after")
    def _a_definition_of_the_name(self) -> Self:
        try:
            body = ast.parse(self.source).body
        except SyntaxError:
            body = []
        if len(body) != 1 or not isinstance(body[0], FunctionNode) or body[0].name != self.name:
            raise ValueError(f"source is not the definition of one function {self.name}()")
        if not body[0].decorator_list:
            raise ValueError("source lacks the decorator that makes it a fixture")
        for text in self.imports:
            new_imports(text)
        return self

    @property
    def new_imports(self) -> list[NewImport]:
        return [new for text in self.imports for new in new_imports(text).values()]

    def find(self, context: Context) -> Iterator[Change]:
        for module in context.modules(context.codebase.grep(self.name)):
            askers = list(self._askers(context, module))
            users: dict[FunctionNode, Edit] = {}
            for node in self._unbound(context, module):
                asked = request(context, module, node, self.name)
                if isinstance(asked, Reason):
                    proven = self._proven(f"{self.name} is used here and bound nowhere")
                    yield change_at(module, module.span(node)[0], (), proven, refused=asked)
                else:
                    users.setdefault(*asked)
            lacking = {function for function in (*askers, *users) if self._lacks(context, module, function)}
            label = f"fixture:{module.path}"
            if lacking:
                yield self._definition(context, module, label, companion=not askers)
            for user, edit in users.items():
                proven = self._proven(f"{user.name}() uses {self.name}, which it does not bind")
                needed = (label,) if user in lacking else ()
                yield change_at(module, edit.start, [edit], proven, requires=needed)

    def _askers(self, context: Context, module: Module) -> Iterator[FunctionNode]:
        """The tests and fixtures that ask for the fixture in vain."""
        functions: list[FunctionNode] = [*module.nodes(ast.FunctionDef), *module.nodes(ast.AsyncFunctionDef)]
        for function in functions:
            for parameter in (*function.args.args, *function.args.kwonlyargs):
                if parameter.arg == self.name and context.resolver.lacks_fixture(module, function, parameter):
                    yield function

    def _unbound(self, context: Context, module: Module) -> Iterator[ast.Name]:
        for scope in names_of(module).walk():
            for use in scope.uses.get(self.name, ()):
                if not is_bound(context, module, use.name, self.name):
                    yield use.name

    def _lacks(self, context: Context, module: Module, function: FunctionNode) -> bool:
        return self.name not in context.resolver.fixtures_visible(module, function)

    def _definition(self, context: Context, module: Module, label: str, *, companion: bool) -> Change:
        newline = newline_of(module)
        place = _place(module)
        code = self.source.strip().replace("\r\n", "\n").replace("\n", newline)
        edits = [
            edit
            for new in self.new_imports
            if new.local not in names_of(module).bindings
            for edit in add_import(module, new, first_party=lambda name: bool(context.resolver.exists(name)))
        ]
        refused = None
        if taken := taken_import(module, self.new_imports):
            refused = Reason(ReasonCode.NAME_CONFLICT, f"the file uses the name {taken} for something else")
        proven = self._proven(f"no fixture {self.name} is visible in this file")
        edits.append(Edit(place, place, code + newline * 3))
        return change_at(module, place, edits, proven, refused=refused, label=label, companion=companion)

    def _proven(self, text: str) -> Judgement:
        return Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, text))


def _place(module: Module) -> int:
    """The start of the first definition in the file, with its decorators and comments."""
    first = next(node for node in module.tree.body if _defines(node))
    line = min(node.lineno for node in (first, *getattr(first, "decorator_list", ())))
    while line > 1 and _line(module, line - 1).startswith("#"):
        line -= 1
    return module.lines.line_start(line)


def _defines(statement: ast.stmt) -> bool:
    return any(isinstance(node, FunctionNode | ast.ClassDef) for node in ast.walk(statement))


def _line(module: Module, number: int) -> str:
    return module.text[module.lines.line_start(number) : module.lines.line_start(number + 1)]
