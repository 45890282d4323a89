"""From a path, or the name of something shipped, to validated recipes; a fault names its file and line."""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from codemods.model.errors import RecipeError
from codemods.model.plan import RecipeRef
from codemods.recipe.model import Example, Recipe, SetSettings, Step, Where
from codemods.recipe.toml_lines import line_of

Operations = Mapping[str, type[Step]]
"""The operations by name."""

SET_FILE = "set.toml"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class LoadedRecipe:
    """A recipe and where it came from."""

    recipe: Recipe
    ref: RecipeRef
    path: Path

    @property
    def steps(self) -> Sequence[Step]:
        return self.recipe.step


@dataclass(frozen=True)
class RecipeSet:
    """A folder of recipes (or one recipe file) in the order of their commits."""

    name: str
    settings: SetSettings
    recipes: tuple[LoadedRecipe, ...]


def shipped_root() -> Path:
    """The folder of the recipes that come with the package: inside it, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent / "recipes"


def find(name: str) -> Path:
    """The recipe file or folder that ``name`` means: a path, or something shipped (``python/redis-aclose``).

    Raises RecipeError when there is neither.
    """
    path = Path(name)
    if path.exists():
        return path
    root = shipped_root()
    for shipped in (root / name, root / f"{name}.toml"):
        if shipped.exists() and shipped.resolve().is_relative_to(root):
            return shipped
    known = sorted(_shipped_names(root))
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "`codemods list` shows the recipes that are shipped"
    raise RecipeError(f"{name}: no such file or folder, and no shipped recipe of that name; {hint}")


_TYPE = re.compile(r"constrained-str|str|bool|int|(?:list|literal|function-\w+)\[.*\]")
"""What pydantic adds to the place of a problem, where a value may be of several types."""


def load(path: Path, operations: Operations) -> RecipeSet:
    """The recipes of one set, in order. Raises RecipeError, naming file and line of every fault."""
    if path.is_dir():
        folder, files = path, _recipe_files(path)
        if not files:
            below = [child.name for child in _set_folders(path)]
            hint = f"name one of its sets: {', '.join(below)}" if below else "a recipe is a .toml file"
            raise RecipeError(f"{path}: the folder holds no recipes; {hint}")
    else:
        folder, files = path.parent, [path]
    name = folder.resolve().name
    problems: list[str] = []
    recipes: list[LoadedRecipe] = []
    for file in files:
        try:
            recipes.append(_load_file(file, name, operations))
        except RecipeError as error:
            problems.append(str(error))
    problems += _duplicate_ids(recipes)
    if problems:
        raise RecipeError("\n".join(problems))
    settings = _load_settings(folder / SET_FILE)
    return RecipeSet(name, settings, _in_order(recipes, settings, folder / SET_FILE, path.is_dir()))


def load_all(path: Path, operations: Operations) -> list[RecipeSet]:
    """The sets at or below a folder, or the set of one file. Raises RecipeError."""
    if not path.is_dir() or _recipe_files(path):
        return [load(path, operations)]
    folders = _set_folders(path)
    if not folders:
        raise RecipeError(
            f"{path}: neither the folder nor one below it holds recipes; a recipe is a .toml file"
        )
    sets, problems = [], []
    for folder in folders:
        try:
            sets.append(load(folder, operations))
        except RecipeError as error:
            problems.append(str(error))
    if problems:
        raise RecipeError("\n".join(problems))
    return sets


def _recipe_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if path.name != SET_FILE)


def _set_folders(root: Path) -> list[Path]:
    folders = {path.parent for path in root.rglob("*.toml") if path.name != SET_FILE}
    return sorted(folder for folder in folders if folder != root)


def _shipped_names(root: Path) -> Iterable[str]:
    for folder in _set_folders(root):
        yield folder.relative_to(root).as_posix()
        for file in _recipe_files(folder):
            yield file.relative_to(root).with_suffix("").as_posix()


def _load_file(path: Path, set_name: str, operations: Operations) -> LoadedRecipe:
    if path.suffix == ".py":
        return _load_script(path, set_name, operations)
    data, text = _read_toml(path)
    steps = _validated_steps(path, text, data, operations)
    recipe = _validate(Recipe, data | {"step": steps}, path, text, ())
    sources = b"".join(source.read_bytes() for step in steps for source in step.sources())
    digest = hashlib.sha256(text.encode() + sources).hexdigest()[:12]
    ref = RecipeRef(recipe.id, recipe.title, recipe.why, recipe.link, set_name, digest)
    return LoadedRecipe(recipe, ref, path)


def _load_script(path: Path, set_name: str, operations: Operations) -> LoadedRecipe:
    """A script written for Bowler as a recipe of one step; it is not run yet."""
    try:
        code = path.read_bytes()
        doc = ast.get_docstring(ast.parse(code)) or ""
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise RecipeError(f"{path}:{line}: is not valid Python: {getattr(error, 'msg', error)}") from None
    step = operations["query"].model_validate({"op": "query", "query": str(path.resolve())})
    recipe_id = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "script"
    title = doc.partition("\n")[0].strip() or f"Run {path.name}"
    why = doc or f"What {path.name} changes."
    recipe = Recipe.model_construct(id=recipe_id, title=title, why=why, link="", step=[step], example=[])
    ref = RecipeRef(recipe_id, title, why, "", set_name, hashlib.sha256(code).hexdigest()[:12])
    return LoadedRecipe(recipe, ref, path)


def _read_toml(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_bytes().decode()
        return tomllib.loads(text.replace("\r\n", "\n")), text
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path}: is not UTF-8, which TOML requires") from None
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line = place.removeprefix("line ").partition(",")[0]
        where = line if line.isdigit() else str(text.count("\n") + 1)
        raise RecipeError(f"{path}:{where}: is not valid TOML: {message}") from None


def _validated_steps(path: Path, text: str, data: dict[str, Any], operations: Operations) -> list[Step]:
    raw = data.get("step")
    if not isinstance(raw, list) or not all(isinstance(step, dict) for step in raw):
        raise RecipeError(f"{path}:{line_of(text, ('step',))}: a recipe needs at least one [[step]]")
    steps = []
    for number, step in enumerate(raw):
        name = step.get("op")
        if not isinstance(name, str) or name not in operations:
            line = line_of(text, ("step", number, "op"))
            close = _closest(str(name), list(operations))
            raise RecipeError(
                f"{path}:{line}: "
                + (f"there is no operation {name!r}" if name is not None else "the step has no op")
                + (f"; did you mean {close!r}?" if close else f"; there are {', '.join(operations)}")
            )
        steps.append(_validate(operations[name], step, path, text, ("step", number)))
    return steps


def _validate(
    model: type[_Model], data: object, path: Path, text: str, prefix: tuple[str | int, ...]
) -> _Model:
    try:
        return model.model_validate(data, context={"folder": path.parent})
    except ValidationError as error:
        found = _without_echoes(model, [dict(problem) for problem in error.errors()])
        problems = [
            f"{path}:{line_of(text, prefix + tuple(problem['loc']))}: {_sentence(model, problem)}"
            for problem in _joined(found)
        ]
        raise RecipeError("\n".join(dict.fromkeys(problems))) from None


def _without_echoes(model: type[BaseModel], problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The problems without the missing keys that are there, but misspelt."""
    misspelt = {
        (*loc[:-1], _closest(str(loc[-1]), _keys_at(model, loc[:-1])))
        for problem in problems
        if problem["type"] == "extra_forbidden" and (loc := problem["loc"])
    }
    return [problem for problem in problems if problem["type"] != "missing" or problem["loc"] not in misspelt]


