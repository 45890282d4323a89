"""``rename``: a file that imports the name hands it on, and whoever has it from there follows."""

import pytest

from tests.operations.running import run

STEP = {"op": "rename", "from": "pkg.old.Old", "to": "pkg.old.New"}
FILES = {
    "pkg/__init__.py": "",
    "pkg/user/__init__.py": "",
    "pkg/old.py": "class New:\n    pass\n",
    "pkg/user/near.py": "from pkg.old import Old\n",
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from pkg.user.near import Old\nOld()\n", "from pkg.user.near import New\nNew()\n"),
        ("from pkg.user.near import Old as O\nO()\n", "from pkg.user.near import New as O\nO()\n"),
        ("from pkg.user.near import *\nOld()\n", "from pkg.user.near import *\nNew()\n"),
        ("import pkg.user.near\npkg.user.near.Old()\n", "import pkg.user.near\npkg.user.near.New()\n"),
        ("import pkg.user.near as n\nn.Old()\n", "import pkg.user.near as n\nn.New()\n"),
        ("from pkg.user import near\nnear.Old()\n", "from pkg.user import near\nnear.New()\n"),
        ("from pkg.user import near as n\nn.Old()\n", "from pkg.user import near as n\nn.New()\n"),
        ("from pkg import user\nuser.near . Old()\n", "from pkg import user\nuser.near . New()\n"),
        (
            "from unittest.mock import patch\n@patch('pkg.user.near.Old')\ndef test(m): ...\n",
            "from unittest.mock import patch\n@patch('pkg.user.near.New')\ndef test(m): ...\n",
        ),
        (
            '"""Text.\n\n>>> from pkg.user.near import Old\n>>> Old()\n"""\n',
            '"""Text.\n\n>>> from pkg.user.near import New\n>>> New()\n"""\n',
        ),
    ],
)
def test_whoever_has_it_from_another_file_follows(before: str, after: str) -> None:
    result = run(STEP, {**FILES, "b.py": before})
    assert result.text("pkg/user/near.py") == "from pkg.old import New\n"
    assert result.text("b.py") == after


def test_it_is_handed_on_more_than_once() -> None:
    middle = {f"pkg/m{number}.py": f"from pkg.m{number - 1} import Old\n" for number in range(2, 5)}
    result = run(STEP, {**FILES, "pkg/m1.py": "from .user.near import Old\n", **middle})
    assert result.text("pkg/m4.py") == "from pkg.m3 import New\n"


def test_what_only_bears_the_name_stays() -> None:
    text = "from other.near import Old\nOld()\n"
    assert run(STEP, {**FILES, "b.py": text}).text("b.py") == text
