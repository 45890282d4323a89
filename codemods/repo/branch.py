"""A plan as commits on a branch, one for each recipe, built in the object database.

Neither the working tree nor the index nor HEAD is touched: trees are put together in an index of our own, and
the branch appears with one reference update when everything is ready.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codemods.engine import Planned
from codemods.errors import RepositoryError
from codemods.plan import RecipePlan, RecipeRef
from codemods.repo.commit import Commit
from codemods.repo.message import render, site_count
from codemods.repo.plumbing import GitError, raw, text
from codemods.repo.repository import Repository


@dataclass(frozen=True, slots=True)
class RecipeCommit:
    """One commit of a finished branch."""

    recipe: RecipeRef
    id: str
    files: int
    sites: int


@dataclass(frozen=True, slots=True)
class BranchResult:
    """A finished branch. Without commits there was nothing to do and no branch was made."""

    name: str
    base: str
    commits: tuple[RecipeCommit, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """How commits are made where the git configuration is not to decide alone."""

    sign: bool = True
    """Whether ``commit.gpgSign`` is honoured."""
    signoff: bool = False


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
    commits = write_commits(base, planned, habits or Habits())
    if commits:
        move(repository, name, commits[-1].id, before)
    return BranchResult(name, base.id, commits)


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


def write_commits(base: Commit, planned: Planned, habits: Habits) -> tuple[RecipeCommit, ...]:
    """The commits of a plan, one upon the other, as objects that no reference leads to yet."""
    recipes = [recipe for recipe in planned.plan.recipes if recipe.changed_files()]
    if not recipes:
        return ()
    author = Author.of(base.repository, habits)
    blobs = _write_blobs(base.repository, planned, recipes)
    commits: list[RecipeCommit] = []
    parent = base.id
    with _index(base) as index:
        for recipe in recipes:
            tree = index.tree({file.path: blobs[recipe.recipe, file.path] for file in recipe.changed_files()})
            parent = author.commit(tree, parent, render(recipe, base.id, signed_off_by=author.signed_off_by))
            commits.append(
                RecipeCommit(recipe.recipe, parent, len(recipe.changed_files()), site_count(recipe))
            )
    return tuple(commits)


@dataclass(frozen=True, slots=True)
class Author:
    """Who commits and how, by the git configuration."""

    repository: Repository
    signing: tuple[str, ...]
    signed_off_by: str

    @classmethod
    def of(cls, repository: Repository, habits: Habits) -> Author:
        """Raises RepositoryError when name or email is not configured."""
        try:
            for role in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
                identity = repository.git.line("-c", "user.useConfigOnly=true", "var", role)
        except GitError:
            raise RepositoryError(
                "git does not know who you are; set user.name and user.email with git config"
            ) from None
        sign = habits.sign and repository.setting("commit.gpgSign", "bool") == "true"
        return cls(
            repository,
            ("--gpg-sign",) if sign else ("--no-gpg-sign",),
            identity.rpartition(">")[0] + ">" if habits.signoff else "",
        )

    def commit(self, tree: str, parent: str, message: str) -> str:
        """A new commit; its id."""
        command = ("commit-tree", *self.signing, "-p", parent, "-F", "-", tree)
        try:
            return text(self.repository.git(*command, stdin=raw(message))).strip()
        except GitError as error:
            if "--gpg-sign" in self.signing:
                why = " ".join(error.stderr.split())
                raise RepositoryError(
                    f"a commit could not be signed (--no-sign leaves it out): {why}"
                ) from None
            raise


def _write_blobs(
    repository: Repository, planned: Planned, recipes: list[RecipePlan]
) -> Mapping[tuple[RecipeRef, str], str]:
    """The ids of all new contents. No filter runs: the text came from blobs and goes back into blobs."""
    wanted = [(recipe.recipe, file) for recipe in recipes for file in recipe.changed_files()]
    with _temporary_folder() as folder:
        paths = []
        for number, (_, file) in enumerate(wanted):
            content = folder / str(number)
            content.write_bytes(planned.encoded(file.path, file.after))
            paths.append(f"{content}\n")
        out = repository.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=raw("".join(paths)))
    ids = text(out).split()
    return {(recipe, file.path): blob for (recipe, file), blob in zip(wanted, ids, strict=True)}


@dataclass(frozen=True, slots=True)
class _Index:
    """An index of our own that begins as the tree of a commit."""

    base: Commit
    env: Mapping[str, str]

    def tree(self, blobs: Mapping[str, str]) -> str:
        """The tree with these files' contents replaced, all else as it was."""
        lines = (f"{self.base.entry(path).mode} {blob}\t{path}\0" for path, blob in blobs.items())
        git = self.base.repository.git
        git("update-index", "-z", "--index-info", stdin=raw("".join(lines)), env=self.env)
        # In a partial clone most objects of the base are not here, and need not be.
        return git.line("write-tree", "--missing-ok", env=self.env)


@contextmanager
def _index(base: Commit) -> Iterator[_Index]:
    with _temporary_folder() as folder:
        env = {"GIT_INDEX_FILE": str(folder / "index")}
        base.repository.git("read-tree", base.id, env=env)
        yield _Index(base, env)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="codemods-") as folder:
            yield Path(folder)
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        raise RepositoryError(f"{where} cannot be written: {error.strerror}; nothing was changed") from None
