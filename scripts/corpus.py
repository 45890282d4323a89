"""Large repositories made from public packages, with a planted package whose right answers are known.

They are kept in a cache folder outside the checkout ($CODEMODS_BENCH, or ~/.cache/codemods-bench): only
the first run downloads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(os.environ.get("CODEMODS_BENCH") or Path.home() / ".cache" / "codemods-bench")

PACKAGES = {
    "sqlalchemy": "sqlalchemy==2.0.36",
    "redis": "redis==5.0.0",
    "django": "django==5.2.19",
    "celery": "celery==5.7.0",
    "homeassistant": "homeassistant==2024.3.3",
    "twisted": "twisted==26.10.0",
    "salt": "salt==3008.5",
}

CORPORA = {
    "small": ["sqlalchemy"],
    "main": ["django", "homeassistant", "redis"],
    "large": [*PACKAGES, "homeassistant", "django", "twisted"],
}
"""About 0.2, 1.5 and 5 million lines; a package that is named twice is copied under another name."""

USERS = 30
LOOK_ALIKES = 30


@dataclass(frozen=True)
class Corpus:
    """A git repository and what is in it."""

    name: str
    path: Path
    files: int
    lines: int


def corpus(name: str) -> Corpus:
    """The corpus of that name, made when it is not there yet."""
    path = CACHE / f"repository-{name}"
    if not (path / ".git").exists():
        building = CACHE / f"building-{name}"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        for number, package in enumerate(CORPORA[name]):
            copy = f"copy{number}" if package in CORPORA[name][:number] else ""
            shutil.copytree(_unpacked(package), building / copy / package if copy else building / package)
        _plant(building / "planted_service")
        _git(building, "init", "--quiet")
        _git(building, "add", "--all", "--force")
        _git(building, "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0",
             "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "Corpus")  # fmt: skip
        building.rename(path)
    sources = _git(path, "ls-files", "-z", "*.py").split("\0")[:-1]
    lines = sum((path / source).read_bytes().count(b"\n") for source in sources)
    return Corpus(name, path, len(sources), lines)


def _unpacked(package: str) -> Path:
    """The package's Python files in a folder of the cache."""
    place = CACHE / "packages" / package
    if not place.exists():
        download = CACHE / "download" / package
        shutil.rmtree(download, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--no-binary", ":all:", "--dest", download, PACKAGES[package]], check=True)
        (archive,) = download.glob("*.tar.gz")
        unpacked = download / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        place.parent.mkdir(parents=True, exist_ok=True)
        for path in sorted(unpacked.rglob("*")):
            if path.is_file() and path.suffix != ".py":
                path.unlink()
        unpacked.rename(place)
    return place


def _plant(folder: Path) -> None:
    """A service whose uses of an API are known: by constructor, factory, fixture, attribute and alias."""
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "pool.py").write_text(
        "class Pool:\n    def drain(self): ...\n    def drain_idle(self): ...\n\n\n"
        "class Context:\n    def __init__(self, user='', run_id=''): ...\n\n\n"
        "def make_pool() -> Pool:\n    return Pool()\n\n\nclass OldName: ...\n"
    )
    (folder / "conftest.py").write_text(
        "import pytest\nfrom planted_service.pool import Pool\n\n\n"
        "@pytest.fixture\ndef bench_pool():\n    yield Pool()\n"
    )
    ways = (
        "from planted_service.pool import Pool\n\n\ndef use():\n    pool = Pool()\n    {}\n",
        "from planted_service import pool as pools\n\n\ndef use():\n    pool = pools.make_pool()\n    {}\n",
        "def test_use(bench_pool):\n    pool = bench_pool\n    {}\n",
        "from planted_service.pool import Pool as P\n\n\nclass User:\n    def __init__(self):\n"
        "        self.pool = P()\n\n"
        "    def use(self):\n        pool = self.pool\n        {}\n",
    )
    calls = "pool.close(); pool.recycle_all_idle_connections()"
    for number in range(USERS):
        extra = "\n\nfrom planted_service.pool import Context, OldName\nContext(session_id=1)\nOldName()\n"
        (folder / f"test_user_{number}.py").write_text(ways[number % 4].format(calls) + extra)
    for number in range(LOOK_ALIKES):
        (folder / f"test_other_{number}.py").write_text(
            "class Other:\n    def close(self): ...\n    def recycle_all_idle_connections(self): ...\n\n\n"
            "class OldName: ...\n\n\nclass Context:\n    def __init__(self, session_id): ...\n\n\n"
            f"def use():\n    pool = Other()\n    {calls}\n    Context(session_id=1)\n    OldName()\n"
        )


def _git(folder: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, text=True).stdout
