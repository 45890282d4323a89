"""argv in, exit code out; what happens in between is elsewhere.

Every command imports what it needs when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from codemods.cli.branches import apply, rebase, status, undo
from codemods.cli.options import DONE, INTERRUPTED, PENDING, WRONG, complain, jobs_option, repository_options
from codemods.cli.terminal import print_bytes, print_lines, progress_line
from codemods.model.errors import CodemodsError, UsageError
from codemods.model.plan import accept_certain
from codemods.version import VERSION

if TYPE_CHECKING:
    from codemods.api.planning import Options
    from codemods.planner.planner import Planned
    from codemods.recipe.loading import LoadedRecipe


def main() -> None:
    """The program. Every expected failure is one sentence on standard error and an exit code."""
    try:
        code = cli.main(prog_name="codemods", standalone_mode=False)
    except CodemodsError as error:
        complain(str(error))
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = WRONG
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted; no file and no branch was left half-written")
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain again when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PENDING
    except Exception as error:
        if os.environ.get("CODEMODS_TRACEBACK"):
            raise
        complain(
            f"a fault of codemods itself: {type(error).__name__}: {error}; nothing was left half-written; "
            "please report it with what CODEMODS_TRACEBACK=1 shows"
        )
        code = PENDING
    sys.exit(code or DONE)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  codemods list                                what is shipped
  codemods run python/redis-aclose             print what a recipe would change
  codemods apply my-recipes/ --branch codemods land it, one commit per recipe
""",
)
@click.version_option(VERSION, prog_name="codemods")
def cli() -> None:
    """Find every use of an API that changed, show the change, and land it, one commit per recipe.

    RECIPES is a recipe file, a folder of recipes, or the name of something shipped. A recipe may run Python
    (a `query` step) only where its file is named, it is shipped, or its folder is trusted:
    `git config --global --add codemods.trusted DIR`.
    """


@cli.command(
    epilog="""\b
Examples:
  codemods run netra                            the diff, then what was left and why
  codemods run my-recipes/close.toml --write    edit the working tree
  codemods run my-recipes --format patch | git apply
  codemods run my-recipes --check               exit 1 when changes are pending
"""
)
@click.argument("recipes")
@repository_options
@jobs_option
@click.option("--write", "write_files", is_flag=True, help="Edit the files of the working tree.")
@click.option("--check", is_flag=True, help="Exit 1 when changes are pending or anything is reported.")
@click.option(
    "--format", "form", type=click.Choice(["text", "patch", "json"]), default="text", show_default=True
)
@click.option("--all", "weak", is_flag=True, help="List the unknown sites without evidence too.")
@click.option("--stats", is_flag=True, help="Print how many files were looked at.")
def run(
    recipes: str,
    repo: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    source_roots: tuple[str, ...],
    jobs: int,
    write_files: bool,
    check: bool,
    form: str,
    weak: bool,
    stats: bool,
) -> int:
    """Print what RECIPES would change in the tracked files of a working tree, or change it.

    Only sites that are proven are changed; doubtful ones are listed with the reason.
    """
    from codemods.api import planning

    if write_files and check:
        raise UsageError("--write and --check exclude each other: one changes files, the other only looks")
    options = planning.Options(repo, include, exclude, source_roots, weak, jobs)
    planned = _plan(recipes, options)
    if form == "patch":
        from codemods.report.patch import patch

        print_bytes(patch(planned))
    elif form == "json":
        import json

        from codemods.report.document import document

        click.echo(json.dumps(document(planned.plan), indent=2, ensure_ascii=False))
    else:
        from codemods.report.text import diff

        print_lines(diff(planned.plan))
    if form != "json":
        from codemods.report.text import summary

        print_lines(summary(planned.plan, weak=weak, stats=stats), err=form == "patch")
    failed = _write(planned, options) if write_files else False
    if failed or not planned.plan.complete or (check and (planned.plan.pending or planned.plan.reports)):
        return PENDING
    return DONE


for branch_command in (apply, status, undo, rebase):
    cli.add_command(branch_command)


@cli.command(
    epilog="""\b
Examples:
  codemods review netra
  codemods review netra --plain
  codemods review --export decisions.json
"""
)
@click.argument("recipes", required=False)
@repository_options
@click.option("--base", default="HEAD", show_default=True, metavar="COMMIT", help="The commit to review.")
@click.option("--plain", is_flag=True, help="Ask line by line instead of on the full screen.")
@click.option("--all", "weak", is_flag=True, help="Show the unknown sites without evidence too.")
@click.option("--export", "export_to", type=click.File("w", "utf-8"), help="Write all decisions as JSON.")
@click.option("--import", "import_from", type=click.File("rb"), help="Take over exported decisions.")
def review(
    recipes: str | None,
    repo: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    source_roots: tuple[str, ...],
    base: str,
    plain: bool,
    weak: bool,
    export_to: TextIO | None,
    import_from: BinaryIO | None,
) -> int:
    """Decide on each change of RECIPES; nothing is written but the decisions, which are saved at once.

    `codemods apply --accept reviewed` applies what was accepted. Without a terminal the plan is printed.
    """
    from codemods import review
    from codemods.api import branches, planning
    from codemods.git.identity import Habits

    options = planning.Options(repo, include, exclude, source_roots, weak)
    if [recipes is not None, export_to is not None, import_from is not None].count(True) != 1:
        raise UsageError("name the recipes to review, or a file with --export or --import")
    if export_to is not None:
        export_to.write(review.export_json(branches.decisions(options)))
    elif import_from is not None:
        click.echo(branches.import_decisions(options, import_from.name, import_from.read()))
    elif recipes is not None:
        loaded = planning.load(recipes)
        plain = plain or review.wants_plain()
        if not review.interactive(plain=plain):
            return _print_for_review(loaded.recipes, options, base)
        habits = Habits(template=loaded.settings.message)
        with branches.review(loaded.recipes, options, base=base, habits=habits, progress=progress_line()) as (
            session,
            applying,
        ):
            review.conduct(session, applying, plain=plain)
            click.echo(review.farewell(session))
    return DONE


