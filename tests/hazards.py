"""Every surrounding that has made codemods go wrong, in one table that every operation runs.

An operation's test module says in ``SITES`` how a use it changes looks, before and after. The table sets
that use into each hazard and knows what must come out: the same surrounding, byte for byte, around the
changed use; or, where a name is shadowed, the very same text. ``tests/operations/test_hazards.py`` runs it.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Shape = Literal["expression", "statement", "definition"]


@dataclass(frozen=True)
class Site:
    """How a use that an operation changes looks.

    ``shape`` says where it can stand: an expression stands anywhere, a statement on a line or behind a
    semicolon, a definition (``def``, ``class``, with its decorators) on lines of its own. An ``after`` of
    ``""`` means that the statement goes, line and all. Write strings in single quotes.
    """

    step: Mapping[str, Any]
    before: str
    after: str
    header: str = ""
    """The lines it needs above it: imports, and the objects it is called on."""
    header_after: str | None = None
    """The header when the site is changed; None when it stays."""
    names: tuple[str, ...] = ()
    """Names bound by the header; where one is shadowed, ``before`` means something else and must stay."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Further files, so that classes exist."""
    path: str = "example.py"
    shape: Shape = "expression"
    otherwise: Mapping[str, str | None] = field(default_factory=dict)
    """Hazards with another outcome, by name: the whole text below the header, or None where all stays."""
    name: str = ""
    """Tells several sites of one operation apart."""


@dataclass(frozen=True)
class Case:
    """One file as it is and as it must be."""

    name: str
    site: Site
    before: bytes
    after: bytes


EXPRESSION_HAZARDS = {
    "plain": "value = $\n",
    "bare expression": "$\n",
    "chained calls on one line": "value = [$, $]\n",
    "argument": "print($)\n",
    "keyword argument": "print(end=$)\n",
    "starred argument": "print(*[$], **{'end': $})\n",
    "parenthesised argument": "print(($))\n",
    "trailing comma": "value = [\n    $,\n]\n",
    "comments inside parentheses": "value = (  # why, (not)\n    $  # because, $ no\n    # end\n)\n",
    "backslash": "value = \\\n    $\n",
    "implicit concatenation beside": "print('a' 'b', $, 'c'\n      'd')\n",
    "semicolon after": "value = $; other = 1\n",
    "semicolon before": "other = 1; value = $\n",
    "one-line suite": "if True: value = $\n",
    "one-line else": "if True: pass\nelse: value = $\n",
    "one-line function": "def function(): return $\n",
    "only statement of a body": "def function():\n    $\n",
    "docstring above": 'def function():\n    """Says $ too."""\n    return $\n',
    "comment above": "# $ in a comment\nvalue = $  # $\n",
    "decorator": "@print($)\ndef function():\n    pass\n",
    "default argument": "def function(value=$, *, other=$):\n    return value\n",
    "lambda": "value = lambda: $\n",
    "lambda default": "value = lambda other=$: other\n",
    "conditional expression": "value = $ if $ else 1\n",
    "comparison": "value = 1 < $ < 2 and not $\n",
    "subscript": "value = {}[$]\n",
    "slice": "value = [][$:$]\n",
    "comprehension": "value = [$ for other in range(3) if $]\n",
    "comprehension source": "value = {other: 1 for other in $}\n",
    "nested comprehension": "value = [[$ for inner in outer] for outer in [[1]]]\n",
    "async comprehension": "async def function(source):\n    return [$ async for other in source]\n",
    "generator argument": "print(any($ for other in range(3)))\n",
    "walrus": "if (value := $):\n    print(value)\n",
    "walrus in a comprehension": "value = [last for other in range(3) if (last := $)]\n",
    "match subject": "match $:\n    case 1:\n        pass\n",
    "match guard": "match 1:\n    case other if $:\n        value = $\n",
    "f-string": 'value = f"a {$} b"\n',
    "f-string with format": 'value = f"{1:>4} {$!r:>{10}} {2}"\n',
    "f-string with equals sign": 'value = f"{$=} {$ = !s}"\n',
    "f-string with a dictionary": 'value = f"{ {1: $}[1] } {{$}}"\n',
    "nested f-string": "value = f\"\"\"a {f'''b {$}''' } c\"\"\"\n",
    "f-string over lines": 'value = f"""\n  é {1}\n  {$:>4}\n  {\n  $}\n"""\n',
    "f-string format field": 'value = f"{1:{$}}"\n',
    "concatenated f-strings": 'value = ("{$}" f"é {$}"\n         f"{$}" "x")\n',
    "raw f-string": 'value = rf"\\d{$}\\{$}"\n',
    "f-string with escapes": 'value = f"\\N{BULLET} \\x41 \\u00e9 {$} \\\n {$}"\n',
    "non-ASCII before": "value = 'žluťoučký 🐍', $, '🐍', $\n",
    "non-ASCII name before": "größe = $\n",
    "return": "def function():\n    return $\n",
    "yield": "def function():\n    yield $\n    value = yield $\n",
    "raise": "def function():\n    raise ValueError($) from None\n",
    "assert": "assert $, $\n",
    "with": "with open($) as handle, open('x'):\n    pass\n",
    "for": "for other in $:\n    pass\nelse:\n    value = $\n",
    "while": "while $:\n    break\n",
    "try": "try:\n    value = $\nexcept ValueError:\n    value = $\nelse:\n    $\nfinally:\n    $\n",
    "elif": "if 1:\n    pass\nelif $:\n    pass\n",
    "augmented assignment": "value = 1\nvalue += $\n",
    "class body": "class Example:\n    value = $\n\n    def method(self):\n        return $\n",
    "class keyword": "class Example(metaclass=type, **{}): value = $\n",
    "closure": "def function():\n    def inner():\n        return $\n    return inner\n",
    "async function": "async def function():\n    return $\n",
    "global of another name": "def function():\n    global value\n    value = $\n",
    "tabs": "def function():\n\tif True:\n\t\treturn $\n",
    "form feed": "value = 1\n\x0c\ndef function():\n    return $\n",
}
"""Surroundings of an expression, which changes at every ``$`` outside strings and comments."""

