"""``add-fixture``, and ``add-argument`` with a fixture as its value."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from codemods.model.plan import ReasonCode, Verdict
from tests.hazards import Site
from tests.operations.running import Result, recipe_of, run

CONFTEST = "import pytest\n\n\n@pytest.fixture\ndef model():\n    return object()\n"
REGISTRY = "class Model: ...\n\n\nclass Registry:\n    def __init__(self, model): ...\n"
APP = {"app/__init__.py": "", "app/registry.py": REGISTRY}
SEEN = {**APP, "tests/conftest.py": CONFTEST}
ADD_FIXTURE = {
    "op": "add-fixture",
    "name": "model",
    "source": "@pytest.fixture\ndef model():\n    return Model()\n",
    "imports": ["import pytest", "from app.registry import Model"],
}
ADD_ARGUMENT = {
    "op": "add-argument",
    "class": "app.registry.Registry",
    "name": "model",
    "value": "model",
    "fixture": True,
    "parameters": ["model"],
}
PATH = "tests/test_example.py"
IMPORT = "from app.registry import Registry\n\n\n"

SITES = [
    Site(
        ADD_FIXTURE,
        before="def test_example(): return model",
        after="def test_example(model): return model",
        files=SEEN,
        path=PATH,
        shape="definition",
        otherwise={
            "only statement of a body": None,
            "first of a body": None,
            "last of a body": None,
            "below a docstring": None,
            "tabs": None,
            "class body": None,
        },
    ),
]


@pytest.mark.parametrize(
    "code",
    [
        "model = 1\n\n\ndef test_a():\n    model\n",
        "from app import model\n\n\n@pytest.fixture(name='model')\ndef own():\n    yield model\n",
        "if 1:\n    from app import model\nelse:\n    model = 1\n\n\ndef test_a(): model\n",
    ],
)
def test_a_value_of_the_file_is_no_fixture_even_where_one_of_its_name_is_visible(code: str) -> None:
    result = run(ADD_FIXTURE, {**SEEN, PATH: code})
    assert not result.changes
    assert result.text(PATH) == code


def with_argument(code: str, files: dict[str, str] = SEEN) -> Result:
    return run([ADD_ARGUMENT, ADD_FIXTURE], {**files, PATH: IMPORT + code})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def test_a():\n    Registry()\n", "def test_a(model):\n    Registry(model=model)\n"),
        ("def test_a(model):\n    Registry()\n", "def test_a(model):\n    Registry(model=model)\n"),
        ("async def test_a(x): Registry()\n", "async def test_a(x, model): Registry(model=model)\n"),
        (
            "def test_a(x: int, y=1): Registry()\n",
            "def test_a(x: int, model, y=1): Registry(model=model)\n",
        ),
        ("def test_a(y=1): Registry()\n", "def test_a(model, y=1): Registry(model=model)\n"),
        ("def test_a(*, y=1): Registry()\n", "def test_a(model, *, y=1): Registry(model=model)\n"),
        ("def test_a(*xs): Registry()\n", "def test_a(model, *xs): Registry(model=model)\n"),
        ("def test_a(**xs): Registry()\n", "def test_a(model, **xs): Registry(model=model)\n"),
        (
            "class TestA:\n    def test_a(\n        self,  # me\n    ): Registry()\n",
            "class TestA:\n    def test_a(\n        self, model,  # me\n    ): Registry(model=model)\n",
        ),
        (
            "def test_a():\n    def make():\n        return Registry()\n    make(), Registry()\n",
            "def test_a(model):\n    def make():\n        return Registry(model=model)\n"
            "    make(), Registry(model=model)\n",
        ),
        (
            "import pytest\n\n@pytest.fixture\ndef registry():\n    return Registry()\n",
            "import pytest\n\n@pytest.fixture\ndef registry(model):\n    return Registry(model=model)\n",
        ),
        (
            "def test_a():\n    model = object()\n    Registry()\n",
            "def test_a():\n    model = object()\n    Registry(model=model)\n",
        ),
    ],
)
def test_the_test_around_the_call_asks_for_the_fixture(before: str, after: str) -> None:
    assert with_argument(before).text(PATH) == IMPORT + after


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def registry():\n    return Registry()\n", "registry() is no test and no fixture"),
        ("class TestA:\n    def setup_method(self):\n        Registry()\n", "setup_method() is no test"),
        ("REGISTRY = Registry()\n", "no test is around it"),
        ("def test_a(x, /):\n    Registry()\n", "by position only"),
        ("class TestA:\n    def test_a():\n        Registry()\n", "does not take self"),
        (
            "import unittest\n\n\nclass TestA(unittest.TestCase):\n    def test_a(self): Registry()\n",
            "unittest.TestCase passes no fixtures",
        ),
        ("def outer():\n    def test_a():\n        Registry()\n", "outer() is no test"),
    ],
)
def test_a_call_to_which_pytest_gives_nothing_is_refused(code: str, why: str) -> None:
    result = with_argument(code)
    assert result.text(PATH) == IMPORT + code
    (change,) = result.changes
    assert change.refused
    assert why in change.refused.text


def test_a_fixture_of_the_file_is_no_value_at_module_level() -> None:
    code = CONFTEST + "\n\nREGISTRY = Registry()\n"
    assert not with_argument(code, APP).applied


def test_a_call_that_passes_the_argument_stays() -> None:
    code = "def test_a(other):\n    Registry(other), Registry(model=other)\n"
    assert not with_argument(code).changes


def test_the_fixture_is_added_where_none_is_visible() -> None:
    code = "NUMBER = 1\n\n\n# Says why.\ndef test_a():\n    Registry()\n\n\ndef test_b():\n    Registry()\n"
    after = (
        "import pytest\n\nfrom app.registry import Model, Registry\n\n\nNUMBER = 1\n\n\n"
        "@pytest.fixture\ndef model():\n    return Model()\n\n\n"
        "# Says why.\ndef test_a(model):\n    Registry(model=model)\n\n\n"
        "def test_b(model):\n    Registry(model=model)\n"
    )
    assert with_argument(code, APP).text(PATH) == after


def test_a_test_that_uses_the_name_asks_for_the_fixture() -> None:
    code = "def test_a():\n    assert model\n"
    result = run(ADD_FIXTURE, {**APP, PATH: code})
    assert "def test_a(model):\n    assert model\n" in result.text(PATH)
    assert "@pytest.fixture\ndef model():\n    return Model()\n" in result.text(PATH)


@pytest.mark.parametrize(
    "code",
    [
        "import pytest\n\n\n@pytest.mark.parametrize('x, model', [(1, 2)])\ndef test_a(x, model): pass\n",
        "from unittest.mock import patch\n\n\n@patch('a.b')\ndef test_a(model):\n    pass\n",
        "def helper(model):\n    pass\n",
        "from elsewhere import *\n\n\ndef test_a():\n    assert model\n",
    ],
)
def test_a_parameter_that_something_else_fills_is_no_site(code: str) -> None:
    assert not run(ADD_FIXTURE, {**APP, PATH: code}).changes


def test_a_name_that_the_fixture_needs_and_the_file_uses_otherwise_is_refused() -> None:
    code = "Model = 1\n\n\ndef test_a():\n    assert model\n"
    result = run(ADD_FIXTURE, {**APP, PATH: code})
    assert result.text(PATH) == code
    assert [c.refused.code for c in result.changes if c.refused] == [ReasonCode.NAME_CONFLICT]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("source", "def other(): ...", "not the definition of one function model"),
        ("source", "def model(:", "not the definition of one function model"),
        ("source", "def model(): ...", "lacks the decorator"),
        ("imports", ["from . import x"], "no absolute import"),
    ],
)
def test_faults_are_told_when_the_recipe_is_loaded(key: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        recipe_of({**ADD_FIXTURE, key: value})


def test_a_fixture_as_argument_has_a_name() -> None:
    with pytest.raises(ValidationError, match="no name of a fixture"):
        recipe_of({**ADD_ARGUMENT, "value": "model()"})


def test_of_unknown_callees_only_those_whose_name_fits_are_listed() -> None:
    code = "import elsewhere\n\n\ndef test_a():\n    elsewhere.anything()\n    elsewhere.registry()\n"
    (change,) = with_argument(code).changes
    assert (change.line, change.verdict) == (9, Verdict.POSSIBLE)


def test_a_doubtful_call_that_cannot_change_is_not_refused_but_says_why() -> None:
    code = "import elsewhere\n\n\ndef helper():\n    elsewhere.registry()\n"
    (change,) = with_argument(code).changes
    assert change.refused is None
    assert not change.applicable
    assert "besides, model means nothing here" in change.reason.text


@pytest.mark.parametrize("test", ["@mark([model])\ndef test_a(x): ...\n", "def test_a(x=model): ...\n"])
def test_decorators_and_defaults_are_given_no_fixture(test: str) -> None:
    result = run(ADD_FIXTURE, {**SEEN, PATH: test})
    assert result.text(PATH) == test
    assert [change.refused is not None for change in result.changes] == [True]
