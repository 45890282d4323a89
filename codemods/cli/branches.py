"""The commands that make branches and look after them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codemods.cli.options import DONE, PENDING, complain, jobs_option, repo_option, repository_options
from codemods.cli.terminal import print_lines, progress_line
from codemods.model.errors import UsageError
from codemods.model.plan import accept_certain

if TYPE_CHECKING:
    from codemods.landing.land import Applied


@click.command(
    epilog="""\b
Examples:
  codemods apply netra --branch codemods/netra
  codemods apply my-recipes --branch fix --base origin/main
  codemods apply my-recipes --branch fix --verify 'python -m pytest -q'
  codemods apply netra --branch codemods/netra --accept reviewed
  codemods apply my-recipes --branch fix --split-by owner --push origin
  codemods apply my-recipes --patch-dir patches
"""
)
@click.argument("recipes")
@repository_options
@jobs_option
@click.option("--branch", metavar="NAME", help="The branch to make.")
@click.option("--patch-dir", type=click.Path(path_type=Path), help="Write files for git am instead.")
@click.option("--base", default="HEAD", show_default=True, metavar="COMMIT", help="Where the branch begins.")
@click.option("--force", is_flag=True, help="Replace the branch if it exists.")
@click.option("--no-sign", is_flag=True, help="Do not sign the commits, whatever the git configuration says.")
@click.option("--signoff", is_flag=True, help="Add a Signed-off-by line to each message.")
@click.option("--conventional", default="", metavar="TYPE", help="Subjects such as `TYPE(set): title`.")
@click.option(
    "--verify",
    multiple=True,
    metavar="CMD",
    help="A command that no recipe may make fare worse; one that does is left out.  [repeatable]",
)
@click.option(
    "--verify-final",
    multiple=True,
    metavar="CMD",
    help="The same at the end only; the guilty change is found and left out.  [repeatable]",
)
@click.option(
    "--test-selection",
    is_flag=True,
    help="Give the commands only the test files that import what changed, as further arguments.",
)
@click.option(
    "--verify-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=1800.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one run of a command may take.",
)
@click.option(
    "--accept",
    type=click.Choice(["certain", "reviewed"]),
    default="certain",
    show_default=True,
    help="Apply what is proven, or exactly what was accepted in reviews.",
)
@click.option(
    "--split-by",
    default="",
    metavar="HOW",
    help="Make one branch for each `dir`, `owner` (by CODEOWNERS) or `size=N` files: NAME/…",
)
@click.option("--push", "remote", default="", metavar="REMOTE", help="Push the finished branches.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write a Markdown report, fit for a pull request."
)
def apply(
    recipes: str,
    repo: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    source_roots: tuple[str, ...],
    jobs: int,
    branch: str | None,
    patch_dir: Path | None,
    base: str,
    force: bool,
    no_sign: bool,
    signoff: bool,
    conventional: str,
    verify: tuple[str, ...],
    verify_final: tuple[str, ...],
    test_selection: bool,
    verify_timeout: float,
    accept: str,
    split_by: str,
    remote: str,
    report: Path | None,
) -> int:
    """Land RECIPES on a new branch, one commit per recipe.

    The working tree, the index and HEAD stay as they are; the branch appears when everything is ready.
    """
    from codemods.api import branches, planning
    from codemods.git.identity import Habits
    from codemods.landing.land import Gating
    from codemods.review.phrases import notes

    if (branch is None) == (patch_dir is None):
        raise UsageError("apply makes a branch or files: give either --branch NAME or --patch-dir DIR")
    if patch_dir and (split_by or remote):
        raise UsageError("--split-by and --push need branches; give --branch NAME instead of --patch-dir")
    loaded = planning.load(recipes)
    options = planning.Options(repo, include, exclude, source_roots, jobs=jobs)
    decisions = None
    if accept == "reviewed":
        decisions, options = branches.reviewed(options)
    habits = Habits(not no_sign, signoff, loaded.settings.message, conventional)
    decide = decisions.decide() if decisions else accept_certain
    gating = Gating(verify, verify_final, verify_timeout, test_selection)
    if branch is not None:
        applied = branches.apply(
            loaded.recipes,
            options,
            branch,
            base=base,
            force=force,
            habits=habits,
            decide=decide,
            accept=accept,
            gating=gating,
            split_by=split_by,
            tell=complain,
            progress=progress_line(),
        )
    else:
        assert patch_dir is not None
        applied = branches.write_patches(
            loaded.recipes,
            options,
            patch_dir,
            base=base,
            habits=habits,
            decide=decide,
            gating=gating,
            tell=complain,
            progress=progress_line(),
        )
    code = _print_applied(applied)
    noted = list(notes(applied.planned.plan, decisions)) if decisions else []
    print_lines((f"rejected with a note: {place}: {note}", "") for place, note in noted)
    if report:
        branches.write_report(applied, report, noted)
    if remote:
        branches.push(applied, options, remote, force=force)
    return code


@click.command(
    epilog="""\b
Examples:
  codemods status
  codemods status codemods/netra
"""
)
@click.argument("branches", nargs=-1)
@repo_option
def status(branches: tuple[str, ...], repo: Path) -> int:
    """Show the branches that apply made: what landed, what was undone, what is left for a person."""
    from codemods.git.repository import Repository
    from codemods.landing.status import status as status_of
    from codemods.report.branches import status_lines

    print_lines(status_lines(status_of(Repository.open(repo), branches)))
    return DONE


@click.command(
    epilog="""\b
Examples:
  codemods undo codemods/netra --recipe create-for-user
"""
)
@click.argument("branch")
@click.option("--recipe", required=True, metavar="ID", help="The recipe, as `id` or `set/id`.")
@click.option("--no-sign", is_flag=True, help="Do not sign the commit, whatever the git configuration says.")
@click.option("--signoff", is_flag=True, help="Add a Signed-off-by line to the message.")
@repo_option
def undo(branch: str, recipe: str, no_sign: bool, signoff: bool, repo: Path) -> int:
    """Take one recipe back from BRANCH, with a commit that reverts its own."""
    from codemods.git.identity import Habits
    from codemods.git.repository import Repository
    from codemods.landing.undo import undo as undo_recipe
    from codemods.report.branches import undone_line

    undone = undo_recipe(Repository.open(repo), branch, recipe, Habits(not no_sign, signoff))
    print_lines([undone_line(branch, undone)])
    return DONE


@click.command(
    epilog="""\b
Examples:
  codemods rebase codemods/netra                 on what its base is now
  codemods rebase codemods/netra --onto origin/main
"""
)
@click.argument("branch")
@click.option("--onto", default="", metavar="COMMIT", help="The new base.  [default: the old one's branch]")
@repo_option
def rebase(branch: str, onto: str, repo: Path) -> int:
    """Make BRANCH anew on a new base: the recipes run again, no text is merged.

    Decisions, gates and recipes that were undone count as they did. The result is that of a fresh run.
    """
    from codemods.api import branches

    return _print_applied(branches.rebase(repo, branch, onto, tell=complain, progress=progress_line()))


def _print_applied(applied: Applied) -> int:
    from codemods.report.branches import applied_lines

    print_lines(applied_lines(applied))
    return DONE if applied.complete else PENDING