_LITERAL_DOLLARS = {
    "comments inside parentheses": ["because, $"],
    "docstring above": ["Says $"],
    "comment above": ["# $ in", "# $\n"],
    "f-string with a dictionary": ["{{$}}"],
    "concatenated f-strings": ['"{$}" f'],
}
"""The dollars of a hazard that stand in text, where ``before`` must stay."""

SHADOW_HAZARDS = {
    "parameter": "def function(NAME):\n    return $\n",
    "keyword-only parameter": "def function(*, NAME=None):\n    return $\n",
    "variable arguments": "def function(*NAME):\n    return $\n",
    "lambda parameter": "other = lambda NAME: $\n",
    "local assignment": "def function():\n    NAME = object()\n    return $\n",
    "annotated assignment": "def function():\n    NAME: object = object()\n    return $\n",
    "assignment after the use": "def function():\n    print($)\n    NAME = object()\n",
    "closure over a parameter": "def function(NAME):\n    def inner():\n        return $\n    return inner\n",
    "nonlocal": (
        "def function(NAME):\n    def inner():\n        nonlocal NAME\n        NAME = 1\n        return $\n"
    ),
    "comprehension variable": "other = [$ for NAME in ()]\n",
    "dictionary comprehension variable": "other = {1: $ for NAME in () if $}\n",
    "loop variable": "def function():\n    for NAME in ():\n        print($)\n",
    "with target": "def function():\n    with open('x') as NAME:\n        print($)\n",
    "exception name": "def function():\n    try: pass\n    except OSError as NAME:\n        print($)\n",
    "walrus target": "def function():\n    if (NAME := object()):\n        return $\n",
    "unpacking target": "def function():\n    (NAME, *_) = object(), 1\n    return $\n",
    "match capture": "def function(x):\n    match x:\n        case [NAME, *_]:\n            return $\n",
    "match as": "def function(x):\n    match x:\n        case int() as NAME:\n            return $\n",
    "import": "def function():\n    import elsewhere as NAME\n    return $\n",
    "from-import": "def function():\n    from elsewhere import NAME\n    return $\n",
    "inner function": "def function():\n    def NAME(): ...\n    return $\n",
    "inner class": "def function():\n    class NAME: ...\n    return $\n",
    "class attribute in a class body": "class Example:\n    NAME = object()\n    other = $\n",
    "f-string with a parameter": "def function(NAME):\n    return f'''{$}'''\n",
}
"""A name of the site (``NAME``) means another thing: every ``$`` must stay."""

UNSHADOWED_HAZARDS = {
    "class attribute beside a method": (
        "class Example:\n    NAME = None\n\n    def method(self):\n        return $\n"
    ),
    "comprehension variable elsewhere": "other = [NAME for NAME in ()], $\n",
    "parameter elsewhere": "def function(NAME=$):\n    return NAME\n\n\nother = $\n",
    "attribute of the same name": "def function(other):\n    other.NAME = $\n    return other.NAME\n",
    "keyword of the same name": "print(dict(NAME=$), dict(NAME=1))\n",
}
"""A name of the site is bound elsewhere, but what the site means is the same: every ``$`` changes."""

STATEMENT_HAZARDS = {
    "plain": "$\n",
    "semicolon after": "$; other = 1\n",
    "semicolon before": "other = 1; $\n",
    "semicolons around": "other = 1; $; another = 2\n",
    "trailing semicolon": "$;\n",
    "one-line suite": "if True: $\n",
    "one-line suite of two": "if True: $; other = 1\n",
}
"""Surroundings of a statement on one line."""

