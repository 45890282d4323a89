"""The files of a commit: which they are and what they hold, with no working tree at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.git.selection import Selection
from codemods.model.errors import FileError, RepositoryError
from tests.conftest import MakeRepository
from tests.git.test_working_tree import ODD_NAMES


def test_odd_names_in_a_bare_repository(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({name: f"close() # {number}" for number, name in enumerate(ODD_NAMES)})
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    commit = Commit(Repository.open(tmp_path / "bare"))
    assert commit.paths() == sorted(ODD_NAMES)
    assert commit.grep(["close"])["close"] == set(ODD_NAMES)
    for number, name in enumerate(ODD_NAMES):
        assert commit.read(name) == f"close() # {number}".encode()


def test_a_commit_knows_nothing_of_the_working_tree(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close\r\n", "sub/b.py": "other", "c.txt": "close"})
    made.write({"a.py": "changed", "sub/b.py": "close", "new.py": "close"})
    made.git("add", "new.py")
    commit = Commit(Repository.open(made.path / "sub"))
    assert commit.paths() == ["a.py", "sub/b.py"]
    assert commit.read("a.py") == b"close\r\n"
    assert commit.grep(["close"])["close"] == {"a.py"}
    with pytest.raises(FileError, match=r"new\.py: it is not in commit [0-9a-f]{12}$"):
        commit.read("new.py")


def test_an_older_commit(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "one"})
    made.commit({"a.py": "two"})
    repository = Repository.open(made.path)
    assert Commit(repository, "HEAD~1").read("a.py") == b"one"
    with pytest.raises(RepositoryError, match="has no commit 'nope'"):
        Commit(repository, "nope")


def test_links_submodules_and_pointers_are_not_read(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "", "lfs.py": "version https://git-lfs.github.com/spec/v1\noid x\n"})
    inner = make_repository({"c.py": ""}, name="inner")
    made.git("submodule", "--quiet", "add", str(inner.path), "module.py")
    (made.path / "link.py").symlink_to("a.py")
    made.commit({})
    commit = Commit(Repository.open(made.path))
    assert commit.paths() == ["a.py", "lfs.py"]
    with pytest.raises(FileError, match=r"lfs\.py: it is a Git LFS pointer"):
        commit.read("lfs.py")


def test_selection_narrows(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "", "b/c.py": ""})
    commit = Commit(Repository.open(made.path), selection=Selection(include=("b",)))
    assert commit.paths() == ["b/c.py"]
    assert commit.others() == ["a.py"]


def test_replaced_objects_do_not_count(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "real", "b.py": "fake"})
    made.git("replace", made.git("rev-parse", "HEAD:a.py"), made.git("rev-parse", "HEAD:b.py"))
    assert Commit(Repository.open(made.path)).read("a.py") == b"real"


def test_missing_object_is_one_sentence(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "text"})
    blob = made.git("rev-parse", "HEAD:a.py")
    (made.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(RepositoryError, match=f"object {blob} of commit .* cannot be read; run git fsck"):
        Commit(Repository.open(made.path)).read("a.py")


def test_partial_clone_fetches_what_it_needs(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "close", "b.py": "other"})
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{made.path}", str(tmp_path / "partial"))
    commit = Commit(Repository.open(tmp_path / "partial"))
    assert commit.grep(["close"])["close"] == {"a.py"}
    assert commit.read("b.py") == b"other"
