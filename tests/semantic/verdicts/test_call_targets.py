"""Which calls are of a class, a function or a method, and which give a coroutine."""

from __future__ import annotations

import ast
import re

from codemods.model.plan import Verdict
from codemods.syntax.module import Module
from tests.semantic.sites import CLASSES, Sites, check

CONTEXT = {
    "app/__init__.py": "",
    "app/context.py": """
        from dataclasses import dataclass

        @dataclass
        class Context:
            run_id: str

            @classmethod
            def make(cls, session_id):
                return cls(session_id=session_id)  #! possible_cls

        class Sub(Context): ...

        class Own(Context):
            def __init__(self, session_id):
                super().__init__(session_id=session_id)  #! yes_super
                Context.__init__(self, session_id=1)  #! yes_explicit

        class Other:
            def __init__(self, session_id): ...
    """,
}


def calls(sites: Sites, path: str) -> dict[str, tuple[Module, ast.Call]]:
    """The calls on lines marked ``#! name``, the outermost of each."""
    module = sites.module(path)
    marks = {
        number: match[1]
        for number, line in enumerate(module.text.split("\n"), 1)
        if (match := re.search(r"#! (\w+)", line))
    }
    found: dict[str, tuple[Module, ast.Call]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.lineno in marks:
            found.setdefault(marks[node.lineno], (module, node))
    assert found.keys() == set(marks.values())
    return found


def check_calls(sites: Sites) -> None:
    seen = 0
    for path in sites.codebase.paths():
        for name, (module, call) in calls(sites, path).items():
            seen += 1
            judgement = sites.resolver.callee(module, call, sites.target)
            expected = {"yes": Verdict.CERTAIN, "no": Verdict.EXCLUDED}.get(
                name.split("_")[0], Verdict.POSSIBLE
            )
            assert judgement.verdict is expected, f"{name}: {judgement}"
    assert seen


def test_constructors_as_call_targets() -> None:
    sites = Sites(
        {
            **CONTEXT,
            "app/use.py": """
                import dataclasses
                from dataclasses import replace
                from functools import partial
                from app import context
                from app.context import Context as Ctx, Other, Own, Sub
                import outside

                Alias = Ctx

                def f(kind, obj: Ctx, other: Other, cls: type[Ctx]):
                    Ctx(session_id=1)  #! yes
                    context.Context(session_id=1)  #! yes_module
                    Alias(session_id=1)  #! yes_alias
                    Sub(session_id=1)  #! yes_sub
                    Own(session_id=1)  #! no_own
                    Other(session_id=1)  #! no_other
                    partial(Ctx, session_id=1)  #! yes_partial
                    partial(Other, session_id=1)  #! no_partial
                    make = partial(Ctx, 1)
                    make(session_id=1)  #! yes_made
                    replace(obj, session_id=2)  #! yes_replace
                    dataclasses.replace(other, session_id=2)  #! no_replace
                    cls(session_id=1)  #! possible_type
                    kind(session_id=1)  #! possible
                    outside.thing(session_id=1)  #! possible_external
                    dict(session_id=1)  #! no_dict
                    (Ctx if kind else Other)(session_id=1)  #! possible_union
            """,
        },
        "app.context.Context",
    )
    check_calls(sites)


def test_a_class_without_rivals_below_it_is_constructed_by_cls_and_type() -> None:
    sites = Sites(
        {
            "m.py": """
                class Context:
                    def __init__(self, session_id): ...

                    @classmethod
                    def make(cls):
                        return cls(session_id=1)  #! yes_cls

                class Sub(Context):
                    session_id = 0

                def f(kind: type[Context]):
                    kind(session_id=1)  #! yes_type
            """
        },
        "m.Context",
    )
    check_calls(sites)


def test_a_metaclass_call_leaves_a_constructor_call_in_doubt() -> None:
    sites = Sites(
        {
            "m.py": """
                class Meta(type):
                    def __call__(cls, **kwargs): ...

                class C(metaclass=Meta): ...

                C(session_id=1)  #! possible
            """
        },
        "m.C",
    )
    check_calls(sites)


def test_functions_and_methods_as_call_targets() -> None:
    files = {
        "app/__init__.py": "",
        "app/lib.py": """
            def run(session_id): ...
            def other(session_id): ...

            class Base:
                def go(self, session_id): ...
                async def get(self): ...

            class Sub(Base): ...

            class Over(Base):
                def go(self, session_id):
                    super().go(session_id=1)  #! {super}
        """,
        "app/use.py": """
            from app import lib
            from app.lib import Base, Over, Sub, other as run2, run

            def f(base: Base, sub: Sub, over: Over, x):
                run(session_id=1)  #! {function}
                lib.run(session_id=1)  #! {function}_module
                run2(session_id=1)  #! no_other
                base.go(session_id=1)  #! {declared}
                Base().go(session_id=1)  #! {method}_made
                sub.go(session_id=1)  #! {method}_sub
                over.go(session_id=1)  #! no_over
                Base.go(base, session_id=1)  #! {method}_unbound
                bound = base.go
                bound(session_id=1)  #! {declared}_bound
                made = Base().go
                made(session_id=1)  #! {method}_made_bound
                x.go(session_id=1)  #! {unknown}
        """,
    }

    def with_names(**names: str) -> dict[str, str]:
        return {
            path: re.sub(r"\{(\w+)\}", lambda match: names[match[1]], text) for path, text in files.items()
        }

    functions = with_names(
        super="no_super", function="yes", method="no_method", declared="no_declared", unknown="possible"
    )
    check_calls(Sites(functions, "app.lib.run"))
    methods = with_names(
        super="yes_super",
        function="no_function",
        method="yes",
        declared="possible_declared",
        unknown="possible",
    )
    check_calls(Sites(methods, "app.lib.Base.go"))


def test_attributes_of_instances() -> None:
    check(
        {
            **CONTEXT,
            "app/use.py": """
                from app.context import Context, Other

                class Holder:
                    def __init__(self, ctx: Context):
                        self.ctx = ctx

                    def show(self, other: Other):
                        self.ctx.run_id = 1  #? yes
                        return other.run_id  #? no
            """,
        },
        "app.context.Context",
    )


def test_is_coroutine_call() -> None:
    sites = Sites(
        {
            **CLASSES,
            "app/use.py": """
                from outside import fetch
                from app.redis import RedisManager

                async def later(): ...
                async def stream():
                    yield 1
                def handed():
                    return later()
                def plain(): ...

                async def f(mgr: RedisManager, x):
                    later()  #! yes
                    mgr.shutdown()  #! yes_method
                    handed()  #! yes_handed
                    plain()  #! no
                    stream()  #! no_stream
                    RedisManager()  #! no_class
                    fetch()  #! possible
                    x()  #! possible_parameter
            """,
        }
    )
    for name, (module, call) in calls(sites, "app/use.py").items():
        expected = {"yes": Verdict.CERTAIN, "no": Verdict.EXCLUDED}.get(name.split("_")[0], Verdict.POSSIBLE)
        assert sites.resolver.is_coroutine_call(module, call).verdict is expected, name
