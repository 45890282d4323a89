"""``rename-fixture``."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ACCEPTED, ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import recipe_of, run

STEP = {"op": "rename-fixture", "from": "database", "to": "postgres"}
CONFTEST = "import pytest\n\n\n@pytest.fixture\ndef database():\n    yield 1\n"

SITES = [
    Site(
        STEP,
        before="def test_a(database, tmp_path):\n    assert database.get(f'{database}')",
        after="def test_a(postgres, tmp_path):\n    assert postgres.get(f'{postgres}')",
        files={"tests/conftest.py": CONFTEST},
        path="tests/test_a.py",
        shape="definition",
    )
]


def renamed(code: str, conftest: str = CONFTEST) -> tuple[str, str]:
    result = run(STEP, {"tests/conftest.py": conftest, "tests/test_a.py": code})
    return result.text("tests/test_a.py"), result.text("tests/conftest.py")


def test_definition_parameters_bodies_and_strings_change_together() -> None:
    code = (
        "import pytest\n\npytestmark = pytest.mark.usefixtures('database')\n\n\n"
        "@pytest.fixture\nasync def user(database):\n    yield database.user\n\n\n"
        "@pytest.mark.parametrize('database', [1], indirect=True)\n"
        'def test_a(database, user, request):\n    request.getfixturevalue("database")\n'
        "    assert database.database == {'database': database}\n"
    )
    test, conftest = renamed(code)
    assert conftest == CONFTEST.replace("database", "postgres")
    assert test == (
        "import pytest\n\npytestmark = pytest.mark.usefixtures('postgres')\n\n\n"
        "@pytest.fixture\nasync def user(postgres):\n    yield postgres.user\n\n\n"
        "@pytest.mark.parametrize('postgres', [1], indirect=True)\n"
        'def test_a(postgres, user, request):\n    request.getfixturevalue("postgres")\n'
        "    assert postgres.database == {'database': postgres}\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import pytest\n@pytest.mark.parametrize('database', [1])\ndef test_a(database): ...\n",
        "from unittest.mock import patch\n@patch('a.b')\ndef test_a(database):\n    print(database)\n",
        "def test_a(database=None):\n    print(database)\n",
        "def helper(database):\n    print(database)\n",
        "class Database:\n    def database(self):\n        database = 1\n        return database\n",
    ],
)
def test_names_that_ask_for_no_fixture_stay(code: str) -> None:
    assert renamed(code)[0] == code


def test_an_explicit_name_is_renamed_and_the_function_stays() -> None:
    conftest = "import pytest\n\n\n@pytest.fixture(name='database')\ndef make():\n    return 1\n"
    test, after = renamed("def test_a(database): ...\n", conftest)
    assert after == conftest.replace("database", "postgres")
    assert test == "def test_a(postgres): ...\n"


def test_a_fixture_that_is_gone_is_renamed_where_it_is_asked_for_and_imported() -> None:
    code = "from shared.fixtures import database, user\n\n\ndef test_a(database, user):\n    database.x\n"
    files = {"shared/fixtures.py": "def user(): ...\n", "test_a.py": code}
    assert run(STEP, files).text("test_a.py") == code.replace("database", "postgres")


def test_an_imported_name_that_is_no_fixture_stays() -> None:
    code = "from shared import database\n\n\ndef test_a():\n    assert database\n"
    result = run(STEP, {"shared.py": "def database(): ...\n", "test_a.py": code})
    assert result.text("test_a.py") == code
    assert {change.verdict for change in result.changes} <= {Verdict.EXCLUDED}


def test_an_import_of_both_keeps_one() -> None:
    code = "from shared import database, postgres\n\n\ndef test_a(database): ...\n"
    result = run(STEP, {"shared.py": "x = 1\n", "test_a.py": code})
    assert result.text("test_a.py") == "from shared import postgres\n\n\ndef test_a(postgres): ...\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_a(database, postgres): ...\n", ReasonCode.ALREADY_PRESENT),
        ("def test_a(database):\n    postgres = 1\n", ReasonCode.NAME_CONFLICT),
        ("def test_a(database):\n    return locals()\n", ReasonCode.UNSAFE_EDIT),
    ],
)
def test_what_cannot_be_renamed_is_refused(code: str, reason: ReasonCode) -> None:
    result = run(STEP, {"test_a.py": code})
    assert result.text("test_a.py") == code
    assert [change.refused.code for change in result.changes if change.refused] == [reason]


def test_a_name_that_is_taken_keeps_definition_and_uses() -> None:
    conftest = CONFTEST + "\n\n@pytest.fixture\ndef postgres(): ...\n"
    code = "def test_a(database): ...\n"
    assert renamed(code, conftest) == (code, conftest)


@pytest.mark.parametrize("body", ["vars(database)", "eval = len; eval(database)", "print(database.locals())"])
def test_what_looks_up_no_local_name_is_in_nobodys_way(body: str) -> None:
    code = f"def test_a(database):\n    {body}\n"
    assert renamed(code, CONFTEST)[0] == code.replace("database", "postgres")


def test_a_use_that_is_refused_keeps_the_fixture_and_its_other_uses() -> None:
    files = {
        "conftest.py": CONFTEST,
        "test_a.py": "def test_a(database):\n    postgres = database\n",
        "test_b.py": "def test_b(database): ...\n",
        "other/conftest.py": CONFTEST,
        "other/test_c.py": "def test_c(database): ...\n",
    }
    result = run(STEP, files)
    assert {change.path for change in result.applied} == {"other/conftest.py", "other/test_c.py"}
    reasons = {change.path: change.refused.text for change in result.changes if change.refused}
    assert set(reasons) == {"conftest.py", "test_a.py", "test_b.py"}
    assert reasons["conftest.py"] == reasons["test_b.py"]
    assert reasons["test_b.py"].startswith("the use at test_a.py:1 cannot be changed (test_a() cannot call")


def test_a_fixture_that_is_taken_keeps_the_imports_of_it() -> None:
    files = {
        "shared.py": CONFTEST + "\n\n@pytest.fixture\ndef postgres(): ...\n",
        "conftest.py": "from shared import database\n",
    }
    result = run(STEP, files)
    assert not result.applied
    assert [change.path for change in result.changes if change.refused] == ["conftest.py", "shared.py"]


def test_an_import_inside_a_function_brings_no_fixture() -> None:
    code = "def test_a(path):\n    from gone import database\n\n\ndef test_b(database): ...\n"
    assert renamed(code, CONFTEST)[0] == code.replace("(database)", "(postgres)")


def test_what_pytest_itself_gives_is_refused() -> None:
    with pytest.raises(ValidationError, match="'request' is pytest's own"):
        recipe_of({"op": "rename-fixture", "from": "request", "to": "asked"})


def test_with_a_module_a_fixture_of_the_same_name_elsewhere_stays() -> None:
    asks = (
        "import pytest\n\n\n@pytest.mark.usefixtures('database')\ndef test_a(request):\n"
        "    request.getfixturevalue('database')\n\n\ndef test_b(database):\n    database.get()\n"
    )
    files = {
        "shared/fixtures.py": CONFTEST,
        "near/conftest.py": "from shared.fixtures import database\n",
        "near/test_a.py": asks,
        "far/conftest.py": CONFTEST,
        "far/test_a.py": asks,
    }
    result = run({**STEP, "module": "shared.fixtures"}, files)
    assert result.text("shared/fixtures.py") == CONFTEST.replace("database", "postgres")
    assert result.text("near/conftest.py") == "from shared.fixtures import postgres\n"
    assert result.text("near/test_a.py") == asks.replace("database", "postgres")
    assert result.text("far/conftest.py") == CONFTEST
    assert result.text("far/test_a.py") == asks


def test_with_a_module_a_fixture_that_is_gone_is_known_by_its_import() -> None:
    imports = "from shared.fixtures import database\n"
    asks = "def test_a(database):\n    database.get()\n"
    files = {
        "shared/fixtures.py": "",
        "near/conftest.py": imports,
        "near/test_a.py": asks,
        "far/conftest.py": CONFTEST,
        "far/test_a.py": asks,
        "elsewhere/test_a.py": asks,
    }
    result = run({**STEP, "module": "shared.fixtures"}, files)
    assert result.text("near/test_a.py") == asks.replace("database", "postgres")
    assert result.text("far/test_a.py") == asks
    assert result.text("elsewhere/test_a.py") == asks
    assert {change.path: change.verdict for change in result.changes}[
        "elsewhere/test_a.py"
    ] is Verdict.POSSIBLE


def test_strings_and_parameters_are_judged_alike() -> None:
    code = "import pytest\n\n\n@pytest.mark.usefixtures('database')\ndef test_a(database): ...\n"
    result = run(STEP, {"far/conftest.py": CONFTEST, "test_a.py": code})
    assert result.text("test_a.py") == code
    assert {c.verdict for c in result.changes if c.path == "test_a.py"} == {Verdict.POSSIBLE}


def test_a_name_asked_for_out_of_sight_of_the_fixture_holds_its_definition() -> None:
    helper = "def stored(request):\n    return request.getfixturevalue('database')\n"
    files = {"tests/conftest.py": CONFTEST, "tools/helper.py": helper}
    assert not run(STEP, files).applied
    accepted = run(STEP, files, decide=lambda _: ACCEPTED)
    assert accepted.text("tests/conftest.py") == CONFTEST.replace("database", "postgres")
    assert accepted.text("tools/helper.py") == helper.replace("database", "postgres")


def test_a_fixture_that_cannot_be_renamed_refuses_no_other_of_its_name() -> None:
    files = {
        "one/conftest.py": CONFTEST + "\n\n@pytest.fixture\ndef postgres():\n    return 1\n",
        "two/conftest.py": CONFTEST,
        "three/test_a.py": "def test_a(request):\n    request.getfixturevalue('database')\n",
    }
    refused, asked, held = run(STEP, files).changes
    assert refused.refused
    assert not asked.edits
    assert held.verdict is Verdict.POSSIBLE
    result = run(STEP, files, decide=lambda _: ACCEPTED)
    assert {change.path for change in result.applied} == {"two/conftest.py"}


@pytest.mark.parametrize(
    "code",
    [
        "@pytest.mark.parametrize('name', ['database'])\n"
        "def test_a(name, request): request.getfixturevalue(name)\n",
        "@pytest.fixture(params=['database'])\n"
        "def any_one(request): return request.getfixturevalue(request.param)\n",
    ],
)
def test_a_name_that_is_asked_for_by_a_variable_holds_the_definition(code: str) -> None:
    code = f"import pytest\n\n\n{code}"
    assert renamed(code) == (code, CONFTEST)
    files = {"tests/conftest.py": CONFTEST, "tests/test_a.py": code}
    accepted = run(STEP, files, decide=lambda _: ACCEPTED)
    assert accepted.text("tests/test_a.py") == code.replace("'database'", "'postgres'")
    assert accepted.text("tests/conftest.py") == CONFTEST.replace("database", "postgres")


def test_a_lazy_fixture_is_one() -> None:
    values = "[pytest.lazy_fixture('database')]"
    code = f"import pytest\n@pytest.mark.parametrize('x', {values})\ndef test_a(x): ...\n"
    assert renamed(code)[0] == code.replace("database", "postgres")