BLOCK_HAZARDS = {
    "plain": "$\n",
    "only statement of a body": "def function():\n    $\n",
    "only statement of an else": "if 1:\n    other = 1\nelse:\n    $\n",
    "first of a body": "def function():\n    $\n    return 1\n",
    "last of a body": "def function():\n    other = 1\n    $\n\n\nother = 1\n",
    "below a docstring": 'def function():\n    """Text."""\n    $\n    return 1\n',
    "comments around": "other = 1\n# above\n\n$\n# below\nother = 2\n",
    "class body": "class Example:\n    other = 1\n    $\n    another = 2\n",
    "try": "try:\n    other = 1\n    $\nexcept ValueError:\n    pass\n",
    "tabs": "def function():\n\tif True:\n\t\tother = 1\n\t\t$\n\t\treturn 1\n",
    "form feed": "other = 1\n\x0c\n$\nother = 2\n",
}
"""Surroundings of a statement or a definition on lines of its own."""


def cases(site: Site) -> Iterator[Case]:
    """Every hazard that applies to a site of this shape."""
    for name, body in _bodies(site):
        marked = _mark(site, name, body)
        yield from _case(site, name, marked.replace("\0", site.before), marked)
    if site.shape == "expression":
        yield from _name_hazards(site)
    yield from _byte_hazards(site)


def _bodies(site: Site) -> Iterator[tuple[str, str]]:
    if site.shape == "expression":
        yield from EXPRESSION_HAZARDS.items()
        return
    yield from BLOCK_HAZARDS.items()
    if site.shape == "statement":
        yield from (item for item in STATEMENT_HAZARDS.items() if item[0] not in BLOCK_HAZARDS)


def _name_hazards(site: Site) -> Iterator[Case]:
    """A shadowed site stays, while one beside it, which is not shadowed, changes."""
    for name in site.names:
        for hazard, body in SHADOW_HAZARDS.items():
            shadowed = body.replace("NAME", name).replace("$", site.before)
            yield from _case(site, f"{name} as {hazard}", shadowed + site.before + "\n", shadowed + "\0\n")
        for hazard, body in UNSHADOWED_HAZARDS.items():
            marked = body.replace("NAME", name).replace("$", "\0")
            yield from _case(site, f"{name} as {hazard}", marked.replace("\0", site.before), marked)


def _byte_hazards(site: Site) -> Iterator[Case]:
    """The same file in other bytes."""
    marked = "\0\n" if site.shape != "expression" else "value = \0\n\n\ndef function():\n    return \0\n"
    plain = next(_case(site, "bytes", marked.replace("\0", site.before), marked))
    for name, change in BYTE_HAZARDS.items():
        after = change(plain.after)
        if name in site.otherwise:
            other = site.otherwise[name]
            after = change(plain.before) if other is None else other.encode()
        yield replace(plain, name=name, before=change(plain.before), after=after)


def _latin_1(data: bytes) -> bytes:
    text = "# -*- coding: latin-1 -*-\n# naïve\n" + data.decode()
    return text.encode("latin-1")


BYTE_HAZARDS: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "mixed newlines": lambda data: b"first = 1\r\nsecond = '''\n\r\n'''\r\n" + data,
    "byte order mark": lambda data: codecs.BOM_UTF8 + data,
    "form feed at the start": lambda data: b"\x0c\n" + data,
    "no final newline": lambda data: data.rstrip(b"\n"),
    "latin-1 cookie": _latin_1,
    "non-ASCII line above": lambda data: "größe = '🐍'\n".encode() + data,
    "line separators in a string": lambda data: "text = '\u2028 \x0b \x1c \x85'\n".encode() + data,
    "backslash at the end of a comment": lambda data: b"# a\\\n" + data,
}


def _mark(site: Site, name: str, body: str) -> str:
    """The body with ``\\0`` where the site changes, and with the site as it is where that is only text."""
    for literal in _LITERAL_DOLLARS.get(name, ()):
        assert literal in body, (name, literal)
        body = body.replace(literal, literal.replace("$", "\1"))
    return body.replace("$", "\0").replace("\1", site.before)


def _case(site: Site, name: str, before: str, marked: str) -> Iterator[Case]:
    changed = "\0" in marked
    if site.shape != "expression":
        before = _set(marked, site.before)
    if name in site.otherwise:
        other = site.otherwise[name]
        changed = other is not None
        after = before if other is None else other
    else:
        after = _set(marked, site.after)
    header = site.header if site.header_after is None or not changed else site.header_after
    yield Case(name, site, (site.header + before).encode(), (header + after).encode())


def _set(marked: str, text: str) -> str:
    """The text set at every mark, indented as the mark's line; an empty one takes the line along."""
    lines = []
    for line in marked.split("\n"):
        if line.strip() == "\0":
            if text:
                indent = line[: line.index("\0")]
                lines += [indent + part if part else part for part in text.split("\n")]
        else:
            lines.append(line.replace("\0", text))
    return "\n".join(lines)
