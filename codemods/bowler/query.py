"""Bowler's Query, whose terminals hand it to the running session instead of to Bowler's own tool."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from codemods.bowler import arguments
from codemods.bowler.selectors import mended
from codemods.bowler.session import current

import bowler.query  # isort: skip - once our grammar is in place
from bowler.types import BowlerException, Capture, Filename, Transform  # isort: skip


class Query(bowler.query.Query):  # type: ignore[misc]
    """Selectors, filters, modifiers and fixers as Bowler documents them."""

    def __init__(self, *paths: Any, **kwargs: Any) -> None:
        """A function that is given our root query may take it for the paths that it asks for."""
        super().__init__(*(path.paths if isinstance(path, Query) else path for path in paths), **kwargs)

    def execute(self, **_: Any) -> Query:
        """Run over the session's files; whatever the terminal was, its result is a plan that others apply."""
        current().execute(self)
        self.retcode = 0
        return self

    def dump(self, selector_pattern: bool = False) -> Query:
        super().dump(selector_pattern)
        return self

    def create_fixer(self, transform: Transform) -> type[Any]:
        """A fixer class that tells the session which site a change belongs to."""
        stock: Any = super().create_fixer(transform)
        own = _instance(transform.fixer) if transform.fixer else None
        filters, callbacks = transform.filters, transform.callbacks

        class Fixer(stock):  # type: ignore[misc]
            PATTERN = stock.PATTERN if own is not None else mended(stock.PATTERN)

            def start_tree(self, tree: Any, filename: str) -> None:
                super().start_tree(tree, filename)
                if own is not None:
                    own.start_tree(tree, filename)

            def transform(self, node: Any, capture: Capture) -> Any:
                filename = Filename(self.filename)
                run = current().file
                run.begin_match(node)
                if not all(accepts(node, capture, filename) for accepts in filters):
                    return None
                run.begin_change()
                new = own.transform(node, capture) if own is not None else None
                for callback in callbacks:
                    if new is not None and new is not node:
                        raise BowlerException("only the last fixer or modifier may return another node")
                    new = callback(node, capture, filename)
                already_done = new is node or node.parent is None
                return None if already_done else new

        return Fixer

    def is_filename(self, include: str | None = None, exclude: str | None = None) -> Query:
        """Bowler mixes the two up when both are given."""
        super().is_filename(include=include)
        super().is_filename(exclude=exclude)
        return self

    def add_argument(self, *args: Any, **kwargs: Any) -> Query:
        super().add_argument(*args, **kwargs)
        return self._guarded(arguments.loss)

    def modify_argument(self, *args: Any, **kwargs: Any) -> Query:
        super().modify_argument(*args, **kwargs)
        return self._guarded(arguments.loss)

    def remove_argument(self, name: str) -> Query:
        super().remove_argument(name)
        signature = inspect.signature(self.current.kwargs["source"])
        return self._guarded(arguments.loss_of_removal(name, signature))

    def _guarded(self, loss: Callable[[Any, Capture], str | None]) -> Query:
        """Let the last modifier pass over a site of which it would lose something, and say so."""
        modify = self.current.callbacks.pop()

        def guarded(node: Any, capture: Capture, filename: Filename) -> Any:
            if "function_def" in capture or "function_call" in capture:
                why = loss(node, capture)
                if why is not None:
                    current().file.refuse(why)
                    return None
                with arguments.trailing_comma_kept(capture):
                    return modify(node, capture, filename)
            return modify(node, capture, filename)

        self.current.callbacks.append(guarded)
        return self


def _instance(fixer: type[Any]) -> Any:
    """A fixer takes fissix's options and log; Bowler makes it without them."""
    try:
        inspect.signature(fixer).bind()
    except TypeError:
        return fixer({}, [])
    return fixer()
