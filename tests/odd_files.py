"""Files of odd sizes and shapes, each holding a use of what changed, and the recipes that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

POOL = """\
class Pool:
    def __init__(self, size=1): ...
    def link(self, *args) -> "Pool":
        return self
    def drain(self): ...


async def fetch(): ...


def new_name(*args): ...


def legacy(*args): ...
"""

USES = """\
from app.pool import Pool, fetch, legacy, old_name

pool = Pool(old_size=1)
pool.close()
legacy(1)
old_name()


async def fetch_all():
    fetch()


class TestPool:
    async def setup_method(self, method):
        self.ready = True

    def test_it(self):
        assert self.ready


"""
"""A use of everything that changed, in front of what is odd."""

HOLE = "pool.close()"
QUOTED = "'x' "
LINES = 7
"""How many lines a generated function has."""


def nested(opening: str, closing: str, depth: int) -> str:
    return f"value = {opening * depth}{HOLE}{closing * depth}\n"


def chain(links: int) -> str:
    return f"value = Pool(){'.link()' * links}.close()\n"


def additions(count: int) -> str:
    return f"value = {'1 + ' * count}{HOLE}\n"


def blocks(depth: int) -> str:
    return "".join(f"{' ' * level}if pool:\n" for level in range(depth)) + f"{' ' * depth}{HOLE}\n"


def elifs(count: int) -> str:
    return "if pool:\n    pass\n" + f"elif pool.x:\n    {HOLE}\n" * count


def functions(lines: int, every: int = 1) -> str:
    """What a generator of code writes; one function of so many holds uses."""
    used = (
        "def use_{0}(pool: Pool, other):\n    if other.ready:\n        pool.close()\n"
        "    values = [other.closes(), legacy({0}), {{'{0}': Pool(old_size={0})}}]\n    return values\n\n\n"
    )
    plain = used.replace("close()", "link()").replace("legacy", "print").replace("old_size", "size")
    return "".join(
        (used if number % every == 0 else plain).format(number) for number in range(lines // LINES)
    )


def long_string(length: int) -> str:
    return f"value = '{'x' * length}', {HOLE}\n"


def long_list(length: int) -> str:
    return f"value = [{(repr('x' * 96) + ', ') * (length // 100)}{HOLE}]\n"


SHAPES: Mapping[str, Callable[[int], str]] = {
    "long file": functions,
    "call chain": chain,
    "call chain as arguments": lambda n: f"value = {'pool.link(' * n}{HOLE}{')' * n}\n",
    "parentheses": lambda n: nested("(", ")", n),
    "lists": lambda n: nested("[", "]", n),
    "calls": lambda n: nested("f(", ")", n),
    "additions": additions,
    "signs": lambda n: f"value = {'- ' * n}{HOLE}\n",
    "nots": lambda n: f"value = {'not ' * n}{HOLE}\n",
    "powers": lambda n: f"value = {'2 ** ' * n}{HOLE}\n",
    "conditionals": lambda n: f"value = {'1 if pool else ' * n}{HOLE}\n",
    "lambdas": lambda n: f"value = {'lambda: ' * n}{HOLE}\n",
    "attributes": lambda n: f"value = other{'.x' * n}, {HOLE}\n",
    "subscripts": lambda n: f"value = other{'[0]' * n}, {HOLE}\n",
    "ands": lambda n: f"value = {'1 and ' * n}{HOLE}\n",
    "strings": lambda n: f"value = ({QUOTED * n}), {HOLE}\n",
    "blocks": blocks,
    "elifs": elifs,
    "long string": long_string,
    "long list": long_list,
    "statements on a line": lambda n: f"{'x = 1; ' * n}{HOLE}\n",
    "rebindings": lambda n: "other = pool\nother = other\n" * n + "other.close()\n",
}

OPERATIONS: Mapping[str, str] = {
    "rename-method": 'class = "app.pool.Pool"\nfrom = "close"\nto = "drain"',
    "rename-argument": 'class = "app.pool.Pool"\nfrom = "old_size"\nto = "size"',
    "replace": 'imports = ["from app.pool import legacy"]\npattern = "legacy($x)"\nreplacement = "$x + 1"',
    "rename": 'from = "app.pool.old_name"\nto = "app.pool.new_name"',
    "await-call": 'function = "app.pool.fetch"',
    "make-sync": 'methods = ["setup_method"]',
    "query": 'query = "fix.py:query"',
}

CHANGED = {
    "rename-method": "pool.drain()\n",
    "rename-argument": "pool = Pool(size=1)\n",
    "replace": "\n1 + 1\n",
    "rename": "new_name()\n",
    "await-call": "    await fetch()\n",
    "make-sync": "    def setup_method(self, method):\n",
    "query": "pool.drain()\n",
}
"""What stands in every file when the operation did its work."""

QUERY = "def query(q):\n    q.select_method('close').rename('drain')\n"


def recipe(operation: str) -> str:
    return (
        f'id = "odd-{operation}"\ntitle = "An API changed"\nwhy = "It changed."\n\n'
        f'[[step]]\nop = "{operation}"\n{OPERATIONS[operation]}\n\n'
        '[[example]]\nname = "changed"\nbefore = "1"\nafter = "2"\n\n'
        '[[example]]\nname = "stays"\nunchanged = "1"\n'
    )


def small_file(number: int) -> str:
    """One of many files, each with a use of its own."""
    return USES + f"\n\ndef use_{number}(other):\n    pool.close()\n    return legacy({number})\n"


def write_recipes(folder: Path) -> dict[str, str]:
    """The recipe of each operation, as a file of its own; their paths."""
    (folder / "fix.py").write_text(QUERY)
    for operation in OPERATIONS:
        (folder / f"{operation}.toml").write_text(recipe(operation))
    return {operation: str(folder / f"{operation}.toml") for operation in OPERATIONS}


def package(files: Mapping[str, str]) -> dict[str, str]:
    """A repository with the API that changed, a file as usual, and these."""
    return {"app/__init__.py": "", "app/pool.py": POOL, "test_usual.py": USES, **files}
