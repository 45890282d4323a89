"""A plan as commits on a branch: exact bytes, nothing else touched, all or nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from codemods.git.commit_files import Commit
from codemods.git.identity import Habits
from codemods.git.repository import Repository
from codemods.landing.branch import BranchResult, create_branches
from codemods.model.errors import FileError, RepositoryError
from tests.conftest import GitRepository, MakeRepository
from tests.git.test_working_tree import ODD_NAMES
from tests.landing.plans import replacing

WORDS = {"close": "shutdown", "absent": "nothing", "create": "create_for_user"}


def apply(
    made: GitRepository,
    name: str = "mods",
    *,
    base: str = "HEAD",
    force: bool = False,
    habits: Habits | None = None,
    words: dict[str, str] = WORDS,
) -> BranchResult:
    commit = Commit(Repository.open(made.path), base)
    planned = replacing(commit, words)
    build = {name: lambda chain: chain.add_all(planned)}
    [result] = create_branches(commit, build, force=force, habits=habits)
    return result


def state(made: GitRepository) -> dict[str, object]:
    """All that must not change: HEAD, the index and every file of the working tree."""
    files = {
        path: (path.lstat().st_mtime_ns, path.readlink() if path.is_symlink() else path.read_bytes())
        for path in made.path.rglob("*")
        if ".git" not in path.parts and (path.is_symlink() or path.is_file())
    }
    index = made.path / ".git/index"
    head = (made.path / ".git/HEAD").read_text()
    return {"files": files, "index": index.read_bytes(), "head": head, "main": made.git("rev-parse", "main")}


def test_one_commit_for_each_recipe_that_changed_something(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\ncreate(); close()\n", "b.py": "create()\n", "c.py": "x"})
    base = made.git("rev-parse", "HEAD")
    result = apply(made)
    assert made.git("log", "--format=%H %s", f"{base}..mods").split("\n") == [
        f"{result.commits[1].id} create() is now create_for_user()",
        f"{result.commits[0].id} close() is now shutdown()",
    ]
    assert [(c.recipe.id, c.files, c.sites) for c in result.commits] == [("close", 1, 2), ("create", 2, 2)]
    assert made.git("diff", "--name-only", base, result.commits[0].id) == "a.py"
    assert made.blob("a.py", result.commits[0].id) == b"shutdown()\ncreate(); shutdown()\n"
    assert made.blob("a.py", "mods") == b"shutdown()\ncreate_for_user(); shutdown()\n"
    assert result.base == base
    made.git("fsck", "--strict")


def test_nothing_to_do_makes_no_branch(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "x"})
    assert apply(made).commits == ()
    assert made.git("branch", "--list", "mods") == ""


def test_a_dirty_tree_stays_as_it_is(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n", "b.py": "b", "c.py": "c"})
    made.write({"a.py": "dirty close()", "staged.py": "close()", "untracked.py": "close()"})
    made.git("add", "staged.py")
    made.git("rm", "-q", "--cached", "b.py")
    (made.path / "c.py").unlink()
    before = state(made)
    apply(made)
    assert state(made) == before
    assert made.blob("a.py", "mods") == b"shutdown()\n"
    assert made.git("ls-tree", "--name-only", "mods") == "a.py\nb.py\nc.py"


def test_modes_links_submodules_and_names_are_kept(make_repository: MakeRepository) -> None:
    made = make_repository({name: f"close() # {n}\n" for n, name in enumerate(ODD_NAMES)})
    inner = make_repository({"c.py": "close()"}, name="inner")
    made.git("submodule", "--quiet", "add", str(inner.path), "module.py")
    made.write({"run.py": "#!/usr/bin/python3\nclose()\n", "data.bin": b"\0\r\nclose"})
    (made.path / "run.py").chmod(0o755)
    (made.path / "link.py").symlink_to("close")
    made.commit({})
    apply(made)
    assert made.git("diff", "--summary", "main", "mods") == ""
    changed = made.git("diff", "-z", "--name-only", "main", "mods").split("\0")[:-1]
    assert sorted(changed) == sorted([*ODD_NAMES, "run.py"])
    assert "100755" in made.git("ls-tree", "mods", "run.py")
    assert made.blob("new\nline.py", "mods") == b"shutdown() # 2\n"
    made.git("fsck", "--strict")


@pytest.mark.parametrize(
    ("attributes", "settings"),
    [
        ("", {"core.autocrlf": "true"}),
        ("", {"core.autocrlf": "input"}),
        ("*.py text eol=crlf\n", {}),
        ("*.py text=auto eol=lf\n", {"core.eol": "crlf"}),
        ("*.py filter=upper\n", {"filter.upper.clean": "tr a-z A-Z", "filter.upper.smudge": "tr A-Z a-z"}),
        ("*.py ident\n", {}),
        ("*.py working-tree-encoding=UTF-16\n", {}),
    ],
)
def test_bytes_of_blobs_come_back_verbatim(
    make_repository: MakeRepository, attributes: str, settings: dict[str, str]
) -> None:
    contents = {
        "crlf.py": b"close()\r\nx\r\n",
        "mixed.py": b"close()\r\nx\ny\rz",
        "bom.py": b"\xef\xbb\xbfclose() # $Id$\n",
        "latin.py": b"# coding: latin-1\n'\xe9'; close()",
        "feed.py": b"\x0cclose()\t\n\n\n",
    }
    made = make_repository(contents)
    made.write({".gitattributes": attributes})
    made.git("add", ".gitattributes")
    made.git("commit", "-q", "-m", "attributes")
    for name, value in settings.items():
        made.git("config", name, value)
    before = {path: made.blob(path) for path in contents}
    apply(made)
    for path, data in before.items():
        assert made.blob(path, "mods") == data.replace(b"close", b"shutdown")


def test_bare_repository(make_repository: MakeRepository, tmp_path: Path) -> None:
    make_repository({"a.py": "close()\n"}).git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = GitRepository(tmp_path / "bare")
    apply(bare)
    assert bare.blob("a.py", "mods") == b"shutdown()\n"


def test_linked_worktree(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = GitRepository(tmp_path / "linked")
    linked.commit({"a.py": "create()\n"})
    apply(linked)
    assert made.blob("a.py", "mods") == b"create_for_user()\n"
    assert made.git("status", "--porcelain") == linked.git("status", "--porcelain") == ""


def test_another_base(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    first = made.git("rev-parse", "HEAD")
    made.commit({"a.py": "other\n"})
    assert apply(made, base="HEAD~1").base == first
    assert made.git("rev-parse", "mods~1") == first


def test_applying_again_on_the_result_changes_nothing(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close(); create()\n"})
    apply(made)
    assert apply(made, "again", base="mods").commits == ()


def test_existing_branch_needs_force(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("branch", "mods")
    with pytest.raises(RepositoryError, match=r"branch mods exists already; .* --force to replace it"):
        apply(made)
    assert made.git("rev-parse", "mods") == made.git("rev-parse", "main")
    apply(made, force=True)
    assert made.blob("a.py", "mods") == b"shutdown()\n"


def test_a_branch_is_replaced_only_where_it_is_known_to_be(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("branch", "mods")
    known = made.git("rev-parse", "main")
    moved = made.commit({"b.py": "x"})
    made.git("branch", "-f", "mods", moved)
    commit = Commit(Repository.open(made.path))
    planned = replacing(commit, WORDS)
    builds = {"mods": lambda chain: chain.add_all(planned)}
    with pytest.raises(RepositoryError, match="branch mods was moved by somebody else meanwhile; run again"):
        create_branches(commit, builds, replaces=known)
    assert made.git("rev-parse", "mods") == moved
    create_branches(commit, builds, replaces=moved)
    assert made.blob("a.py", "mods") == b"shutdown()\n"


def test_a_branch_that_is_checked_out_is_never_replaced(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("worktree", "add", "-q", "-b", "mods", str(tmp_path / "linked"))
    for name, where in (("main", made.path), ("mods", tmp_path / "linked")):
        with pytest.raises(RepositoryError, match=f"branch {name} is checked out in {re.escape(str(where))}"):
            apply(made, name, force=True)


@pytest.mark.parametrize("name", ["", "-f", "--force", "a..b", "a b", "a.lock", "HEAD", "/a", "a\n", "@{-1}"])
def test_names_that_no_branch_can_have(make_repository: MakeRepository, name: str) -> None:
    made = make_repository({"a.py": "close()\n"})
    with pytest.raises(RepositoryError, match="is no name for a branch"):
        apply(made, name)


def test_a_branch_cannot_stand_where_others_do(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("branch", "team/fix")
    for name, other in (("team", "team/fix"), ("team/fix/more", "team/fix")):
        with pytest.raises(RepositoryError, match=f"branch {name} cannot be made beside branch {other};"):
            apply(made, name)
    apply(made, "team/other")


def test_a_tag_of_the_same_name_is_not_in_the_way(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    made.git("tag", "mods")
    apply(made)
    assert made.blob("a.py", "refs/heads/mods") == b"shutdown()\n"


def test_author_and_committer_are_those_of_the_configuration(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": "close()\n"})
    monkeypatch.setenv("GIT_AUTHOR_NAME", "An Author")
    made.git("config", "user.email", "local@example.com")
    apply(made)
    assert made.git("log", "-1", "--format=%an <%ae> %cn <%ce>", "mods") == (
        "An Author <local@example.com> A Tester <local@example.com>"
    )


def test_nobody_known_is_one_sentence(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_repository({"a.py": "close()\n"})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    with pytest.raises(RepositoryError, match=r"set user\.name and user\.email with git config"):
        apply(made)


def test_signing_follows_the_configuration(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "close()\n"})
    program = tmp_path / "signer"
    program.write_text(
        '#!/bin/sh\ncat >/dev/null\nprintf "\\n[GNUPG:] SIG_CREATED x\\n" >&2\necho "SIGNED BY $3"\n'
    )
    program.chmod(0o755)
    for name, value in {
        "gpg.program": str(program),
        "user.signingKey": "me",
        "commit.gpgSign": "true",
    }.items():
        made.git("config", name, value)
    apply(made)
    assert "gpgsig SIGNED BY me" in made.git("cat-file", "commit", "mods")
    apply(made, "unsigned", habits=Habits(sign=False))
    assert "gpgsig" not in made.git("cat-file", "commit", "unsigned")
    program.write_text("#!/bin/sh\necho no key >&2\nexit 1\n")
    with pytest.raises(RepositoryError, match=r"a commit could not be signed \(--no-sign leaves it out\)"):
        apply(made, "failed")
    assert made.git("branch", "--list", "failed") == ""


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen")
def test_signing_with_ssh_is_one_that_git_verifies(make_repository: MakeRepository, tmp_path: Path) -> None:
    made = make_repository({"a.py": "close()\n"})
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "allowed").write_text(f"tester@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "commit.gpgSign": "true",
        "gpg.ssh.allowedSignersFile": str(tmp_path / "allowed"),
    }.items():
        made.git("config", name, value)
    apply(made)
    assert made.git("log", "-1", "--format=%G? %GS", "mods") == "G tester@example.com"


def test_an_encoding_that_cannot_hold_the_change_stops_everything(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "create()\n", "b.py": b"# coding: latin-1\nclose()\n"})
    with pytest.raises(FileError, match=r"b\.py:2: the change needs 'ął'"):
        apply(made, words={"create": "make", "close": "zamknął"})
    assert made.git("branch", "--list", "mods") == ""


def test_a_branch_moved_by_someone_else_meanwhile_is_left_to_them(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n"})
    # The hook runs while the commits are ready and the branch is not yet there.
    hook = made.path / ".git/hooks/reference-transaction"
    hook.write_text(
        '#!/bin/sh\n[ "$1" = prepared ] || exit 0\nread old new ref\n'
        '[ "$ref" = refs/heads/mods ] && exit 1\nexit 0\n'
    )
    hook.chmod(0o755)
    with pytest.raises(RepositoryError, match="branch mods was not made, because git refused to move it: "):
        apply(made)
    assert made.git("branch", "--list", "mods") == ""
    hook.unlink()
    apply(made)


def test_only_our_branch_appears_in_the_git_folder(make_repository: MakeRepository) -> None:
    made = make_repository({"a.py": "close()\n", "sub/b.py": "create()\n"})
    for name, value in {"core.splitIndex": "true", "index.sparse": "true", "core.fsmonitor": "true"}.items():
        made.git("config", name, value)

    def entries() -> set[str]:
        return {
            str(path.relative_to(made.path / ".git"))
            for path in (made.path / ".git").rglob("*")
            if "objects" not in path.parts
        }

    before = entries()
    apply(made)
    assert entries() - before == {"refs/heads/mods", "logs/refs/heads/mods"}
    assert "codemods apply" in made.git("reflog", "mods")
