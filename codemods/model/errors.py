"""Every failure a user can meet is one of these, and its text is one clear sentence."""

from __future__ import annotations


class CodemodsError(Exception):
    """Base of all expected failures: what is wrong, where, and what to do, in one sentence."""

    exit_code = 2

    def __reduce__(self) -> tuple[object, ...]:
        """A helper process may send it, whatever it is made from."""
        return _made_again, (type(self), str(self), vars(self))


def _made_again(kind: type[CodemodsError], text: str, attributes: dict[str, object]) -> CodemodsError:
    error = kind.__new__(kind, text)
    vars(error).update(attributes)
    return error


class UsageError(CodemodsError):
    """The command line asks for something that cannot be done."""


class RecipeError(CodemodsError):
    """A recipe cannot be loaded; the text begins with ``file:line``."""


class RepositoryError(CodemodsError):
    """Git, or the folder that was given, is not in a state to work with."""


class FileError(CodemodsError):
    """One file cannot be read, decoded or parsed, or must not be written."""

    exit_code = 1

    def __init__(self, path: str, why: str, line: int = 0) -> None:
        super().__init__(f"{path}:{line}: {why}" if line else f"{path}: {why}")
        self.path = path
        self.why = why
        self.line = line


class SourceSyntaxError(CodemodsError):
    """A text cannot be read as Python: why, at which line and which column in characters, both from 1."""

    exit_code = 1

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {why}")
        self.why = why
        self.line = line
        self.column = column


class UnknownTargetError(CodemodsError):
    """A recipe names a class, function or module that is nowhere in the repository."""
