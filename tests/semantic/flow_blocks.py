"""Blocks of random programs in which a name comes to hold something else, or a test says what it holds."""

from __future__ import annotations

from tests.semantic.blocks import Blocks


class FlowBlocks(Blocks):
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
