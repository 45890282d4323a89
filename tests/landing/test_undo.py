"""Taking one recipe back, and telling what stands on a branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.git.identity import Habits
from codemods.git.repository import Repository
from codemods.landing.history import read_history
from codemods.landing.undo import Undone, undo
from codemods.model.errors import RepositoryError
from tests.conftest import GitRepository, MakeRepository
from tests.landing.test_branch import apply, state

FILES = {"a.py": "close()\n\n\n\ncreate()\r\n", "b.py": "close()\n", "run.py": "create()\n"}


def take_back(made: GitRepository, recipe: str, branch: str = "mods", signoff: bool = False) -> Undone:
    return undo(Repository.open(made.path), branch, recipe, Habits(signoff=signoff))


def test_one_recipe_is_taken_back_and_the_others_stay(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    (made.path / "run.py").chmod(0o755)
    made.commit({"main.py": "x"})
    apply(made)
    before = state(made)
    undone = take_back(made, "close", signoff=True)
    assert state(made) == before
    assert undone.files == 2
    assert made.blob("a.py", "mods") == b"close()\n\n\n\ncreate_for_user()\r\n"
    assert made.git("diff", "--name-only", "mods~1", "mods").split() == ["a.py", "b.py"]
    message = made.git("log", "-1", "--format=%B", "mods")
    assert message.startswith('Revert "close() is now shutdown()"\n\nThis reverts commit ')
    assert "Signed-off-by: A Tester" in message
    made.git("fsck", "--strict")


def test_history_tells_what_stands_was_undone_and_is_not_ours(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    result = apply(made)
    take_back(made, "words/create")
    made.git("checkout", "-q", "mods")
    made.commit({"c.py": "x"}, "Somebody's")
    history = read_history(Repository.open(made.path), "mods")
    assert history.base == result.base
    assert [commit.name for commit in history.standing()] == ["words/close"]
    assert [commit.name for commit in history.undone()] == ["words/create"]
    assert [commit.subject for commit in history.others()] == ["Somebody's"]


def test_later_commits_on_the_same_lines_are_in_the_way(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n", "b.py": "close()\n"})
    apply(made, words={"close": "shutdown", "shutdown": "halt"})
    with pytest.raises(RepositoryError, match=r"later commits changed the same lines of a\.py, b\.py; undo"):
        take_back(made, "close")
    take_back(made, "shutdown")
    take_back(made, "close")
    assert made.blob("a.py", "mods") == b"close()\n"


def test_a_file_that_went_away_is_in_the_way(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    apply(made)
    made.git("checkout", "-q", "mods")
    made.git("rm", "-q", "a.py")
    made.commit({})
    made.git("checkout", "-q", "main")
    with pytest.raises(RepositoryError, match=r"the same lines of a\.py"):
        take_back(made, "close")


def test_what_cannot_be_undone(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository(FILES)
    with pytest.raises(RepositoryError, match="there is no branch mods; codemods status lists"):
        take_back(made, "close")
    with pytest.raises(RepositoryError, match="branch main was not made by codemods"):
        take_back(made, "close", "main")
    result = apply(made)
    with pytest.raises(
        RepositoryError, match="recipe other did not land on branch mods; these did: words/close"
    ):
        take_back(made, "other")
    take_back(made, "close")
    with pytest.raises(RepositoryError, match="recipe close is undone already on branch mods"):
        take_back(made, "close")
    made.git("worktree", "add", "-q", str(tmp_path / "linked"), "mods")
    with pytest.raises(RepositoryError, match=f"checked out in .*; git revert {result.commits[1].id[:12]}"):
        take_back(made, "create")
