"""Random trees of tests whose fixtures shadow, chain and make, and what pytest gives each test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

Place = tuple[str, int, int]
"""A call: file, line, and the column at which it begins."""

TARGET = "classes.RedisManager"
NAMES = ("redis_manager", "thing", "pool", "other")
CLASSES = """
import sys

SEEN = []

def see(closed):
    frame = sys._getframe(2)
    line, _, start, _ = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    mro = [cls.__name__ for cls in type(closed).__mro__ if "close" in vars(cls)]
    SEEN.append((frame.f_code.co_filename, line, start, mro[0]))

class RedisManager:
    def close(self): see(self)

class FileManager:
    def close(self): see(self)

class Inherits(RedisManager): ...

class Overrides(RedisManager):
    def close(self): see(self)
"""
ROOT = """
import json, os
import pytest
from classes import *

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    import classes
    with open(os.environ["SEEN_FILE"], "w") as file:
        json.dump(classes.SEEN, file)
"""
HEADER = "import pytest\nfrom classes import FileManager, Inherits, Overrides, RedisManager\n\n"


class Tree:
    """Writes folders of tests, one inside the other, each with conftest files now and then."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0
        self.files = {"classes.py": CLASSES, "conftest.py": ROOT + self.fixtures("")}

    def write(self, folders: int) -> dict[str, str]:
        inside = [""]
        for number in range(folders):
            folder = f"{self.random.choice(inside)}d{number}/"
            inside.append(folder)
            self.files[f"{folder}__init__.py"] = ""
            if self.random.random() < 0.6:
                self.files[f"{folder}conftest.py"] = HEADER + self.fixtures("")
            if self.random.random() < 0.4:
                self.files[f"{folder}shared{number}.py"] = HEADER + self.fixtures("")
            self.files[f"{folder}test_{number}.py"] = self.module()
        return self.files

    def module(self) -> str:
        text = HEADER
        shared = [path for path in self.files if "shared" in path]
        if shared and self.random.random() < 0.6:
            source = self.random.choice(shared).removesuffix(".py").replace("/", ".")
            path = source.replace(".", "/") + ".py"
            names = [name for name in NAMES if f"def {name}(" in self.files[path]]
            taken = ", ".join(names) if names and self.random.random() < 0.5 else "*"
            text += f"from {source} import {taken}\n\n"
        if self.random.random() < 0.5:
            text += self.fixtures("")
        for _ in range(2):
            text += self.test("")
        base = ""
        for number in range(self.random.randint(1, 2)):
            name = f"Test{number}"
            text += f"class {name}{base}:\n" + self.fixtures("    ") + self.test("    ")
            base = f"({name})" if self.random.random() < 0.5 else ""
        return text

    def made(self) -> str:
        return f"{self.random.choice(['RedisManager', 'FileManager', 'Inherits', 'Overrides'])}()"

    def fixtures(self, indent: str) -> str:
        return "".join(
            self.fixture(name, indent) for name in self.random.sample(NAMES, self.random.randint(1, 2))
        )

    def fixture(self, name: str, indent: str) -> str:
        asked = self.random.choice([name, *NAMES]) if self.random.random() < 0.35 else ""
        given = asked or self.made()
        own, function = self.random.random() < 0.2, name
        if own:
            self.count += 1
            function = f"_fixture{self.count}"
        words = [f'name="{name}"'] * own
        if self.random.random() < 0.2:
            words.append("params=[1, 2]")
        parameters = ", ".join([*["self"] * bool(indent), *[asked] * bool(asked)])
        decorator = f"@pytest.fixture({', '.join(words)})" if words else "@pytest.fixture"
        body = self.random.choice(
            [
                [f"return {given}"],
                [f"yield {given}"],
                [f"made = {given}", "yield made", "made.close()"],
                [f"made = {given}", "made.close()", "return made"],
                ["def make():", f"    return {given}", "return make()"],
                ["try:", f"    yield {given}", "finally:", "    pass"],
            ]
        )
        lines = [decorator, f"def {function}({parameters}):", *(f"    {line}" for line in body), ""]
        return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)

    def test(self, indent: str) -> str:
        self.count += 1
        asked = self.random.sample(NAMES, self.random.randint(1, 3))
        lines = []
        if self.random.random() < 0.25:
            rows = f"[{self.made()}, {self.made()}]"
            lines.append(f'@pytest.mark.parametrize("{asked[0]}", {rows})')
        parameters = ", ".join(["self"] * bool(indent) + asked)
        lines.append(f"def test_{self.count}({parameters}):")
        lines += [f"    {name}.close()" for name in asked]
        if self.random.random() < 0.3:
            lines[-1:] = [f"    {asked[-1]} = {self.made()}", lines[-1]]
        return "".join(f"{indent}{line}\n" for line in lines) + "\n"


def given(folder: Path, files: dict[str, str]) -> dict[Place, set[str]]:
    """Which class's ``close`` each call of the tests reached when pytest ran them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    seen = folder / "seen.json"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."],
        cwd=folder,
        env={"SEEN_FILE": str(seen), "PYTHONPATH": ".", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    )
    truth: dict[Place, set[str]] = {}
    for path, line, start, name in json.loads(seen.read_text()):
        truth.setdefault((Path(path).relative_to(folder).as_posix(), line, start), set()).add(name)
    return truth
