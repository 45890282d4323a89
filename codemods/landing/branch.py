"""Branches that appear with one reference update when all their commits are ready, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codemods.git.command import GitError, raw, text
from codemods.git.commit_files import Commit
from codemods.git.identity import Habits
from codemods.git.repository import Repository
from codemods.landing.commit_chain import Chain, RecipeCommit, open_chain
from codemods.model.errors import RepositoryError

Build = Callable[[Chain], None]
"""Adds the commits of one branch."""


@dataclass(frozen=True, slots=True)
class BranchResult:
    """A finished branch. Without commits there was nothing to do and no branch was made."""

    name: str
    base: str
    commits: tuple[RecipeCommit, ...]

    @property
    def tip(self) -> str:
        return self.commits[-1].id if self.commits else self.base


Announce = Callable[[BranchResult], None]
"""Told of a branch that is about to appear."""


def create_branches(
    base: Commit,
    builds: Mapping[str, Build],
    *,
    force: bool = False,
    replaces: str = "",
    habits: Habits | None = None,
    announce: Announce | None = None,
) -> list[BranchResult]:
    """Make branches on ``base`` by name, all at once.

    An existing one is replaced with ``force``, or where it is at the commit ``replaces``.
    Raises RepositoryError when a name cannot be had, nobody is known to be the author, signing fails or a
    branch was moved by someone else meanwhile. Then, and when a build raises, no branch was made or moved.
    """
    repository = base.repository
    before = {name: claim(repository, name, force=force or bool(replaces)) for name in builds}
    for name, at in before.items():
        if replaces and at != replaces:
            raise RepositoryError(f"branch {name} was moved by somebody else meanwhile; run again")
    results = []
    for name, build in builds.items():
        with open_chain(base, habits or Habits()) as chain:
            build(chain)
            results.append(BranchResult(name, base.id, tuple(chain.commits)))
    made = [result for result in results if result.commits]
    if announce:
        for result in made:
            announce(result)
    move(repository, {result.name: (result.tip, before[result.name]) for result in made}, "codemods apply")
    return results


def claim(repository: Repository, name: str, *, force: bool) -> str:
    """What the branch is at, or the null id. Raises RepositoryError when it is not ours to make."""
    status, _ = repository.git.ask("check-ref-format", f"refs/heads/{name}")
    if status or name.startswith("-") or name == "HEAD":
        raise RepositoryError(
            f"{name!r} is no name for a branch; git check-ref-format says what one may hold"
        )
    parts = name.split("/")
    wanted = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    for other, (at, worktree) in _branches(repository, wanted).items():
        if other == name:
            if not force:
                raise RepositoryError(
                    f"branch {name} exists already; give another name, or --force to replace it"
                )
            if worktree:
                raise RepositoryError(f"branch {name} is checked out in {worktree}; give another name")
            return at
        if other in wanted or other.startswith(f"{name}/"):
            raise RepositoryError(f"branch {name} cannot be made beside branch {other}; give another name")
    return repository.null_id


def move(repository: Repository, moves: Mapping[str, tuple[str, str]], why: str) -> None:
    """Let each branch be at a new commit, provided that it is still at the old one; all of them or none."""
    lines = (f"update refs/heads/{name}\0{to}\0{before}\0" for name, (to, before) in moves.items())
    try:
        repository.git("update-ref", "--create-reflog", "-m", why, "-z", "--stdin", stdin=raw("".join(lines)))
    except GitError as error:
        names = " and ".join(moves)
        raise RepositoryError(
            f"branch {names} was not made, because git refused to move it: {error.stderr}".replace("\n", " ")
        ) from None


def _branches(repository: Repository, names: list[str]) -> dict[str, tuple[str, str]]:
    """Where the branches of these names, and those below them, are, and which working tree has them."""
    form = "--format=%(refname)%00%(objectname)%00%(worktreepath)"
    out = repository.git("for-each-ref", form, *(f"refs/heads/{name}" for name in names))
    found = {}
    for line in text(out).split("\n")[:-1]:
        ref, at, worktree = line.split("\0")
        found[ref.removeprefix("refs/heads/")] = (at, worktree)
    return found
