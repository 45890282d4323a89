"""The plan as plain data: recipe → file → changes, and what became of each file.

Offsets are character offsets in the decoded text of a file, with newlines as they stand in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How sure we are that a site is a use of the API the recipe speaks of."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    EXCLUDED = "excluded"


class ReasonCode(StrEnum):
    """The closed set of reasons for a verdict or a refusal; reports and filters group by it."""

    PROVEN = "proven"
    QUERY = "query"
    UNRELATED = "unrelated"
    # possible
    UNION = "union"
    COROUTINE = "coroutine"
    MOCK_SPEC = "mock-spec"
    DECLARED_BASE = "declared-base"
    SAME_NAME = "same-name"
    UNTYPED_CONTAINER = "untyped-container"
    UNRESOLVED = "unresolved"
    EVIDENCE = "evidence"
    WEAK = "weak"
    MAY_HOLD = "may-hold"
    REFERENCE = "reference"
    RECIPE = "recipe"
    # refused: the site is right but cannot be changed safely
    SYNC_FUNCTION = "sync-function"
    ALREADY_PRESENT = "already-present"
    NAME_CONFLICT = "name-conflict"
    REAL_AWAIT = "real-await"
    UNSAFE_EDIT = "unsafe-edit"
    INVALID_RESULT = "invalid-result"
    # reported: the site is what a recipe without a rewrite looks for
    REPORTED = "reported"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code, one sentence, and the chain of facts that led to it, in words."""

    code: ReasonCode
    text: str
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One site, its verdict, and the edits that mend it; applied whole or not at all.

    An operation fills the first block. ``label`` and ``requires`` tie changes of one step together, across
    files too: a change is applied only with every change whose label it requires. A ``companion`` (an import
    that a use needs) has no worth of its own: it is applied exactly when an applied change requires it.
    The engine fills the second block.
    """

    path: str
    line: int
    column: int
    offset: int
    edits: tuple[Edit, ...]
    verdict: Verdict
    reason: Reason
    refused: Reason | None = None
    label: str = ""
    requires: tuple[str, ...] = ()
    companion: bool = False
    kind: str = "code"

    recipe: str = ""
    step: int = 0
    key: str = ""
    """Identity for decisions: recipe hash, path, hash of the file in the base and span in the base."""

    @property
    def hull(self) -> tuple[int, int]:
        """The offsets from the first edit to the end of the last; the site's own place when there is none."""
        if not self.edits:
            return self.offset, self.offset
        return min(edit.start for edit in self.edits), max(edit.end for edit in self.edits)

    @property
    def applicable(self) -> bool:
        """Whether the change can be applied at all, by a person or unattended."""
        return bool(self.edits) and self.refused is None and self.verdict is not Verdict.EXCLUDED

    @property
    def reported(self) -> bool:
        """Whether this is a finding: a site that is only listed, and that ``--check`` fails on."""
        return self.refused is not None and self.refused.code is ReasonCode.REPORTED

    @property
    def weak(self) -> bool:
        """An unknown without evidence: counted, and listed only when asked for."""
        return self.verdict is Verdict.POSSIBLE and self.reason.code is ReasonCode.WEAK


class Decision(StrEnum):
    """What a person (or a flag) said of a change."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, with the replacement a person wrote instead of ours and their note, where there is one.

    ``replacement`` stands for the whole lines that the change touches, without the end of the last.
    """

    decision: Decision
    replacement: str | None = None
    note: str = ""


ACCEPTED = Ruling(Decision.ACCEPT)
REJECTED = Ruling(Decision.REJECT)

Decide = Callable[[Change], Ruling]
"""Says of an applicable change whether it is applied."""


