"""``query``: Bowler's queries as steps, over today's syntax, without Bowler's faults."""

from __future__ import annotations

import re
import time

import pytest

from codemods.model.errors import UnknownTargetError
from codemods.model.plan import ACCEPTED, REJECTED, ReasonCode, Verdict
from tests.bowler.running import RENAME, Run, changes, text


def test_a_function_gets_a_query(run: Run) -> None:
    planned = run(RENAME, {"a.py": "old(1)\nx.old(2)\n", "b.py": "from m import old\n", "c.py": "other()\n"})
    assert text(planned) == "new(1)\nx.old(2)\n"
    assert text(planned, "b.py") == "from m import new\n"
    assert planned.plan.changed_paths() == ["a.py", "b.py"]
    assert {change.reason.code for change in changes(planned)} == {ReasonCode.QUERY}
    assert planned.plan.recipes[0].warnings == ("this ran the Python code of fix.py",)


@pytest.mark.parametrize(
    "code",
    [
        "from bowler import Query\ndef query():\n    return Query().select_function('old').rename('new')\n",
        "from codemods.bowler import Query\ndef query(): return Query('.').select_var('old').rename('new')\n",
        "def query(q):\n    return q.select_function('old').rename('new')\n",
        "def query(q):\n    q.select_function('old').rename('new').write()\n",
        "class C:\n    def __call__(self, q): q.select_var('old').rename('new').diff()\nquery = C()\n",
    ],
)
def test_ways_to_write_a_query(run: Run, code: str) -> None:
    assert text(run(code, "old()\n")) == "new()\n"


def test_each_place_is_a_change_of_its_own(run: Run) -> None:
    """Also two on one line; and rejecting one does not lose the other, as it did with Bowler's hunks."""
    source = "a(old(1), old(2))\n\nold(\n    old(3),\n)\n"
    whole = run(RENAME, source)
    assert text(whole) == source.replace("old", "new")
    assert [(change.line, change.column) for change in changes(whole)] == [(1, 3), (1, 11), (3, 1), (4, 5)]
    half = run(
        RENAME, source, lambda change: REJECTED if change.column == 11 or change.line == 3 else ACCEPTED
    )
    assert text(half) == "a(new(1), old(2))\n\nold(\n    new(3),\n)\n"


def test_what_one_match_changes_stays_together(run: Run) -> None:
    code = (
        "from fissix.fixer_util import touch_import, Name\n"
        "def add(node, capture, filename):\n"
        "    touch_import('lib', 'shut', node)\n"
        "    capture['name'].value = 'shut'\n"
        "def query(q):\n    q.select(\"power< name='close' trailer< '(' any* ')' > >\").modify(add)\n"
    )
    planned = run(code, "'''doc'''\nimport os\n\nclose()\n")
    assert text(planned) == "'''doc'''\nimport os\nfrom lib import shut\n\nshut()\n"
    (change,) = changes(planned)
    assert len(change.edits) == 2


def test_places_that_touch_become_one_change(run: Run) -> None:
    code = (
        "def twice(node, capture, filename):\n    node.value += 'x'\n"
        "def query(q):\n    q.select(\"'a'\").modify(twice).select(\"'ax'\").modify(twice)\n"
    )
    planned = run(code, "a = b\n")
    assert text(planned) == "axx = b\n"
    assert len(changes(planned)) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\r\nold()\r\n", "x = 1\r\nnew()\r\n"),
        ("x = 1\r\nold()\ny = 2\r", "x = 1\r\nnew()\ny = 2\r"),
        ("x = 1\nold()", "x = 1\nnew()"),
        ("\ufeffold()\n".encode(), "\ufeffnew()\n".encode()),
        ("x\n\f\nold()\n\f", "x\n\f\nnew()\n\f"),
        ("old('\u2028\x1c')\nold()", "new('\u2028\x1c')\nnew()"),
        (
            "# coding: latin-1\nx = 'é'; old()\n".encode("latin-1"),
            "# coding: latin-1\nx = 'é'; new()\n".encode("latin-1"),
        ),
        ("if x:\n\told()\n        # c\n", "if x:\n\tnew()\n        # c\n"),
    ],
    ids=["CRLF", "mixed", "no final newline", "BOM", "form feed", "line separators", "latin-1", "tabs"],
)
def test_bowlers_faults_cannot_happen(run: Run, before: str | bytes, after: str | bytes) -> None:
    """Bowler changes every line end, drops the edit without a word, or aborts the run."""
    planned = run(RENAME, {"a.py": before, "b.py": "old()\n"})
    expected = after.encode() if isinstance(after, str) else after
    assert planned.encoded("a.py", text(planned)) == expected
    assert text(planned, "b.py") == "new()\n"


