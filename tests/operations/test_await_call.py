"""``await-call``."""

from __future__ import annotations

import pytest

from codemods.model.plan import ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import Result, Step, run

FILES = {
    "app/__init__.py": "",
    "app/factory.py": (
        "from contextlib import asynccontextmanager\n\n\n"
        "class Factory:\n    runs: list[str] = []\n    async def make(self) -> int: ...\n\n\n"
        "def plain(*args): ...\n\n\n"
        "async def get_factory(size=1) -> Factory:\n    return Factory()\n\n\n"
        "@asynccontextmanager\nasync def borrowed():\n    yield Factory()\n"
    ),
}
STEP = {"op": "await-call", "function": "app.factory.get_factory"}
INVERSE = {"op": "await-call", "function": "app.factory.plain", "await": False}
HEADER = "import asyncio\nfrom app.factory import Factory, borrowed, get_factory, plain\n"

SITES = [
    Site(
        STEP,
        before="async def runs():\n    return get_factory(2).runs",
        after="async def runs():\n    return (await get_factory(2)).runs",
        header="from app.factory import get_factory\n",
        files=FILES,
        shape="definition",
    ),
    Site(
        INVERSE,
        name="inverse",
        before="async def runs():\n    return (await plain(2)).runs",
        after="async def runs():\n    return plain(2).runs",
        header="from app.factory import plain\n",
        files=FILES,
        shape="definition",
    ),
]


def awaited(code: str, step: Step = STEP) -> Result:
    return run(step, {**FILES, "example.py": HEADER + code})


def in_function(line: str) -> str:
    return f"async def example(x):\n    {line}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("get_factory()", "await get_factory()"),
        ("get_factory().runs", "(await get_factory()).runs"),
        ("factory = get_factory()\n    factory.runs", "factory = await get_factory()\n    factory.runs"),
        ("factory: Factory = get_factory()", "factory: Factory = await get_factory()"),
        ("factory = x or get_factory()", "factory = x or await get_factory()"),
        ("if get_factory(): pass", "if await get_factory(): pass"),
        ("with open(x): get_factory()", "with open(x): await get_factory()"),
        ("x = get_factory().runs[0] == get_factory", "x = (await get_factory()).runs[0] == get_factory"),
    ],
)
def test_the_missing_await_is_added(before: str, after: str) -> None:
    result = awaited(in_function(before))
    assert result.text() == HEADER + in_function(after)


ENTERED = """
class Made:
    def __init__(self, coroutine): ...
    def __await__(self): ...
    async def __aenter__(self): ...
    async def __aexit__(self, *error): ...


def entering(function):
    def wrapper(self) -> Made:
        return Made(function(self))
    return wrapper


class Connection:
    @entering
    async def cursor(self): ...

    async def begin(self): ...


async def example(connection: Connection):
    async with connection.cursor() as cursor: ...
    connection.cursor()
    async with connection.begin(): ...
"""


def test_what_can_be_entered_as_it_is_lacks_no_await() -> None:
    result = awaited(ENTERED, {**STEP, "function": "example.Connection.cursor"})
    assert result.text() == HEADER + ENTERED.replace("    connection.c", "    await connection.c")
    [doubtful] = result.plan.possible()
    assert doubtful.line == len(f"{HEADER}{ENTERED}".split("\n")) - 3
    result = awaited(ENTERED, {**STEP, "function": "example.Connection.begin"})
    assert result.text() == HEADER + ENTERED.replace("with connection.b", "with await connection.b")


def test_a_constructor_is_no_call_of_a_method() -> None:
    result = awaited(
        "async def example():\n    Factory().runs\n    Factory().make()\n",
        {**STEP, "function": "app.factory.Factory.make"},
    )
    assert result.text().endswith("    Factory().runs\n    await Factory().make()\n")


@pytest.mark.parametrize(
    "line",
    [
        "await get_factory()",
        "await asyncio.gather(get_factory(), *[get_factory(i) for i in x])",
        "task = asyncio.create_task(get_factory())",
        "pending = get_factory(); await pending",
        "await asyncio.wait_for(get_factory(), timeout=1)",
        "await (get_factory() if x else get_factory(1))",
        "await (x or get_factory())",
        "await asyncio.gather(get_factory() if x else get_factory(1))",
    ],
)
def test_a_coroutine_that_is_awaited_or_handed_over_is_no_site(line: str) -> None:
    assert not awaited(in_function(line)).changes


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("return get_factory()", "is returned"),
        ("yield get_factory()", "is returned"),
        ("print(get_factory())", "is passed to another call"),
        ("print(*[get_factory()])", "is put into a container"),
        ("print(end=get_factory())", "is passed to another call"),
        ("x.factory = get_factory()", "is stored"),
        ("factory = get_factory()\n    print(factory)", "is stored in factory"),
        ("global factory; factory = get_factory()", "is stored in factory"),
        ("x = [get_factory() for _ in x]", "is put into a container"),
    ],
)
def test_a_coroutine_that_is_passed_on_is_possible(line: str, where: str) -> None:
    result = awaited(in_function(line))
    assert result.text() == HEADER + in_function(line)
    (change,) = result.changes
    assert (change.verdict, change.reason.code) == (Verdict.POSSIBLE, ReasonCode.REFERENCE)
    assert where in change.reason.text


def test_a_synchronous_function_cannot_await() -> None:
    code = "def example():\n    return get_factory().runs\n"
    result = awaited(code)
    assert result.text() == HEADER + code
    (change,) = result.changes
    assert change.refused
    assert change.refused.code is ReasonCode.SYNC_FUNCTION


def test_a_synchronous_function_may_return_the_coroutine() -> None:
    result = awaited("def example():\n    return get_factory()\n\n\nasyncio.run(example())\n")
    assert not result.changes


def test_a_method_is_named_with_its_class() -> None:
    code = "async def example(factory: Factory):\n    made = factory.make()\n    return made.real\n"
    result = awaited(code, {"op": "await-call", "function": "app.factory.Factory.make"})
    assert result.text() == HEADER + code.replace("factory.make()", "await factory.make()")


def test_what_gives_no_coroutine_stays() -> None:
    code = in_function("async with borrowed() as factory: factory.runs")
    result = awaited(code, {"op": "await-call", "function": "app.factory.borrowed"})
    assert not result.changes


def test_a_function_of_the_same_name_elsewhere_stays() -> None:
    code = "def get_factory():\n    return []\n\n\nasync def example():\n    get_factory().sort()\n"
    result = run(STEP, {**FILES, "example.py": code})
    assert not result.applied


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await plain()", "plain()"),
        ("x = await plain(1)", "x = plain(1)"),
        ("(await plain()).name", "plain().name"),
        ("x = -await plain() + 1", "x = -plain() + 1"),
        ("await (  # why\n        plain())", "(  # why\n        plain())"),
    ],
)
def test_an_await_too_many_is_taken_away(before: str, after: str) -> None:
    assert awaited(in_function(before), INVERSE).text() == HEADER + in_function(after)


@pytest.mark.parametrize(
    ("step", "line", "code"),
    [
        ({**INVERSE, "function": STEP["function"]}, "await get_factory()", ReasonCode.REAL_AWAIT),
        (INVERSE, "asyncio.create_task(plain())", ReasonCode.UNSAFE_EDIT),
    ],
)
def test_what_still_is_a_coroutine_is_refused(step: Step, line: str, code: ReasonCode) -> None:
    (change,) = awaited(in_function(line), step).changes
    assert change.refused
    assert change.refused.code is code
