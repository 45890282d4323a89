"""``replace``: statements come, go and move into blocks, with their comments and indentation."""

from __future__ import annotations

from codemods.model.plan import ReasonCode
from tests.operations.replacing import made, refused
from tests.operations.running import run

_RETURN_VALUE = """\
from twisted.internet import defer

defer.Deferred


def f():
    defer.returnValue(1)
    if x: defer.returnValue((yield a))
    defer.returnValue(
        # why
        a +
        b
    )
    defer.returnValue(x for x in y); defer.returnValue(lambda: 1)
    defer.returnValue((a,
                       b))
    return defer.returnValue(2)
"""

_RETURN = """\
from twisted.internet import defer

defer.Deferred


def f():
    return 1
    if x: return (yield a)
    return (
        # why
        a +
        b
    )
    return (x for x in y); return lambda: 1
    return (a,
                       b)
    return defer.returnValue(2)
"""


def test_an_expression_becomes_a_statement() -> None:
    result = made("twisted.internet.defer.returnValue($x)", "return $x", _RETURN_VALUE)
    assert result.text() == _RETURN
    assert refused(result) == [
        (17, ReasonCode.UNSAFE_EDIT, "it is part of a larger expression, not a statement")
    ]


def test_removed_statements_leave_valid_bodies() -> None:
    text = """\
from m import stub


def f():
    stub.close()


def g():
    stub.close()  # the first
    # between
    stub.close()


class C:
    '''Doc.'''

    stub.close()


async def h():
    try:
        await stub.close()
    finally:
        stub.close()
    x = stub.close()
"""
    shapes = [
        {"pattern": "m.stub.close()", "replacement": ""},
        {"pattern": "await m.stub.close()", "replacement": ""},
    ]
    result = run({"op": "replace", "shapes": shapes}, text)
    assert (
        result.text()
        == """\
from m import stub


def f():
    pass


def g():
    pass  # the first
    # between


class C:
    '''Doc.'''


async def h():
    try:
        pass
    finally:
        pass
    x = stub.close()
"""
    )
    assert [line for line, *_ in refused(result)] == [25]


def test_a_binding_that_is_still_read_refuses_the_site() -> None:
    step = {
        "op": "replace",
        "pattern": "$loop = asyncio.get_event_loop()\n$loop.run_until_complete($x)",
        "replacement": "asyncio.run($x)",
    }
    text = """\
import asyncio


def f():
    loop = asyncio.get_event_loop()
    loop.run_until_complete(g())
    loop.close()


def h():
    loop = asyncio.get_event_loop()
    loop.run_until_complete(g())
    loop = None
    return loop
"""
    result = run(step, text)
    assert [change.refused and change.refused.text for change in result.changes] == [
        "`loop` would no longer be bound, and line 7 reads it",
        None,
    ]
    assert "    asyncio.run(g())\n    loop = None\n" in result.text()


_RUNNING = "if asyncio.get_event_loop().is_running():\n    $...running\nelse:\n    $...otherwise"
_ROBUST = "try:\n    asyncio.get_running_loop()\n    $...running\nexcept RuntimeError:\n    $...otherwise"


def test_blocks_keep_their_text_and_comments_at_the_new_indentation() -> None:
    text = '''\
import asyncio


def f():
  if asyncio.get_event_loop().is_running():
    # above
    a()  # beside
    b("""
    text
""",
      1)
    # below
  else:
    c()  # last
  d()
'''
    assert (
        made(_RUNNING, _ROBUST, text).text()
        == '''\
import asyncio


def f():
  try:
    asyncio.get_running_loop()
    # above
    a()  # beside
    b("""
    text
""",
      1)
    # below
  except RuntimeError:
    c()  # last
  d()
'''
    )


def test_an_elif_is_refused() -> None:
    text = (
        "import asyncio\nif x: pass\nelif asyncio.get_event_loop().is_running():\n    a()\nelse:\n    b()\n"
    )
    result = made(_RUNNING, _ROBUST, text)
    assert result.text() == text
    assert refused(result) == [(3, ReasonCode.UNSAFE_EDIT, "it is the elif of another if")]


def test_a_match_inside_what_a_statement_takes_over_is_listed() -> None:
    text = "import os\nos.stat(os.stat(1))\n"
    result = made("os.stat($x)", "a = 1\nos.lstat($x)", text)
    assert result.text() == "import os\na = 1\nos.lstat(os.stat(1))\n"
    assert [line for line, *_ in refused(result)] == [2]


def test_several_statements_become_a_block() -> None:
    text = '''\
import m


def f():
    m.start(1)
    # one
    a = """
  x
"""
    if a:
        b()  # two

    c()
    # three
    m.stop(1)
    d()


def g():
\tb(); m.start(1); b(); m.stop(1); c()


def h(): a(); m.start(1); b(); m.stop(1); c()
m.start(1); m.stop(2)
'''
    result = made("m.start($x)\n$...body\nm.stop($x)", "with m.on($x):\n    $...body", text)
    assert (
        result.text()
        == '''\
import m


def f():
    with m.on(1):
        # one
        a = """
  x
"""
        if a:
            b()  # two

        c()
        # three
    d()


def g():
\tb()
\twith m.on(1):
\t\tb()
\tc()


def h():
    a()
    with m.on(1):
        b()
    c()
m.start(1); m.stop(2)
'''
    )


def test_a_definition_changes_only_where_it_must() -> None:
    pattern = "async def setup_method(self, $...p):\n    $...body"
    text = "class A:\n    @x\n    async  def setup_method(self, m, *, a=1, **k):  # why\n        await a\n"
    result = made(pattern, pattern.removeprefix("async "), text.replace("await a", "a"))
    assert result.text() == text.replace("await a", "a").replace("async  def", "def")


def test_statements_on_new_lines_are_indented_anew() -> None:
    text = (
        "def f(self):\n    self.assertRaises(KeyError,\n"
        "                      get, 1,\n                      key=2)\n"
    )
    pattern = "$t.assertRaises($e, $f, $...args)"
    assert made(
        pattern, "with raising($e):\n    $f($...args)", text, imports=["from m import raising"]
    ).text() == (
        "from m import raising\n\n\n"
        "def f(self):\n    with raising(KeyError):\n        get(1,\n                      key=2)\n"
    )