def test_new_lines_end_as_the_files_lines_do(run: Run) -> None:
    code = (
        "from fissix.fixer_util import touch_import\n"
        "def query(q):\n    q.select_function('old').modify(lambda n, c, f: touch_import(None, 'lib', n))\n"
    )
    assert text(run(code, "import os\r\nold()\r\n")) == "import os\r\nimport lib\r\nold()\r\n"


def test_a_file_that_cannot_be_parsed_is_loud(run: Run) -> None:
    """Bowler skips it and exits 0; files that cannot hold a match are not read at all."""
    planned = run(RENAME, {"a.py": "old(\n", "b.py": "old()\n", "c.py": "def (\n"})
    assert [str(file) for file in planned.plan.unparsed] == ["a.py:1: this '(' is never closed"]
    assert text(planned, "b.py") == "new()\n"


def test_an_encoding_that_cannot_hold_the_result_empties_no_file(run: Run) -> None:
    code = "def query(q):\n    q.select_function('old').rename('neũ')\n"
    planned = run(code, {"a.py": "# coding: latin-1\nold()\n", "b.py": "old()\n"})
    with pytest.raises(Exception, match="latin-1 cannot hold"):
        planned.encoded("a.py", text(planned))
    assert text(planned, "b.py") == "neũ()\n"


POOL = {
    "app/__init__.py": "",
    "app/pool.py": "class Pool:\n    def close(self): ...\n\n\nclass Sub(Pool):\n  def close(self, a): ...\n",
    "app/other.py": "class Other:\n    def close(self, a): ...\n",
    "use.py": (
        "from app.pool import Pool\n\n\ndef f(pool, other):\n    Pool().close()\n    open('x').close()\n"
        "    pool.close()\n    Pool().x.close()\n"
    ),
}

RECEIVER = (
    "from codemods.bowler import receiver_is\n"
    "def query(q):\n    q.select_method('close').filter(receiver_is('app.pool.Pool')).rename('drain')\n"
)


def test_a_query_can_ask_which_object_it_is(run: Run) -> None:
    planned = run(RECEIVER, POOL)
    assert "    Pool().drain()\n    open('x').close()\n    pool.close()\n" in text(planned, "use.py")
    assert "def drain(self, a)" in text(planned, "app/pool.py")
    assert text(planned, "app/other.py") == POOL["app/other.py"]
    doubtful = [change for change in changes(planned) if change.verdict is Verdict.POSSIBLE]
    assert ("use.py", 7) in {(change.path, change.line) for change in doubtful}


def test_a_class_that_is_nowhere_is_an_error(run: Run) -> None:
    with pytest.raises(UnknownTargetError, match="Pol"):
        run(RECEIVER.replace("pool.Pool", "pool.Pol"), POOL)


ARGUMENTS = "def old(a, b=1, *c): pass\ndef query(q):\n    q.select_function(old)"


@pytest.mark.parametrize(
    ("modifier", "before", "after"),
    [
        ("add_argument('c', 'None')", "old(1, x=2)\n", "old(1, x=2)\n"),
        ("add_argument('c', 'None', positional=True)", "old(1, x=2)\n", "old(1, None, x=2)\n"),
        ("add_argument('c', 'None')", "def old(a):\n    pass\n", "def old(a, c=None):\n    pass\n"),
        ("modify_argument('b', new_name='c')", "old(1, b=2)\n", "old(1, c=2)\n"),
        ("modify_argument('b', new_name='c')", "old(1, x=2,)\n", "old(1, x=2,)\n"),
        ("modify_argument('b', new_name='c')", "old(\n    1,\n    b=2,\n)\n", "old(\n    1,\n    c=2,\n)\n"),
        ("add_argument('c', 'None')", "def old(a,):\n    pass\n", "def old(a, c=None,):\n    pass\n"),
        ("remove_argument('b')", "old(1, 2)\nold(1, b=2)\nold(1)\n", "old(1)\nold(1)\nold(1)\n"),
        # what Bowler would spoil is left alone
        ("remove_argument('b')", "old(*x, 2)\n", None),
        ("remove_argument('b')", "old(a := 1, 2)\n", None),
        ("remove_argument('b')", "old(\n    1,  # one\n    2,\n)\n", None),
        ("add_argument('c', 'None', positional=True)", "old(x := 1)\n", None),
        ("add_argument('c', 'None')", "def old(a, /, b):\n    pass\n", None),
        ("add_argument('c', 'None')", "def old(a: list[int]):\n    pass\n", None),
        (
            "modify_argument('b', new_name='c')",
            "def old(a, *, b: 'x.y' = 1):\n    pass\n",
            "def old(a, *, c: 'x.y' = 1):\n    pass\n",
        ),
    ],
)
def test_modifiers_of_arguments(run: Run, modifier: str, before: str, after: str | None) -> None:
    planned = run(f"{ARGUMENTS}.{modifier}\n", before)
    assert text(planned) == (before if after is None else after)
    refused = [change for change in changes(planned) if change.refused]
    assert bool(refused) == (after is None)


