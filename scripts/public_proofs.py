"""Each operation on real public code: changes that the packages made themselves, or could have.

A step that adds what is missing, or mends what is broken, has no such code to work on: there, the package is
spoiled first, and what comes back is compared with what was there.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from codemods.git.files import MemoryFiles
from codemods.model.plan import FilePlan, RecipeRef
from codemods.operations import OPERATIONS
from codemods.planner.planner import plan
from codemods.recipe.loading import LoadedRecipe
from codemods.recipe.model import Example, Recipe

Node = TypeVar("Node", bound=ast.AST)
CACHE = Path(os.environ.get("CODEMODS_BENCH") or Path.home() / ".cache" / "codemods-bench") / "public"

DJANGO, OLD_DJANGO, CELERY, FLASK = "Django==4.2", "Django==2.2.28", "celery==5.2.7", "Flask==2.2.5"
AIOHTTP, HTTPX, CLICK, REQUESTS = "aiohttp==3.8.6", "httpx==0.26.0", "click==8.0.4", "requests==2.31.0"
TORNADO, ASYNCPG, ANYIO, NATS = "tornado==6.3.3", "asyncpg==0.29.0", "anyio==3.7.1", "nats-py==2.6.0"
ARQ, AIOSQLITE = "arq==0.25.0", "aiosqlite==0.19.0"
ATTRS, WERKZEUG, REDIS, URLLIB3 = "attrs==22.2.0", "Werkzeug==2.2.3", "redis==5.0.0", "urllib3==1.26.18"

SIGNAL = {"class": "celery.utils.dispatch.signal.Signal"}
OLD_SIGNAL = {"class": ["django.dispatch.Signal", "django.dispatch.dispatcher.Signal"]}
CHECK = "django.db.models.constraints.CheckConstraint"

PROOFS: list[tuple[str, str, dict[str, Any]]] = [
    ("rename", OLD_DJANGO, {"names": {
        "django.utils.translation.ugettext": "django.utils.translation.gettext",
        "django.utils.translation.ugettext_lazy": "django.utils.translation.gettext_lazy",
        "django.utils.encoding.force_text": "django.utils.encoding.force_str"}}),
    ("rename", AIOHTTP, {"from": "async_timeout.timeout", "to": "asyncio.timeout"}),
    ("rename", CLICK, {"from": "click.utils.echo", "to": "click.utils.say", "definition": True}),
    ("rename-method", REQUESTS, {
        "class": "requests.sessions.Session", "from": "send", "to": "dispatch", "definition": True}),
    ("rename-method", FLASK, {
        "class": ["flask.Flask", "flask.app.Flask"], "from": "add_url_rule", "to": "add_rule"}),
    ("rename-method", DJANGO, {
        "class": "django.db.models.query.QuerySet", "from": "iterator", "to": "stream", "definition": True}),
    ("rename-method", FLASK, {
        "class": "flask.app.Flask", "from": "register_blueprint", "to": "add_blueprint", "definition": True}),
    ("rename-method", TORNADO, {"class": "tornado.web.RequestHandler", "from": "write", "to": "send"}),
    ("rename-attribute", REQUESTS, {
        "class": "requests.models.Response", "from": "status_code", "to": "status", "definition": True}),
    ("rename-attribute", CELERY, {"class": "celery.app.base.Celery", "from": "conf", "to": "settings"}),
    ("rename-attribute", WERKZEUG, {
        "class": "werkzeug.wrappers.Response", "from": "status_code", "to": "status_number"}),
    ("rename-argument", DJANGO, {
        "class": [CHECK, "django.db.models.CheckConstraint"], "from": "check", "to": "condition"}),
    ("rename-argument", HTTPX, {
        "class": ["httpx.Client", "httpx.AsyncClient"], "from": "proxies", "to": "proxy"}),
    ("rename-argument", ATTRS, {"function": ["attr.ib", "attr.s"], "from": "cmp", "to": "eq"}),
    ("rename-parameter", DJANGO, {"function": f"{CHECK}.__init__", "from": "check", "to": "condition"}),
    ("rename-parameter", WERKZEUG, {
        "function": "werkzeug.utils.send_file", "from": "download_name", "to": "attachment_name"}),
    ("rename-parameter", CLICK, {"function": "click.utils.echo", "from": "nl", "to": "newline"}),
    ("add-argument", WERKZEUG, {"function": "builtins.zip", "name": "strict", "value": "False"}),
    ("add-argument", HTTPX, {
        "function": "warnings.warn", "name": "stacklevel", "value": "2",
        "parameters": ["message", "category", "stacklevel"]}),
    ("add-argument", DJANGO, {"function": "subprocess.run", "name": "check", "value": "False"}),
    ("remove-argument", OLD_DJANGO, {
        **OLD_SIGNAL, "name": "providing_args", "parameters": ["providing_args", "use_caching"]}),
    ("remove-argument", CELERY, {**SIGNAL, "name": "providing_args"}),
    ("remove-argument", AIOHTTP, {"function": "asyncio.sleep", "name": "loop"}),
    ("set-argument", CELERY, {**SIGNAL, "name": "use_caching", "values": {"False": "True"}}),
    ("set-argument", OLD_DJANGO, {**OLD_SIGNAL, "name": "use_caching", "values": {"True": "False"}}),
    ("set-argument", HTTPX, {
        "function": "pytest.fixture", "name": "scope", "values": {"'session'": "'module'"}}),
    ("reorder-arguments", WERKZEUG, {
        "function": "werkzeug.test.create_environ",
        "from": ["path", "base_url", "query_string"], "to": ["path", "query_string", "base_url"]}),
    ("reorder-arguments", AIOHTTP, {
        "function": "asyncio.wait_for", "from": ["fut", "timeout"], "to": ["timeout", "fut"]}),
    ("reorder-arguments", ATTRS, {
        "function": "attr.evolve", "from": ["inst", "changes"], "to": ["changes", "inst"]}),
    ("rename-fixture", REDIS, {"names": {"r": "redis_client", "decoded_r": "decoded_client"}}),
    ("rename-fixture", FLASK, {"from": "client", "to": "test_client"}),
    ("rename-fixture", CELERY, {"from": "manager", "to": "suite"}),
    ("rename-fixture", CLICK, {"from": "runner", "to": "cli_runner"}),
    ("replace", CELERY, {
        "pattern": "datetime.utcnow()", "replacement": "datetime.now(timezone.utc)",
        "imports": ["from datetime import datetime, timezone"]}),
    ("replace", OLD_DJANGO, {
        "pattern": "django.utils.timezone.utc", "replacement": "datetime.timezone.utc",
        "imports": ["import datetime"]}),
    ("replace", FLASK, {
        "pattern": "t.Optional[$x]", "replacement": "$x | None", "imports": ["import typing as t"]}),
    ("replace", AIOHTTP, {
        "pattern": "asyncio.get_event_loop()", "replacement": "asyncio.get_running_loop()",
        "where": {"async": True}}),
    ("remove-import", FLASK, {"import": "__future__.annotations", "when": "always"}),
    ("remove-import", URLLIB3, {"import": "__future__.absolute_import", "when": "always"}),
    ("remove-import", AIOHTTP, {"import": ["os", "sys", "typing"], "when": "unused"}),
    ("remove-decorator", AIOHTTP, {"decorator": "pytest.mark.xfail"}),
    ("remove-decorator", REDIS, {"decorator": "pytest.mark.onlynoncluster"}),
    ("remove-decorator", HTTPX, {"decorator": "pytest.mark.anyio"}),
    ("add-decorator", REQUESTS, {
        "decorator": "pytest.mark.network", "import": "pytest", "to": "function", "names": ["test_HTTP_*"]}),
    ("add-decorator", REDIS, {
        "decorator": "pytest.mark.asyncio", "import": "pytest", "to": "async-function", "names": ["test_*"]}),
    ("add-decorator", CELERY, {
        "decorator": "pytest.mark.unit", "import": "pytest", "to": "class", "names": ["test_A*"]}),
    ("rename-class-base", CELERY, {"from": "celery.bootsteps.StartStopStep", "to": "celery.bootsteps.Step"}),
    ("rename-class-base", OLD_DJANGO, {
        "from": "django.utils.deprecation.MiddlewareMixin", "to": "django.middleware.Base"}),
    ("rename-class-base", DJANGO, {"from": "django.test.TestCase", "to": "django.test.SimpleTestCase"}),
    ("query", DJANGO, {"query": "q.select_class('HttpResponse').rename('Reply')"}),
    ("query", CLICK, {"query": "q.select_function('echo').is_call().modify_argument('nl', 'newline')"}),
    ("query", TORNADO, {"query": "q.select_method('assertEqual').is_call().rename('assertSame')"}),
    ("report", CELERY, {"missing-imports": ["*"]}),
    ("report", DJANGO, {"missing-imports": ["*"]}),
    ("report", REDIS, {"pattern": "time.sleep($x)", "where": {"async": True}}),
    ("report", AIOHTTP, {"pattern": "asyncio.get_event_loop()", "where": {"async": True}}),
]  # fmt: skip
"""Operation, package, and the keys of the step."""

TAKEN_OUT = [
    ("add-fixture", FLASK, "client"),
    ("add-fixture", HTTPX, "server"),
    ("add-fixture", AIOHTTP, "loop"),
    ("add-fixture", REDIS, "r"),
    ("add-method", REQUESTS, "build_digest_header"),
    ("add-method", REQUESTS, "close"),
    ("add-method", FLASK, "make_config"),
    ("await-call", HTTPX, "httpx.AsyncClient.get"),
    ("await-call", ARQ, "arq.connections.ArqRedis.enqueue_job"),
    ("await-call", AIOSQLITE, "aiosqlite.core.Connection.execute"),
    ("await-call", NATS, "nats.aio.client.Client.connect"),
    ("await-call", ANYIO, "anyio.wait_all_tasks_blocked"),
    ("make-sync", TORNADO, "hooks"),
    ("make-sync", ASYNCPG, "hooks"),
    ("make-sync", DJANGO, "hooks"),
]
"""Operation, package, and what is taken out and must come back: a parameter, a method, the awaits of a
function; for ``make-sync``, that the hooks of test classes are sync."""


@dataclass(frozen=True)
class Outcome:
    """What one step did to one package; what it only lists counts as applied."""

    applied: int
    possible: int
    refused: int
    seconds: float
    files: tuple[FilePlan, ...]
    warnings: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operations", nargs="*", help="only these operations")
    parser.add_argument("--diff", type=int, default=0, metavar="N", help="show N random hunks of each")
    given = parser.parse_args()
    heads = ("operation", "package", "sites", "files", "possible", "refused", "CPU s", "step")
    print("{:20}{:20}{:>7}{:>7}{:>10}{:>9}{:>8}  {}".format(*heads))
    for operation, package, keys in PROOFS:
        if not given.operations or operation in given.operations:
            outcome = run({"op": operation, **keys}, code_of(package))
            _print(operation, package, outcome, _shown(keys))
            _print_hunks(outcome, given.diff)
    for operation, package, name in TAKEN_OUT:
        if not given.operations or operation in given.operations:
            original = code_of(package)
            step, without = TAKE_OUT[operation](original, name)
            outcome = run(step, without)
            after = {**without, **{file.path: file.after.encode() for file in outcome.files}}
            lost, back = _differing(without, original), _differing(after, original)
            if operation in ("await-call", "make-sync"):
                _print_invented(after, without, original)
            _print(operation, package, outcome, f"{name}: taken out of {lost}, {lost - back} came back")
            _print_hunks(outcome, given.diff)


def run(step: Mapping[str, Any], code: Mapping[str, bytes]) -> Outcome:
    """What the step makes of the code. Raises SyntaxError where a file would no longer compile."""
    with TemporaryDirectory() as folder:
        return _run(_complete(step, Path(folder)), code)


def _complete(step: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The step with what it must have besides: a query's file, a report's message."""
    if step["op"] == "query":
        script = folder / "query.py"
        script.write_text(f"def query(q):\n    {step['query']}\n", encoding="utf-8")
        return {**step, "query": f"{script}:query"}
    return {**step, "message": "It is found."} if step["op"] == "report" else dict(step)


