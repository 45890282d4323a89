"""Who commits and how, by the git configuration."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.git.command import GitError, raw, text
from codemods.git.repository import Repository
from codemods.model.errors import RepositoryError


@dataclass(frozen=True, slots=True)
class Habits:
    """How commits are made where the git configuration does not decide alone."""

    sign: bool = True
    """Whether ``commit.gpgSign`` is honoured."""
    signoff: bool = False
    template: str = ""
    """The message of the recipe set, instead of ours."""
    conventional: str = ""
    """The type for subjects by the Conventional Commits, such as ``refactor``."""


@dataclass(frozen=True, slots=True)
class Author:
    """Makes commit objects in the user's name."""

    repository: Repository
    signing: str
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
            "--gpg-sign" if sign else "--no-gpg-sign",
            identity.rpartition(">")[0] + ">" if habits.signoff else "",
        )

    def commit(self, tree: str, parent: str, message: str) -> str:
        """A new commit; its id. Raises RepositoryError when it cannot be signed."""
        command = ("commit-tree", self.signing, "-p", parent, "-F", "-", tree)
        try:
            return text(self.repository.git(*command, stdin=raw(message))).strip()
        except GitError as error:
            if self.signing == "--gpg-sign":
                why = " ".join(error.stderr.split())
                raise RepositoryError(
                    f"a commit could not be signed (--no-sign leaves it out): {why}"
                ) from None
            raise
