"""What Bowler's model of arguments would lose of a call or definition, so that it is left alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from codemods.syntax.lossless.tree import leaves_of

from bowler.imr import FunctionArgument, FunctionSpec  # isort: skip - once our grammar is in place
from bowler.types import TOKEN, Capture  # isort: skip


def loss(node: Any, capture: Capture) -> str | None:
    """Why Bowler cannot rebuild the arguments of a site as they are, or None where it can.

    Its model knows names, values, annotations that are one name, and stars; it drops a walrus, a mark of
    positional-only parameters and a compound annotation, and moves comments.
    """
    leaves = [leaf for part in _arguments(capture) for leaf in leaves_of(part)]
    if any("#" in leaf.prefix for leaf in (*leaves, _closing(capture))):
        return "there is a comment among the arguments, which Bowler would move"
    try:
        spec = FunctionSpec.build(node, capture)
        rebuilt = FunctionArgument.explode_list(spec.arguments, spec.is_def)
    except (AttributeError, AssertionError):
        return "Bowler cannot read these arguments"
    old = [leaf.value for leaf in leaves]
    new = [leaf.value for leaf in leaves_of(rebuilt)] if rebuilt is not None else []
    if old[-1:] == [","]:
        old.pop()
    if [value for value in new if value] != [value for value in old if value]:
        return "Bowler would not keep these arguments as they are"
    return None


def loss_of_removal(name: str, signature: inspect.Signature) -> Callable[[Any, Capture], str | None]:
    """`loss`, and the calls in which an unpacked argument may stand where the removed one is."""
    names = [parameter for parameter in signature.parameters if parameter not in ("self", "cls", "meta")]

    def found(node: Any, capture: Capture) -> str | None:
        why = loss(node, capture)
        if why is None and "function_call" in capture:
            given = FunctionSpec.build(node, capture).arguments
            if all(argument.name != name for argument in given) and any(
                argument.star for argument in given[: names.index(name) + 1]
            ):
                why = f"an unpacked argument may hold {name!r}"
        return why

    return found


@contextmanager
def trailing_comma_kept(capture: Capture) -> Iterator[None]:
    """Put back the comma behind the last argument, which Bowler drops."""
    old = capture["function_parameters"]
    parent, place = old.parent, old.parent.children.index(old)
    leaves = [leaf for part in _arguments(capture) for leaf in leaves_of(part)]
    comma = leaves[-1].clone() if leaves and leaves[-1].type == TOKEN.COMMA else None
    yield
    new = parent.children[place]
    if comma is not None and new is not old and len(new.children) == 3:
        new.insert_child(2, comma)


def _arguments(capture: Capture) -> list[Any]:
    found = capture.get("function_arguments") or []
    return found if isinstance(found, list) else [found]


def _closing(capture: Capture) -> Any:
    return next(leaf for leaf in reversed(capture["function_parameters"].children) if leaf.type == TOKEN.RPAR)
