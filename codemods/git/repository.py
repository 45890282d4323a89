"""A git repository, wherever its folder lies and whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codemods.git.command import Git, GitError, text
from codemods.model.errors import RepositoryError


@dataclass(frozen=True)
class Repository:
    """One repository: git for its top folder, and where its parts are."""

    git: Git
    top: Path | None
    """The top of the working tree; None for a bare repository."""
    git_dir: Path
    """The folder that belongs to this working tree."""
    common_dir: Path
    """The folder that all working trees of the repository share."""
    null_id: str
    """The object id that stands for nothing, as long as ids are in this repository."""

    @classmethod
    def open(cls, path: Path) -> Repository:
        """The repository that ``path`` is or lies in.

        Raises RepositoryError when there is none, when ``path`` is inside its git folder, or when git is
        missing or too old.
        """
        if not path.exists():
            raise RepositoryError(f"{path} does not exist; give --repo the folder of a git repository")
        if not path.is_dir():
            raise RepositoryError(f"{path} is not a folder; give --repo the folder of a git repository")
        git = Git(path.resolve())
        git.require_version()
        try:
            answers = git.line(
                "rev-parse",
                "--is-bare-repository",
                "--is-inside-work-tree",
                "--show-object-format",
                "--absolute-git-dir",
                "--git-common-dir",
            )
        except GitError as error:
            raise _cannot_open(path, error) from None
        bare, inside, object_format, git_dir, common_dir = answers.split("\n", 4)
        if bare == "false" and inside == "false":
            raise RepositoryError(f"{path} is inside a git folder; give --repo its working tree")
        top = None if bare == "true" else Path(git.line("rev-parse", "--show-toplevel"))
        return cls(
            git=Git(top or Path(git_dir)),
            top=top,
            git_dir=Path(git_dir),
            common_dir=(path.resolve() / common_dir).resolve(),
            null_id="0" * (64 if object_format == "sha256" else 40),
        )

    @property
    def name(self) -> str:
        """What to call the repository in a sentence."""
        return str(self.top or self.git_dir)

    def commit_id(self, revision: str = "HEAD") -> str:
        """The full id of a commit. Raises RepositoryError when there is none by that name, or none at all."""
        found = self.find_commit(revision)
        if found is None:
            if self.find_commit("HEAD") is None:
                raise RepositoryError(f"{self.name} has no commits yet; commit what is there first")
            raise RepositoryError(f"{self.name} has no commit {revision!r}; name a branch, tag or commit")
        return found

    def find_commit(self, revision: str) -> str | None:
        """The full id of a commit, or None."""
        if revision.startswith("-"):
            return None
        question = ("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        status, out = self.git.ask(*question, answers=(0, 1, 128))
        return None if status else text(out).strip()

    def name_of(self, revision: str) -> str:
        """A name for a revision that means the same later: for HEAD, the branch that it is on."""
        if revision == "HEAD":
            _, out = self.git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
            return text(out).strip() or self.commit_id()
        return revision

    def checked_out_in(self, branch: str) -> str:
        """The working tree that has the branch checked out, or nothing."""
        return self.git.line("for-each-ref", "--format=%(worktreepath)", f"refs/heads/{branch}")

    def setting(self, name: str, kind: str = "") -> str | None:
        """A value of the git configuration, or None where it is not set."""
        kinds = (f"--type={kind}",) if kind else ()
        status, out = self.git.ask("config", *kinds, "--get", name)
        return None if status else text(out).removesuffix("\n")


def _cannot_open(path: Path, error: GitError) -> RepositoryError:
    if "not a git repository" in error.stderr:
        return RepositoryError(f"{path} is not a git repository; give --repo a folder that is one")
    return RepositoryError(f"{path} cannot be opened: {error.stderr}".replace("\n", " "))
