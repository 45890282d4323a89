"""Every kind of repository gets its branch, and keeps everything else as it was."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from codemods.git.commit_files import Commit
from codemods.git.repository import Repository
from codemods.landing.branch import create_branches
from tests.conftest import GitRepository, MakeRepository
from tests.landing.plans import replacing
from tests.landing.test_branch import apply, state

FILES = {"in/a.py": "close()\n", "out/b.py": "close()\n", "c.py": "create()\n"}
AFTER = {"in/a.py": b"shutdown()\n", "out/b.py": b"shutdown()\n", "c.py": b"create_for_user()\n"}


def check(made: GitRepository) -> None:
    """The branch holds exactly the changes, and git finds nothing wrong."""
    result = apply(made)
    assert len(result.commits) == 2
    assert {path: made.blob(path, "mods") for path in AFTER} == AFTER
    assert made.git("diff", "--name-only", "HEAD", "mods").split() == sorted(AFTER)
    made.git("fsck", "--strict", "--connectivity-only")


def test_sha256_objects(make_repository: MakeRepository) -> None:
    made = make_repository(FILES, "--object-format=sha256")
    check(made)
    assert len(made.git("rev-parse", "mods")) == 64


def test_shallow_clone(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository(FILES)
    made.commit({"d.py": "x"})
    made.git("clone", "-q", "--depth=1", f"file://{made.path}", str(tmp_path / "shallow"))
    check(GitRepository(tmp_path / "shallow"))


def test_partial_clone_fetches_no_more_than_it_reads(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository(FILES | {"data/big.bin": b"\0" * 1000})
    made.git("config", "uploadpack.allowFilter", "true")
    for number, filter_ in enumerate(("blob:none", "tree:0")):
        place = tmp_path / f"partial{number}"
        made.git("clone", "-q", "--no-checkout", f"--filter={filter_}", f"file://{made.path}", str(place))
        clone = GitRepository(place)
        check(clone)
        missing = clone.git("rev-list", "--objects", "--missing=print", "HEAD").split("\n")
        assert f"?{made.git('rev-parse', 'HEAD:data/big.bin')}" in missing


def test_sparse_checkout_with_a_sparse_index(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    made.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    before = state(made)
    check(made)
    assert state(made) == before
    assert not (made.path / "out").exists()


def test_packed_repository_with_alternates(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository(FILES)
    made.git("gc", "-q")
    made.git("clone", "-q", "--shared", ".", str(tmp_path / "shared"))
    check(GitRepository(tmp_path / "shared"))


def test_inside_a_submodule(make_repository: MakeRepository) -> None:
    inner = make_repository(FILES, name="inner")
    outer = make_repository({"d.py": "close()\n"}, name="outer")
    outer.git("submodule", "--quiet", "add", str(inner.path), "module")
    check(GitRepository(outer.path / "module"))
    assert outer.git("branch", "--list", "mods") == ""


def test_inside_a_hook(make_repository: MakeRepository) -> None:
    """A hook runs with GIT_DIR and GIT_INDEX_FILE of the commit that is being made."""
    made = make_repository(FILES)
    hook = made.path / ".git/hooks/pre-commit"
    program = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[1:2]\n"
        "from tests.landing.test_branch import apply; from tests.conftest import GitRepository\n"
        "apply(GitRepository(Path.cwd()))\n"
    )
    (made.path / ".git/program.py").write_text(program)
    root = Path(__file__).resolve().parents[2]
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -X dev .git/program.py "{root}"\n')
    hook.chmod(0o755)
    made.write({"c.py": "other()\n"})
    made.git("commit", "-q", "-a", "-m", "with a hook")
    assert made.blob("c.py", "main") == b"other()\n"
    assert {path: made.blob(path, "mods") for path in AFTER} == AFTER
    assert made.git("status", "--porcelain") == ""


def test_fifty_thousand_files(make_repository: MakeRepository) -> None:
    made = make_repository(FILES)
    stream = [
        "blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\ncommitter T <t@e.com> 0 +0000\ndata 1\nm\n"
    ]
    stream.append(f"from {made.git('rev-parse', 'main')}\n")
    stream += [f"M 100644 :1 pkg{n // 1000}/sub{n // 100 % 10}/f{n}.py\n" for n in range(50_000)]
    made.git("fast-import", "--quiet", stdin="".join(stream).encode())
    commit = Commit(Repository.open(made.path))
    assert len(commit.paths()) == 50_003
    started = time.monotonic()
    planned = replacing(commit, {"close": "shutdown", "create": "create_for_user"})
    create_branches(commit, {"mods": lambda chain: chain.add_all(planned)})
    assert time.monotonic() - started < 20
    assert {path: made.blob(path, "mods") for path in AFTER} == AFTER
    assert made.git("diff", "--name-only", "main", "mods").split() == sorted(AFTER)
