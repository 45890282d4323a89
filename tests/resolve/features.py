"""Further parts of random programs: annotations, narrowing, patterns, classes that hand things on."""

from __future__ import annotations

from random import Random

HEADER = """
import contextlib, functools
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, Callable, Generic, NamedTuple, NewType, Optional, Protocol
from typing import Self, TypeVar, Union, cast

class Closing(Protocol):
    def close(self): ...

def fits(made, declared):
    return made if isinstance(made, declared) else declared()

def kept(function):
    return function

def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""


class Features:
    """Writes one block that stands for itself: it uses only the classes it is given."""

    def __init__(self, random: Random, classes: list[str]) -> None:
        self.random = random
        self.classes = classes
        self.count = 0

    def block(self, stem: str) -> list[str]:
        """The lines of a block at the top of a module. ``stem`` makes its names its own."""
        self.stem = stem
        kinds = [
            self.annotated,
            self.containers,
            self.narrowed,
            self.matched,
            self.rebound,
            self.tried,
            self.walrus,
            self.comprehension,
            self.generic,
            self.entered,
            self.hierarchy,
            self.decorated,
            self.attributes,
            self.fields,
            self.coroutines,
            self.closures,
            self.imports,
            self.set_from_outside,
            self.generic_classes,
            self.named_tuples,
            self.makers,
            self.for_type_checkers,
        ]
        return self.random.choice(kinds)()

    def name(self, word: str = "n") -> str:
        self.count += 1
        return f"{word}_{self.stem}_{self.count}"

    def cls(self) -> str:
        return self.random.choice(self.classes)

    def two(self) -> tuple[str, str]:
        return self.cls(), self.cls()

    def made(self, declared: str) -> str:
        """An object that is what is declared, perhaps of a subclass."""
        return f"fits({self.cls()}(), {declared})"

    def any(self) -> str:
        """An object of a class or of another, by the flag."""
        a, b = self.two()
        return self.random.choice([f"{a}()", f"({a}() if FLAG else {b}())", f"same({a}())"])

    # -- blocks --------------------------------------------------------------------------------------------

    def annotated(self) -> list[str]:
        c, d = self.two()
        forms = [
            c,
            f'"{c}"',
            f"Optional[{c}]",
            f"{c} | None",
            f'"{c} | None"',
            f'"Optional[{c}]"',
            f'Annotated[{c}, "x"]',
            f"Union[{c}, {d}]",
            f"Union[{c}, None]",
            "Closing",
            "Any",
            "object",
        ]
        f, x = self.name("function"), "x"
        lines = [f"def {f}({x}: {self.random.choice(forms)}):", f"    {x}.close()", f"    return {x}"]
        lines += [f"{f}({self.made(c)}).close()"]
        g = self.name("function")
        lines += [
            f"def {g}() -> {self.random.choice([c, repr(c), f'Optional[{c}]'])}:",
            f"    return {self.made(c)}",
        ]
        lines += [f"v = {g}()", "v.close()"]
        lines += [f"w: {c} = {self.made(c)}", "w.close()"]
        lines += [f"cast({c}, {self.made(c)}).close()", f'cast("{c}", {self.made(c)}).close()']
        h = self.name("function")
        lines += [f"def {h}(kind: type[{c}], make: Callable[[], {c}], *args: {c}, **kwargs: {c}):"]
        lines += ["    kind().close()", "    make().close()", "    for a in args: a.close()"]
        lines += ["    for k, a in kwargs.items(): a.close()"]
        made = self.made(c)
        lines += [f"{h}(type({made}), lambda: {made}, {made}, x={made})"]
        return lines

    def containers(self) -> list[str]:
        c, d = self.two()
        f = self.name("function")
        lines = [f"def {f}(a: list[{c}], b: dict[str, {c}], t: tuple[{c}, {d}], n: dict[str, list[{c}]]):"]
        lines += ["    for i in a: i.close()", "    a[0].close()", "    a[-1:][0].close()"]
        lines += ["    for i in b.values(): i.close()", '    b["k"].close()']
        lines += ["    for k, i in b.items(): i.close()", '    b.get("k").close()']
        lines += [
            "    t[0].close()",
            "    t[1].close()",
            "    p, q = t",
            "    p.close(); r = q",
            "    r.close()",
        ]
        lines += ["    for k, i in n.items():", "        for j in i: j.close()", '    n["k"][0].close()']
        lines += ["    a, *o = a", "    a.close()"]
        x = self.made(c)
        lines += [f"{f}([{x}], {{'k': {x}}}, ({x}, {self.made(d)}), {{'k': [{x}]}})"]
        lines += [f"l = [{self.any()}]", f"l.append({self.any()})", "for i in l: i.close()", "l[0].close()"]
        lines += [f"m = {{'a': {self.any()}}}", f"m['b'] = {self.any()}", "m['a'].close()", "m['b'].close()"]
        lines += [f"o, *u = {self.any()}, {self.any()}, {self.any()}", "o.close()", "u[0].close()"]
        lines += [f"*u, o = {self.any()}, {self.any()}, {self.any()}", "o.close()", "u[0].close()"]
        lines += [f"p, *u, o = {self.any()}, {self.any()}", "o.close()", "for i in u: i.close()", "p.close()"]
        return lines

    def narrowed(self) -> list[str]:
        c, d = self.two()
        test = self.random.choice([f"isinstance(x, {c})", f"isinstance(x, ({c}, {d}))", f"type(x) is {c}"])
        f = self.name("function")
        lines = [f"def {f}(x, y=None):"]
        kind = self.random.randrange(7)
        if kind == 0:
            lines += [
                f"    if {test}:",
                "        x.close()",
                "    else:",
                "        x.close()",
                "    x.close()",
            ]
        elif kind == 1:
            lines += [f"    if not {test}:", "        x.close()", "        return", "    x.close()"]
        elif kind == 2:
            lines += [f"    if {test} and FLAG:", "        x.close()", "    else:", "        x.close()"]
        elif kind == 3:
            lines += [f"    if {test}:", f"        x = {self.any()}", "        x.close()", "    x.close()"]
        elif kind == 4:
            lines += [f"    x.close() if {test} else x.close()", f"    {test} and x.close()"]
        elif kind == 5:
            lines += [f"    while {test}:", "        x.close()", f"        x = {self.any()}", "        break"]
            lines += ["    x.close()"]
        else:
            lines += [f"    if not {test} or FLAG:", "        x.close()", "    else:", "        x.close()"]
            lines += [f"    assert isinstance(x, {c}) or True", "    x.close()"]
        g = self.name("function")
        lines += [f"def {g}():", f"    x = {self.any()}", f"    if {test}:", "        x.close()", "    else:"]
        lines += ["        x.close()", "    x.close()"]
        h = self.name("function")
        lines += [f"def {h}(x: {d}):", f"    if isinstance(x, {c}):", "        x.close()", "    else:"]
        lines += ["        x.close()"]
        lines += [f"{f}({made}())" for made in self.classes]
        return [*lines, f"{g}()", f"{h}({self.made(d)})"]

    def matched(self) -> list[str]:
        c, d = self.two()
        f = self.name("function")
        lines = [f"def {f}(x, y):", "    match x:"]
        cases = [
            [f"        case {c}() as p:", "            p.close()", "            x.close()"],
            [f"        case {c}():", "            x.close()"],
            [f"        case {c}() | {d}() as p:", "            p.close()", "            x.close()"],
            [f"        case {c}() if FLAG:", "            x.close()"],
            [f"        case [{c}() as p, q]:", "            p.close(); q = q", "            q.close()"],
            [f'        case {{"k": {c}() as p}}:', "            p.close()"],
            [f"        case (p, {c}()):", "            p.close()"],
        ]
        for case in self.random.sample(cases, 3):
            lines += case
        lines += ["        case z:", "            z.close()", "            x.close()"]
        g = self.name("function")
        lines += [f"def {g}():", f"    x = {self.any()}", "    match x:", f"        case {c}():"]
        lines += ["            x.close()", "        case _:", "            x.close()", "    x.close()"]
        for made in self.classes:
            lines += [f"{f}({made}(), 1)"]
        lines += ["with contextlib.suppress(AttributeError):", f"    {f}([{self.any()}, {self.any()}], 1)"]
        lines += ["with contextlib.suppress(AttributeError):", f"    {f}({{'k': {self.any()}}}, 1)"]
        return [*lines, f"{g}()"]

    def rebound(self) -> list[str]:
        f = self.name("function")
        lines = [f"def {f}():", f"    x = {self.any()}", "    x.close()"]
        for _ in range(self.random.randint(1, 3)):
            lines += self.random.choice(
                [
                    [f"    x = {self.any()}"],
                    ["    if FLAG:", f"        x = {self.any()}", "    else:", f"        x = {self.any()}"],
                    ["    for i in range(2):", "        x.close()", f"        x = {self.any()}"],
                    [f"    x, y = {self.any()}, x", "    y.close()"],
                    ["    y = x", f"    x = {self.any()}", "    y.close()"],
                    [f"    for x in ({self.any()}, {self.any()}): pass"],
                    ["    del x", f"    x = {self.any()}"],
                    [
                        "    try:",
                        f"        x = {self.any()}",
                        "        raise ValueError",
                        "    except ValueError:",
                        "        x.close()",
                        "    finally:",
                        f"        x = {self.random.choice(['x', self.any()])}",
                    ],
                    [
                        "    while True:",
                        f"        x = {self.any()}",
                        "        if FLAG: break",
                        f"        x = {self.any()}",
                        "        break",
                    ],
                    ["    if FLAG: return", f"    x = {self.any()}"],
                    [
                        "    with contextlib.suppress(ValueError):",
                        f"        x = {self.any()}",
                        "        if FLAG: raise ValueError",
                        f"        x = {self.any()}",
                    ],
                    ["    def inner():", "        nonlocal x", f"        x = {self.any()}", "    inner()"],
                    [
                        "    class x:",
                        "        def close(self): pass",
                        f"    x = x() if FLAG else {self.any()}",
                    ],
                    [
                        "    for i in range(2):",
                        "        if i: x.close(); continue",
                        f"        x = {self.any()}",
                    ],
                ]
            )
            lines.append("    x.close()")
        return [*lines, f"{f}()"]

    def tried(self) -> list[str]:
        c, d = self.two()
        n = self.name("C")
        first = self.random.choice(["raise ImportError", "if FLAG: raise ImportError", "pass"])
        lines = [
            "try:",
            f"    from {{package}}.missing import {n}" if self.random.random() < 0.3 else f"    {n} = {c}",
        ]
        lines += [f"    {first}", "except ImportError:"]
        lines += self.random.choice(
            [
                [f"    {n} = {d}"],
                [f"    class {n}:", "        def close(self): pass"],
                [f"    class {n}({d}): pass"],
                [f"    def {n}(): return {d}()"],
            ]
        )
        if self.random.random() < 0.3:
            lines += ["else:", f"    {n} = {self.cls()}"]
        return [*lines, f"{n}().close()", f"x = {n}()", "x.close()"]

    def walrus(self) -> list[str]:
        f = self.name("function")
        a = self.any
        lines = [f"def {f}():", f"    w = {a()}"]
        lines += self.random.choice(
            [
                [f"    if (w := {a()}): w.close()"],
                [f"    (w := {a()}).close()"],
                [f"    FLAG and (w := {a()})"],
                [f"    [w := i for i in ({a()}, {a()})]"],
                [f"    while (w := {a()}):", "        w.close()", "        break"],
                [f"    same((w := {a()})).close()"],
                [f"    x = (w := {a()}) if FLAG else (w := {a()})", "    x.close()"],
                [f"    id(w := {a()}); w.close()"],
            ]
        )
        return [*lines, "    w.close()", f"{f}()"]

    def comprehension(self) -> list[str]:
        c, a = self.cls(), self.any
        f = self.name("function")
        lines = [f"def {f}():", f"    x = {a()}"]
        lines += [f"    [x.close() for x in ({a()}, {a()})]", "    x.close()"]
        lines += [f"    [x.close() for x in [{a()}, {a()}] if isinstance(x, {c})]"]
        lines += [f"    [y.close() for x in [[{a()}], [{a()}]] for y in x]"]
        lines += [f"    {{k: v.close() for k, v in {{'a': {a()}}}.items()}}"]
        lines += [f"    list(x.close() for _ in [1] for x in (x_ for x_ in [{a()}]))"]
        lines += [f"    (lambda x: x.close())({a()})", "    (lambda y=x: y.close())()"]
        lines += ["    [x.close() for _ in range(1)]", f"    sorted([{a()}], key=lambda x: x.close() or 0)"]
        lines += [f"    for k, v in enumerate([{a()}, {a()}]): v.close()"]
        lines += [f"    for p, q in zip([{a()}], [{a()}]): p.close(); z = q", "    z.close()"]
        return [*lines, f"{f}()"]

    def generic(self) -> list[str]:
        c, d = self.two()
        t, n = self.name("T"), self.name("New")
        f, g, b = self.name("function"), self.name("function"), self.name("Box")
        lines = [f'{t} = TypeVar("{t}")', f'{t}b = TypeVar("{t}b", bound={c})', f'{n} = NewType("{n}", {c})']
        lines += [f"def {f}(cls: type[{t}]) -> {t}:", "    return cls()", f"{f}({d}).close()"]
        lines += [f"v = {f}({c})", "v.close()"]
        lines += [
            f"def {g}(x: {t}b) -> {t}b:",
            "    x.close()",
            "    return x",
            f"{g}({self.made(c)}).close()",
        ]
        lines += [f"{n}({self.made(c)}).close()"]
        lines += [
            f"class {b}(Generic[{t}]):",
            f"    def __init__(self, item: {t}):",
            "        self.item = item",
        ]
        lines += [f"    def get(self) -> {t}:", "        return self.item"]
        lines += [f"{b}({self.any()}).get().close()", f"{b}({self.any()}).item.close()"]
        lines += [
            f"def {g}2(x: {b}[{c}]):",
            "    x.get().close()",
            "    x.item.close()",
            f"{g}2({b}({self.made(c)}))",
        ]
        lines += [f"p = partial({d})", "p().close()", f"q = partial({f}, {c})", "q().close()"]
        lines += [
            f"def {g}3(items: list[{t}]) -> {t}:",
            "    return items[0]",
            f"{g}3([{self.any()}]).close()",
        ]
        return lines

    def generic_classes(self) -> list[str]:
        """What a generic class holds by its arguments, by those of a subclass, by what it is made of."""
        c, d = self.two()
        t, u, b = self.name("T"), self.name("U"), self.name("Box")
        item = self.random.choice(["self.item", "self.items[0]", "same(self.item)"])
        lines = [f'{t} = TypeVar("{t}")', f'{u} = TypeVar("{u}")']
        lines += [f"class {b}(Generic[{t}, {u}]):", f"    def __init__(self, item: {t}, other: {u}):"]
        lines += ["        self.item = item", "        self.other = other", "        self.items = [item]"]
        lines += [f"    def get(self) -> {t}:", f"        return {item}"]
        lines += [f"    async def later(self) -> {u} | None:", "        return self.other"]
        lines += [f"    def all(self) -> list[{t}]:", "        return self.items"]
        lines += [f"    def pairs(self) -> dict[str, {u}]:", "        return {'k': self.other}"]
        lines += ["    @property", f"    def first(self) -> {t}: return {item}"]
        lines += [f"    def __iter__(self) -> Iterator[{t}]: return iter(self.items)"]
        lines += [f"    def __enter__(self) -> {u}: return self.other", "    def __exit__(self, *_): pass"]
        lines += [f"    def __getitem__(self, key) -> {t}: return self.item"]
        lines += [f'    def swapped(self) -> "{b}[{u}, {t}]": return {b}(self.other, self.item)']
        lines += ["    def me(self) -> Self: return self"]
        lines += ["    def use(self): self.item.close(); self.get().close()"]
        s = self.name("Sub")
        lines += [f"class {s}b({b}[{u}, {d}]): pass", f"class {s}({s}b[{c}]):"]
        lines += self.random.choice(
            [
                ["    pass"],
                [f"    def get(self) -> {c}:", f"        return {self.made(c)}"],
                [f"    def __init__(self, item: {c}, other: {d}):", "        super().__init__(item, other)"],
            ]
        )
        lines += ["    def mine(self): self.get().close(); self.other.close(); self.swapped().first.close()"]
        f = self.name("function")
        lines += [f"def {f}(x: {b}[{c}, {d}], y: {s}):"]
        for path in ("get()", "first", "item", "other", "all()[0]", "pairs()['k']", "swapped().get()"):
            lines += [f"    x.{path}.close()", f"    y.{path}.close()", f"    x.me().{path}.close()"]
        lines += ["    asyncio.run(x.later()).close()", "    asyncio.run(y.later()).close()"]
        lines += ["    for i in x: i.close()", "    with x as i: i.close()", "    x['k'].close()"]
        x, y = self.made(c), self.made(d)
        lines += [f"{f}({b}({x}, {y}), {s}({x}, {y}))", f"{s}({x}, {y}).mine()", f"{s}({x}, {y}).use()"]
        lines += [f"{f}({s}({x}, {y}), {s}({x}, {y}))"]
        lines += [f"v = {b}({self.any()}, {self.any()})", "v.get().close()", "v.other.close()", "v.use()"]
        lines += [f"w = {b}[{c}, {d}]({x}, {y})", "w.first.close()", "w.swapped().first.close()"]
        return lines

    def named_tuples(self) -> list[str]:
        c, d = self.two()
        p = self.name("P")
        lines = [f"class {p}(NamedTuple):", f"    a: {c}", f"    b: Optional[{d}] = None"]
        lines += ["    def use(self): self.a.close(); self[0].close()"]
        if self.random.random() < 0.3:
            lines += [f"class {p}b({p}):", f"    def __getitem__(self, key): return {self.any()}"]
            lines += [f"{p}b({self.made(c)}).use()"]
        lines += [f"def {p}f(x: {p}):", "    x.a.close(); x.b.close()", "    x[0].close(); x[1].close()"]
        lines += ["    i, j = x", "    i.close()", "    j.close()", "    for i in x: i.close()"]
        lines += ["    *k, m = x", "    m.close()", "    x[-2].close()", "    k[0].close()"]
        lines += ["    match x:", f"        case {p}(a=q, b=r): q.close(); s = r", "    s.close()"]
        return [*lines, f"{p}f({p}({self.made(c)}, {self.made(d)}))", f"{p}({self.made(c)}).use()"]

    def makers(self) -> list[str]:
        """Functions that make what they are given."""
        c, d = self.two()
        f = self.name("make")
        again = self.random.choice(["pass", f"kind = {self.cls()}", f"kind = kind if FLAG else {self.cls()}"])
        lines = [f"def {f}(kind={c}, **rest):", f"    {again}", "    made = kind()", "    return made"]
        lines += [f"async def {f}2(*, kind):", "    if FLAG: return kind()", "    return kind()"]
        lines += [f"def {f}3(kind=lambda: {self.any()}):"]
        lines += self.random.choice(
            [
                ["    def inner():", "        nonlocal kind", f"        kind = {self.cls()}", "    inner()"],
                ["    pass"],
            ]
        )
        lines += ["    return kind()"]
        lines += [f"{f}().close()", f"{f}({d}).close()", f"{f}(kind={d}).close()", f"{f}(*[{d}]).close()"]
        lines += [f"{f}(**{{'kind': {d}}}).close()", f"asyncio.run({f}2(kind={d})).close()"]
        lines += [f"{f}3().close()", f"{f}3({d}).close()", f"{f}3(lambda: {self.any()}).close()"]
        return lines

    def for_type_checkers(self) -> list[str]:
        """Names that only annotations see."""
        f, n = self.name("function"), self.name("N")
        c = self.random.choice(["RedisManager", "FileManager"])
        one, two = self.random.sample(["classes", "lookalike"], 2)
        lines = ["if TYPE_CHECKING:", f"    from {{package}}.{one} import {c} as {n}"]
        if self.random.random() < 0.3:
            lines += ["else:", f"    from {{package}}.{two} import {c} as {n}", f"{n}().close()"]
            one = two
        lines += [f'def {f}(x: "{n}", *, y: "Optional[{n}]" = None):', "    x.close()", "    y.close()"]
        lines += [f"from {{package}}.{one} import {c} as {n}r", f"{f}({n}r(), y={n}r())"]
        return lines

    def entered(self) -> list[str]:
        m, a = self.name("M"), self.any
        c = self.cls()
        base = self.random.choice(["", c])
        lines = [f"class {m}({base}):"]
        lines += ["    def __enter__(self):", f"        return {self.random.choice(['self', a()])}"]
        lines += ["    def __exit__(self, *_): pass"]
        if not base or self.random.random() < 0.5:
            lines += ["    def close(self): pass"]
        lines += [f"with {m}() as x:", "    x.close()"]
        lines += [
            f"class {m}b({m}):",
            "    def __enter__(self):",
            f"        return {self.random.choice(['super().__enter__()', a()])}",
        ]
        lines += [f"with {m}b() as x, {m}() as y:", "    x.close()", "    y.close()"]
        lines += [f"def {m}f(m: {m}):", "    with m as x: x.close()", f"{m}f({m}b())", f"{m}f({m}())"]
        lines += ["with contextlib.ExitStack() as s:", f"    z = s.enter_context({m}())", "    z.close()"]
        lines += [
            f"with contextlib.nullcontext({a()}) as x:",
            "    x.close()",
            f"with contextlib.closing({a()}) as x:",
            "    x.close()",
        ]
        lines += [
            "@contextlib.contextmanager",
            f"def {m}g(x: {c}):",
            f"    yield {self.random.choice(['x', a()])}",
        ]
        lines += [f"with {m}g({self.made(c)}) as x:", "    x.close()"]
        return lines

    def hierarchy(self) -> list[str]:
        b, s, a = self.name("Base"), self.name("Sub"), self.any
        c = self.cls()
        lines = [f"class {b}{self.random.choice(['', '(ABC)', f'({c})'])}:", f"    shared = {a()}"]
        lines += ["    def __init__(self):", f"        self.kept = {a()}"]
        lines += ["    def make(self):", f"        return {a()}"]
        lines += ["    @classmethod", "    def create(cls):", "        return cls()"]
        lines += ["    @staticmethod", "    def loose():", f"        return {a()}"]
        lines += [
            "    @property",
            "    def prop(self):",
            f"        return {self.random.choice(['self.kept', 'self.make()', a()])}",
        ]
        lines += [
            "    @cached_property",
            "    def cached(self):",
            f"        return {self.random.choice(['self.kept', 'self.make()', a()])}",
        ]
        lines += ["    def me(self) -> Self:", "        return self"]
        lines += ["    def use(self):"]
        for path in ("shared", "kept", "make()", "loose()", "prop", "cached", "me().kept", "create().kept"):
            lines += [f"        self.{path}.close()"]
        lines += [
            "    def __call__(self):",
            f"        return {a()}",
            "    def __getitem__(self, key):",
            f"        return {a()}",
        ]
        lines += ["    def __iter__(self):", f"        yield {a()}"]
        if self.random.random() < 0.4:
            lines += ["    def __getattr__(self, name):", f"        return getattr({a()}, name)"]
        parts = [
            [f"    shared = {a()}"],
            ["    def __init__(self):", "        super().__init__()", f"        self.kept = {a()}"],
            ["    def make(self):", f"        return {self.random.choice(['super().make()', a()])}"],
            ["    @staticmethod", "    def loose():", f"        return {a()}"],
            ["    @property", "    def prop(self):", f"        return {a()}"],
            ["    def __call__(self):", f"        return {a()}"],
            ["    def close(self): pass"],
            ["    def __iter__(self):", f"        yield {a()}"],
        ]
        lines += [f"class {s}({b}):", "    pass"]
        for part in self.random.sample(parts, self.random.randint(0, 3)):
            lines += part
        other = self.random.choice(["", f"({c})"])
        lines += [f"class {s}m{other}:", "    def make(self):", f"        return {a()}"]
        lines += [f"class {s}x({s}m, {b}): pass"] if other == "" or c not in "".join(lines[:1]) else []
        f = self.name("function")
        lines += [f"def {f}(x: {b}):"]
        for path in ("shared", "kept", "make()", "prop", "cached", "me().make()"):
            lines += [f"    x.{path}.close()"]
        lines += ["    x().close()", "    x['a'].close()", "    for i in x: i.close()"]
        for made in (b, s):
            lines += [
                f"{made}().use()",
                f"{f}({made}())",
                f"{made}().make().close()",
                f"{made}.create().kept.close()",
            ]
            lines += [
                f"{made}.shared.close()",
                f"{made}.loose().close()",
                f"{made}().me().close() if hasattr({made}, 'close') else 0",
            ]
        if f"class {s}x({s}m, {b}): pass" in lines:
            lines += [f"{f}({s}x())", f"{s}x().use()"]
        return lines

    def decorated(self) -> list[str]:
        f, a = self.name("function"), self.any
        c, d = self.two()
        decorators = [
            "kept",
            "wrapped",
            "functools.lru_cache",
            "functools.cache",
            "twisted",
            "twisted_later(1)",
            "functools.wraps(same)",
        ]
        lines = [
            "def twisted(function):",
            "    def wrapper(*args):",
            "        function(*args)",
            f"        return {a()}",
            "    return wrapper",
        ]
        lines += ["def twisted_later(number):", f"    return lambda function: lambda *args: {a()}"]
        lines += [
            f"@{self.random.choice(decorators)}",
            f"def {f}():",
            f"    return {a()}",
            f"{f}().close()",
            f"x = {f}()",
            "x.close()",
        ]
        k = self.name("K")
        lines += ["def classy(cls):", f"    return {self.random.choice(['cls', c])}"]
        lines += ["@classy", f"class {k}({d}):", "    def close(self): pass", f"{k}().close()"]
        return lines

    def attributes(self) -> list[str]:
        h, a = self.name("H"), self.any
        lines = [
            f"class {h}:",
            f"    x = {self.random.choice(['None', a()])}",
            "    def __init__(self):",
            f"        self.y = {self.random.choice(['None', a()])}",
        ]
        lines += [
            "    @property",
            "    def z(self): return self._z",
            "    @z.setter",
            "    def z(self, value): self._z = value",
        ]
        lines += [
            "    def use(self):",
            "        for i in (self.x, self.y, self.z):",
            "            if i: i.close()",
        ]
        lines += [
            "        if self.x: self.x.close()",
            "        if self.y: self.y.close()",
            "        if self.z: self.z.close()",
        ]
        lines += [
            f"h = {h}()",
            f"h.z = {a()}",
            f"h.x = {a()}",
            f"h.y = {a()}",
            "h.use()",
            "h.x.close()",
            "h.y.close()",
            "h.z.close()",
        ]
        lines += [f"{h}.x = {a()}", f"g = {h}()", f"g.z = {a()}", "g.use()"]
        return lines

    def set_from_outside(self) -> list[str]:
        """Something else sets what a class or module has."""
        h, a = self.name("H"), self.any
        setting = self.random.choice(
            [
                f"x.y = {a()}",
                f"setattr(x, 'y', {a()})",
                f"object.__setattr__(x, 'y', {a()})",
                f"x.__setattr__('y', {a()})",
            ]
        )
        lines = [
            f"class {h}:",
            f"    def __init__(self): self.y = {a()}",
            "    def use(self): self.y.close()",
        ]
        lines += [
            f"def {h}set(x: {h}):",
            f"    {setting}",
            f"h = {h}()",
            f"{h}set(h)",
            "h.use()",
            "h.y.close()",
        ]
        return lines

    def fields(self) -> list[str]:
        d, c = self.name("D"), self.cls()
        lines = [
            "@dataclass",
            f"class {d}:",
            f"    a: {c}",
            f"    b: Optional[{c}] = None",
            f"    c: {c} = field(default_factory={c})",
        ]
        lines += [
            f"    e: list[{c}] = field(default_factory=list)",
            "    def use(self):",
            "        self.a.close()",
            "        self.c.close()",
        ]
        lines += ["        if self.b: self.b.close()", "        for i in self.e: i.close()"]
        x = self.made(c)
        lines += [
            f"{d}({x}).use()",
            f"{d}({x}, {x}, {x}, [{x}]).use()",
            f"{d}({x}).a.close()",
            f"{d}({x}).c.close()",
        ]
        return lines

    def coroutines(self) -> list[str]:
        f, g, a = self.name("later"), self.name("later"), self.any
        lines = [f"async def {f}():", f"    return {a()}"]
        lines += ["@contextlib.asynccontextmanager", f"async def {f}m():", f"    yield {a()}"]
        lines += [f"async def {f}g():", f"    yield {a()}", f"    yield {a()}"]
        lines += [f"def {f}s(): return {f}()"]
        lines += [
            f"async def {g}():",
            f"    x = {f}()",
            "    y = await x",
            "    y.close()",
            f"    (await {f}()).close()",
        ]
        lines += [
            f"    async with {f}m() as x: x.close()",
            f"    async for x in {f}g(): x.close()",
            f"    (await {f}s()).close()",
        ]
        lines += [
            f"    [x.close() async for x in {f}g()]",
        ]
        lines += [
            "    async with contextlib.AsyncExitStack() as s:",
            f"        z = await s.enter_async_context({f}m())",
            "        z.close()",
        ]
        return [*lines, f"asyncio.run({g}())"]

    def closures(self) -> list[str]:
        f, a = self.name("make"), self.any
        c = self.cls()
        lines = [
            f"def {f}(x={a()}):",
            f"    kept = {a()}",
            "    def inner(y=kept):",
            f"        z = {self.random.choice(['x', 'y', 'kept', a()])}",
        ]
        lines += [
            "        x.close(); y = y",
            "        y.close()",
            "        kept.close()",
            "        return z",
            "    return inner",
        ]
        lines += [f"{f}()().close()", f"{f}({a()})({a()}).close()", f"m = {f}()", "n = m()", "n.close()"]
        lines += [
            f"def {f}2():",
            f"    async def create(cls={c}):",
            "        return cls()",
            "    return create",
            f"asyncio.run({f}2()()).close()",
        ]
        lines += [f"asyncio.run({f}2()({self.cls()})).close()"]
        return lines

    def imports(self) -> list[str]:
        f = self.name("function")
        c = self.random.choice(["RedisManager", "FileManager"])
        one, two = self.random.sample(["classes", "lookalike"], 2)
        lines = [f"def {f}():", f"    from {{package}}.{one} import {c}", f"    {c}().close()"]
        lines += [
            "    if FLAG:",
            f"        from {{package}}.{two} import {c}",
            f"        {c}().close()",
            f"    {c}().close()",
        ]
        lines += [f"    import {{package}}.{two} as other", f"    other.{c}().close()", f"{f}()"]
        return lines
