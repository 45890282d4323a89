"""The line of a TOML text on which a key stands; the parser of the standard library does not say."""

from __future__ import annotations

import re

_MULTILINE = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"", re.DOTALL)
_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-\"' ]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*[\"']?([\w\-]+)[\"']?(?:\s*\.[^=]*)?\s*=")


def line_of(text: str, loc: tuple[str | int, ...]) -> int:
    """The line, from 1, of the innermost part of ``loc`` that is in the text (1 when none is).

    ``("step", 1, "op")`` is the key ``op`` of the second ``[[step]]``.
    """
    best_line, best_depth = 1, 0
    for line, place in _places(text):
        depth = _common(place, loc)
        if depth > best_depth:
            best_line, best_depth = line, depth
    return best_line


def _places(text: str) -> list[tuple[int, tuple[str | int, ...]]]:
    flat = _MULTILINE.sub(lambda match: "''" + "\n" * match[0].count("\n"), text)
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    places: list[tuple[int, tuple[str | int, ...]]] = []
    for number, line in enumerate(flat.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _table(header[2], counts, is_array=header[1] == "[[")
            places.append((number, table))
        elif key := _KEY.match(line):
            places.append((number, (*table, key[1])))
    return places


def _table(name: str, counts: dict[tuple[str | int, ...], int], *, is_array: bool) -> tuple[str | int, ...]:
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    table: tuple[str | int, ...] = ()
    for position, part in enumerate(parts):
        table = (*table, part)
        if is_array and position == len(parts) - 1:
            counts[table] = counts.get(table, -1) + 1
        if table in counts:
            table = (*table, counts[table])
    return table


def _common(place: tuple[str | int, ...], loc: tuple[str | int, ...]) -> int:
    depth = 0
    for mine, wanted in zip(place, loc, strict=False):
        if mine != wanted:
            return 0
        depth += 1
    return depth if len(place) <= len(loc) else 0
