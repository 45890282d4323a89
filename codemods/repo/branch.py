"""A plan as a branch with one commit for each recipe; it appears with one reference update, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.engine import Planned
from codemods.errors import RepositoryError
from codemods.repo.author import Habits
from codemods.repo.chain import RecipeCommit, open_chain
from codemods.repo.commit import Commit
from codemods.repo.plumbing import GitError, text
from codemods.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class BranchResult:
    """A finished branch. Without commits there was nothing to do and no branch was made."""

    name: str
    base: str
    commits: tuple[RecipeCommit, ...]


def create_branch(
    base: Commit,
    planned: Planned,
    name: str,
    *,
    force: bool = False,
    habits: Habits | None = None,
) -> BranchResult:
    """Make the branch ``name`` on ``base``, with one commit for each recipe that changed something.

    The plan was made on ``base``. Raises RepositoryError when the name cannot be had, nobody is known to be
    the author, signing fails or the branch was moved by someone else meanwhile; FileError when a file's
    encoding cannot hold its change. Then no branch was made or moved.
    """
    repository = base.repository
    before = claim(repository, name, force=force)
    recipes = [recipe for recipe in planned.plan.recipes if recipe.changed_files()]
    if not recipes:
        return BranchResult(name, base.id, ())
    with open_chain(base, habits or Habits()) as chain:
        for recipe in recipes:
            chain.add(recipe, planned)
    move(repository, name, chain.tip, before)
    return BranchResult(name, base.id, tuple(chain.commits))


def claim(repository: Repository, name: str, *, force: bool) -> str:
    """What the branch is at, or the null id. Raises RepositoryError when it is not ours to make."""
    git = repository.git
    status, _ = git.ask("check-ref-format", f"refs/heads/{name}")
    if status or name.startswith("-") or name == "HEAD":
        raise RepositoryError(
            f"{name!r} is no name for a branch; git check-ref-format says what one may hold"
        )
    parts = name.split("/")
    wanted = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    out = git(
        "for-each-ref",
        "--format=%(refname)%00%(objectname)%00%(worktreepath)",
        *map("refs/heads/{}".format, wanted),
    )
    for line in text(out).split("\n")[:-1]:
        ref, at, worktree = line.split("\0")
        other = ref.removeprefix("refs/heads/")
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


def move(repository: Repository, name: str, to: str, before: str) -> None:
    """Let the branch be at ``to``, provided that it is still at ``before``."""
    try:
        repository.git(
            "update-ref", "--create-reflog", "-m", "codemods apply", f"refs/heads/{name}", to, before
        )
    except GitError as error:
        raise RepositoryError(
            f"branch {name} was not made, because git refused to move it: {error.stderr}".replace("\n", " ")
        ) from None
