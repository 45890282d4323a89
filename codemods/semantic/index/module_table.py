"""From dotted module names to files: source roots, packages, namespace packages, stubs, relative imports."""

from __future__ import annotations

import configparser
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from codemods.git.files import SUFFIXES
from codemods.syntax.codebase import Codebase

_EXTENSIONS = (".so", ".pyd", ".pyx", ".c", ".cc", ".cpp", ".cxx")
"""Files of compiled modules, and of what they are made from."""

_SOURCE_FOLDERS = ("src", "lib", "python")


@dataclass(frozen=True, slots=True)
class Found:
    """A module of the repository: its file, or None for a namespace package with its folders' key."""

    key: str
    path: str | None


class ModuleTable:
    """Which file a module name means, seen from an importing file.

    A key is a path without suffix (``app/db`` for ``app/db.py`` and for ``app/db/__init__.py``), so a module
    that two dotted names reach is one module.
    """

    def __init__(self, codebase: Codebase, source_roots: Sequence[str] = ()) -> None:
        self._codebase = codebase
        self._given_roots = tuple(root.strip("/").removeprefix("./").strip(".") for root in source_roots)
        self._cache: dict[tuple[str, str], Found | None] = {}

    def find(self, dotted: str, importer: str = "") -> Found | None:
        """The module named ``dotted`` as the importing file sees it; None when the repository has none."""
        base = _folder(importer)
        key = (base, dotted)
        if key not in self._cache:
            self._cache[key] = self._find(dotted.split("."), base, importer)
        return self._cache[key]

    def owns(self, dotted: str, importer: str = "") -> bool:
        """Whether the first part of the name is a package or module of the repository."""
        return self.find(dotted.split(".", 1)[0], importer) is not None

    def relative(self, importer: str, level: int, name: str | None) -> Found | None:
        """What ``from ..name import`` means in a file."""
        folder = self.relative_key(importer, level)
        if folder is None:
            return None
        key = "/".join(part for part in (folder, *(name or "").split(".")) if part)
        return self._at(key)

    def relative_key(self, importer: str, level: int) -> str | None:
        """The key of the package ``level`` dots stand for in a file, or None above the top."""
        folder = _folder(importer)
        for _ in range(level - 1):
            if not folder:
                return None
            folder = _folder(folder)
        return folder

    def submodule(self, key: str, name: str) -> Found | None:
        found = self._at(f"{key}/{name}" if key else name)
        if found is None and self._placed:
            inside = f"{self.dotted(key)}.{name}".replace(".", "/")
            folder = dict(self._placed).get(inside)
            found = self._at(folder) if folder else None
        return found

    def is_unread(self, dotted: str) -> bool:
        """Whether a module that the path leads through has a file, but none that can be judged.

        It is compiled, or vendored, or generated.
        """
        parts = dotted.split(".")
        for end in range(1, len(parts)):
            above = self.find(".".join(parts[:end]))
            if above is not None and f"{above.key}/{parts[end]}" in self._unread:
                return True
        return False

    def dotted(self, key: str) -> str:
        """The import path of a key, from the innermost source root above it."""
        for package, folder in self._placed:
            if key == folder or key.startswith(f"{folder}/"):
                return (package + key[len(folder) :]).replace("/", ".")
        best = ""
        for root in self._global_roots:
            if root and key.startswith(root + "/") and len(root) > len(best):
                best = root
        return key[len(best) :].lstrip("/").replace("/", ".")

    def path_of(self, key: str) -> str | None:
        """The file of a key; None for a namespace package and for no module."""
        return self._files.get(key)

    def is_regular(self, key: str) -> bool:
        """Whether a folder is a package with an ``__init__``."""
        return self._files.get(key, "").endswith(("/__init__.py", "/__init__.pyi"))

    def key_of(self, path: str) -> str:
        return _key(path)

    def dotted_of(self, path: str) -> str:
        """The import path of a file."""
        return self.dotted(_key(path))

    def seen_from(self, importer: str, dotted: str) -> str:
        """The import path of what a file imports as ``dotted``.

        It is another one where the file's own folder has a module of that name: ``mock`` beside a test.
        """
        top = dotted.partition(".")[0]
        here = self.find(top, importer)
        if here is None or here.path is None:
            return dotted
        everywhere = self.find(top)
        if everywhere is not None and everywhere.key == here.key:
            return dotted
        return self.spelt(here.path) + dotted[len(top) :]

    def spelt(self, path: str) -> str:
        """The import path of a file: from its outermost package, or from its source root."""
        folder = _folder(path)
        top = folder
        while self.is_regular(top) and top:
            top = _folder(top)
        if top == folder:
            return self.dotted_of(path)
        return _key(path)[len(top) :].lstrip("/").replace("/", ".")

    def all_dotted(self) -> Iterator[tuple[str, str]]:
        """Every module's import path and file."""
        for key, path in self._files.items():
            yield self.dotted(key), path

    # -- how a name is looked up ---------------------------------------------------------------------------

    def _find(self, parts: list[str], base: str, importer: str) -> Found | None:
        relative = "/".join(parts)
        for package, folder in self._placed:
            if relative == package or relative.startswith(f"{package}/"):
                found = self._at(folder + relative[len(package) :])
                if found is not None:
                    return found
        if parts[0] not in self._last_names:
            return None
        namespace: Found | None = None
        for root in self._roots(parts, base, importer):
            prefix = f"{root}/" if root else ""
            top = self._at(prefix + parts[0])
            if top is None:
                continue
            found = self._at(prefix + relative)
            if found is not None and found.path is not None:
                return found
            namespace = namespace or found
            if top.path is not None:
                return found  # a regular package hides the roots behind it
        return namespace

    def _roots(self, parts: list[str], base: str, importer: str) -> Iterator[str]:
        """The folders in which a name is looked for, in order."""
        standard = parts[0] in sys.stdlib_module_names
        home = self._home(base)
        if importer and _is_test_file(importer):
            yield home
        for root in self._global_roots:
            if root or not standard or parts[0] in self._files:
                yield root
        if standard:
            return
        folder = home
        while folder:
            yield folder
            folder = _folder(folder)
        if len(parts) > 1:
            full = "/".join(parts)
            for root in self._homes_of.get(parts[0], ()):
                if self._files.get(f"{root}/{full}" if root else full):
                    yield root

    def _at(self, key: str) -> Found | None:
        path = self._files.get(key)
        if path is not None:
            return Found(key, path)
        if key in self._folders:
            return Found(key, None)
        return None

    def _home(self, folder: str) -> str:
        """The nearest folder, from this one up, that is no package: where Python's path would stand."""
        while folder and self._files.get(folder, "").endswith("__init__.py"):
            folder = _folder(folder)
        return folder

    # -- what is there -------------------------------------------------------------------------------------

    @cached_property
    def _files(self) -> dict[str, str]:
        files: dict[str, str] = {}
        for path in self._codebase.paths():
            key = _key(path)
            known = files.get(key)
            # A package wins over a module beside it, and source over a stub.
            if known is None or _rank(path) < _rank(known):
                files[key] = path
        return files

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders: set[str] = set()
        for path in self._codebase.paths():
            folder = _folder(path)
            while folder and folder not in folders:
                folders.add(folder)
                folder = _folder(folder)
        return frozenset(folders)

    @cached_property
    def _last_names(self) -> frozenset[str]:
        """The names of all modules and folders, wherever they are; most imports are of none of them."""
        return frozenset(key.rpartition("/")[2] for key in (*self._files, *self._folders))

    @cached_property
    def _unread(self) -> frozenset[str]:
        """Keys of modules, and of folders that hold such, whose files are not ours to judge."""
        keys: set[str] = set()
        for path in self._codebase.others():
            if path.endswith(SUFFIXES):
                key = _key(path)
                while key and key not in keys:
                    keys.add(key)
                    key = _folder(key)
            elif path.endswith(_EXTENSIONS):
                folder, _, name = path.rpartition("/")
                keys.add(f"{folder}/{name.partition('.')[0]}")
        return frozenset(keys)

    @cached_property
    def _global_roots(self) -> tuple[str, ...]:
        """Roots that every file may import from: given, the top, configured, and folders named like one."""
        named = sorted(
            folder
            for folder in self._folders
            if folder.rsplit("/", 1)[-1] in _SOURCE_FOLDERS and folder not in self._files
        )
        projects = sorted(
            _folder(path) for path in self._codebase.paths() if path.endswith("/setup.py") and _folder(path)
        )
        configured = [folder for package, folder in self._configured if not package]
        return tuple(dict.fromkeys((*self._given_roots, "", *configured, *named, *projects)))

    @cached_property
    def _homes_of(self) -> dict[str, list[str]]:
        """The folders that hold a top-level module or package of a name, wherever they are."""
        homes: dict[str, list[str]] = {}
        for key, path in self._files.items():
            if path.endswith("/__init__.py"):
                folder, _, name = key.rpartition("/")
                if not self._files.get(folder, "").endswith("__init__.py"):
                    homes.setdefault(name, []).append(folder)
        return homes

    @cached_property
    def _configured(self) -> list[tuple[str, str]]:
        """Source folders that the settings at the top name, each for a package or, with '', for all."""
        found: list[tuple[str, str]] = []
        for name, read in (
            ("pyproject.toml", _pyproject_roots),
            ("setup.cfg", _ini_roots),
            ("pytest.ini", _ini_roots),
            ("tox.ini", _ini_roots),
        ):
            text = self._codebase.settings(name)
            found += [(package, folder.strip("/").removeprefix("./")) for package, folder in read(text or "")]
        return [(package, folder) for package, folder in found if folder in self._folders]

    @cached_property
    def _placed(self) -> list[tuple[str, str]]:
        """Packages that lie in a folder of another name, by their keys, innermost first."""
        placed = {package.replace(".", "/"): folder for package, folder in self._configured if package}
        return sorted(placed.items(), key=lambda item: -len(item[0]))


