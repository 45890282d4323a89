"""Judging the files of a step in several processes: the same sites as in one, sooner where they are many.

Helpers are spawned, so each starts from nothing and is told what it needs; they live as long as the plan. A
step says by ``independent`` that what it finds in a file does not depend on the other files it judges.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codemods.git.files import Files
from codemods.model.errors import CodemodsError
from codemods.model.plan import Change, Failed, Unparsed
from codemods.operations import Context, Operation, Places
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import Module

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

PAYS = 400
"""A helper takes about as long to start as it takes to judge this many files."""
BATCH = 150
"""After so many files, what was derived from them is let go: syntax trees take most of the memory."""


class Team:
    """This process and the helpers it starts when a step judges many files."""

    def __init__(self, files: Files, source_roots: Sequence[str], jobs: int) -> None:
        self._files = files
        self._source_roots = tuple(source_roots)
        self._jobs = jobs
        self._helpers: list[_Helper] = []

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.end()

    def found(self, step: Operation, context: Context) -> list[Change]:
        """What ``step.found(context)`` gives."""
        if not step.independent:
            return step.found(context)
        context = replace(context, survey=context.codebase.bearing(lambda: step.survey(context)))
        listing = _Listing(**vars(context))
        step.found(listing)
        paths = sorted(listing.visited)
        narrowed = replace(context, only=frozenset(paths))
        if context.codebase.tree_count > BATCH:
            _let_go(context)
        if self._jobs < 2 or len(paths) < PAYS:
            return _found_in_batches(step, narrowed, paths)
        return self._found_together(step, narrowed, paths)

    def _found_together(self, step: Operation, context: Context, paths: Sequence[str]) -> list[Change]:
        while len(self._helpers) < self._jobs - 1:
            self._helpers.append(_Helper(self._files, self._source_roots))
        # Neighbours share what has to be read for them, so each gets a stretch.
        shares = [paths[start:end] for start, end in _stretches(len(paths), self._jobs)]
        codebase = context.codebase
        for helper, share in zip(self._helpers, shares[1:], strict=True):
            helper.ask(
                _Task(_bare(step), context.survey, tuple(share), context.weak, context.external),
                codebase.replaced(),
            )
        found = _found_in_batches(step, context, shares[0])
        for helper in self._helpers:
            answer = helper.answer()
            found += answer.changes
            context.failed += answer.failed
            codebase.unparsed.update(answer.unparsed)
            codebase.parsed_count += answer.parsed
        return found


@dataclass
class _Listing(Context):
    """Takes down which files a step would judge, and shows it none."""

    visited: set[str] = field(default_factory=set)

    def modules(self, paths: Iterable[str], *, sparse: bool = False) -> Iterator[Module]:
        self.visited.update(self.paths(paths))
        return iter(())


@dataclass(frozen=True)
class _Task:
    step: Operation
    survey: object
    paths: tuple[str, ...]
    weak: bool
    external: bool
    replaced: dict[str, str] = field(default_factory=dict)
    """The files that were replaced since the last task."""


@dataclass(frozen=True)
class _Answer:
    changes: list[Change]
    failed: list[Failed]
    unparsed: dict[str, Unparsed]
    parsed: int
    """How many files were parsed for it."""


class _Helper:
    """Another process that answers tasks."""

    def __init__(self, files: Files, source_roots: tuple[str, ...]) -> None:
        from multiprocessing import get_context

        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_serve, args=(theirs, files, source_roots), daemon=True
        )
        self._process.start()
        theirs.close()
        self._told: dict[str, str] = {}

    def ask(self, task: _Task, replaced: dict[str, str]) -> None:
        news = {path: text for path, text in replaced.items() if self._told.get(path) is not text}
        self._told |= news
        self._pipe.send(replace(task, replaced=news))

    def answer(self) -> _Answer:
        try:
            answer = self._pipe.recv()
        except EOFError:
            raise CodemodsError("a helper process ended too soon; run again with --jobs 1") from None
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, _Answer)
        return answer

    def end(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection, files: Files, source_roots: tuple[str, ...]) -> None:
    """Answer tasks until the other side closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    gc.disable()  # as it is while the plan is made
    codebase = Codebase(files)
    resolver = Resolver(codebase, source_roots)
    with suppress(EOFError, OSError):
        while True:
            try:
                pipe.send(_answered(pipe.recv(), codebase, resolver))
            except (EOFError, OSError):
                raise
            except Exception as error:
                pipe.send(error)


def _answered(task: _Task, codebase: Codebase, resolver: Resolver) -> _Answer:
    for path, text in task.replaced.items():
        codebase.replace(path, text)
    before = codebase.parsed_count
    context = Context(codebase, resolver, Places(task.step.where), None, task.weak, task.external)
    context.survey = task.survey
    changes = _found_in_batches(task.step, context, task.paths)
    return _Answer(changes, context.failed, dict(codebase.unparsed), codebase.parsed_count - before)


def _found_in_batches(step: Operation, context: Context, paths: Sequence[str]) -> list[Change]:
    found: list[Change] = []
    for start in range(0, len(paths), BATCH):
        found += step.found(replace(context, only=frozenset(paths[start : start + BATCH])))
        if len(paths) > BATCH:
            _let_go(context)
    return found


def _let_go(context: Context) -> None:
    """Forget what was derived from files; it is derived again where it is needed."""
    context.resolver.forget()
    context.codebase.forget_trees()


def _bare(step: Operation) -> Operation:
    """The step without what it has worked out, which not all can be sent."""
    return step.model_construct(**{name: getattr(step, name) for name in type(step).model_fields})


def _stretches(count: int, parts: int) -> Iterator[tuple[int, int]]:
    """A range in parts of about one size."""
    for part in range(parts):
        yield count * part // parts, count * (part + 1) // parts
