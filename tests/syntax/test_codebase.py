"""The files as a plan sees them: read again when there were many, but never as something else."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from codemods.git.files import MemoryFiles
from codemods.git.repository import Repository
from codemods.git.working_tree import WorkingTree
from codemods.model.errors import FileError
from codemods.syntax.codebase import Codebase
from codemods.syntax.lazy_ast import LateError
from tests.conftest import GitRepository, MakeRepository

MANY = {f"large{number}.py": f"{number}\n" * 1_000_000 for number in range(9)}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    """A repository with more text than is kept at a time."""
    repository = GitRepository.init(tmp_path_factory.mktemp("large"))
    repository.commit(MANY)
    return repository


@pytest.fixture
def codebase(large: GitRepository) -> Codebase:
    large.commit({"first.py": "x = 1\n"})
    return Codebase(WorkingTree(Repository.open(large.path)))


def read_many(codebase: Codebase) -> None:
    assert {path: codebase.text(path) for path in MANY} == MANY


def test_a_file_that_is_asked_for_again_is_as_it_was(codebase: Codebase) -> None:
    for _ in range(2):
        assert codebase.text("first.py") == "x = 1\n"
        read_many(codebase)
    assert not codebase.unparsed


@pytest.mark.parametrize("now", ["x = 2\n", None])
def test_a_file_that_changed_while_it_was_read_ends_the_plan(
    codebase: Codebase, large: GitRepository, now: str | None
) -> None:
    assert codebase.text("first.py") == "x = 1\n"
    read_many(codebase)
    (large.path / "first.py").unlink()
    large.write({"first.py": now} if now else {})
    with pytest.raises(FileError, match=r"^first.py: it changed while it was being read; run again$"):
        codebase.text("first.py")


def test_the_text_of_a_parsed_file_is_kept_beside_its_tree(codebase: Codebase, large: GitRepository) -> None:
    module = codebase.module("first.py")
    assert module is not None
    read_many(codebase)
    large.write({"first.py": "x = 2\n"})
    assert codebase.text("first.py") == module.text == "x = 1\n"


def test_a_path_is_kept_once(make_repository: MakeRepository) -> None:
    repository = make_repository({"a.py": "x = 1\n"})
    codebase = Codebase(WorkingTree(Repository.open(repository.path)))
    [path] = codebase.paths()
    assert codebase.own("a" + ".py") is path and codebase.own("b.py") is None


def deep_down(frames: int, compute: Callable[[], object]) -> object:
    """What is computed so many frames down the stack."""
    return deep_down(frames - 1, compute) if frames else compute()


def test_a_file_is_not_given_up_for_how_deep_the_stack_is() -> None:
    nested = "[" * 40 + "]" * 40
    codebase = Codebase(MemoryFiles({"a.py": f"def f(a):\n    return {nested}\n"}))

    def compute() -> object:
        module = codebase.outline("a.py")
        assert module is not None
        [function] = module.tree.body
        assert isinstance(function, ast.FunctionDef)
        used = len(inspect.stack(0))
        return deep_down(sys.getrecursionlimit() - used - 15, lambda: function.body)

    with suppress(RecursionError, LateError):
        codebase.bearing(compute)
    assert not codebase.unparsed


def test_a_file_that_was_given_up_already_is_no_reason_to_try_again() -> None:
    codebase = Codebase(MemoryFiles({"a.py": "def f(a):\n    return (\n\n\ndef g():\n    pass\n"}))
    module = codebase.outline("a.py")
    assert module is not None
    with pytest.raises(LateError, match=r"^a.py:2: does not parse: "):
        codebase.bearing(lambda: ast.dump(module.tree))
    assert codebase.unparsed.keys() == {"a.py"}