def test_a_query_runs_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Adding an argument again would be wrong, but so is calling the query's work wrong for that."""
    planned = run(f"print('once')\n{ARGUMENTS}.add_argument('c', 'None', positional=True)\n", "old(1)\n")
    assert text(planned) == "old(1, None)\n"
    assert capsys.readouterr().err == "once\n"


def test_a_modifier_may_replace_the_node_and_return_the_new_one(run: Run) -> None:
    code = (
        "from fissix.fixer_util import Name\n"
        "def change(node, capture, filename):\n"
        "    new = Name('new', prefix=node.prefix)\n    node.replace(new)\n    return new\n"
        "def query(q):\n    q.select(\"'old'\").modify(change)\n"
    )
    assert text(run(code, "x = old\n")) == "x = new\n"


def test_a_modifier_may_return_a_part_of_the_node(run: Run) -> None:
    code = "def query(q):\n    q.select(\"atom< '(' x=any ')' >\").modify(lambda n, c, f: c['x'])\n"
    assert text(run(code, "x = (1)\n")) == "x =1\n"


def test_filters_and_modifiers_may_be_text(run: Run) -> None:
    code = (
        "def query(q):\n    q.select_function('old').is_call().in_class('A')"
        ".is_filename(include='a', exclude='b').filter('len(capture[\"function_arguments\"]) == 1')"
        ".modify('node.prefix += \"  \"')\n"
    )
    source = "class A:\n    def f(self):\n        x = old(1)\n        old()\n\n\nold(1)\n"
    assert text(run(code, source)) == source.replace("x = old(1)", "x =   old(1)")


def test_a_fixer_class_runs(run: Run) -> None:
    code = (
        "from fissix.fixer_base import BaseFix\nfrom fissix.fixer_util import Name\n"
        "class Fix(BaseFix):\n    PATTERN = \"'old'\"\n"
        "    def transform(self, node, results):\n"
        "        return Name(self.new_name('new'), prefix=node.prefix)\n"
        "def query(q):\n    q.fixer(Fix)\n"
    )
    assert text(run(code, "other = old\n")) == "other = new\n"
    assert re.fullmatch(r"new = new\d+\n", text(run(code, "new = old\n")))


def test_many_matches_in_one_file_take_time_in_proportion(run: Run) -> None:
    body = "        x = old(1)\n" * 500
    source = f"class A:\n    def f(self):\n{body}    def g(self):\n{body}"
    begin = time.process_time()
    planned = run(RENAME, source)
    assert time.process_time() - begin < 20
    assert text(planned) == source.replace("old", "new")
    assert len(changes(planned)) == 1000


def test_a_change_far_from_the_match_is_not_lost(run: Run) -> None:
    """Setting a value tells fissix nothing, wherever the leaf is."""
    code = (
        "def change(node, capture, filename):\n"
        "    root = node\n    while root.parent: root = root.parent\n"
        "    next(leaf for leaf in root.leaves() if leaf.value == 'far').value = 'near'\n"
        "def query(q):\n    q.select(\"'old'\").modify(change)\n"
    )
    planned = run(code, "far = 1\nold\nfar = 2\nold\n")
    assert text(planned) == "near = 1\nold\nnear = 2\nold\n"


def test_a_file_that_only_spells_a_longer_name_is_not_read(run: Run) -> None:
    planned = run(RENAME, {"a.py": "older(\n", "b.py": "# colder, old2\n", "c.py": "old()\n"})
    assert planned.plan.unparsed == ()
    assert planned.plan.changed_paths() == ["c.py"]
