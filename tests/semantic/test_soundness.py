"""What is certain is true and what is excluded is unrelated, on programs that are run to learn the truth."""

from __future__ import annotations

import ast
from collections import defaultdict
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemods.git.files import MemoryFiles
from codemods.model.plan import Verdict
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase
from tests.semantic.programs import TARGET, Place, Writer, run


def has_targets_close(thing: object) -> bool:
    """Whether ``thing.close`` is the method of the target class."""
    cls = type(thing)
    definer = next(item for item in cls.__mro__ if "close" in item.__dict__)
    return f"{definer.__module__}.{definer.__qualname__}" == TARGET


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_certain_is_true_and_excluded_is_unrelated(seed: int, modules: int) -> None:
    files = Writer(Random(seed)).write(modules)
    truth: defaultdict[Place, set[bool]] = defaultdict(set)
    for flag in (True, False):
        for place, thing in run(files, flag):
            truth[place].add(has_targets_close(thing))
    codebase = Codebase(MemoryFiles(files))
    resolver = Resolver(codebase)
    target = resolver.target([TARGET])
    worth_judging = set(resolver.files(target, ["close"]).paths)
    for path in codebase.paths():
        module = codebase.module(path)
        assert module is not None
        for node in module.nodes(ast.Call):
            if not (isinstance(node.func, ast.Attribute) and node.func.attr == "close"):
                continue
            place = (path, node.lineno, node.col_offset, node.end_col_offset or 0)
            if place in truth:
                judgement = resolver.receiver(module, node.func.value, target, "close")
                told = f"{place}: {judgement}\n{files[path]}"
                if judgement.verdict is Verdict.CERTAIN:
                    assert truth[place] == {True}, told
                    assert path in worth_judging, told
                elif judgement.verdict is Verdict.EXCLUDED:
                    assert truth[place] == {False}, told
