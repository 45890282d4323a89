"""The code as the recipe at hand sees it: the repository's files under what earlier recipes changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from codemods.git.files import Files
from codemods.model.errors import FileError
from codemods.model.plan import Unparsed
from codemods.syntax.lazy_ast import LateError, parsed
from codemods.syntax.module import Module
from codemods.syntax.text import SourceText, decode

T = TypeVar("T")

_TEXTS = 4_000_000
"""So many characters of files are kept at a time; a file that is asked for again is read again."""
_DEEP = 150
"""How deep a syntax tree is that no person wrote; what people write stays below half of it."""


class Codebase:
    """Decoded and parsed files, each read and parsed at most once per content.

    A file that cannot be read, decoded or parsed is kept in ``unparsed``: loud, never an exception half-way.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._sources: dict[str, SourceText | None] = {}
        """The files that were read and not let go, those asked for last at the end."""
        self._kept, self._most = 0, _TEXTS
        """How many characters these have, and from how many on some are let go."""
        self._let_go: dict[str, str] = {}
        """The digests of the others."""
        self._modules: dict[str, Module | None] = {}
        self._overlay: dict[str, str] = {}
        self._greps: dict[str, set[str]] = {}
        """The files that hold a literal, as the repository has them."""
        self._answers: dict[frozenset[str], frozenset[str]] = {}
        """The same for several literals, as the files stand now: in the generation beside it."""
        self._answers_of = 0
        self._paths: list[str] | None = None
        self._own: dict[str, str] | None = None
        """The paths by themselves: of many equal ones that are read, one is kept."""
        self.unparsed: dict[str, Unparsed] = {}
        self.parsed_count = 0
        self.generation = 0
        """Counts replacements and files given up, after which facts that were derived before may be stale."""

    def paths(self) -> Sequence[str]:
        if self._paths is None:
            self._paths = list(self._files.paths())
        return self._paths

    def others(self) -> Sequence[str]:
        """The files that are not ours to judge, among them what Python modules are made of."""
        return self._files.others()

    def own(self, path: str) -> str | None:
        """The path as `paths` has it; None where it is not among them."""
        if self._own is None:
            self._own = {path: path for path in self.paths()}
        return self._own.get(path)

    def __contains__(self, path: str) -> bool:
        return self.own(path) is not None

    def grep(self, *literals: str) -> set[str]:
        """Paths of files that contain at least one of the literals, as they stand now."""
        if "" in literals:
            return set(self.paths())
        if self._answers_of != self.generation:
            self._answers.clear()
            self._answers_of = self.generation
        wanted = frozenset(literals)
        if wanted not in self._answers:
            self._answers[wanted] = self._find(wanted)
        return set(self._answers[wanted])

    def _find(self, literals: frozenset[str]) -> frozenset[str]:
        if new := literals - self._greps.keys():
            for literal, paths in self._files.grep(new).items():
                self._greps[literal] = set(filter(None, map(self.own, paths)))
        found = set().union(*(self._greps[literal] for literal in literals))
        for path, text in self._overlay.items():
            found.discard(path)
            if any(literal in text for literal in literals):
                found.add(path)
        return frozenset(found)

    def lines(self, beginning: str) -> str:
        """Every line that begins with a match of the pattern, as the repository has it.

        Each stands behind its path and a NUL; among them may be files that are not ours to judge.
        """
        return self._files.lines(beginning)

    def settings(self, name: str) -> str | None:
        """The text of a settings file at the top of the repository, or None where there is none."""
        try:
            return self._files.read(name).decode("utf-8", "replace")
        except FileError:
            return None

    def base(self, path: str) -> SourceText | None:
        """The file as it stands in the repository, or None (and an entry in ``unparsed``).

        Raises FileError where it has changed since it was read before.
        """
        source = self._sources.pop(path) if path in self._sources else self._read(path)
        self._sources[path] = source
        return source

    def _read(self, path: str) -> SourceText | None:
        source = None
        try:
            source = decode(path, self._files.read(path))
        except FileError as error:
            self.unparsed[path] = Unparsed(path, error.line, error.why)
        if path in self._let_go and (source is None or source.digest != self._let_go[path]):
            raise FileError(path, "it changed while it was being read; run again")
        if source is None:
            return None
        self._kept += len(source.text)
        if self._kept > self._most:
            self._let_texts_go()
        return source

    def _let_texts_go(self) -> None:
        """Forget the half of the texts that was asked for longest ago, without those that are parsed."""
        for path in list(self._sources)[: len(self._sources) // 2]:
            source = self._sources[path]
            if source is not None and self._modules.get(path) is None:
                self._let_go[path] = source.digest
                self._kept -= len(source.text)
                del self._sources[path]
        self._most = max(_TEXTS, self._kept + _TEXTS // 2)

    def text(self, path: str) -> str | None:
        """The file's text as it stands now, or None (and an entry in ``unparsed``). Raises as `base` does."""
        if path in self._overlay:
            return self._overlay[path]
        source = self.base(path)
        return None if source is None else source.text

    def module(self, path: str) -> Module | None:
        """The parsed file as it stands now, or None (and an entry in ``unparsed``)."""
        if path not in self._modules:
            self._modules[path] = self._parsed(path, Module.parse)
        module = self._modules[path]
        try:
            if module is not None:
                module.complete()
        except LateError as error:
            self._give_up(error)
        return self._modules[path]

    def sparse(self, path: str) -> Module | None:
        """The same without the bodies of functions, which are parsed again when they are asked for."""
        module = self.outline(path)
        try:
            if module is not None:
                module.check()
        except LateError as error:
            self._give_up(error)
        return self._modules[path]

    def outline(self, path: str) -> Module | None:
        """The same, though what is in the bodies of functions may raise LateError when it is looked at."""
        if path not in self._modules:
            self._modules[path] = self._parsed(path, Module.outline)
        return self._modules[path]

    @property
    def tree_count(self) -> int:
        """How many syntax trees are kept."""
        return len(self._modules)

    def forget_trees(self) -> None:
        """Let go of all syntax trees, which nobody may use any more; they are parsed again when asked for."""
        for module in self._modules.values():
            if module is not None:
                module.forget()
        self._modules.clear()

    def replace(self, path: str, text: str) -> None:
        """Let the file read as ``text`` from now on."""
        self._overlay[path] = text
        module = self._modules.pop(path, None)
        if module is not None:
            module.forget()
        self.generation += 1

    def bearing(self, compute: Callable[[], T]) -> T:
        """What is computed, if need be without files that cannot be parsed, or followed: too deeply nested.

        Such a file is kept in ``unparsed`` from then on, the deepest first. Raises RecursionError where it is
        no file's fault.
        """
        while True:
            try:
                return compute()
            except LateError as error:
                if not self._give_up_unreadable(error.path):
                    raise
            except RecursionError:
                if not self._give_up_the_deepest():
                    raise

    def _give_up_the_deepest(self) -> bool:
        modules = (module for module in self._modules.values() if module is not None)
        depths = ((module.deepest(), module.path) for module in modules)
        (depth, line), path = max(depths, default=((0, 0), ""))
        if depth < _DEEP:
            return False
        why = f"it is nested {depth} levels deep here, which is too deep to be followed"
        self._give_up(FileError(path, why, line))
        return True

    def _give_up_unreadable(self, path: str) -> bool:
        """Give up a file that cannot be parsed here either, where the stack is less deep than it was."""
        if self._modules.get(path) is None:
            return False
        try:
            parsed(path, self.text(path) or "")
        except FileError as error:
            self._give_up(error)
            return True
        return self._give_up_the_deepest()

    def _give_up(self, error: FileError) -> None:
        self._modules[error.path] = None
        self.unparsed[error.path] = Unparsed(error.path, error.line, error.why)
        self.generation += 1

    def replacement(self, path: str) -> str | None:
        """What a file was replaced by, or None."""
        return self._overlay.get(path)

    def replaced(self) -> dict[str, str]:
        """The files that were replaced, with their text."""
        return dict(self._overlay)

    def _parsed(self, path: str, parse: Callable[[str, str], Module]) -> Module | None:
        text = self.text(path)
        if text is None:
            return None
        self.parsed_count += 1
        try:
            return parse(path, text)
        except FileError as error:
            self.unparsed[path] = Unparsed(path, error.line, error.why)
            return None
