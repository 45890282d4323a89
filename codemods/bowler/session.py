"""One run of queries: over which files they go, what they make of each, and to which sites changes belong."""

from __future__ import annotations

import ast
import os
import re
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codemods.bowler.places import Places
from codemods.bowler.treetext import TreeText
from codemods.model.errors import CodemodsError, SourceSyntaxError, UsageError
from codemods.model.plan import Edit, Failed, Unparsed, apply_edits
from codemods.semantic import Judgement, Resolver, Target
from codemods.syntax.codebase import Codebase
from codemods.syntax.lossless.refactoring_tool import Refactoring
from codemods.syntax.lossless.tree import discard, leaves_of
from codemods.syntax.module import Module
from codemods.syntax.required_literals import spelled
from codemods.syntax.text import Lines

import bowler  # isort: skip - once our grammar is in place
import fissix  # isort: skip
from fissix.pytree import Leaf  # isort: skip

if TYPE_CHECKING:
    from codemods.bowler.query import Query

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_current: ContextVar[Session] = ContextVar("session")


def current() -> Session:
    """The session that is running. Raises UsageError where there is none."""
    try:
        return _current.get()
    except LookupError:
        raise UsageError(
            "a Query of codemods runs only inside a recipe; try `codemods run` with this script"
        ) from None


@dataclass
class Site:
    """One match of a query that it changed, or could not."""

    offset: int
    judgement: Judgement | None = None
    """What `receiver_is` said of it."""
    refused: str = ""
    edits: list[Edit] = field(default_factory=list)


class Session:
    """Runs queries, each over what the ones before it left; nothing but memory is changed."""

    def __init__(
        self,
        codebase: Codebase,
        resolver: Resolver,
        target: Callable[[Sequence[str]], Target],
        admits: Callable[[str], bool],
    ) -> None:
        self.codebase = codebase
        self.resolver = resolver
        self.target = target
        self.executed = 0
        self.warnings: list[str] = []
        self.unparsed: dict[str, Unparsed] = {}
        self.failed: dict[str, Failed] = {}
        self._admits = admits
        self._texts: dict[str, str] = {}
        self._places: dict[str, Places] = {}
        self._sites: dict[str, list[Site]] = {}
        self._file: FileRun | None = None

    @contextmanager
    def active(self) -> Iterator[Session]:
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    @property
    def file(self) -> FileRun:
        """The file at hand, while filters and modifiers run."""
        assert self._file is not None
        return self._file

    def execute(self, query: Query) -> None:
        """Run one query. Where it raises, `failed` says so, and the file stays as it was."""
        self.executed += 1
        tool = Refactoring(query.compile())
        literals = tool.literals()
        promising = spelled(literals or ())
        for path in self._paths(query, literals):
            text = self._text(path)
            if text is None or path in self.unparsed or path in self.failed:
                continue
            if promising.search(text):
                self._run(path, text, query, tool)

    def results(self) -> Iterator[tuple[str, list[Site]]]:
        """By file, the sites that were changed, with edits of its text, and those that could not be."""
        for path in sorted(self._sites.keys() - self.failed.keys()):
            before = self.codebase.text(path)
            assert before is not None
            edits = self._places[path].by_site(before)
            for number, site in enumerate(self._sites[path]):
                site.edits = edits.get(number, [])
            yield path, [site for site in self._sites[path] if site.edits or site.refused]

    def module(self, path: str) -> Module | None:
        """The `ast` of a file as the query at hand found it."""
        text = self.file.before
        return self.codebase.module(path) if text == self.codebase.text(path) else Module.parse(path, text)

    def _text(self, path: str) -> str | None:
        return self._texts[path] if path in self._texts else self.codebase.text(path)

    def _paths(self, query: Query, literals: frozenset[str] | None) -> list[str]:
        """The files that a query means and that can hold a match."""
        paths: Collection[str] = self.codebase.paths()
        if literals and all(literal.isascii() for literal in literals):
            paths = self.codebase.grep(*literals) | self._texts.keys()
        matcher = query.filename_matcher or _is_python
        wanted = [_relative(path) for path in query.paths]
        for path, given in zip(wanted, query.paths, strict=True):
            if not any(_lies_in(known, path) for known in self.codebase.paths()):
                self.warnings.append(f"the query's path {given!r} holds no file of the repository")
        return sorted(
            path
            for path in paths
            if self._admits(path) and matcher(path) and any(_lies_in(path, folder) for folder in wanted)
        )

    def _run(self, path: str, text: str, query: Query, tool: Refactoring) -> None:
        try:
            tree, leaves = tool.driver.parse_with_leaves(text)
        except SourceSyntaxError as error:
            if path in self._texts:
                why = f"the query before left what cannot be read: {error.why}"
                self.failed[path] = Failed(path, error.line, why)
            else:
                self.unparsed[path] = Unparsed(path, error.line, error.why)
            return
        self._file = run = FileRun(path, text, tree)
        try:
            sites = run.sites_of(tool, leaves)
        except SourceSyntaxError as error:
            self.failed[path] = Failed(path, error.line, error.why)
        except CodemodsError:
            raise
        except Exception as error:
            self.failed[path] = Failed(path, run.line, f"the query raised {_described(error)}")
        else:
            self._keep(path, text, [site for site in sites if _survives(query, path, text, site)])
        finally:
            self._file = None

    def _keep(self, path: str, text: str, sites: list[Site]) -> None:
        if not sites:
            return
        known = self._sites.setdefault(path, [])
        edits = [(number, edit) for number, site in enumerate(sites, len(known)) for edit in site.edits]
        known += sites
        self._places.setdefault(path, Places()).add(edits)
        self._texts[path] = apply_edits(text, (edit for _, edit in edits))