def _joined(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The problems, where the several types that a value might have had count as one."""
    joined: dict[tuple[str | int, ...], list[dict[str, Any]]] = {}
    for problem in problems:
        loc = problem["loc"]
        tag = next((place for place, part in enumerate(loc) if _TYPE.fullmatch(str(part))), len(loc))
        joined.setdefault(loc[:tag], []).append({**problem, "loc": loc[:tag]})
    return [_as_one(found) for found in joined.values()]


def _as_one(problems: list[dict[str, Any]]) -> dict[str, Any]:
    """What is wrong with one value: not its type, if it has one of them."""
    wrong = [one for one in problems if not one["type"].endswith(("_type", "literal_error"))] or problems
    others = [one["msg"].removeprefix("Input should be ") for one in wrong[1:]]
    return {**wrong[0], "msg": " or ".join([wrong[0]["msg"], *others])}


def _sentence(model: type[BaseModel], problem: dict[str, Any]) -> str:
    loc = problem["loc"]
    key = str(loc[-1]) if loc else ""
    if problem["type"] == "extra_forbidden":
        close = _closest(key, _keys_at(model, loc[:-1]))
        return f"unknown key {key!r}" + (f"; did you mean {close!r}?" if close else "")
    if problem["type"] == "missing":
        return f"the key {key!r} is missing"
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    message = problem["msg"]
    if problem["type"] == "string_pattern_mismatch" and r"\w" in problem["ctx"]["pattern"]:
        path = r"\." in problem["ctx"]["pattern"]
        message = (
            f"{problem['input']!r} is no {'import path, such as package.module.Name' if path else 'name'}"
        )
    parts = (str(part) for part in loc if not isinstance(part, int) and part != "[key]")
    return f"{'.'.join(parts) or model.__name__}: {message[0].lower()}{message[1:]}"


def _keys_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    nested: dict[str, type[BaseModel]] = {"example": Example, "where": Where}
    for part in loc:
        if isinstance(part, int):
            continue
        inner = nested.get(part)
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _closest(word: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.5)), None)


def _duplicate_ids(recipes: list[LoadedRecipe]) -> list[str]:
    first: dict[str, Path] = {}
    problems = []
    for loaded in recipes:
        other = first.setdefault(loaded.ref.id, loaded.path)
        if other is not loaded.path:
            line = line_of(loaded.path.read_text("utf-8"), ("id",))
            problems.append(f"{loaded.path}:{line}: the id {loaded.ref.id!r} is already taken by {other}")
    return problems


def _load_settings(path: Path) -> SetSettings:
    if not path.is_file():
        return SetSettings()
    data, text = _read_toml(path)
    return _validate(SetSettings, data, path, text, ())


def _in_order(
    recipes: list[LoadedRecipe], settings: SetSettings, set_file: Path, whole: bool
) -> tuple[LoadedRecipe, ...]:
    if not settings.order or not whole:
        return tuple(recipes)
    by_id = {loaded.ref.id: loaded for loaded in recipes}
    line = line_of(set_file.read_text("utf-8"), ("order",))
    for recipe_id in settings.order:
        if recipe_id not in by_id:
            close = _closest(recipe_id, list(by_id))
            hint = f"; did you mean {close!r}?" if close else ""
            raise RecipeError(
                f"{set_file}:{line}: order names {recipe_id!r}, which is no recipe of the set{hint}"
            )
    missing = [recipe_id for recipe_id in by_id if recipe_id not in settings.order]
    if missing:
        raise RecipeError(f"{set_file}:{line}: order leaves out {', '.join(missing)}")
    return tuple(by_id[recipe_id] for recipe_id in settings.order)
