"""Blocks of random programs around functions: what they are given, and what they give."""

from __future__ import annotations

from tests.semantic.blocks import Blocks


class FunctionBlocks(Blocks):
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
