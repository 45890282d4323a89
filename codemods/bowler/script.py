"""Runs the Python of a query: a function of a module, or a whole script written for Bowler."""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from codemods.bowler.query import Query
from codemods.bowler.session import Session
from codemods.model.errors import CodemodsError, RecipeError

import bowler  # isort: skip - once our grammar is in place
import bowler.query  # isort: skip
import bowler.tool  # isort: skip


def run_function(path: Path, name: str, arguments: Sequence[str], session: Session) -> None:
    """Run the query of a function that takes a `Query`, or returns one, or runs its own.

    Raises RecipeError where the file cannot be run, or has no such function, or it gives something else.
    """
    with session.active(), _as_for_bowler(path, arguments):
        function = _run_module(path, path.stem).get(name)
        if not callable(function):
            raise RecipeError(f"{path}: has no function {name!r}")
        before = session.executed
        with _faults_of(path):
            root = Query()
            result = function(root) if inspect.signature(function).parameters else function()
        if session.executed != before:
            return
        if result is None and root.transforms:
            result = root
        if not isinstance(result, Query):
            what = "nothing" if result is None else f"an object of type {type(result).__name__}"
            raise RecipeError(f"{path}: {name}() returns {what}; it must return a bowler Query")
        with _faults_of(path):
            result.execute()


def run_script(path: Path, arguments: Sequence[str], session: Session) -> None:
    """Run a script as Python would, then its `main()` if it has run no query, as Bowler would.

    A script that gives up without arguments is run again with ``.``, since most ask for the paths.
    Raises RecipeError where it fails, or runs no query.
    """
    complaints = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaints):
            _run_script(path, arguments, session)
    except RecipeError:
        if arguments or session.executed:
            raise
        _run_script(path, ["."], session)
    else:
        sys.stderr.write(complaints.getvalue())


def _run_script(path: Path, arguments: Sequence[str], session: Session) -> None:
    with session.active(), _as_for_bowler(path, arguments):
        namespace = _run_module(path, "__main__")
        if not session.executed and callable(main := namespace.get("main")):
            with _faults_of(path):
                main()
    if not session.executed:
        raise RecipeError(
            f"{path}: runs no query; a script ends its Query with .execute(), .diff() or .write(), "
            "and finds in sys.argv the arguments of its step"
        )


def _run_module(path: Path, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": name, "__file__": str(path), "__builtins__": __builtins__}
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise RecipeError(f"{path}:{line}: is not valid Python: {getattr(error, 'msg', error)}") from None
    with _faults_of(path):
        exec(code, namespace)
    return namespace


@contextlib.contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Let a query's own failure be one sentence; `sys.exit` is how many scripts end."""
    try:
        yield
    except (CodemodsError, SystemExit) as error:
        if isinstance(error, CodemodsError):
            raise
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        place = f"{path}:{frames[-1].lineno}" if frames else str(path)
        message = " ".join(str(error).split())
        raise RecipeError(f"{place}: the query raised {type(error).__name__}: {message}") from None


@contextlib.contextmanager
def _as_for_bowler(path: Path, arguments: Sequence[str]) -> Iterator[None]:
    """What a script finds while it runs: our Query under Bowler's name, its own folder, its arguments.

    This is the one place where something of Bowler is replaced, and only as long as the script runs; scripts
    import the names they use, so there is no seam to hand them ours. What they print goes to standard error.
    """
    with contextlib.ExitStack() as stack:
        for module in (bowler, bowler.query):
            stack.enter_context(_replaced(module, "Query", Query))
        for module in (bowler, bowler.query, bowler.tool):
            stack.enter_context(_replaced(module, "BowlerTool", _refuse_tool))
        stack.enter_context(_replaced(sys, "argv", [str(path), *arguments]))
        stack.enter_context(_replaced(sys, "path", [str(path.parent), *sys.path]))
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _refuse_tool(*_: Any, **__: Any) -> Any:
    raise RecipeError("the script runs a BowlerTool itself, which would write files; let a Query run instead")