def _pyproject_roots(text: str) -> Iterator[tuple[str, str]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for place in (
        ("tool", "pytest", "ini_options", "pythonpath"),
        ("tool", "setuptools", "packages", "find", "where"),
    ):
        yield from (("", folder) for folder in _strings(_within(data, *place)))
    folders = _within(data, "tool", "setuptools", "package-dir")
    for package, folder in folders.items() if isinstance(folders, dict) else ():
        yield from ((package, one) for one in _strings(folder))
    packages = _within(data, "tool", "poetry", "packages")
    for one in packages if isinstance(packages, list) else ():
        yield from (("", folder) for folder in _strings(_within(one, "from")))


def _ini_roots(text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section, option in (
        ("tool:pytest", "pythonpath"),
        ("pytest", "pythonpath"),
        ("options.packages.find", "where"),
    ):
        yield from (("", folder) for folder in (parser.get(section, option, fallback="") or "").split())
    for line in (parser.get("options", "package_dir", fallback="") or "").split("\n"):
        package, _, folder = line.partition("=")
        yield package.strip(), folder.strip()


def _within(data: object, *keys: str) -> object:
    """What stands in nested tables under the keys; None where something else stands on the way."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _key(path: str) -> str:
    stem = path.rsplit(".", 1)[0]
    return stem.removesuffix("/__init__") if stem != "__init__" else ""


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _rank(path: str) -> tuple[bool, bool]:
    return (path.endswith(".pyi"), not path.rsplit("/", 1)[-1].startswith("__init__."))


def _is_test_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")