def ruled_edits(text: str, change: Change, ruling: Ruling) -> tuple[Edit, ...]:
    """The edits that make an accepted change in the text of its stage: ours, or the person's lines."""
    if ruling.replacement is None:
        return change.edits
    return (Edit(*whole_lines(text, *change.hull), ruling.replacement),)


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to whole lines, without the end of the last line."""
    first = text.rfind("\n", 0, start) + 1
    first = max(first, text.rfind("\r", first, start) + 1)
    if end > start and text[end - 1] in "\r\n":
        return first, end - (2 if text[first:end].endswith("\r\n") else 1)
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    carriage_return = text.find("\r", end, last)
    return first, last if carriage_return < 0 else carriage_return


def accept_certain(change: Change) -> Ruling:
    """The unattended rule: only what is proven."""
    return ACCEPTED if change.verdict is Verdict.CERTAIN else REJECTED


@dataclass(frozen=True, slots=True)
class Stage:
    """What one step does to one file: the text it saw, its changes, which were applied, the text it left."""

    step: int
    before: str
    after: str
    changes: tuple[Change, ...]
    applied: frozenset[str]
    """Keys of the applied changes."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What one recipe does to one file, step by step."""

    path: str
    before: str
    after: str
    stages: tuple[Stage, ...]

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def changes(self) -> Iterator[Change]:
        for stage in self.stages:
            yield from stage.changes

    def applied(self) -> Iterator[Change]:
        for stage in self.stages:
            yield from (change for change in stage.changes if change.key in stage.applied)


@dataclass(frozen=True, slots=True)
class RecipeRef:
    """What a plan needs to know of a recipe."""

    id: str
    title: str
    why: str
    link: str
    set: str
    hash: str
    """First 12 hex digits of the SHA-256 of the recipe file."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file is left as it is, and the line, 0 where there is none."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}" if self.line else f"{self.path}: {self.why}"


class Unparsed(Trouble):
    """A file that could not be read, decoded or parsed, so that its sites are not judged."""

    __slots__ = ()


class Failed(Trouble):
    """A file that could be read, but in which a step of a recipe failed, so that it did nothing there."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RecipePlan:
    """What one recipe does to the repository."""

    recipe: RecipeRef
    files: tuple[FilePlan, ...]
    excluded: int = 0
    weak: int = 0
    """Unknown sites without evidence, in files that were not worth judging too."""
    warnings: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()

    def changes(self) -> Iterator[Change]:
        for file in self.files:
            yield from file.changes()

    def applied(self) -> Iterator[Change]:
        for file in self.files:
            yield from file.applied()

    def changed_files(self) -> tuple[FilePlan, ...]:
        return tuple(file for file in self.files if file.changed)

    def possible(self) -> Iterator[Change]:
        """Doubtful sites worth a person's look that were not applied."""
        applied = {change.key for change in self.applied()}
        for change in self.changes():
            if (
                change.verdict is Verdict.POSSIBLE
                and not change.refused
                and not change.weak
                and not change.companion
                and change.key not in applied
            ):
                yield change

    def refused(self) -> Iterator[Change]:
        """Sites that are meant but cannot be changed safely."""
        return (change for change in self.changes() if change.refused and not change.reported)

    def reported(self) -> Iterator[Change]:
        """Sites that a recipe without a rewrite looks for."""
        return (change for change in self.changes() if change.reported)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a set of recipes does to a repository, in order."""

    recipes: tuple[RecipePlan, ...]
    unparsed: tuple[Unparsed, ...] = ()
    stats: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Failed, ...]:
        """The files in which a step of any recipe failed."""
        return tuple(failed for recipe in self.recipes for failed in recipe.failed)

    @property
    def complete(self) -> bool:
        """Whether every file could be read, and no step failed in one."""
        return not self.unparsed and not self.failed

    @property
    def pending(self) -> bool:
        """Whether applying the plan would change anything."""
        return any(recipe.changed_files() for recipe in self.recipes)

    @property
    def reports(self) -> bool:
        """Whether recipes without a rewrite found anything."""
        return any(True for recipe in self.recipes for _ in recipe.reported())

    def changed_paths(self) -> list[str]:
        return sorted({file.path for recipe in self.recipes for file in recipe.changed_files()})


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made.

    Raises ValueError when two edits overlap or one lies outside the text. Equal edits count once (two changes
    may both need one import); several insertions at one place keep their given order.
    """
    out: list[str] = []
    position = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {edit.start}-{edit.end} overlaps another or lies outside the text")
        out += (text[position : edit.start], edit.text)
        position = edit.end
    out.append(text[position:])
    return "".join(out)
