"""What a commit says of the recipe that made it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from codemods.plan import Change, RecipePlan

_WIDTH = 72
_LISTED = 20


def render(recipe: RecipePlan, base: str, *, signed_off_by: str = "") -> str:
    """The commit message of a recipe: title, why, counts, what was left for a person, and trailers."""
    ref = recipe.recipe
    trailers = [f"Codemod-Recipe: {ref.set}/{ref.id}@{ref.hash}", f"Codemod-Base: {base}"]
    if signed_off_by:
        trailers.append(f"Signed-off-by: {signed_off_by}")
    blocks = [
        ref.title,
        *map(_wrap, re.split(r"\n\s*\n", ref.why)),
        f"See {ref.link}" if ref.link else "",
        f"Changed {_count(site_count(recipe), 'site')} in {_count(len(recipe.changed_files()), 'file')}.",
        _left("not proven, so left for a person", recipe.possible()),
        _left("meant but not safe to change", recipe.refused()),
        "\n".join(trailers),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def site_count(recipe: RecipePlan) -> int:
    """How many sites a recipe changed; an import that comes along with them is none of its own."""
    return sum(not change.companion for change in recipe.applied())


def printable(path: str) -> str:
    """A path on one line, whatever bytes its name holds."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in path
    )


def _left(what: str, changes: Iterable[Change]) -> str:
    places = list(changes)
    if not places:
        return ""
    lines = [f"{_count(len(places), 'site')} {what}:"]
    for change in places[:_LISTED]:
        reason = change.refused or change.reason
        lines.append(f"- {printable(change.path)}:{change.line}: {' '.join(reason.text.split())}")
    if len(places) > _LISTED:
        lines.append(f"- and {len(places) - _LISTED} more")
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _wrap(paragraph: str) -> str:
    filled = textwrap.fill(
        " ".join(paragraph.split()), _WIDTH, break_long_words=False, break_on_hyphens=False
    )
    # Tools take a line that begins with three dashes for the end of the message.
    return re.sub(r"(?m)^---", " ---", filled)
