"""One plan as several branches: which files go together, and what each group is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import PurePosixPath

from codemods.git.commit_files import Commit
from codemods.git.selection import matcher
from codemods.model.errors import FileError, UsageError
from codemods.model.plan import Plan

_OWNER_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


def split(plan: Plan, how: str, base: Commit) -> dict[str, frozenset[str]]:
    """The changed files in groups, each with a name that a branch can end in.

    ``how`` is ``dir`` (the first folder in which the changed files differ), ``owner`` (by CODEOWNERS of the
    base) or ``size=N`` (at most N files). Files whose changes require each other stay together.
    Raises UsageError when ``how`` is none of these, or there is no CODEOWNERS.
    """
    paths = plan.changed_paths()
    leaders = _leaders(plan, paths)
    if match := re.fullmatch(r"size=([1-9][0-9]*)", how):
        return _by_size(paths, leaders, int(match[1]))
    if how == "dir":
        name = _folder_namer(paths)
    elif how == "owner":
        name = _owner_namer(base)
    else:
        raise UsageError(f"--split-by {how} is unknown; use dir, owner or size=N, such as size=50")
    groups: dict[str, set[str]] = {}
    for path in paths:
        groups.setdefault(name(leaders[path]), set()).add(path)
    return {name: frozenset(group) for name, group in _slugged(groups).items()}


def _leaders(plan: Plan, paths: Sequence[str]) -> Mapping[str, str]:
    """For each path the first of those that it must stay together with, which may be itself."""
    leader = {path: path for path in paths}

    def find(path: str) -> str:
        while leader[path] != path:
            path = leader[path]
        return path

    for recipe in plan.recipes:
        providers = {change.label: change.path for change in recipe.applied() if change.label}
        for change in recipe.applied():
            for label in change.requires:
                if label in providers:
                    first, second = sorted((find(change.path), find(providers[label])))
                    leader[second] = first
    return {path: find(path) for path in paths}


def _by_size(paths: Sequence[str], leaders: Mapping[str, str], size: int) -> dict[str, frozenset[str]]:
    together: dict[str, list[str]] = {}
    for path in paths:
        together.setdefault(leaders[path], []).append(path)
    groups: list[list[str]] = [[]]
    for bundle in together.values():
        if groups[-1] and len(groups[-1]) + len(bundle) > size:
            groups.append([])
        groups[-1] += bundle
    width = len(str(len(groups)))
    return {f"{number:0{width}}": frozenset(group) for number, group in enumerate(groups, 1) if group}


def _folder_namer(paths: Sequence[str]) -> Callable[[str], str]:
    folders = [PurePosixPath(path).parent.parts for path in paths]
    depth = 0
    while folders and all(len(parts) > depth for parts in folders) and len({p[depth] for p in folders}) == 1:
        depth += 1

    def name(path: str) -> str:
        parts = PurePosixPath(path).parent.parts
        return parts[depth] if len(parts) > depth else (parts[-1] if parts else "top")

    return name


def _owner_namer(base: Commit) -> Callable[[str], str]:
    rules = _owner_rules(base)

    def name(path: str) -> str:
        owners: Sequence[str] = next((owners for pattern, owners in rules if pattern.match(path)), ())
        return "-".join(owners) or "unowned"

    return name


def _owner_rules(base: Commit) -> list[tuple[re.Pattern[str], Sequence[str]]]:
    """Patterns and owners of CODEOWNERS, the last first, because the last that matches counts."""
    for path in _OWNER_FILES:
        with suppress(FileError):
            lines = base.read(path).decode("utf-8", "replace").split("\n")
            break
    else:
        raise UsageError(f"--split-by owner needs a CODEOWNERS file in commit {base.id[:12]}")
    rules: list[tuple[re.Pattern[str], Sequence[str]]] = []
    for line in lines:
        words = line.partition("#")[0].split()
        if words and not words[0].startswith(("[", "^[")):
            rules.append((matcher([words[0]]), words[1:]))
    return rules[::-1]


def _slugged(groups: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The groups under names that stand in a branch name, each its own."""
    slugged: dict[str, set[str]] = {}
    for name, group in sorted(groups.items()):
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-") or "group"
        fresh = next(each for n in count(1) if (each := slug if n == 1 else f"{slug}-{n}") not in slugged)
        slugged[fresh] = group
    return slugged
