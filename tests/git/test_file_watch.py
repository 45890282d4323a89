"""Files that change while a person thinks."""

import os
from pathlib import Path

import pytest

from codemods.git import file_watch
from codemods.git.commit_files import Commit
from codemods.git.file_watch import Watch
from codemods.git.repository import Repository
from tests.conftest import GitRepository, MakeRepository

FILES = {"a.py": "a = 1\n", "b.py": "b = 1\n"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask git each time instead of once a second."""
    monkeypatch.setattr(file_watch, "_PATIENCE", -1.0)


def watching(repository: GitRepository, revision: str = "HEAD") -> Watch:
    return Watch(Commit(Repository.open(repository.path), revision), revision)


def test_what_is_left_alone_has_not_changed(make_repository: MakeRepository) -> None:
    repository = make_repository(FILES)
    repository.write({"a.py": "uncommitted\n"})
    watched = watching(repository)
    assert not watched.changed("a.py")
    assert not watched.changed("b.py")


def test_a_file_that_is_written_or_removed_has_changed(make_repository: MakeRepository) -> None:
    repository = make_repository(FILES)
    watched = watching(repository)
    repository.write({"a.py": "a = 2\n"})
    os.utime(repository.path / "a.py", ns=(1, 1))
    Path(repository.path, "b.py").unlink()
    assert watched.changed("a.py")
    assert watched.changed("b.py")


def test_a_new_commit_changes_the_files_that_differ(make_repository: MakeRepository) -> None:
    repository = make_repository(FILES)
    repository.git("branch", "topic")
    repository.commit({"other.txt": "so that topic is not what is checked out"})
    watched = watching(repository, "topic")
    repository.commit({"a.py": "a = 2\n"})
    repository.git("branch", "--force", "topic")
    assert watched.changed("a.py")
    assert not watched.changed("b.py")
    repository.git("rm", "--quiet", "b.py")
    repository.commit({})
    repository.git("branch", "--force", "topic")
    assert watched.changed("b.py")


def test_the_working_tree_does_not_matter_for_another_commit(make_repository: MakeRepository) -> None:
    repository = make_repository(FILES)
    repository.commit({"a.py": "a = 2\n"})
    watched = watching(repository, "HEAD~1")
    repository.write({"a.py": "a = 3\n"})
    assert not watched.changed("a.py")


def test_a_bare_repository_has_commits_only(make_repository: MakeRepository, tmp_path: Path) -> None:
    make_repository(FILES)
    bare = GitRepository.init(tmp_path / "bare", "--bare")
    bare.git("fetch", "--quiet", str(tmp_path / "repository"), "main:main")
    assert not watching(bare, "main").changed("a.py")
