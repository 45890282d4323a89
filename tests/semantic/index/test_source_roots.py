"""Folders that the settings of a repository put on the path, in a working tree and in a commit."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from codemods.git.commit_files import Commit
from codemods.git.files import Files
from codemods.git.repository import Repository
from codemods.git.working_tree import WorkingTree
from codemods.model.plan import Verdict
from codemods.semantic import Resolver
from codemods.syntax.codebase import Codebase
from tests.conftest import MakeRepository

CODE = {
    "sources/deep/lib.py": "class Pool: ...\nclass File: ...\n",
    "tests/unit/test_x.py": "from lib import File, Pool\nPool().close()\nFile().close()\n",
}
SETTINGS = {
    "pyproject, pytest, a list": (
        "pyproject.toml",
        '[tool.pytest.ini_options]\npythonpath = ["src", "sources/deep"]\n',
    ),
    "pyproject, pytest, words": (
        "pyproject.toml",
        '[tool.pytest.ini_options]\npythonpath = ". sources/deep/"\n',
    ),
    "pyproject, package-dir": ("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "./sources/deep"\n'),
    "pyproject, packages.find": (
        "pyproject.toml",
        '[tool.setuptools.packages.find]\nwhere = ["sources/deep"]\n',
    ),
    "pyproject, poetry": (
        "pyproject.toml",
        '[[tool.poetry.packages]]\ninclude = "lib.py"\nfrom = "sources/deep"\n',
    ),
    "setup.cfg, package_dir": ("setup.cfg", "[options]\npackage_dir =\n    = sources/deep\n"),
    "setup.cfg, packages.find": ("setup.cfg", "[options.packages.find]\nwhere = sources/deep\n"),
    "setup.cfg, pytest": ("setup.cfg", "[tool:pytest]\npythonpath = src sources/deep\n"),
    "pytest.ini": ("pytest.ini", "[pytest]\naddopts = -ra\npythonpath =\n    src\n    sources/deep\n"),
    "tox.ini": ("tox.ini", "[pytest]\npythonpath = sources/deep\n"),
}
NOTHING = {
    "no settings": ("README.md", "pythonpath = sources/deep\n"),
    "another folder": ("pytest.ini", "[pytest]\npythonpath = sources\n"),
    "a broken file": ("pyproject.toml", '[tool.pytest.ini_options\npythonpath = ["sources/deep"]\n'),
    "a broken ini": ("setup.cfg", "pythonpath = sources/deep\n"),
    "odd types": ("pyproject.toml", 'tool = "sources/deep"\n'),
}


def verdicts(files: Files, path: str = "tests/unit/test_x.py", target: str = "lib.Pool") -> list[Verdict]:
    codebase = Codebase(files)
    resolver = Resolver(codebase)
    module = codebase.module(path)
    assert module is not None
    wanted = resolver.target([target])
    return [
        resolver.receiver(module, node.value, wanted, "close").verdict
        for node in module.nodes(ast.Attribute)
        if node.attr == "close"
    ]


def both_kinds(make_repository: MakeRepository, files: Mapping[str, str]) -> list[Files]:
    repository = Repository.open(make_repository(files).path)
    return [WorkingTree(repository), Commit(repository)]


@pytest.mark.parametrize(("name", "text"), SETTINGS.values(), ids=SETTINGS)
def test_a_configured_folder_is_a_root(make_repository: MakeRepository, name: str, text: str) -> None:
    for files in both_kinds(make_repository, {**CODE, name: text}):
        assert verdicts(files) == [Verdict.CERTAIN, Verdict.EXCLUDED]


@pytest.mark.parametrize(("name", "text"), NOTHING.values(), ids=NOTHING)
def test_any_other_folder_is_not(make_repository: MakeRepository, name: str, text: str) -> None:
    for files in both_kinds(make_repository, {**CODE, name: text}):
        assert verdicts(files, target="sources.deep.lib.Pool") == [Verdict.POSSIBLE, Verdict.EXCLUDED]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.setuptools.package-dir]\n"app" = "sources/deep"\n"app.web" = "web"\n'),
        ("setup.cfg", "[options]\npackage_dir =\n    app = sources/deep\n    app.web=web\n"),
    ],
)
def test_a_package_that_lies_elsewhere(make_repository: MakeRepository, name: str, text: str) -> None:
    files = {
        "sources/deep/__init__.py": "",
        "sources/deep/lib.py": "class Pool: ...\nclass File: ...\n",
        "sources/deep/use.py": "from .lib import File, Pool\nPool().close()\nFile().close()\n",
        "web/view.py": "from app.lib import Pool\nshown = Pool()\n",
        "tests/test_x.py": (
            "import app.web.view\nfrom app.lib import File\nfrom app.web import view\n"
            "view.shown.close()\nFile().close()\napp.web.view.shown.close()\n"
        ),
        name: text,
    }
    certain, excluded = Verdict.CERTAIN, Verdict.EXCLUDED
    for kind in both_kinds(make_repository, files):
        assert verdicts(kind, "tests/test_x.py", "app.lib.Pool") == [certain, excluded, certain]
        assert verdicts(kind, "sources/deep/use.py", "app.lib.Pool") == [certain, excluded]


def test_the_settings_of_the_commit_count_not_those_on_disk(make_repository: MakeRepository) -> None:
    made = make_repository({**CODE, "pytest.ini": "[pytest]\npythonpath = sources/deep\n"})
    made.write({"pytest.ini": "[pytest]\npythonpath = elsewhere\n"})
    repository = Repository.open(made.path)
    assert verdicts(Commit(repository)) == [Verdict.CERTAIN, Verdict.EXCLUDED]
    assert verdicts(WorkingTree(repository), target="sources.deep.lib.Pool") == [
        Verdict.POSSIBLE,
        Verdict.EXCLUDED,
    ]
