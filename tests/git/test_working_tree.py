"""The files of a working tree: which they are, what they hold, and writing them whole."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from codemods.git.repository import Repository
from codemods.git.selection import Selection
from codemods.git.working_tree import WorkingTree
from codemods.model.errors import FileError, RepositoryError
from tests.conftest import GitRepository, MakeRepository

ODD_NAMES = ["a b.py", "q'u\"o.py", "new\nline.py", "\udcff\udcfe.py", "-f.py", "é.py", "a\\b.py", "*.py"]


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def working_tree(made: GitRepository, selection: Selection | None = None) -> WorkingTree:
    return WorkingTree(Repository.open(made.path), selection or Selection())


TraceFunction = Callable[[FrameType, str, Any], Any]


def test_tracked_python_files_of_the_whole_repository(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "", "b.pyi": "", "sub/c.py": "", "d.txt": "", "sub/e.pyc": ""})
    made.write({"untracked.py": ""})
    tree = WorkingTree(Repository.open(made.path / "sub"))
    assert tree.paths() == ["a.py", "b.pyi", "sub/c.py"]
    assert tree.others() == ["d.txt", "sub/e.pyc"]


def test_odd_names_are_listed_read_found_and_written(make_repository: MakeRepository) -> None:
    made = make_repository({name: f"close() # {number}" for number, name in enumerate(ODD_NAMES)})
    tree = working_tree(made)
    assert tree.paths() == sorted(ODD_NAMES)
    assert tree.grep(["close"])["close"] == set(ODD_NAMES)
    for number, name in enumerate(ODD_NAMES):
        data = f"close() # {number}".encode()
        assert tree.read(name) == data
        tree.write(name, data, b"shut()")
    assert tree.grep(["close"])["close"] == set()


def test_links_submodules_and_files_left_out_by_sparse_checkout_are_not_ours(
    make_repository: MakeRepository,
) -> None:
    made = make_repository({"in/a.py": "", "out/b.py": "close"})
    inner = make_repository({"c.py": ""}, name="inner")
    made.git("submodule", "--quiet", "add", str(inner.path), "module.py")
    (made.path / "link.py").symlink_to("in/a.py")
    made.commit({})
    made.git("sparse-checkout", "set", "in")
    tree = working_tree(made)
    assert tree.paths() == ["in/a.py"]
    assert tree.grep(["close"])["close"] == set()


def test_grep_finds_bytes_whatever_surrounds_them(make_repository: MakeRepository) -> None:
    made = make_repository(
        {
            "crlf.py": b"a.close()\r\n",
            "nul.py": b"\0\0a.close()\n",
            "latin.py": b"# coding: latin-1\n'\xe9'; a.close()\n",
            "cr.py": b"x\ra.close()\ry",
            "bom.py": b"\xef\xbb\xbfclose",
            "dash.py": b"x = -1 --close\n",
            "none.py": b"clos e\n",
        }
    )
    tree = working_tree(made)
    assert tree.grep(["close"])["close"] == {"crlf.py", "nul.py", "latin.py", "cr.py", "bom.py", "dash.py"}
    assert tree.grep(["--close"])["--close"] == {"dash.py"}
    assert tree.grep(["a.close"])["a.close"] == {"crlf.py", "nul.py", "latin.py", "cr.py"}
    assert not any(tree.grep(["c.ose", "[", "\\"]).values())
    many = [f"name_{number}.(" for number in range(50)]
    assert tree.grep([*many, "a.close"])["a.close"] == {"crlf.py", "nul.py", "latin.py", "cr.py"}


def test_grep_does_not_listen_to_the_users_settings(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close", "sub/b.py": "close", ".gitattributes": "b.py binary\n"})
    for name, value in {
        "grep.patternType": "perl",
        "grep.lineNumber": "true",
        "grep.column": "true",
        "color.ui": "always",
        "core.quotePath": "true",
        "submodule.recurse": "true",
    }.items():
        made.git("config", name, value)
    assert working_tree(made).grep(["close"])["close"] == {"a.py", "sub/b.py"}


def test_grep_sees_the_disk_of_files_that_git_assumes_unchanged(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close", "b.py": "other"})
    made.git("update-index", "--assume-unchanged", "a.py", "b.py")
    made.write({"a.py": "other", "b.py": "close"})
    assert working_tree(made).grep(["close"])["close"] == {"b.py"}


def test_a_file_in_conflict_stands_once(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "1"})
    made.git("checkout", "-q", "-b", "other")
    made.commit({"a.py": "2"})
    made.git("checkout", "-q", "main")
    made.commit({"a.py": "3"})
    made.git("merge-tree", "main", "main", "other")
    with pytest.raises(Exception, match="merge"):
        made.git("merge", "other")
    assert working_tree(made).paths() == ["a.py"]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), ["a.py", "app/b.py", "app/deep/c.py"]),
        (("app/",), (), ["app/b.py", "app/deep/c.py", "app/vendor/d.py"]),
        (("app/*.py",), (), ["app/b.py"]),
        (("app/*",), (), ["app/b.py"]),
        (("/a.py", "/c.py"), (), ["a.py"]),
        (("app/**/*.py",), ("**/vendor/**",), ["app/b.py", "app/deep/c.py"]),
        (("c.py",), (), ["app/deep/c.py"]),
        ((), ("[ab].py",), ["app/deep/c.py"]),
        ((), ("./app/deep",), ["a.py", "app/b.py"]),
        (("?.py",), ("app/**",), ["a.py", "node_modules/f.py"]),
    ],
)
def test_globs_select(
    make_repository: MakeRepository,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    expected: list[str],
) -> None:
    names = ["a.py", "app/b.py", "app/deep/c.py", "app/vendor/d.py", "app/e_pb2.py", "node_modules/f.py"]
    made = make_repository(dict.fromkeys(names, ""))
    selection = Selection(include, (*exclude, "e_pb2.py"))
    assert working_tree(made, selection).paths() == expected


def test_bare_or_empty_repository_has_no_working_tree(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    made = make_repository({"a.py": ""})
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(
        RepositoryError, match="is a bare repository without a working tree; use codemods apply"
    ):
        WorkingTree(Repository.open(tmp_path / "bare"))
    with pytest.raises(RepositoryError, match="has no commits yet"):
        WorkingTree(Repository.open(make_repository(name="empty").path))


def test_unreadable_files_say_why(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"gone.py": "", "folder.py": "", "linked/a.py": "", "lfs.py": ""})
    tree = working_tree(made)
    (made.path / "gone.py").unlink()
    (made.path / "folder.py").unlink()
    (made.path / "folder.py").mkdir()
    (made.path / "linked/a.py").rename(tmp_path / "a.py")
    (made.path / "linked").rmdir()
    (made.path / "linked").symlink_to(tmp_path)
    made.write({"lfs.py": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"})
    for path, why in [
        ("gone.py", "it is tracked but not on disk"),
        ("folder.py", "it is no regular file on disk"),
        ("linked/a.py", "a folder on its way is a symbolic link"),
        ("lfs.py", "it is a Git LFS pointer"),
    ]:
        with pytest.raises(FileError, match=f"{path}: {why}"):
            tree.read(path)
    with pytest.raises(FileError, match="symbolic link"):
        tree.write("linked/a.py", b"", b"outside")
    assert (tmp_path / "a.py").read_bytes() == b""


def test_writing_keeps_the_mode_and_leaves_nothing_behind(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "old\r\n"})
    (made.path / "a.py").chmod(0o750)
    result = working_tree(made).write_all({"a.py": (b"old\r\n", b"new\r\n")})
    assert (result.written, result.failed) == (("a.py",), ())
    assert (made.path / "a.py").read_bytes() == b"new\r\n"
    assert stat.S_IMODE((made.path / "a.py").stat().st_mode) == 0o750
    assert names(made.path) == [".git", "a.py"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its stream is not closed
def test_an_interrupt_at_any_moment_leaves_a_whole_file_and_nothing_else(
    make_repository: MakeRepository,
) -> None:
    repo = make_repository({"a.py": "old\n"})
    tree = WorkingTree(Repository.open(repo.path))
    place = repo.path / "a.py"
    left = 0

    def interrupt(frame: FrameType, _event: str, _argument: object) -> TraceFunction:
        nonlocal left
        # Behind the end of writing, and while it is tidied up, there is nothing to be left.
        if any("unlink" in one.f_code.co_name for one in _outward(frame)):
            return interrupt
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return interrupt

    moments = 0
    seen = set()
    while left <= 0:
        moments += 1
        place.write_bytes(b"old\n")
        left = moments
        sys.settrace(interrupt)
        try:
            tree.write("a.py", b"old\n", b"new\n")
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(None)
        assert [path.name for path in repo.path.glob(".codemods-*")] == []
        seen.add(place.read_bytes())

    assert seen == {b"old\n", b"new\n"}
    assert moments > 20


def test_a_folder_that_became_a_file_is_one_sentence(make_repository: MakeRepository) -> None:
    repo = make_repository({"app/a.py": "old\n"})
    tree = WorkingTree(Repository.open(repo.path))
    (repo.path / "app/a.py").unlink()
    (repo.path / "app").rmdir()
    (repo.path / "app").write_text("no folder\n")
    with pytest.raises(FileError, match="it cannot be written"):
        tree.write("app/a.py", b"old\n", b"new\n")


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def test_a_file_that_changed_since_it_was_read_is_left_alone(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "old", "b.py": "old"})
    tree = working_tree(made)
    made.write({"a.py": "someone else's"})
    result = tree.write_all({"a.py": (b"old", b"new"), "b.py": (b"old", b"new")})
    assert result.written == ("b.py",)
    assert [str(error) for error in result.failed] == [
        "a.py: it changed since it was read; it was left as it is, run again"
    ]
    assert (made.path / "a.py").read_text() == "someone else's"
    assert names(made.path) == [".git", "a.py", "b.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder_and_file_are_one_sentence_each(make_repository: MakeRepository) -> None:
    made = make_repository({"folder/a.py": "old", "b.py": "old"})
    tree = working_tree(made)
    (made.path / "folder").chmod(0o555)
    (made.path / "b.py").chmod(0o444)
    try:
        result = tree.write_all({"folder/a.py": (b"old", b"new"), "b.py": (b"old", b"new")})
    finally:
        (made.path / "folder").chmod(0o755)
    assert result.written == ()
    assert [str(error) for error in result.failed] == [
        "folder/a.py: it cannot be written: Permission denied",
        "b.py: it is read-only; it was left as it is",
    ]