def _run(step: Mapping[str, Any], code: Mapping[str, bytes]) -> Outcome:
    operation = OPERATIONS[step["op"]].model_validate(step)
    example = Example.model_validate({"name": "none", "unchanged": "\n"})
    recipe = Recipe.model_construct(id="proof", title="A proof", why="", step=[operation], example=[example])
    loaded = LoadedRecipe(
        recipe, RecipeRef("proof", "A proof", "", "", "proofs", "0" * 12), Path("proof.toml")
    )
    began = time.process_time()
    [made] = plan([loaded], MemoryFiles(code), external=True, source_roots=("src", "lib")).plan.recipes
    seconds = time.process_time() - began
    for file in made.changed_files():
        compile(file.after, file.path, "exec", dont_inherit=True)
    done = [*made.applied(), *made.reported()]
    possible, refused = len(list(made.possible())), len(list(made.refused()))
    return Outcome(len(done), possible, refused, seconds, made.changed_files(), made.warnings)


def code_of(package: str) -> dict[str, bytes]:
    """The Python files of a package's source archive, or of its wheel where there is no other."""
    folder = CACHE / package
    if not folder.exists():
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(folder),
            package,
        ]
        if subprocess.run([*pip, "--no-binary", ":all:"], check=False).returncode:
            subprocess.run(pip, check=True)
    [archive] = folder.iterdir()
    return {path: data for path, data in _members(archive) if path.endswith(".py")}


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist())
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name.partition("/")[2], stream.read()


