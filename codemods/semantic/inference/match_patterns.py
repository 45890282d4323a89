"""``match``: what a case says of its subject, and what its pattern captures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemods.semantic.inference.narrowing import as_instance_of
from codemods.semantic.inference.values import Instance, Iteration, TupleOf, Value, flat_map, union, unknown
from codemods.semantic.scopes.bindings import item_index

if TYPE_CHECKING:
    from codemods.semantic.inference.evaluator import Env, Inference


def tests(match: ast.Match, case: ast.match_case) -> Iterator[tuple[ast.expr, bool]]:
    """What is known of the subject in a case, as calls of ``isinstance`` that hold or do not."""
    for earlier in match.cases:
        kinds = list(_kinds(earlier.pattern))
        if earlier is case:
            if kinds:
                yield _isinstance(match.subject, kinds), True
            return
        if kinds and earlier.guard is None and _is_bare(earlier.pattern):
            yield _isinstance(match.subject, kinds), False


def captured(inference: Inference, env: Env, pattern: ast.pattern, value: Value, name: str) -> Value:
    """What a pattern binds to a name when it fits a value; nothing when it does not bind the name."""

    def inside(inner: ast.pattern, part: Value) -> Value:
        return captured(inference, env, inner, part, name)

    match pattern:
        case ast.MatchAs(pattern=inner, name=bound):
            if bound == name:
                return _fitting(inference, env, inner, value) if inner is not None else value
            return inside(inner, value) if inner is not None else ()
        case ast.MatchOr(patterns=patterns):
            return union(inside(item, value) for item in patterns)
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns, patterns=positional):
            fitting = _fitting(inference, env, pattern, value)
            parts = [
                inside(item, inference.members.attribute(fitting, attribute, f"{attribute}="))
                for attribute, item in zip(names, patterns, strict=True)
            ]
            unread = unknown("what the class gives by position is not followed")
            return union((*parts, *(inside(item, unread) for item in positional)))
        case ast.MatchSequence(patterns=patterns):
            starred = [isinstance(item, ast.MatchStar) for item in patterns]
            return union(
                inside(item, inference.bindings.unpacked(value, (item_index(index, starred),)))
                for index, item in enumerate(patterns)
            )
        case ast.MatchMapping(patterns=patterns, rest=rest):
            if rest == name:
                return unknown(f"`**{name}` in a pattern is not followed")
            return union(
                inside(item, flat_map(value, lambda fact: _of_mapping(fact.thing))) for item in patterns
            )
        case ast.MatchStar(name=bound) if bound == name:
            return value
    return ()


def _of_mapping(thing: object) -> Value:
    if isinstance(thing, Iteration) and thing.keys is not None:
        return union((thing.items, () if thing.proven else unknown("the mapping may hold other objects too")))
    return unknown("what the mapping holds is not followed")


def _fitting(inference: Inference, env: Env, pattern: ast.pattern, value: Value) -> Value:
    """The value where it fits a pattern."""
    match pattern:
        case ast.MatchSequence():
            kept = tuple(fact for fact in value if isinstance(fact.thing, (Iteration, TupleOf)))
            return kept or unknown("a sequence that a pattern fits")
        case ast.MatchMapping():
            return unknown("a mapping that a pattern fits")
        case ast.MatchValue() | ast.MatchSingleton():
            return tuple(fact for fact in value if isinstance(fact.thing, Instance)) or value
    kinds = list(_kinds(pattern))
    return as_instance_of(inference, env, value, kinds) if kinds else value


def _kinds(pattern: ast.pattern) -> Iterator[ast.expr]:
    """The classes of which whatever fits a pattern is; none where it may be of any."""
    match pattern:
        case ast.MatchClass(cls=cls):
            yield cls
        case ast.MatchAs(pattern=ast.pattern() as inner):
            yield from _kinds(inner)
        case ast.MatchOr(patterns=patterns):
            several = [list(_kinds(item)) for item in patterns]
            if all(several):
                yield from (kind for kinds in several for kind in kinds)


def _is_bare(pattern: ast.pattern) -> bool:
    """Whether a pattern asks for nothing but the class."""
    match pattern:
        case ast.MatchClass(patterns=positional, kwd_patterns=named):
            return not positional and not named
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _is_bare(inner)
        case ast.MatchOr(patterns=patterns):
            return all(_is_bare(item) for item in patterns)
    return False


def _isinstance(subject: ast.expr, kinds: list[ast.expr]) -> ast.expr:
    function = ast.Name("isinstance", ast.Load())
    asked = kinds[0] if len(kinds) == 1 else ast.Tuple(kinds, ast.Load())
    test = ast.copy_location(ast.Call(function, [subject, asked], []), kinds[0])
    return ast.fix_missing_locations(test)
