"""``rename-method``."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from codemods.model.plan import ACCEPTED, REJECTED, ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import Result, recipe_of, run

POOL = "class Base:\n    def open(self): ...\n\n\nclass Pool(Base):\n    def drain(self): ...\n"
FILES = {"app/__init__.py": "", "app/pool.py": POOL}
STEP = {"op": "rename-method", "class": "app.pool.Pool", "from": "close", "to": "drain"}
AWAITED: dict[str, object] = {**STEP, "await": True}

SITES = [
    Site(
        STEP,
        before="pool.close()",
        after="pool.drain()",
        header="from app.pool import Pool\npool = Pool()\n",
        names=("pool",),
        files=FILES,
    ),
    Site(
        STEP,
        before="Pool().close",
        after="Pool().drain",
        header="from app.pool import Pool\n",
        names=("Pool",),
        files=FILES,
        name="a new instance's",
    ),
]


def renamed(code: str, step: Mapping[str, object] = STEP) -> Result:
    return run(step, {**FILES, "example.py": code})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await pool.close()", "await pool.drain()"),
        ("pool.close()", "await pool.drain()"),
        ("value = pool.close()", "value = await pool.drain()"),
        ("pool.close().real", "(await pool.drain()).real"),
        ("pool.close()[0]", "(await pool.drain())[0]"),
        ("pool.close()()", "(await pool.drain())()"),
        ("print(pool.close(), -pool.close() ** 2)", "print(await pool.drain(), -await pool.drain() ** 2)"),
        (
            "await asyncio.gather(pool.close(), pool.close())",
            "await asyncio.gather(pool.drain(), pool.drain())",
        ),
        (
            "await asyncio.gather(*[pool.close() for _ in x])",
            "await asyncio.gather(*[pool.drain() for _ in x])",
        ),
        ("task = asyncio.create_task(pool.close())", "task = asyncio.create_task(pool.drain())"),
        ("await asyncio.wait_for(pool.close(), 1)", "await asyncio.wait_for(pool.drain(), 1)"),
        ("group.create_task(pool.close())", "group.create_task(pool.drain())"),
        ("ending = pool.close()\n    await ending", "ending = pool.drain()\n    await ending"),
        ("x = [pool.close() for _ in x]", "x = [await pool.drain() for _ in x]"),
        ("return pool.close()", "return await pool.drain()"),
        ("with open(x): pool.close()", "with open(x): await pool.drain()"),
    ],
)
def test_awaits_are_added_where_they_are_missing(before: str, after: str) -> None:
    frame = (
        "import asyncio\nfrom app.pool import Pool\n\n\n"
        "async def stop(x, group):\n    pool = Pool()\n    {}\n"
    )
    result = renamed(frame.format(before), AWAITED)
    assert result.text() == frame.format(after)


@pytest.mark.parametrize(
    "code",
    [
        "def stop(pool: Pool):\n    pool.close()\n",
        "pool = Pool()\npool.close()\n",
        "async def stop(pool: Pool):\n    return lambda: pool.close()\n",
        "async def stop(pool: Pool, x):\n    return all(pool.close() for _ in x)\n",
        "async def stop(pool: Pool):\n    class A:\n        x = pool.close()\n",
    ],
)
def test_a_place_that_cannot_await_is_refused(code: str) -> None:
    code = f"from app.pool import Pool\n\n\n{code}"
    result = renamed(code, AWAITED)
    assert result.text() == code
    (change,) = result.changes
    assert change.verdict is Verdict.CERTAIN
    assert change.refused
    assert change.refused.code is ReasonCode.SYNC_FUNCTION


def test_asyncio_run_in_a_sync_function_needs_no_await() -> None:
    code = "import asyncio\nfrom app.pool import Pool\nasyncio.run(Pool().close())\n"
    assert renamed(code, AWAITED).text() == code.replace("close", "drain")


def test_a_method_passed_on_without_a_call_is_possible_when_it_becomes_asynchronous() -> None:
    code = "from app.pool import Pool\nstop = Pool().close\n"
    result = renamed(code, AWAITED)
    assert result.text() == code
    assert [change.reason.code for change in result.changes] == [ReasonCode.REFERENCE]
    assert renamed(code).text() == code.replace("close", "drain")


def test_awaits_are_dropped_when_the_new_method_is_synchronous() -> None:
    code = "from app.pool import Pool\n\n\nasync def stop(pool: Pool):\n    x = (await pool.close()).real\n"
    assert renamed(code, {**STEP, "await": False}).text() == code.replace(
        "(await pool.close())", "pool.drain()"
    )


def test_names_in_strings_are_their_own_kind() -> None:
    code = (
        "from unittest import mock\nfrom app.pool import Pool\npool = Pool()\n"
        "getattr(pool, 'close')\nhasattr(pool, \"close\")\nmock.patch.object(Pool, 'close')\n"
        "getattr(object(), 'close')\n"
    )
    result = renamed(code)
    assert result.text() == code.replace("close", "drain", 3)
    assert {change.kind for change in result.applied} == {"string"}


@pytest.mark.parametrize(
    "code",
    [
        "Mock(spec=['close', 'get'])",
        "Mock(['close'])",
        "mock.MagicMock(spec_set=('get', 'close'))",
        "AsyncMock(spec={'close'})",
        "create_autospec(['close'], instance=True)",
        "mock.patch('app.pool.pool', spec=['close'])",
        "mock.patch.object(app, 'pool', spec_set=['close'])",
    ],
)
def test_names_that_a_mock_lists_as_its_spec_may_be_of_the_class(code: str) -> None:
    imports = (
        "from unittest import mock\nfrom unittest.mock import AsyncMock, Mock, create_autospec\n"
        "from app.pool import Pool\nimport app\n"
    )
    result = run(STEP, {**FILES, "example.py": f"{imports}{code}\n"}, decide=lambda _: ACCEPTED)
    [site] = result.changes
    assert (site.verdict, site.reason.code, site.kind) == (Verdict.POSSIBLE, ReasonCode.MOCK_SPEC, "string")
    assert site.reason.text == "a mock's spec lists `close`, and a list of names does not say whose they are"
    assert result.text() == imports + code.replace("close", "drain") + "\n"


def test_a_list_that_is_no_spec_of_a_mock_is_no_site() -> None:
    code = "from app.pool import Pool\nPool(['close'], spec=['close'])\nprint(['close'])\n"
    assert not renamed(code).changes


def test_a_subclass_with_its_own_method_keeps_it() -> None:
    code = (
        "from app.pool import Pool\n\n\nclass Own(Pool):\n    def close(self): ...\n\n\n"
        "class Heir(Pool): ...\n\n\nOwn().close()\nHeir().close()\n"
    )
    assert renamed(code).text() == code.replace("Heir().close", "Heir().drain")


def test_the_definition_and_overrides_are_renamed_on_demand() -> None:
    pool = "class Pool:\n    def close(self): ...\n"
    code = (
        "from app.pool import Pool\n\n\nclass Own(Pool):\n    async  def close(self):\n"
        "        super().close()\n\n\nOwn().close()\n"
    )
    result = run({**STEP, "definition": True}, {"app/pool.py": pool, "example.py": code})
    assert result.text("app/pool.py") == pool.replace("close", "drain")
    assert result.text() == code.replace("close", "drain")


DEFINED = {
    "app/pool.py": "class Pool:\n    def close(self): ...\n\n\nclass Own(Pool):\n    def close(self): ...\n",
    "app/sure.py": "from app.pool import Pool\nPool().close()\n",
}
BY_DEFINITION = {**STEP, "definition": True}


@pytest.mark.parametrize(
    "use",
    [
        "def stop(pool):\n    pool.close()\n",
        "from app.pool import Pool\nfrom other import File\n(Pool() if x else File()).close()\n",
        "def stop(pool):\n    getattr(pool, 'close')()\n",
        "from app.pool import Pool\nMock(spec=Pool).close()\n",
    ],
)
def test_uses_that_are_only_possible_hold_the_definitions(use: str) -> None:
    files = {**DEFINED, "example.py": f"from unittest.mock import Mock\n{use}"}
    result = run(BY_DEFINITION, files)
    assert not result.applied
    held = {(change.path, change.line): change for change in result.plan.possible()}
    assert {("app/pool.py", 2), ("app/pool.py", 6), ("app/sure.py", 2)} < set(held)
    assert " is only possible (" in held["app/pool.py", 6].reason.text
    accepted = run(BY_DEFINITION, files, decide=lambda _: ACCEPTED)
    assert {path: data.decode() for path, data in accepted.files.items()} == {
        path: text.replace("close", "drain") for path, text in files.items()
    }


def test_a_person_may_leave_what_is_no_use_behind() -> None:
    files = {**DEFINED, "example.py": "def stop(pool):\n    pool.close()\n"}
    result = run(BY_DEFINITION, files, decide=lambda one: REJECTED if one.path == "example.py" else ACCEPTED)
    assert result.text("app/pool.py") == files["app/pool.py"].replace("close", "drain")
    assert result.text() == files["example.py"]


def test_a_use_is_not_renamed_without_the_definition() -> None:
    files = {**DEFINED, "example.py": "def stop(pool):\n    pool.close()\n"}
    assert not run(BY_DEFINITION, files, decide=lambda one: REJECTED if one.line == 6 else ACCEPTED).applied


@pytest.mark.parametrize(
    "use", ["def stop(thing):\n    thing.close()\n", "from unittest.mock import Mock\nMock(spec=['close'])\n"]
)
def test_what_nothing_ties_to_the_class_holds_no_definition(use: str) -> None:
    result = run(BY_DEFINITION, {**DEFINED, "example.py": use})
    assert result.text("app/pool.py") == DEFINED["app/pool.py"].replace("close", "drain")
    assert result.text() == use


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("patch('app.pool.Pool.close')", "patch('app.pool.Pool.drain')"),
        ("patch('app.pool.Pool.close.x')", "patch('app.pool.Pool.drain.x')"),
        ("mock.patch('app.pool.the_pool.close', 1)", "mock.patch('app.pool.the_pool.drain', 1)"),
        ("monkeypatch.setattr('app.pool.Pool.close', 1)", "monkeypatch.setattr('app.pool.Pool.drain', 1)"),
        ("mocker.patch('app.pool.Pool.close')", "mocker.patch('app.pool.Pool.drain')"),
        ("patch('app.pool.Other.close')", None),
        ("patch('app.pool.' 'Pool.close')", None),
        ("patch(f'app.pool.Pool.close')", None),
        ("print('app.pool.Pool.close')", None),
    ],
)
def test_import_paths_in_strings_that_are_patched(before: str, after: str | None) -> None:
    pool = POOL + "\n\nthe_pool = Pool()\n\n\nclass Other:\n    def close(self): ...\n"
    code = "from unittest import mock\nfrom unittest.mock import patch\n{}\n"
    result = run(STEP, {**FILES, "app/pool.py": pool, "example.py": code.format(before)})
    assert result.text() == code.format(after or before)


INHERITED = "class Base:\n    def close(self): ...\n\n\nclass Pool(Base):\n{}\n\nPool().close()\n"


def test_an_override_is_not_renamed_without_the_method_it_overrides() -> None:
    pool = INHERITED.format("    def close(self): ...\n")
    assert not run(BY_DEFINITION, {"app/pool.py": pool}).applied
    accepted = run(BY_DEFINITION, {"app/pool.py": pool}, decide=lambda _: ACCEPTED)
    base, own = pool.split("class Pool")
    assert accepted.text("app/pool.py") == f"{base}class Pool{own.replace('close', 'drain')}"


def test_an_inherited_method_is_renamed_where_it_is_defined_or_not_at_all() -> None:
    pool = INHERITED.format("    pass\n")
    result = run(BY_DEFINITION, {"app/pool.py": pool}, decide=lambda _: ACCEPTED)
    assert result.text("app/pool.py") == pool
    assert {change.line: change.refused.text for change in result.plan.refused() if change.refused} == {
        2: "Base defines `close`, and the step is not about Base",
        9: "the use at app/pool.py:2 cannot be changed (Base defines `close`, and the step is not about Base)"
        ", and all uses go together",
    }
    result = run({**BY_DEFINITION, "class": "app.pool.Base"}, {"app/pool.py": pool})
    assert result.text("app/pool.py") == pool.replace("close", "drain")


def test_names_of_one_table_do_not_hold_each_other() -> None:
    pool = "class Pool:\n    def close(self): ...\n    def start(self): ...\n"
    use = "def stop(pool):\n    pool.close()\n"
    step = {"op": "rename-method", "class": "app.pool.Pool", "names": {"close": "drain", "start": "open"}}
    result = run({**step, "definition": True}, {"app/pool.py": pool, "example.py": use})
    assert result.text("app/pool.py") == pool.replace("start", "open")


def test_a_class_that_has_the_new_name_already_is_not_given_it_twice() -> None:
    pool = "class Pool:\n    def close(self): ...\n    def drain(self): ...\n"
    result = run({**STEP, "definition": True}, {"app/pool.py": pool})
    assert result.text("app/pool.py") == pool
    assert [change.refused.code for change in result.changes if change.refused] == [ReasonCode.NAME_CONFLICT]


def test_the_class_itself_and_its_own_methods_count() -> None:
    pool = POOL + "\n    def stop(self):\n        self.close()\n        type(self).close(self)\n"
    code = "from app.pool import Pool\nPool.close(Pool())\nclose = Pool.close\n"
    result = run(STEP, {**FILES, "app/pool.py": pool, "example.py": code})
    assert result.text() == "from app.pool import Pool\nPool.drain(Pool())\nclose = Pool.drain\n"
    assert "self.drain()" in result.text("app/pool.py")


def test_a_table_renames_many() -> None:
    step = {"op": "rename-method", "class": "app.pool.Pool", "names": {"close": "drain", "start": "open"}}
    code = "from app.pool import Pool\nPool().close()\nPool().start()\n"
    assert renamed(code, step).text() == "from app.pool import Pool\nPool().drain()\nPool().open()\n"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"to": "close"}, "renamed to itself"),
        ({"names": {"a": "b"}}, "either from and to, or a table"),
        ({"from": None, "to": None, "names": {"a": "b", "b": "c"}}, "the order would matter"),
        ({"to": "no name"}, "pattern"),
        ({"class": "Pool()"}, "pattern"),
        ({"class": []}, "at least 1"),
    ],
)
def test_bad_steps_are_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe_of({**STEP, **keys})


def test_a_class_with_neither_name_is_warned_about() -> None:
    result = run({**STEP, "to": "shut"}, {**FILES, "example.py": "from app.pool import Pool\n"})
    assert result.plan.warnings == ("Pool has neither close() nor shut() in this repository",)
