"""What is said of fixtures is what pytest does: certain is true and excluded is unrelated."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from codemods.git.files import MemoryFiles
from codemods.model.plan import Verdict
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase
from tests.semantic.fixture_programs import TARGET, Tree, given


@pytest.mark.parametrize("seed", [1, 2])
def test_fixtures_are_what_pytest_gives(tmp_path: Path, seed: int) -> None:
    files = Tree(Random(seed)).write(40)
    truth = given(tmp_path, files)
    assert len(truth) > 100, "most tests run"
    codebase = Codebase(MemoryFiles(files))
    resolver = Resolver(codebase)
    target = resolver.target([TARGET])
    certain = 0
    for path in codebase.paths():
        module = codebase.module(path)
        assert module is not None
        for node in module.nodes(ast.Call):
            place = (path, node.lineno, node.col_offset)
            if place in truth and isinstance(node.func, ast.Attribute):
                judgement = resolver.receiver(module, node.func.value, target, "close")
                told = f"{place}: {truth[place]} {judgement}"
                if judgement.verdict is Verdict.CERTAIN:
                    certain += 1
                    assert truth[place] == {"RedisManager"}, told
                elif judgement.verdict is Verdict.EXCLUDED:
                    assert "RedisManager" not in truth[place], told
    assert certain > 20, "many are told"