class FileRun:
    """One query over one file: a tree that is being changed, and what each site had a part in."""

    def __init__(self, path: str, text: str, tree: Any) -> None:
        self.path = path
        self.before = text
        self.node: Any = None
        """The match at hand."""
        self.line = 0
        """The line of that match; kept, because a tree that is done with is taken to pieces."""
        self.judgement: Judgement | None = None
        self._lines = Lines(text)
        self._tree = tree
        self._text: TreeText | None = None
        self._places = Places()
        self._sites: list[Site] = []
        self._changing = False
        self._attributes: dict[int, ast.Attribute] | None = None

    def sites_of(self, tool: Refactoring, leaves: Sequence[Leaf]) -> list[Site]:
        """Run the fixers. Raises SourceSyntaxError for a long chain, and whatever the query raises."""
        self._tree.future_features = frozenset()
        try:
            tool.refactor_tree(self._tree, self.path, leaves)
            self._settle()
            if self._text is not None:
                self._places.add((len(self._sites) - 1, edit) for edit in self._text.rest())
        finally:
            discard(self._tree)
        edits, newline = self._places.by_site(self.before), _only_newline(self.before)
        for number, site in enumerate(self._sites):
            site.edits = [_with_newline(edit, newline) for edit in edits.get(number, [])]
        return [site for site in self._sites if site.edits or site.refused]

    def begin_match(self, node: Any) -> None:
        """A pattern matched; whether the filters let it through is not yet known."""
        self._settle()
        self.node = node
        self.line = next(leaves_of(node)).lineno
        self.judgement = None

    def begin_change(self) -> None:
        """What happens to the tree from here on belongs to the match at hand."""
        if self._text is None:
            self._text = TreeText(self._tree)
        self._text.watch(self.node)
        self._sites.append(Site(self.offset(next(leaves_of(self.node))), self.judgement))
        self._changing = True

    def attributes(self, module: Module) -> dict[int, ast.Attribute]:
        """The attributes of the module of this text, by where the name behind their dot begins."""
        if self._attributes is None:
            spans = ((module.attribute_name_span(node), node) for node in module.nodes(ast.Attribute))
            self._attributes = {span[0]: node for span, node in spans if span is not None}
        return self._attributes

    def refuse(self, why: str) -> None:
        """The match at hand is meant, but cannot be changed."""
        self._sites[-1].refused = why

    def offset(self, leaf: Leaf) -> int:
        """Where a leaf stood in the text before the query."""
        return self._lines.line_start(leaf.lineno) + leaf.column if leaf.lineno else 0

    def _settle(self) -> None:
        """Find out what the last match changed."""
        if self._changing and self._text is not None:
            self._places.add((len(self._sites) - 1, edit) for edit in self._text.changes())
            self._changing = False


def _is_python(path: str) -> bool:
    return path.endswith(".py")


def _relative(path: str) -> str:
    """A path that a query names, as the repository names its own."""
    return Path(os.path.relpath(path)).as_posix()


def _lies_in(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _survives(query: Query, path: str, text: str, site: Site) -> bool:
    """Whether the query's processors, which see each change as a hunk of a diff, let it pass."""
    if not query.processors or not site.edits:
        return True
    before, after = _LINE.findall(text), _LINE.findall(apply_edits(text, site.edits))
    hunk = [line.rstrip("\r\n") for line in unified_diff(before, after, path, path)]
    verdicts = [process(path, hunk) for process in query.processors]
    return all(verdict is not False for verdict in verdicts)


def _only_newline(text: str) -> str:
    """How the lines of a text end, where all end alike."""
    kinds = set(re.findall(r"\r\n|\r|\n", text))
    return kinds.pop() if len(kinds) == 1 else "\n"


def _with_newline(edit: Edit, newline: str) -> Edit:
    """The edit with the line ends of its file; modifiers always write ``\\n``."""
    if newline == "\n" or "\n" not in edit.text:
        return edit
    return Edit(edit.start, edit.end, re.sub(r"(?<!\r)\n", lambda _: newline, edit.text))


def _described(error: Exception) -> str:
    """The exception, and the last line of the query's own code that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    homes = (Path(__file__).parent.parent, Path(bowler.__file__).parent, Path(fissix.__file__).parent)
    libraries = tuple(f"{home}{os.sep}" for home in homes)
    own = [frame for frame in frames if not frame.filename.startswith(libraries)]
    frame = (own or frames)[-1]
    message = " ".join(str(error).split())
    if isinstance(error, RecursionError):
        message = "the code is nested too deeply for it"
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"{type(error).__name__}" + (f": {message}" if message else "") + f" ({place})"
