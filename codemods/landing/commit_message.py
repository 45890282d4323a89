"""What a commit says of the recipe that made it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from codemods.git.identity import Habits
from codemods.landing.history import BASE, RECIPE
from codemods.model.formatting import counted, place
from codemods.model.plan import Change, RecipePlan

_WIDTH = 72
_LISTED = 20


DEFAULT_TEMPLATE = "{title}\n\n{why}\n\n{link}\n\n{counts}\n\n{left}"


def render(recipe: RecipePlan, base: str, habits: Habits, signed_off_by: str = "") -> str:
    """The commit message of a recipe, by the template of its set or ours, with trailers for tools."""
    ref = recipe.recipe
    subject = f"{habits.conventional}({ref.set}): {ref.title}" if habits.conventional else ref.title
    sites, files = site_count(recipe), len(recipe.changed_files())
    left = (
        _left("not proven, so left for a person", recipe.possible()),
        _left("meant but not safe to change", recipe.refused()),
        _left("found, for a person to see to", recipe.reported()),
    )
    body = (habits.template or DEFAULT_TEMPLATE).format(
        title=subject,
        why="\n\n".join(map(_wrap, re.split(r"\n\s*\n", ref.why))),
        link=f"See {ref.link}" if ref.link else "",
        counts=f"Changed {counted(sites, 'site')} in {counted(files, 'file')}.",
        left="\n\n".join(filter(None, left)),
        set=ref.set,
        id=ref.id,
    )
    # Tools take a line that begins with three dashes for the end of the message.
    body = re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^---", " ---", body)).strip()
    trailers = [f"{RECIPE}: {ref.set}/{ref.id}@{ref.hash}", f"{BASE}: {base}"]
    if signed_off_by:
        trailers.append(f"Signed-off-by: {signed_off_by}")
    return "\n".join([body, "", *trailers, ""])


def site_count(recipe: RecipePlan) -> int:
    """How many sites a recipe changed; an import that comes along with them is none of its own."""
    return sum(not change.companion for change in recipe.applied())


def _left(what: str, changes: Iterable[Change]) -> str:
    places = list(changes)
    if not places:
        return ""
    lines = [f"{counted(len(places), 'site')} {what}:"]
    for change in places[:_LISTED]:
        reason = change.refused or change.reason
        lines.append(f"- {place(change)}: {' '.join(reason.text.split())}")
    if len(places) > _LISTED:
        lines.append(f"- and {len(places) - _LISTED} more")
    return "\n".join(lines)


def _wrap(paragraph: str) -> str:
    return textwrap.fill(" ".join(paragraph.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
