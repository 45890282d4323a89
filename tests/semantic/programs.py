"""Random small programs that can be run, so that what each receiver really is is known."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import ModuleType
from typing import Any, TypeVar, cast

from tests.semantic import features
from tests.semantic.features import Features

T = TypeVar("T")
Place = tuple[str, int, int, int]
"""A call: file, line, and the columns at which it begins and ends."""

PACKAGE = "generated"
TARGET = f"{PACKAGE}.classes.RedisManager"
CLASSES = """
import sys

def see(closed):
    frame = sys._getframe(2)
    line, _, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    SEEN.append(((frame.f_code.co_filename, line, start, end), closed))

class RedisManager:
    def close(self):
        see(self)

class FileManager:
    def close(self):
        see(self)

class Inherits(RedisManager):
    pass

class Overrides(RedisManager):
    def close(self):
        see(self)

class STAND_IN:
    def close(self):
        see(self)

def same(thing):
    return thing
"""
LOOKALIKE = CLASSES.replace("class Inherits(RedisManager):\n    pass\n", "")
HEADER = f"""
import asyncio
{features.HEADER}
from contextlib import contextmanager
from {PACKAGE}.flags import FLAG
from {PACKAGE}.classes import same, see, STAND_IN
"""


@dataclass
class Names:
    """What can be used where code is being written, by what it is."""

    classes: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    coroutines: list[str] = field(default_factory=list)
    managers: list[str] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    takers: list[str] = field(default_factory=list)
    """Functions that close what they are given: what they declare."""

    def copy(self) -> Names:
        return Names(*(list(getattr(self, name)) for name in self.__dataclass_fields__))

    def all(self) -> Iterator[tuple[str, str]]:
        for kind in self.__dataclass_fields__:
            for name in getattr(self, kind):
                yield kind, name


class Writer:
    """Writes a package of a few modules; each imports only from those before it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.files = {
            f"{PACKAGE}/__init__.py": "",
            f"{PACKAGE}/flags.py": "FLAG = True\n",
            f"{PACKAGE}/classes.py": CLASSES,
            f"{PACKAGE}/lookalike.py": LOOKALIKE,
        }
        self.exports: dict[str, Names] = {
            "classes": Names(["RedisManager", "FileManager", "Inherits", "Overrides"]),
            "lookalike": Names(["RedisManager", "FileManager"]),
        }
        self.count = 0

    def write(self, modules: int) -> dict[str, str]:
        for number in range(modules):
            name = f"m{number}"
            self.files[f"{PACKAGE}/{name}.py"] = self.module(name)
        return self.files

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def module(self, name: str) -> str:
        lines = [HEADER]
        names = Names()
        self.imports(lines, names)
        for _ in range(self.random.randint(2, 6)):
            self.definition(lines, names)
        self.exports[name] = names
        return "\n".join(lines) + "\n"

    def imports(self, lines: list[str], names: Names) -> None:
        for source in self.random.sample(list(self.exports), min(len(self.exports), 3)):
            known = list(self.exports[source].all())
            if not known:
                continue
            if self.random.random() < 0.15:
                lines.append(f"from {PACKAGE}.{source} import *")
                for kind, name in known:
                    getattr(names, kind).append(name)
                    self.forget(names, kind, name)
                continue
            for kind, name in self.random.sample(known, min(len(known), 3)):
                here = self.fresh("alias") if self.random.random() < 0.4 else name
                if self.random.random() < 0.2:
                    lines += [f"import {PACKAGE}.{source}", f"{here} = {PACKAGE}.{source}.{name}"]
                else:
                    lines.append(f"from .{source} import {name} as {here}")
                self.forget(names, kind, here)
                getattr(names, kind).append(here)

    def forget(self, names: Names, kind: str, name: str) -> None:
        """A name that is bound again is what it was bound to last."""
        for other in names.__dataclass_fields__:
            if other != kind and name in getattr(names, other):
                getattr(names, other).remove(name)

    # -- expressions ---------------------------------------------------------------------------------------

    def value(self, names: Names, depth: int = 2) -> str:
        """An expression for an object that can be closed."""
        choices = [lambda: f"{self.random.choice(names.classes or ['FALLBACK'])}()"]
        if names.variables:
            choices += [lambda: self.random.choice(names.variables)] * 2
        if names.functions:
            choices += [lambda: f"{self.random.choice(names.functions)}()"] * 2
        if names.coroutines:
            choices.append(lambda: f"asyncio.run({self.random.choice(names.coroutines)}())")
        if names.holders:
            choices.append(lambda: f"{self.random.choice(names.holders)}().held")
            choices.append(lambda: f"{self.random.choice(names.holders)}().shown")
        if depth:

            def inner() -> str:
                return self.value(names, depth - 1)

            choices += [
                lambda: f"({inner()} if FLAG else {inner()})",
                lambda: f"(None or {inner()})",
                lambda: f"[{inner()}, {inner()}][{self.random.randint(0, 1)}]",
                lambda: f"({inner()}, {inner()})[{self.random.randint(0, 1)}]",
                lambda: f"{{'k': {inner()}}}['k']",
                lambda: f"same({inner()})",
                lambda: f"next(iter([{inner()}]))",
                lambda: f"(lambda: {inner()})()",
                lambda: f"[thing for thing in [{inner()}]][0]",
            ]
        text = self.random.choice(choices)()
        return text.replace("FALLBACK()", "same(__import__('generated.classes').classes.FileManager())")

    # -- statements ----------------------------------------------------------------------------------------

    def body(self, names: Names, indent: str) -> list[str]:
        """Statements of a block that bind variables, rebind them, and close them."""
        lines: list[str] = []
        for _ in range(self.random.randint(1, 4)):
            name = self.random.choice(names.variables) if self.local(names) else self.fresh("v")
            kind = self.random.randrange(8)
            if kind <= 2:
                lines.append(f"{indent}{name} = {self.value(names)}")
            elif kind == 3:
                lines.append(f"{indent}{name} = {self.value(names)}")
                lines.append(f"{indent}if FLAG:")
                lines.append(f"{indent}    {name} = {self.value(names)}")
            elif kind == 4:
                lines.append(f"{indent}for {name} in [{self.value(names)}, {self.value(names)}]:")
                lines.append(f"{indent}    {name}.close()")
            elif kind == 5:
                lines.append(f"{indent}try:")
                lines.append(f"{indent}    {name} = {self.value(names)}")
                lines.append(f"{indent}    if FLAG: raise ValueError")
                lines.append(f"{indent}    {name} = {self.value(names)}")
                lines.append(f"{indent}except ValueError:")
                lines.append(f"{indent}    {name}.close()")
            elif kind == 6 and names.managers:
                lines.append(f"{indent}with {self.random.choice(names.managers)}() as {name}:")
                lines.append(f"{indent}    {name}.close()")
            else:
                other = self.fresh("v")
                lines.append(f"{indent}{name}, {other} = {self.value(names)}, {self.value(names)}")
                names.variables.append(other)
            if name not in names.variables:
                names.variables.append(name)
            lines.append(f"{indent}{name}.close()")
        return lines

    def local(self, names: Names) -> bool:
        return (
            bool(names.variables)
            and not names.variables[-1].startswith("alias")
            and self.random.random() < 0.4
        )

    def definition(self, lines: list[str], names: Names) -> None:
        kind = self.random.randrange(18)
        if kind > 13:
            self.subclass(lines, names) if kind > 15 else self.taker(lines, names)
        elif kind > 6:
            written = Features(self.random, names.classes or ["STAND_IN"]).block(self.fresh("b"))
            lines += [line.replace("{package}", PACKAGE) for line in written]
            # What a block leaves under a common name is another thing than before.
            names.variables = [name for name in names.variables if len(name) > 1]
        elif kind == 0:
            lines += self.body(names, "")
        elif kind in (1, 2):
            name = self.fresh("function" if kind == 1 else "coroutine")
            inside = Names(names.classes[:], [], names.functions[:], [], names.managers[:], names.holders[:])
            lines.append(f"{'async ' if kind == 2 else ''}def {name}():")
            lines += self.body(inside, "    ")
            if self.random.random() < 0.3:
                lines.append(f"    if FLAG: return {self.value(inside)}")
            lines.append(f"    return {self.value(inside)}")
            (names.functions if kind == 1 else names.coroutines).append(name)
        elif kind == 3:
            name = self.fresh("manager")
            lines += ["@contextmanager", f"def {name}():", f"    yield {self.value(names)}"]
            names.managers.append(name)
        elif kind == 4:
            self.holder(lines, names)
        elif kind == 5 and names.variables:
            name = self.random.choice(names.variables)
            function = self.fresh("rebind")
            lines += [f"def {function}():", f"    global {name}", f"    {name} = {self.value(names)}"]
            lines += [f"{function}()", f"{name}.close()"]
        else:
            name = self.fresh("outer")
            inside = Names(names.classes[:], [], names.functions[:], [], [], names.holders[:])
            lines.append(f"def {name}():")
            lines.append(f"    kept = {self.value(inside)}")
            lines.append("    def inner():")
            if self.random.random() < 0.5:
                lines += ["        nonlocal kept", f"        kept = {self.value(inside)}"]
            lines += ["        kept.close()", "    inner()", "    kept.close()", "    return kept"]
            names.functions.append(name)

    def subclass(self, lines: list[str], names: Names) -> None:
        """A subclass that other modules know too, perhaps with a method of its own or of a mixin."""
        name, bases = self.fresh("Sub"), [self.random.choice(names.classes or ["STAND_IN"])]
        own = ["    def close(self): see(self)"]
        if self.random.random() < 0.3:
            lines += [f"class {name}m:", *(own if self.random.random() < 0.5 else ["    pass"])]
            bases.insert(self.random.randrange(2), f"{name}m")
        lines += [
            f"class {name}({', '.join(bases)}):",
            *(own if self.random.random() < 0.4 else ["    pass"]),
        ]
        names.classes.append(name)

    def taker(self, lines: list[str], names: Names) -> None:
        """A function that closes what it is given, and what a function of another module is given."""
        name, declared = self.fresh("taker"), self.random.choice(names.classes or ["STAND_IN"])
        lines += [f"def {name}(x: {declared}):", "    x.close()", f"{name}.declared = {declared}"]
        names.takers.append(name)
        for taker in names.takers:
            made = self.random.choice(names.classes or ["STAND_IN"])
            lines.append(f"{taker}(fits({made}(), {taker}.declared))")

    def holder(self, lines: list[str], names: Names) -> None:
        name = self.fresh("Holder")
        base = (
            f"({self.random.choice(names.holders)})" if names.holders and self.random.random() < 0.4 else ""
        )
        lines += [f"class {name}{base}:", "    def __init__(self):"]
        if base and self.random.random() < 0.7:
            lines.append("        super().__init__()")
        lines.append(f"        self.held = {self.value(names)}")
        if self.random.random() < 0.4:
            lines += [
                "        self.reset()",
                "    def reset(self):",
                f"        self.held = {self.value(names)}",
            ]
        else:
            lines += ["    def reset(self):", "        pass"]
        lines += [
            "    @property",
            "    def shown(self):",
            f"        return {self.random.choice(['self.held', self.value(names)])}",
        ]
        lines += ["    def use(self):", "        self.held.close()", "        self.shown.close()"]
        names.holders.append(name)
        lines.append(f"{name}().use()")


