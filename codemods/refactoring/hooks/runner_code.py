"""The code that runs a coroutine method where a test runner would call a hook."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto

from codemods.edits.import_edits import NewImport, add_import, statement_code
from codemods.edits.import_order import insert_import
from codemods.edits.statement_edits import newline_of
from codemods.model.plan import Edit
from codemods.semantic.scopes.name_scopes import names_of
from codemods.syntax.codebase import Codebase
from codemods.syntax.module import FunctionNode, Module


class Framework(Enum):
    """What runs asynchronous fixtures."""

    ASYNCIO = auto()
    ANYIO = auto()


def framework_of(codebase: Codebase) -> Framework | None:
    """The framework that the tests of a codebase use; pytest-asyncio where they use both."""
    if codebase.grep("pytest_asyncio", "mark.asyncio"):
        return Framework.ASYNCIO
    return Framework.ANYIO if codebase.grep("mark.anyio", "anyio_backend") else None


def fixture_code(framework: Framework, name: str, setup: str, teardown: str) -> list[str]:
    """The lines of a fixture that awaits one call before each test and another after it."""
    arguments = ["self"]
    if framework is Framework.ANYIO:
        arguments.append("anyio_backend")
    if "request" in setup + teardown:
        arguments.append("request")
    module = "pytest_asyncio" if framework is Framework.ASYNCIO else "pytest"
    lines = [f"@{module}.fixture(autouse=True)", f"async def {name}({', '.join(arguments)}):"]
    lines += [f"    await {setup}"] if setup else []
    lines += ["    yield"]
    lines += [f"    await {teardown}"] if teardown else []
    return lines


def bridge_code(module: Module, hook: FunctionNode, coroutine: str, fallback: str) -> list[str]:
    """The lines of a sync hook that runs the coroutine method in an event loop of its own.

    The loop is never made the current one, so the one that was stays. Where a loop is running already, the
    fallback method takes over, or the coroutine runs in a thread.
    """
    owner, *passed = [arg.arg for arg in (*hook.args.posonlyargs, *hook.args.args)]
    call = f"{owner}.{coroutine}({', '.join(passed)})"
    return [
        *(f"@{module.source(decorator)}" for decorator in hook.decorator_list),
        f"def {hook.name}({ast.unparse(hook.args)}):",
        "    try:",
        "        asyncio.get_running_loop()",
        "    except RuntimeError:",
        "        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:",
        f"            runner.run({call})",
        "    else:",
        *_inside_a_loop(owner, call, fallback),
    ]


def bridge_imports(fallback: str) -> list[NewImport]:
    thread = [] if fallback else [NewImport("concurrent.futures", "ThreadPoolExecutor")]
    return [NewImport("asyncio"), *thread]


def import_edits(
    module: Module, wanted: Sequence[NewImport], first_party: Callable[[str], bool]
) -> list[Edit]:
    """The edits that import what the file does not import yet; two new statements go in together."""
    missing = [new for new in wanted if not _binders(module, new.local)]
    joined = [new for new in missing if not _has_import_of(module, new)]
    edits = [
        e for new in missing if new not in joined for e in add_import(module, new, first_party=first_party)
    ]
    if joined:
        code = newline_of(module).join(statement_code([new]) for new in joined)
        edits.append(insert_import(module, code, joined[0].module, first_party=first_party))
    return edits


def taken_import(module: Module, wanted: Sequence[NewImport]) -> str:
    """A name that the new code needs and the file uses for something else, or ''."""
    for new in wanted:
        for binder in _binders(module, new.local):
            statement = module.parent(binder) if isinstance(binder, ast.alias) else None
            if isinstance(statement, ast.Import) and not new.name:
                continue
            if isinstance(statement, ast.ImportFrom) and statement.module == new.module:
                continue
            return new.local
    return ""


def _binders(module: Module, name: str) -> Sequence[ast.AST]:
    return names_of(module).bindings.get(name, [])


def _has_import_of(module: Module, new: NewImport) -> bool:
    """Whether the file has a from-import of the module that can take the name."""
    return any(
        isinstance(statement, ast.ImportFrom) and new.name and statement.module == new.module
        for statement in module.tree.body
    )


def _inside_a_loop(owner: str, call: str, fallback: str) -> Iterator[str]:
    if fallback:
        yield f"        {owner}.{fallback}()"
    else:
        yield "        with ThreadPoolExecutor(max_workers=1) as executor:"
        yield f"            executor.submit(asyncio.run, {call}).result()"
