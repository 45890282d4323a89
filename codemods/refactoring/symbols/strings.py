"""Import paths that stand in strings: dotted names for ``mock.patch`` and the like, and Sphinx roles."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemods.edits.unused_imports import docstrings
from codemods.model.plan import Change, Edit, Reason, ReasonCode, Verdict
from codemods.refactoring.operation import change_at
from codemods.refactoring.symbols.file_imports import FileImports
from codemods.refactoring.symbols.moved_paths import Move, Moves, split
from codemods.semantic import Judgement
from codemods.semantic.scopes.name_scopes import Use

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_PATH = re.compile(r"[^\W\d][\w.]*")
_QUOTED = re.compile(r"""['"](\w+)['"]""")
_ROLE = re.compile(
    r":(?:py:)?(?:mod|func|class|meth|attr|data|exc|obj|const|any):`(?:[^`<]*<)?[~!.]*([\w.]+)>?`"
)

_TAKES_PATH = {
    "patch", "dict", "multiple", "setattr", "delattr", "setitem", "delitem", "import_module", "importorskip",
    "__import__", "import_string", "import_object", "resolve_name", "locate", "patched",
}  # fmt: skip
"""Functions and methods whose string is an import path."""

_TAKES_OBJECT_AND_NAME = {"object", "setattr", "delattr", "getattr", "hasattr"}
"""Functions and methods that take an object and the name of its attribute."""


class RenamedStrings:
    """The strings of one file that name what moved."""

    def __init__(self, file: FileImports, moves: Moves) -> None:
        self.file = file
        self.module = file.module
        self._moves = moves

    def changes(self) -> Iterator[Change]:
        text = self.module.text
        if any(self._moves.lookup(path) for path in set(_PATH.findall(text))):
            yield from self._paths()
        if not self._moves.names().isdisjoint(_QUOTED.findall(text)):
            yield from self._attribute_names()

    def _paths(self) -> Iterator[Change]:
        prose = list(docstrings(self.module))
        for text in prose:
            yield from self._roles(text)
        skipped = {id(text) for text in prose}
        annotations = {
            self.module.span(use.name)[0] for use in self.file.uses() if use.quoted and use.owner is not None
        }
        for text in self.module.nodes(ast.Constant):
            if isinstance(text.value, str) and id(text) not in skipped:
                if self.module.span(text)[0] + 1 not in annotations:
                    yield from self._string(text, text.value)

    def _string(self, text: ast.Constant, value: str) -> Iterator[Change]:
        move = self._moves.lookup(value) if _DOTTED.fullmatch(value) else None
        if move is None:
            return
        call = self._call_around(text)
        takes_path = call is not None and text in call.args[:1] and _last_name(call.func) in _TAKES_PATH
        if not takes_path and "." not in move.old:
            return
        if takes_path and split(move.new)[0] == "builtins":
            why = f"{move.new} is everyone's; a test that replaces it replaces more than {move.old}"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.EVIDENCE, why))
        elif takes_path:
            judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"the string names {value}"))
        else:
            why = f"the string reads {value}, but nothing says that it is an import path"
            judgement = Judgement(Verdict.POSSIBLE, Reason(ReasonCode.EVIDENCE, why))
        yield self._edited(text, move, judgement, value)

    def _edited(self, text: ast.Constant, move: Move, judgement: Judgement, value: str) -> Change:
        start, end = self.module.span(text)
        source = self.module.text[start:end]
        at = source.find(value)
        refused = None
        if at < 0 or source.count(value) > 1:
            why = "the string is put together from parts; change it by hand"
            refused = Reason(ReasonCode.UNSAFE_EDIT, why)
        first = start + at
        return change_at(
            self.module,
            start,
            [Edit(first, first + len(move.old), move.new)],
            judgement,
            refused=refused,
            requires=move.requires,
            kind="string",
        )

    def _attribute_names(self) -> Iterator[Change]:
        """``patch.object(module, "Old")``, ``monkeypatch.setattr(module, "Old", …)`` and the like."""
        uses = {id(use.attributes[-1] if use.attributes else use.name): use for use in self.file.uses()}
        for call in self.module.nodes(ast.Call):
            match call.args[:2]:
                case [ast.Name() | ast.Attribute() as owner, ast.Constant(value=str() as name) as text]:
                    use = uses.get(id(owner))
                    if use is not None and _last_name(call.func) in _TAKES_OBJECT_AND_NAME:
                        yield from self._attribute_name(use, text, name)

    def _attribute_name(self, use: Use, text: ast.Constant, name: str) -> Iterator[Change]:
        path = self.file.path_of(use)
        move = self._moves.lookup(f"{path}.{name}") if path else None
        if move is None or move.path != move.old:
            return
        parent, new = split(move.new)
        judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"it names {move.old}"))
        start, end = self.module.span(text)
        refused = None
        if parent != path:
            why = f"{name!r} is now {move.new}, an attribute of another object; change it by hand"
            refused = Reason(ReasonCode.UNSAFE_EDIT, why)
        elif self.module.text[start + 1 : end - 1] != name:
            refused = Reason(ReasonCode.UNSAFE_EDIT, "the string is not plain; change it by hand")
        edit = Edit(start + 1, end - 1, new)
        yield change_at(
            self.module, start, [edit], judgement, refused=refused, requires=move.requires, kind="string"
        )

    def _roles(self, text: ast.Constant) -> Iterator[Change]:
        """Sphinx roles in a docstring."""
        start, end = self.module.span(text)
        for role in _ROLE.finditer(self.module.text, start, end):
            move = self._moves.lookup(role[1])
            if move is not None:
                judgement = Judgement(Verdict.CERTAIN, Reason(ReasonCode.PROVEN, f"the text names {role[1]}"))
                at = role.start(1)
                edit = Edit(at, at + len(move.old), move.new)
                yield change_at(self.module, at, [edit], judgement, requires=move.requires, kind="docs")

    def _call_around(self, text: ast.Constant) -> ast.Call | None:
        above = self.module.parent(text)
        return above if isinstance(above, ast.Call) else None


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
