"""A filter for queries that asks which object a call or an attribute belongs to."""

from __future__ import annotations

from typing import Any

from codemods.bowler.session import current
from codemods.model.plan import Verdict
from codemods.syntax.lossless.grammar import symbol

from bowler.types import Capture, Filename, Filter  # isort: skip - once our grammar is in place
from fissix.pgen2 import token  # isort: skip
from fissix.pytree import Leaf  # isort: skip


def receiver_is(*classes: str) -> Filter:
    """A filter that lets through uses of a class, given by its import path or by several.

    A call or attribute passes unless its object is proven to be another; where it is only possible that it is
    the class, the change is as doubtful and is not applied unattended. A definition passes inside the class
    and its subclasses. Everything else does not pass.
    """

    def filter_receiver(node: Any, capture: Capture, filename: Filename) -> bool:  # noqa: ARG001
        if "function_def" in capture:
            return _is_defined_in(node, classes)
        name = _attribute_name(node, capture)
        return name is not None and _judge(name, classes)

    return filter_receiver


def _attribute_name(node: Any, capture: Capture) -> Leaf | None:
    """The name behind the dot of which the match speaks: the captured one, or the last of the chain."""
    for key in ("function_name", "attr_name"):
        if isinstance(leaf := capture.get(key), Leaf) and _follows_dot(leaf):
            return leaf
    chain = [child.children[1] for child in node.children if child.type == symbol("trailer")]
    names = [leaf for leaf in chain if isinstance(leaf, Leaf) and _follows_dot(leaf)]
    return names[-1] if names else None


def _follows_dot(leaf: Leaf) -> bool:
    before = leaf.prev_sibling
    return before is not None and before.type == token.DOT


def _judge(name: Leaf, classes: tuple[str, ...]) -> bool:
    session = current()
    run = session.file
    module = session.module(run.path)
    if module is None:
        return False
    node = run.attributes(module).get(run.offset(name))
    if node is None:
        return False
    run.judgement = session.codebase.bearing(
        lambda: session.resolver.receiver(module, node.value, session.target(classes), node.attr)
    )
    return run.judgement.verdict is not Verdict.EXCLUDED


def _is_defined_in(node: Any, classes: tuple[str, ...]) -> bool:
    session = current()
    above = node.parent
    while above is not None and above.type != symbol("classdef"):
        above = above.parent
    if above is None:
        return False
    found = session.codebase.bearing(lambda: session.resolver.subclasses(session.target(classes)))
    return (session.file.path, above.children[1].value) in {(module.path, cls.name) for module, cls in found}
