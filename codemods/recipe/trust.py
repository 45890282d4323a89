"""Whose Python may run: of recipes that were named one by one, of those shipped, and of trusted folders."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from codemods.git.command import Git
from codemods.model.errors import RecipeError
from codemods.recipe.loading import LoadedRecipe, shipped_root
from codemods.recipe.toml_lines import line_of

SETTING = "codemods.trusted"
"""Where git keeps the trusted folders; only the user's own configuration counts, never a repository's."""

_SUFFIXES = (".py", ".toml")


def require_trust(recipes: Sequence[LoadedRecipe], named: Path | None = None) -> None:
    """Let recipes run that run no Python, or were named by their file, or lie in a trusted folder.

    ``named`` is what the user named: a file, or a folder, which says nothing of the recipes in it.
    Raises RecipeError, with file and line of the first step that must not run.
    """
    # A file that only looks like the name of something shipped was not meant by it.
    if named is not None and named.is_file() and named.suffix in _SUFFIXES:
        return
    doubtful = [(recipe, *step) for recipe in recipes for step in _python_of(recipe)]
    if not doubtful:
        return
    trusted = [shipped_root().resolve(), *_trusted_folders()]
    for recipe, line, scripts in doubtful:
        for file in (recipe.path, *scripts):
            place = file.resolve()
            if not any(place.is_relative_to(folder) for folder in trusted):
                folder = shlex.quote(place.parent.as_posix())
                naming = "" if named is None else "name the recipe's file itself, or "
                raise RecipeError(
                    f"{recipe.path}:{line}: the step runs Python ({scripts[0].name}), and {place.parent} is "
                    f"no trusted folder; read it, then {naming}trust it with "
                    f"`git config --global --add {SETTING} {folder}`"
                )


def _python_of(recipe: LoadedRecipe) -> Iterator[tuple[int, tuple[Path, ...]]]:
    """For each step that runs Python its line and the files that it runs."""
    for number, step in enumerate(recipe.steps):
        if step.runs_python:
            text = "" if recipe.path.suffix == ".py" else recipe.path.read_bytes().decode()
            yield line_of(text, ("step", number, "op")), step.sources()


def _trusted_folders() -> Iterator[Path]:
    """The folders that the user trusts; a relative one, which would mean another one everywhere, is none."""
    command = ("config", "--global", "--includes", "--null", "--type=path", "--get-all", SETTING)
    _, out = Git(Path(Path.cwd().anchor)).ask(*command)
    folders = (Path(value) for value in out.decode("utf-8", "surrogateescape").split("\0")[:-1])
    return (folder.resolve() for folder in folders if folder.is_absolute())