def _without_fixture(code: Mapping[str, bytes], name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The code without the parameter of every test that uses it, and the step that gives it back."""
    source = f"@pytest.fixture\ndef {name}():\n    raise NotImplementedError\n"
    step = {"op": "add-fixture", "name": name, "source": source, "imports": ["import pytest"]}
    parameter = re.compile(rf"(?<=[(,\s]){name}\b(: *(\"[\w.]*\"|[\w.\[\], ]+?))?\s*(, |(?=\)))")
    changed = dict(code)
    for path, data in code.items():
        lines = data.decode().splitlines(keepends=True)
        for function in _functions(data) if name.encode() in data else ():
            uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
            place = next((one.lineno for one in function.args.args if one.arg == name), 0)
            only_read = uses and all(isinstance(use.ctx, ast.Load) for use in uses)
            if function.name.startswith("test") and place == function.lineno and only_read:
                line = parameter.sub("", lines[place - 1], count=1)
                lines[place - 1] = line.replace(", )", ")")
        changed[path] = "".join(lines).encode()
    return step, changed


def _without_method(code: Mapping[str, bytes], name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The code without a method that its classes call on themselves, and the step that gives it back."""
    source, changed = "", dict(code)
    for path, data in code.items():
        lines = data.decode().splitlines(keepends=True)
        for function in reversed(list(_functions(data)) if f"def {name}(".encode() in data else ()):
            called = re.search(rf"\bself\.{name}\(", data.decode())
            if function.name == name and function.col_offset == 4 and called:
                source = source or "".join(lines[function.lineno - 1 : function.end_lineno])
                del lines[function.lineno - 1 : function.end_lineno]
        changed[path] = "".join(lines).encode()
    return {"op": "add-method", "source": re.sub(r"(?m)^ {4}", "", source)}, changed


def _without_awaits(code: Mapping[str, bytes], function: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The code without the awaits before calls of that name, and the step that gives them back."""
    name, changed = function.rpartition(".")[2], {}
    for path, data in code.items():
        lines = data.splitlines(keepends=True)
        for node in _nodes(data, ast.Await) if name.encode() in data else ():
            called = node.value.func if isinstance(node.value, ast.Call) else None
            line, start = lines[node.lineno - 1], node.col_offset
            if name in (getattr(called, "attr", ""), getattr(called, "id", "")):
                lines[node.lineno - 1] = line[:start] + line[start:].replace(b"await ", b"\0", 1)
        changed[path] = b"".join(lines).replace(b"\0", b"")
    return {"op": "await-call", "function": function}, changed


def _with_async_hooks(code: Mapping[str, bytes], _: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The code with its hooks written ``async def``, which await each other, and the step against that."""
    changed = {}
    for path, data in code.items():
        lines = data.splitlines(keepends=True)
        words: list[tuple[int, int, bytes]] = []
        for cls in _nodes(data, ast.ClassDef):
            for hook in cls.body:
                if isinstance(hook, ast.FunctionDef) and hook.name in HOOKS:
                    words.append((hook.lineno, hook.col_offset, b"async "))
                    calls = [node for node in ast.walk(hook) if isinstance(node, ast.Call)]
                    words += [
                        (call.lineno, call.col_offset, b"await ")
                        for call in calls
                        if isinstance(call.func, ast.Attribute) and call.func.attr in HOOKS
                    ]
        for number, start, word in sorted(words, reverse=True):
            lines[number - 1] = lines[number - 1][:start] + word + lines[number - 1][start:]
        changed[path] = b"".join(lines)
    return {"op": "make-sync", "methods": HOOKS}, changed


HOOKS = [
    *("setUp", "tearDown", "setUpClass", "tearDownClass"),
    *("setup_method", "teardown_method", "setup_class", "teardown_class"),
]
TAKE_OUT = {
    "add-fixture": _without_fixture,
    "add-method": _without_method,
    "await-call": _without_awaits,
    "make-sync": _with_async_hooks,
}


def _functions(data: bytes) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from _nodes(data, ast.FunctionDef)
    yield from _nodes(data, ast.AsyncFunctionDef)


def _nodes(data: bytes, kind: type[Node]) -> Iterator[Node]:
    try:
        tree = ast.parse(data)
    except SyntaxError:  # a package's example of a broken file
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, kind))


