"""Fixers and patterns written for fissix and Bowler do on our trees what they do on fissix's own."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bowler.query import SELECTORS
from bowler.types import SYMBOL
from fissix import pygram, pytree
from fissix.fixer_base import BaseFix
from fissix.patcomp import compile_pattern
from fissix.pgen2 import driver
from fissix.pytree import Leaf, Node
from fissix.refactor import RefactoringTool, get_fixers_from_package

from codemods.model.errors import SourceSyntaxError
from codemods.syntax.lossless.grammar import python_grammar
from codemods.syntax.lossless.refactoring_tool import ModernDriver, Refactoring
from codemods.syntax.lossless.tree import leaves_of, parse, text_of
from codemods.syntax.required_literals import required_literals, spelled
from tests.syntax.lossless.test_tree import STDLIB

PYTHON_2_AND_3 = """\
from __future__ import unicode_literals
import urllib, os.path
from itertools import imap, izip
class A(object):
    __metaclass__ = B
    def next(self):
        return self.has_key(1) and d.has_key("x") or not d.has_key(y)
    @abc.abstractmethod
    def f(self, a, b=1): return isinstance(x, (int, int)) == None
x = dict.keys(); y = d.iteritems(); z = map(lambda a: a, d.values())
raise E
for k in d.keys(): print (k)
while 1: pass
t = type(x) == type(y)
u = u'x' + unicode(y)
raw_input()
"""


def _stock_tree(text: str) -> Any:
    return driver.Driver(pygram.python_grammar_no_print_and_exec_statement, pytree.convert).parse_string(text)


def _flat(tree: Any) -> list[tuple[object, ...]]:
    flat: list[tuple[object, ...]] = []
    for node in tree.pre_order():
        if isinstance(node, Leaf):
            flat.append((node.type, node.value, node.prefix, node.lineno, node.column))
        else:
            flat.append((node.type, len(node.children)))
    return flat


@pytest.mark.parametrize("name", ["shutil.py", "decimal.py", "argparse.py", "typing.py", "functools.py"])
def test_trees_are_fissixs(name: str) -> None:
    """Types, values, prefixes, positions and shape: comments, dedents and decorators too."""
    text = (STDLIB / name).read_text(encoding="utf-8")
    try:
        stock = _stock_tree(text)
    except Exception:
        pytest.skip("fissix cannot read it")
    assert _flat(parse(text)) == _flat(stock)


def test_shared_symbols_keep_their_numbers() -> None:
    ours, stock = python_grammar().symbol2number, pygram.python_grammar.symbol2number
    shared = ours.keys() & stock.keys()
    assert len(shared) > 70
    assert {name: ours[name] for name in shared} == {name: stock[name] for name in shared}
    assert not set(ours.values()) - {ours[name] for name in shared} & set(stock.values())
    assert SYMBOL.match_stmt == ours["match_stmt"]


class _Stock(RefactoringTool):  # type: ignore[misc]
    def refactor_tree(self, tree: Any, name: str) -> bool:
        tree.future_features = frozenset({"unicode_literals"})
        return bool(super().refactor_tree(tree, name))


@pytest.mark.parametrize("module", get_fixers_from_package("fissix.fixes"))
def test_fissixs_fixers_do_the_same(module: str) -> None:
    name = "Fix" + "".join(part.title() for part in module.rpartition("fix_")[2].split("_"))
    fixer = getattr(importlib.import_module(module), name)
    texts = [PYTHON_2_AND_3, (STDLIB / "getopt.py").read_text(encoding="utf-8")]
    for text in texts:
        stock = _Stock([module], {"print_function": True}, explicit=True).refactor_string(text, "x")
        ours = Refactoring([fixer])
        tree = ours.driver.parse_string(text)
        tree.future_features = frozenset({"unicode_literals"})
        ours.refactor_tree(tree, "x")
        assert text_of(tree) == str(stock)


class _Collect(BaseFix):  # type: ignore[misc]
    """Remembers what it matched."""

    found: list[str]

    def transform(self, node: Any, results: dict[str, Any]) -> None:
        type(self).found.append(text_of(node).strip())


def _matches(pattern: str, text: str) -> list[str]:
    fixer: Any = type("Collect", (_Collect,), {"PATTERN": pattern, "found": []})
    Refactoring([fixer]).refactor_string(text, "x")
    return list(fixer.found)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("match_stmt< 'match' any ':' any* >", "match x:\n  case 1: pass\n", ["match x:\n  case 1: pass"]),
        ("case_block< 'case' p=any any* >", "match x:\n  case A(b): pass\n", ["case A(b): pass"]),
        (
            "power< 'A' trailer< '(' any* ')' > >",
            "match x:\n  case A(b): pass\n  case [A()]: pass\n",
            ["A(b)", "A()"],
        ),
        ("type_stmt< any* >", "type X = int\n", ["type X = int"]),
        ("namedexpr_test< any ':=' any >", "with (x := y): a[0]\n", ["x := y"]),
        ("decorator< '@' dotted_name< 'a' '.' 'b' > any* >", "@a.b(1)\n@a.c\ndef f(): pass\n", ["@a.b(1)"]),
        ("decorator< '@' 'a' any >", "@a\ndef f(): pass\n", ["@a"]),
        ("decorator< '@' power< any* > any >", "@a[0].b\ndef f(): pass\n", ["@a[0].b"]),
        ("with_item< any 'as' x=any >", "with a as b, (c) as d: pass\n", ["a as b", "(c) as d"]),
        ("funcdef< 'def' name='f' any* >", "def f[T](x: T, /): pass\n", ["def f[T](x: T, /): pass"]),
        ("except_clause< any* >", "try: pass\nexcept* A as b: pass\n", ["except* A as b"]),
        ("STRING", "f'{a['b']}' + t'x'\n", ["f'{a['b']}'", "t'x'"]),
    ],
)
def test_patterns_match_todays_syntax(pattern: str, text: str, found: list[str]) -> None:
    assert _matches(pattern, text) == found


@pytest.mark.parametrize("selector", sorted(SELECTORS))
def test_bowlers_selectors_match_the_same(selector: str) -> None:
    text = (
        "import name\nimport name.b as c\nfrom name import x, name\nclass name(B): a = 1\n"
        "class C(name): pass\n"
        "class D(A, name):\n    name = 1\n    @dec\n    def name(self, a): return self.name(a).b.name\n"
        "def name(a, b=1): return name(a)\nname.b.c(name=name)\nx.name(1).name()\nname = 2\nself.name = 3\n"
    )
    pattern = compile_pattern(
        SELECTORS[selector].format(
            name="name", dotted_name="'name'", power_name="'name'", pattern="trailer< '.' 'name' >"
        )
    )
    ours, stock = parse(text), _stock_tree(text)
    places = [[i for i, node in enumerate(tree.pre_order()) if pattern.match(node)] for tree in (ours, stock)]
    assert places[0] == places[1] != []


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("'x'", {"x"}),
        ("NAME", None),
        ("any", None),
        ("power< 'self' trailer< '.' 'name' > any* >", {"self"}),
        ("power< any trailer< '.' 'name' > any* >", {"name"}),
        ("funcdef< 'def' 'f' any* >", {"f"}),
        ("return_stmt< 'return' any >", {"return"}),
        ("('a' | power< 'b' any* >)", {"a", "b"}),
        ("('a' | NAME)", None),
        ("power< any* ['x'] any* >", None),
        ("power< 'x'* 'y'+ >", {"y"}),
        ("power< not 'x' any* >", None),
    ],
)
def test_required_literals(pattern: str, literals: set[str] | None) -> None:
    assert required_literals(compile_pattern(pattern)) == literals


def test_a_fixer_sees_what_another_made() -> None:
    class First(BaseFix):  # type: ignore[misc]
        PATTERN = "'a'"

        def transform(self, node: Any, results: dict[str, Any]) -> None:
            node.value = "b"  # fissix is not told

    class Second(BaseFix):  # type: ignore[misc]
        PATTERN = "expr_stmt< 'b' '=' value=any >"

        def transform(self, node: Any, results: dict[str, Any]) -> None:
            results["value"].value = "2"

    assert text_of(Refactoring([First, Second]).refactor_string("a = 1\n", "x")) == "b = 2\n"


def test_a_chain_too_long_is_refused_in_time() -> None:
    chain = "x = a" + ".b(c)" * 500 + "\n"
    pattern = "power< any* trailer< any* >* trailer< '.' name='b' > any* >"
    with pytest.raises(SourceSyntaxError, match="line 1, column 5: a chain of 1001"):
        _matches(pattern, chain)
    assert _matches(pattern, chain.replace(".b", ".d") + "y.b\n") == ["y.b"]


def test_the_driver_stands_in_for_fissixs() -> None:
    tree = ModernDriver().parse_string("match x:\n  case y: pass\n")
    assert isinstance(tree, Node)
    assert {"x", "y"} <= tree.used_names
    assert sum(1 for _ in leaves_of(tree)) == 12


def test_nothing_is_written_and_no_cache_folder_is_needed(tmp_path: Path) -> None:
    """fissix itself pickles its grammars into the user's cache folder, or fails on import."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    code = (
        "from codemods.syntax.lossless.refactoring_tool import Refactoring\nimport bowler\n"
        "print(Refactoring([]).grammar.start)"
    )
    environment = os.environ | {
        "XDG_CACHE_HOME": str(blocked),
        "HOME": str(blocked),
        "LOCALAPPDATA": str(blocked),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "256", "")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("literal", "text", "found"),
    [
        ("close", "a.close()", True),
        ("close", "a.close_all(); enclose; close2; 'xclosey'", False),
        ("close", "f(close='close')", True),
        ("if", "x = 1if y else 2", True),
        ("+", "a+b", True),
        ("é", "x.é()", True),
        ("é", "x.éa()", False),
    ],
)
def test_texts_that_spell_a_literal(literal: str, text: str, found: bool) -> None:
    assert bool(spelled([literal]).search(text)) == found


def test_a_pattern_without_literals_may_be_in_every_text() -> None:
    assert spelled(()).search("")
