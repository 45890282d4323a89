"""What every operation is: a validated step that finds its sites and says how each would be mended.

To add an operation, add ``operations/<name>.py`` with one subclass of `Operation` whose name is the file's in
camel case (``rename_method.py`` holds ``RenameMethod``, known to recipes as ``rename-method``), and
``tests/operations/test_<name>.py``. Nothing else needs to know.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from codemods.model.formatting import counted
from codemods.model.plan import Change, Edit, Failed, Reason, Verdict
from codemods.recipe.model import Step
from codemods.refactoring.where import Places
from codemods.semantic import Judgement, Resolver, Target
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import Located, Module


class Watch:
    """Tells which file is at hand and how many sites were found so far, a few times a second."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told = time.monotonic()
        self._files = 0
        self._sites = 0

    def file(self, path: str) -> None:
        self._files += 1
        if time.monotonic() - self._told > 0.2:
            self._told = time.monotonic()
            self._tell(f"{counted(self._files, 'file')}, {counted(self._sites, 'site')}, {path}")

    def site(self) -> None:
        self._sites += 1


@dataclass
class Context:
    """What an operation works with."""

    codebase: Codebase
    resolver: Resolver
    places: Places = field(default_factory=Places)
    only: frozenset[str] | None = None
    """When given, the files to judge, whether or not the resolver ties them to anything (`explain`)."""
    weak: bool = False
    """Whether to judge files that can only hold weak unknowns too."""
    external: bool = False
    """Whether every target may be absent from the code, as in the examples of recipes."""
    warnings: list[str] = field(default_factory=list)
    """Sentences for the summary, such as a class that has neither the old nor the new method."""
    failed: list[Failed] = field(default_factory=list)
    """Files in which the step failed, so that it yields nothing there."""
    watch: Watch | None = None
    survey: object = None
    """What the step's `Operation.survey` told before any file was judged."""

    def target(self, paths: Sequence[str], *, external: bool = False) -> Target:
        """What a step speaks of. Raises UnknownTargetError when it is nowhere in the code."""
        return self.resolver.target(paths, external=external or self.external)

    def modules(self, paths: Iterable[str], *, sparse: bool = False) -> Iterator[Module]:
        """The parsed files among these paths (or among ``only``), in order; unparsed ones are kept aside.

        ``sparse`` is for who looks at a few functions of each.
        """
        for path in self.paths(paths):
            if self.watch:
                self.watch.file(path)
            module = self.codebase.sparse(path) if sparse else self.codebase.module(path)
            if module is not None:
                yield module

    def paths(self, paths: Iterable[str]) -> Iterator[str]:
        """The files among these (or ``only``) that the step's ``where`` admits, in order."""
        for path in sorted(paths if self.only is None else self.only.intersection(paths)):
            if self.places.admits_path(path):
                yield path

    def files(
        self, target: Target, literals: Sequence[str], holds: Callable[[str], bool] | None = None
    ) -> Iterator[Module]:
        """The parsed files worth judging for a target: those the resolver ties to it, or all when asked.

        A file without the literals holds no site, nor does one whose text does not pass ``holds``; with that
        a literal stands in whatever is looked at.
        """
        if self.only is None and not self.weak:
            relevant = self.resolver.files(target, literals, holds)
            if not relevant.whole:
                self.warnings.append(
                    f"{target.paths[0]} is handed on in more ways than were followed: uses that are reached "
                    "through several objects may be missing here (--all judges every file)"
                )
            yield from self.modules(relevant.paths, sparse=holds is not None)
        else:
            paths = self.codebase.grep(*literals) if literals else self.codebase.paths()
            yield from self.modules(paths, sparse=holds is not None)

    def admits(self, change: Change) -> bool:
        """Whether the step's ``where`` and ``only`` let this site through."""
        if self.watch:
            self.watch.site()
        if self.only is not None and change.path not in self.only:
            return False
        if not self.places.admits_path(change.path):
            return False
        follows = change.companion or (change.kind == "import" and change.requires)
        if not self.places.narrow_inside_files or follows:
            return True
        module = self.codebase.module(change.path)
        return module is not None and self.places.admits_offset(module, change.offset)


class Operation(Step):
    """Base of all operations. `find` yields every site it judged, the excluded ones too."""

    @property
    def independent(self) -> bool:
        """Whether what is found in a file does not depend on which other files are judged."""
        return False

    def survey(self, context: Context) -> object:
        """What the step has to know of all files before it judges any; it must be fit to be sent."""
        return None

    @abstractmethod
    def find(self, context: Context) -> Iterator[Change]:
        """Every site of this step in the codebase as it stands."""

    def found(self, context: Context) -> list[Change]:
        """What `find` yields and ``where`` admits, without files that are nested too deeply to be judged."""
        return context.codebase.bearing(
            lambda: [change for change in self.find(context) if context.admits(change)]
        )


def change_at(
    module: Module,
    offset: int,
    edits: Iterable[Edit],
    judgement: Judgement,
    *,
    refused: Reason | None = None,
    label: str = "",
    requires: tuple[str, ...] = (),
    companion: bool = False,
    kind: str = "code",
) -> Change:
    """The change of a site that stands at ``offset`` in the module.

    Only what is certainly meant is refused; a doubtful site that cannot be changed stays doubtful.
    """
    line, column = module.lines.position(offset)
    reason = judgement.reason
    if refused and judgement.verdict is Verdict.POSSIBLE:
        reason = replace(reason, text=f"{reason.text}; besides, {refused.text}")
    return Change(
        path=module.path,
        line=line,
        column=column,
        offset=offset,
        edits=() if judgement.verdict is Verdict.EXCLUDED or refused else tuple(edits),
        verdict=judgement.verdict,
        reason=reason,
        refused=refused if judgement.verdict is Verdict.CERTAIN else None,
        label=label,
        requires=requires,
        companion=companion,
        kind=kind,
    )


def start_of(module: Module, node: Located) -> int:
    return module.span(node)[0]