def _differing(code: Mapping[str, bytes], original: Mapping[str, bytes]) -> int:
    """How many functions of the original are not there with the same parameters and the same lines."""
    changed = (path for path in original if code[path] != original[path])
    return sum((_functions_of(original[path]) - _functions_of(code[path])).total() for path in changed)


def _functions_of(data: bytes) -> Counter[tuple[str, frozenset[str], int]]:
    """The functions of a file by name, parameters, and how often they await."""
    return Counter(
        (
            f"{type(function).__name__} {function.name}",
            frozenset(one.arg for one in function.args.args),
            sum(isinstance(node, ast.Await) for node in ast.walk(function)),
        )
        for function in _functions(data)
    )


def _print_invented(
    after: Mapping[str, bytes], without: Mapping[str, bytes], original: Mapping[str, bytes]
) -> None:
    """The lines that are wrong: they stood neither in the original nor in what the step was given."""
    for path in (path for path in original if without[path] != original[path]):
        before = {*original[path].splitlines(), *without[path].splitlines()}
        for line in after[path].splitlines():
            if line not in before:
                print(f"{path}: {line.decode()}")


def _print(operation: str, package: str, outcome: Outcome, step: str) -> None:
    print(
        f"{operation:20}{package:20}{outcome.applied:7}{len(outcome.files):7}{outcome.possible:10}"
        f"{outcome.refused:9}{outcome.seconds:8.2f}  {step}",
        *outcome.warnings,
        flush=True,
    )


def _shown(keys: Mapping[str, Any]) -> str:
    text = ", ".join(f"{key} {value}" for key, value in keys.items())
    return text if len(text) <= 90 else text[:89] + "…"


def _print_hunks(outcome: Outcome, wanted: int) -> None:
    hunks = [hunk for file in outcome.files for hunk in _hunks(file)] if wanted else []
    for hunk in random.Random(0).sample(hunks, min(wanted, len(hunks))):
        print(hunk)


def _hunks(file: FilePlan) -> Iterator[str]:
    before, after = file.before.splitlines(), file.after.splitlines()
    diff = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
    yield from (f"{file.path} @@{hunk}" for hunk in ("\n" + "\n".join(diff)).split("\n@@") if hunk)


if __name__ == "__main__":
    main()