def run(files: dict[str, str], flag: bool) -> list[tuple[Place, object]]:
    """Run the modules in order, then every function, and tell who was closed by which call."""
    seen: list[tuple[Place, object]] = []
    with _modules():
        for path, text in files.items():
            dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            module = ModuleType(dotted)
            module.__package__ = PACKAGE
            if dotted == PACKAGE:
                module.__path__ = []
            module.__dict__["SEEN"] = seen
            sys.modules[dotted] = module
            if dotted != PACKAGE:
                setattr(sys.modules[PACKAGE], dotted.rpartition(".")[2], module)
            if dotted.endswith(".flags"):
                text = f"FLAG = {flag}\n"
            exec(compile(text, path, "exec"), module.__dict__)
            for name, value in list(module.__dict__.items()):
                if re.fullmatch(r"(function|outer)\d+", name) and callable(value):
                    value()
    return seen


@contextmanager
def _modules() -> Iterator[None]:
    """Let modules come and go, and ``asyncio.run`` run inside itself."""
    real = asyncio.run
    asyncio.run = _drive  # type: ignore[assignment]
    try:
        yield
    finally:
        asyncio.run = real
        for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
            del sys.modules[name]


def _drive(coroutine: Coroutine[Any, Any, T], **_: object) -> T:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast(T, stop.value)
    raise AssertionError("the coroutine waits for something")