@cli.command(
    epilog="""\b
Examples:
  codemods explain netra/08-redis-manager-shutdown tests/test_cache.py:41
"""
)
@click.argument("recipes")
@click.argument("place", metavar="FILE:LINE")
@repository_options
def explain(
    recipes: str,
    place: str,
    repo: Path,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    source_roots: tuple[str, ...],
) -> int:
    """Say what each recipe thinks of the sites on one line, and why, also where it leaves them alone."""
    from codemods.api import planning
    from codemods.report.text import explanation

    path, _, line = place.rpartition(":")
    if not path or not line.isdigit():
        raise UsageError(
            f"{place!r} is no place in a file; write it as FILE:LINE, such as tests/test_a.py:41"
        )
    options = planning.Options(repo, include, exclude, source_roots)
    for recipe in planning.load(recipes).recipes:
        print_lines(explanation(recipe.ref, planning.explain(recipe, options, path, int(line))))
    return DONE


@cli.command(
    epilog="""\b
Examples:
  codemods test                    the recipes that are shipped
  codemods test my-recipes/        your own
"""
)
@click.argument("recipes", required=False)
def test(recipes: str | None) -> int:
    """Run the examples of RECIPES, each also with CRLF and without a final newline."""
    from codemods.api import planning
    from codemods.planner import examples
    from codemods.report.text import example_lines

    results = [
        (recipe.ref, list(examples.run(recipe)))
        for recipe_set in planning.load_all(recipes)
        for recipe in recipe_set.recipes
    ]
    print_lines(example_lines(results))
    return DONE if all(result.passed for _, outcome in results for result in outcome) else PENDING


@cli.command("list")
@click.argument("recipes", required=False)
def list_(recipes: str | None) -> int:
    """List the recipes that are shipped, or those of RECIPES, with their titles."""
    from codemods.api import planning
    from codemods.report.pages import recipe_list

    print_lines(recipe_list(planning.listed(recipes)))
    return DONE


@cli.command(
    epilog="""\b
Examples:
  codemods show netra/08-redis-manager-shutdown
  codemods show create-for-user
  codemods show --operation rename-method
"""
)
@click.argument("recipe", required=False)
@click.option("--operation", metavar="NAME", help="Show what an operation does and its keys instead.")
def show(recipe: str | None, operation: str | None) -> int:
    """Show a recipe: why it exists, its steps and examples. RECIPE is a path, a shipped name or an id."""
    from codemods.api import planning
    from codemods.report.pages import operation_page, recipe_page

    if (recipe is None) == (operation is None):
        raise UsageError("name a recipe, or an operation with --operation NAME")
    if operation is not None:
        print_lines(operation_page(operation))
    else:
        assert recipe is not None
        for loaded in planning.find_recipes(recipe):
            print_lines(recipe_page(loaded))
    return DONE


@cli.command(
    epilog="""\b
Examples:
  codemods new my-recipes/shutdown.toml
"""
)
@click.argument("path", type=click.Path(path_type=Path))
def new(path: Path) -> int:
    """Write a first recipe to PATH, with examples that pass, to be changed into your own."""
    from codemods.recipe.template import write_skeleton

    write_skeleton(path)
    click.echo(f"Wrote {path}. Change it, then run `codemods test {path}`.")
    return DONE


@cli.command()
@click.argument("what", type=click.Choice(["recipe", "plan"]), default="recipe")
def schema(what: str) -> int:
    """Print the JSON Schema of recipes (for editors), or of `run --format json` (plan)."""
    import json

    from codemods.report import pages
    from codemods.report.document import plan_schema

    click.echo(json.dumps(plan_schema() if what == "plan" else pages.recipe_schema(), indent=2))
    return DONE


def _print_for_review(recipes: Sequence[LoadedRecipe], options: Options, base: str) -> int:
    """What a review would show, when there is nobody to decide."""
    from codemods.api import branches, planning
    from codemods.report.text import diff, summary

    decide = branches.decisions(options).decide(accept_certain)
    planned = planning.plan_on_commit(recipes, options, base=base, decide=decide, progress=progress_line())
    print_lines(diff(planned.plan))
    print_lines(summary(planned.plan, weak=options.weak))
    return PENDING if planned.plan.pending or not planned.plan.complete else DONE


def _plan(recipes: str, options: Options) -> Planned:
    from codemods.api import planning

    return planning.plan(planning.load(recipes).recipes, options, progress=progress_line())


def _write(planned: Planned, options: Options) -> bool:
    """Write the plan; say of each file that could not be written why. True when there was one."""
    from codemods.api import planning
    from codemods.model.formatting import counted

    written = planning.write(planned, options)
    for error in written.failed:
        complain(str(error))
    click.echo(f"Wrote {counted(len(written.written), 'file')}.", err=True)
    return bool(written.failed)
