"""The session over the real engine and a real repository: what is decided is what is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from codemods.api import branches, planning
from codemods.model.errors import UsageError
from codemods.review.entries import State
from codemods.review.phrases import preview_lines
from codemods.review.session import Session
from codemods.review.summary import Applying, not_applied
from tests.conftest import GitRepository
from tests.review.real import RECIPE, USES, codemods, repository

RENAMED_AGAIN = (
    RECIPE.replace("manager-shutdown", "manager-stop")
    .replace('"close"', '"shutdown"')
    .replace('to    = "shutdown"', 'to    = "stop"')
    .replace("Manager().shutdown()", "Manager().stop()")
    .replace("Manager().close()", "Manager().shutdown()")
)


@contextmanager
def reviewing(
    repo: GitRepository, recipes: str = "shutdown.toml", *, weak: bool = False
) -> Iterator[tuple[Session, Applying]]:
    loaded = planning.load(str(repo.path.parent / recipes)).recipes
    with branches.review(loaded, planning.Options(repo.path, weak=weak)) as review:
        yield review


def test_exactly_what_was_accepted_is_committed(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with reviewing(repo) as (session, applying):
        first, second, third, possible = session.entries
        session.accept(first)
        session.edit(second, ["    manager = Manager()", "    await manager.shutdown(1)"][1])
        session.reject(third, "later")
        session.accept(possible)
        said = applying.commit("fix")
    assert "fix" in said
    wanted = USES.replace("close()", "shutdown()", 1).replace("close()", "shutdown(1)", 1)
    head, tail = wanted.split("async def three")
    text = repo.blob("uses.py", "fix").decode()
    assert text == head + "async def three" + "shutdown()".join(tail.rsplit("close()", 1))
    assert repo.blob("uses.py", "main").decode() == USES


def test_decisions_are_found_again(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with reviewing(repo) as (session, _):
        session.accept(session.entries[0])
        with pytest.raises(UsageError, match="Another review"), reviewing(repo):
            pass
    with reviewing(repo) as (session, _):
        assert [session.state(entry) for entry in session.entries][:2] == [State.ACCEPTED, State.UNDECIDED]
        assert session.greeting() == "3 changes to decide, 1 decided already."
    repo.commit({"uses.py": "\n" + USES})
    with reviewing(repo) as (session, _):
        assert session.greeting() == (
            "4 changes to decide; 4 stood in code that has changed since you decided on it."
        )


def test_what_hangs_on_a_change_that_is_not_accepted_is_told(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / "01-shutdown.toml").write_text(RECIPE)
    (recipes / "02-stop.toml").write_text(RENAMED_AGAIN)
    repo.commit({"service.py": "class Manager:\n    async def stop(self) -> None: ...\n"})
    with reviewing(repo, "recipes") as (session, applying):
        later = [entry for entry in session.entries if entry.recipe.id == "manager-stop"]
        assert [entry.change.line for entry in later] == [5, 10, 14]
        session.accept(later[0])
        [(entry, why)] = not_applied(session, applying.preview())
        assert entry is later[0]
        assert why == "without the changes before it that are not accepted, it is not there"
        session.accept(session.entries[0])
        assert list(preview_lines(session, applying.preview())) == [
            "Planned with these decisions: 2 changes in 1 file would be committed."
        ]
        session.accept(later[1])
        said = applying.commit("fix").split("\n")
    assert said[0].startswith("Branch fix: 2 commits on ")
    assert said[-2:] == ["Accepted, but not applied: 1 change", f"  uses.py:10: {why}"]
    assert repo.git("log", "--format=%s", "main..fix").count("\n") == 1
    assert repo.blob("uses.py", "fix").decode() == USES.replace("close()", "stop()", 1)


def test_an_unknown_that_was_accepted_is_found_again(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    repo.commit({"other.py": "def five(thing):\n    thing.close()\n"})
    with reviewing(repo) as (session, _):
        assert "other.py" not in {entry.path for entry in session.entries}
    with reviewing(repo, weak=True) as (session, _):
        [unknown] = (entry for entry in session.entries if entry.path == "other.py")
        assert unknown.change.weak
        session.accept(unknown)
    applied = codemods(repo, "apply", "../shutdown.toml", "--branch", "fix", "--accept", "reviewed")
    assert applied.returncode == 0, applied.stderr
    assert repo.blob("other.py", "fix").decode() == "def five(thing):\n    thing.shutdown()\n"
    with reviewing(repo) as (_, applying):
        assert "1 commit" in applying.commit("again")
