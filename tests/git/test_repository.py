"""Opening repositories of every kind, and the sentences for what is none."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from codemods.git.command import clean_environment
from codemods.git.repository import Repository
from codemods.model.errors import RepositoryError
from tests.conftest import MakeRepository


def test_any_folder_of_the_working_tree_leads_to_its_top(make_repository: MakeRepository) -> None:
    made = make_repository({"a/b/c.py": ""})
    repository = Repository.open(made.path / "a" / "b")
    assert repository.top == made.path
    assert repository.git_dir == repository.common_dir == made.path / ".git"
    assert repository.commit_id() == made.git("rev-parse", "HEAD")


def test_linked_worktree_has_its_own_git_folder(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": ""})
    made.git("worktree", "add", "-q", str(tmp_path / "linked"))
    repository = Repository.open(tmp_path / "linked")
    assert repository.top == tmp_path / "linked"
    assert repository.git_dir == made.path / ".git/worktrees/linked"
    assert repository.common_dir == made.path / ".git"


def test_bare_repository_has_no_top(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": ""})
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repository = Repository.open(tmp_path / "bare.git")
    assert repository.top is None
    assert repository.commit_id("main") == made.git("rev-parse", "HEAD")


def test_detached_head_is_a_commit_like_any(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": ""})
    made.git("checkout", "-q", "--detach")
    assert Repository.open(made.path).commit_id() == made.git("rev-parse", "HEAD")


def test_names_of_commits(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": ""})
    first = made.git("rev-parse", "HEAD")
    made.git("tag", "-a", "-m", "a tag", "v1")
    made.commit({"a.py": "1"})
    repository = Repository.open(made.path)
    assert {repository.commit_id(name) for name in ("v1", "HEAD~1", first, first[:10])} == {first}
    for name in ("nope", "--all", "", "HEAD:a.py"):
        with pytest.raises(RepositoryError, match=f"has no commit {name!r}; name a branch"):
            repository.commit_id(name)


def test_what_is_no_repository(tmp_path: Path, make_repository: MakeRepository) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    empty = make_repository(name="empty")
    for path, sentence in [
        (tmp_path / "missing", "missing does not exist; give --repo the folder of a git repository"),
        (tmp_path / "file", "file is not a folder; give --repo the folder of a git repository"),
        (tmp_path / "folder", "folder is not a git repository; give --repo a folder that is one"),
        (empty.path / ".git", ".git is inside a git folder; give --repo its working tree"),
    ]:
        with pytest.raises(RepositoryError, match=re.escape(sentence)):
            Repository.open(path)
    with pytest.raises(RepositoryError, match="has no commits yet; commit what is there first"):
        Repository.open(empty.path).commit_id()


def test_damaged_repository_is_one_sentence(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": ""})
    (made.path / ".git/config").write_text("[core\n")
    with pytest.raises(RepositoryError, match=r"cannot be opened: .*bad config line 1") as caught:
        Repository.open(made.path)
    assert "\n" not in str(caught.value)


def test_variables_of_another_repository_do_not_lead_astray(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": ""})
    other = make_repository({"b.py": ""}, name="other")
    hostile = {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.path / ".git/index"),
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_NAMESPACE": "x",
        "GIT_CEILING_DIRECTORIES": str(made.path.parent),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TRACE": "1",
        "GIT_CONFIG_PARAMETERS": "'core.bare=true'",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    repository = Repository.open(made.path)
    assert repository.top == made.path
    assert repository.git("ls-files") == b"a.py\n"
    assert not hostile.keys() & clean_environment().keys()
    assert hostile.items() <= os.environ.items()


def test_identity_and_configuration_in_the_environment_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Someone")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -v")
    assert clean_environment().keys() >= {"GIT_AUTHOR_NAME", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL"}


def test_old_git_is_refused_with_the_version_that_is_needed(
    make_repository: MakeRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": ""})
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.17.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
    with pytest.raises(RepositoryError, match=r"git 2\.17\.1 is too old; install git 2\.30 or newer"):
        Repository.open(made.path)


def test_missing_git_is_one_sentence(
    make_repository: MakeRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": ""})
    repository = Repository.open(made.path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match=r"git was not found; install git 2\.30 or newer"):
        repository.commit_id()
    with pytest.raises(RepositoryError, match="git was not found"):
        Repository.open(made.path)
