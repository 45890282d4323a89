"""Blocks of random programs around classes: what they hold, inherit and hand on."""

from __future__ import annotations

from tests.semantic.blocks import Blocks


class ClassBlocks(Blocks):
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
