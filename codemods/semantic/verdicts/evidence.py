"""What speaks for an object that is not known: would a reader of the line have to think of the target?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from codemods.syntax.module import FunctionNode, Module
from codemods.syntax.text import LineNumbers, whole_words

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Inference

# Words that stand in the names of all kinds of classes: alone they say nothing of which.
_COMMON = frozenset(
    {
        *("abstract", "adapter", "async", "base", "class", "client", "context", "controller", "core"),
        *("data", "default", "factory", "handler", "helper", "impl", "info", "manager", "mixin", "mock"),
        *("model", "object", "provider", "proxy", "service", "simple", "test", "type", "util", "wrapper"),
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


class Evidence:
    """Looks for what ties an unknown object to a target."""

    def __init__(self, inference: Inference, paths: tuple[str, ...], names: frozenset[str]) -> None:
        self._inference = inference
        self._packages = {self._package(path) for path in paths if "." in path}
        self._names = sorted(names)

    def of(self, module: Module, node: ast.expr, why: str) -> str:
        """What ties the expression to a target, in words; '' when nothing does.

        ``why`` is the sentence about what is not known of it.
        """
        name = last_word(node)
        for target in self._names:
            if fits(name, target):
                return f"the name `{name}` fits `{target}`"
        for target in self._names:
            if not _mentions(module.text, target):
                continue
            if _alike(node, name, target):
                return f"the name is like `{target}`, which the file names"
            if any(_mentioned_in(module, part, target) for part in self._around(module, node)):
                return f"the code around it names `{target}`"
        for target in self._names:
            if f"`{target}`" in why or f"`{target}." in why:
                return f"it comes from a {target}"
        for package in sorted(self._packages):
            if f"`{package}." in why:
                return f"it comes from `{package}`"
        return ""

    def _package(self, path: str) -> str:
        """The package of a class from outside, or the repository's module that a class is in."""
        top = path.split(".", 1)[0]
        return path.rpartition(".")[0] if self._inference.modules.owns(top) else top

    def _around(self, module: Module, node: ast.expr) -> Iterator[ast.stmt]:
        """The function or statement that the use stands in, and the methods that set its attribute."""
        yield _unit(module, node)
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            return
        for above in module.ancestors(node):
            if isinstance(above, ast.ClassDef):
                cls = self._inference.classes.of(module, above)
                for attribute in self._inference.classes.attribute(cls, node.attr):
                    yield attribute.function
                return


def fits(name: str, target: str) -> bool:
    """Whether a variable's name speaks of a class: ``test_redis_manager`` of a RedisManager.

    The name of a class of one word is common, so it must be the variable's whole name.
    """
    wanted = snake(target).split("_")
    words = [word for word in name.lower().split("_") if word]
    return words == wanted if len(wanted) == 1 else "".join(wanted) in "".join(words)


def snake(name: str) -> str:
    """``RedisManager`` as a variable is called: ``redis_manager``."""
    return "_".join(_WORD.findall(name)).lower()


def last_word(node: ast.expr) -> str:
    """The name that a use of an object ends in."""
    while isinstance(node, (ast.Call, ast.Subscript, ast.Await)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _alike(node: ast.expr, name: str, target: str) -> bool:
    """Whether a name shares a telling word with a class, shortens one, or is its initials."""
    wanted = snake(target).split("_")
    telling = {word for word in wanted if word not in _COMMON} or set(wanted)
    for word in _WORD.findall(ast.unparse(node)):
        word = word.lower()
        if any(
            word in (one, f"{one}s", f"{one}es") or (len(word) > 3 and one.startswith(word))
            for one in telling
        ):
            return True
    return name.strip("_").rstrip("0123456789").lower() == "".join(word[0] for word in wanted)


def _unit(module: Module, node: ast.AST) -> ast.stmt:
    """The outermost function around a node, or the statement that it stands in."""
    found: ast.stmt | None = None
    statement: ast.stmt | None = None
    for above in module.ancestors(node):
        if statement is None and isinstance(above, ast.stmt):
            statement = above
        if isinstance(above, FunctionNode):
            found = above
        elif isinstance(above, ast.ClassDef) and found is not None:
            break
    result = found or statement
    assert result is not None, "an expression stands in a statement"
    return result


def _mentioned_in(module: Module, part: ast.stmt, target: str) -> bool:
    first = min((part.lineno, *(item.lineno for item in getattr(part, "decorator_list", ()))))
    return any(first <= line <= (part.end_lineno or first) for line in _mentions(module.text, target))


@lru_cache(maxsize=256)
def _mentions(text: str, target: str) -> tuple[int, ...]:
    """The lines on which a file names the target."""
    lines = LineNumbers(text)
    return tuple(dict.fromkeys(lines.of(match.start()) for match in whole_words(target).finditer(text)))
