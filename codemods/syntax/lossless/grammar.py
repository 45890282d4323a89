"""Today's grammar for fissix: its own grammar file, overlaid with `grammar.txt`, its symbol numbers kept.

Nothing is cached on disk: the tables take some 20 ms, once per process and only when something is parsed.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

OVERLAY = Path(__file__).with_name("grammar.txt")


def _import_pygram() -> ModuleType:
    """`fissix.pygram`, imported without its pickles.

    fissix pickles its grammars into the user's cache folder on import, and the import fails where that folder
    cannot be written. While it is imported it therefore gets a loader that works in memory.
    """
    from fissix.pgen2 import driver, pgen

    load_grammar = driver.load_grammar
    driver.load_grammar = pgen.generate_grammar
    try:
        from fissix import pygram
    finally:
        driver.load_grammar = load_grammar
    module: ModuleType = pygram
    return module


pygram = _import_pygram()
"""Whoever needs fissix beyond its leaves and nodes imports this module first."""


@cache
def python_grammar() -> Any:
    """The `fissix.pgen2.grammar.Grammar` of today's Python; symbols known to fissix keep fissix's numbers."""
    from fissix.pgen2 import pgen

    stock = Path(pygram._GRAMMAR_FILE).read_text(encoding="utf-8")
    rules = _rules(stock) | _rules(OVERLAY.read_text(encoding="utf-8"))
    text = "\n".join(_reachable(rules, "file_input"))
    grammar = pgen.ParserGenerator(str(OVERLAY), io.StringIO(text + "\n")).make_grammar()
    _renumber(grammar, pygram.python_grammar.symbol2number)
    for name, number in grammar.symbol2number.items():
        setattr(pygram.python_symbols, name, number)  # so that patterns may name the new rules too
    return grammar


def symbol(name: str) -> int:
    """The number of a rule, which is the `type` of its nodes."""
    number: int = python_grammar().symbol2number[name]
    return number


def _rules(text: str) -> dict[str, str]:
    """Each rule's name and text, comments dropped."""
    text = re.sub(r"#.*", "", text)
    rules = re.findall(r"^(\w+):((?:.*\n)(?:[ \t]+.*\n|\n)*)", text, re.MULTILINE)
    return {name: f"{name}: {' '.join(body.split())}" for name, body in rules}


def _reachable(rules: dict[str, str], start: str) -> list[str]:
    """The texts of the rules that `start` needs, `start` first."""
    names = [start]
    for name in names:
        words = re.findall(r"\b[a-z]\w*\b", re.sub(r"'[^']*'", "", rules[name]))
        names.extend(dict.fromkeys(word for word in words if word not in names))
    return [rules[name] for name in names]


def _renumber(grammar: Any, known: dict[str, int]) -> None:
    """Give each symbol its number in `known`; new symbols follow the highest one."""
    free = iter(range(max(known.values()) + 1, 1 << 16))
    new = {number: known.get(name) or next(free) for number, name in sorted(grammar.number2symbol.items())}
    grammar.symbol2number = {name: new[number] for name, number in grammar.symbol2number.items()}
    grammar.number2symbol = {number: name for name, number in grammar.symbol2number.items()}
    grammar.labels = [(new.get(number, number), value) for number, value in grammar.labels]
    grammar.dfas = {new[number]: dfa for number, dfa in grammar.dfas.items()}
    grammar.start = new[grammar.start]
