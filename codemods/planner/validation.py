"""Whether a changed text is still a program."""

from __future__ import annotations

import ast
import warnings


def fault(before: str, after: str) -> str | None:
    """Why ``after`` must not be written, in words, or None.

    It must compile where ``before`` did: it parses, repeats no keyword argument, and has no ``await`` or
    ``yield`` out of place. Where ``before`` parsed but did not compile, ``after`` must parse.
    """
    error = _compile_error(after)
    if error is None:
        return None
    if _compile_error(before) is not None and _parses(after):
        return None
    if isinstance(error, (RecursionError, MemoryError)):
        return "the result is nested too deeply for Python's parser"
    line = f" at line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"the result is not valid{line}: {message}"


def _compile_error(text: str) -> Exception | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<changed>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return error
    return None


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
