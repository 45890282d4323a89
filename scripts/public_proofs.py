"""Each operation on real public code: changes that the packages made themselves, or could have.

A step that adds what is missing has no such code to work on: there, the parameter or method is taken out of
the package first, and what comes back is compared with what was there.
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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codemods.engine import plan
from codemods.operations import OPERATIONS
from codemods.plan import FilePlan, RecipeRef
from codemods.recipe.load import LoadedRecipe
from codemods.recipe.model import Example, Recipe
from codemods.repo.files import MemoryFiles

CACHE = Path(os.environ.get("CODEMODS_BENCH") or Path.home() / ".cache" / "codemods-bench") / "public"

DJANGO, OLD_DJANGO, CELERY, FLASK = "Django==4.2", "Django==2.2.28", "celery==5.2.7", "Flask==2.2.5"
AIOHTTP, HTTPX, CLICK, REQUESTS = "aiohttp==3.8.6", "httpx==0.26.0", "click==8.0.4", "requests==2.31.0"
ATTRS, WERKZEUG, REDIS, URLLIB3 = "attrs==22.2.0", "Werkzeug==2.2.3", "redis==5.0.0", "urllib3==1.26.18"

SIGNAL = {"class": "celery.utils.dispatch.signal.Signal"}
OLD_SIGNAL = {"class": ["django.dispatch.Signal", "django.dispatch.dispatcher.Signal"]}
CHECK = "django.db.models.constraints.CheckConstraint"

PROOFS: list[tuple[str, str, dict[str, Any]]] = [
    ("rename", OLD_DJANGO, {"names": {
        "django.utils.translation.ugettext": "django.utils.translation.gettext",
        "django.utils.translation.ugettext_lazy": "django.utils.translation.gettext_lazy",
        "django.utils.encoding.force_text": "django.utils.encoding.force_str"}}),
    ("rename", OLD_DJANGO, {"from": "django.utils.timezone.utc", "to": "datetime.timezone.utc"}),
    ("rename", AIOHTTP, {"from": "async_timeout.timeout", "to": "asyncio.timeout"}),
    ("rename", CLICK, {"from": "click.utils.echo", "to": "click.utils.say", "definition": True}),
    ("rename-method", REQUESTS, {
        "class": "requests.sessions.Session", "from": "send", "to": "dispatch", "definition": True}),
    ("rename-method", FLASK, {
        "class": ["flask.Flask", "flask.app.Flask"], "from": "add_url_rule", "to": "add_rule"}),
    ("rename-method", DJANGO, {
        "class": "django.db.models.query.QuerySet", "from": "iterator", "to": "stream", "definition": True}),
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
    ("replace", FLASK, {
        "pattern": "t.Optional[$x]", "replacement": "$x | None", "imports": ["import typing as t"]}),
    ("replace", AIOHTTP, {
        "pattern": "asyncio.get_event_loop()", "replacement": "asyncio.get_running_loop()",
        "where": {"async": True}}),
    ("remove-import", FLASK, {"import": "__future__.annotations", "when": "always"}),
    ("remove-import", URLLIB3, {"import": "__future__.absolute_import", "when": "always"}),
    ("remove-import", ATTRS, {"import": ["os", "sys", "typing"], "when": "unused"}),
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
]
"""Operation, package, and the parameter or method that is taken out and must come back."""


@dataclass(frozen=True)
class Outcome:
    """What one step did to one package."""

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
            take_out = _without_fixture if operation == "add-fixture" else _without_method
            step, without = take_out(original, name)
            outcome = run(step, without)
            after = {**without, **{file.path: file.after.encode() for file in outcome.files}}
            lost, back = _differing(without, original), _differing(after, original)
            _print(operation, package, outcome, f"{name}: taken out of {lost}, {lost - back} came back")
            _print_hunks(outcome, given.diff)


def run(step: Mapping[str, Any], code: Mapping[str, bytes]) -> Outcome:
    """What the step makes of the code. Raises SyntaxError where a file would no longer compile."""
    operation = OPERATIONS[step["op"]].model_validate(dict(step))
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
    counts = [sum(1 for _ in sites) for sites in (made.applied(), made.possible(), made.refused())]
    return Outcome(*counts, seconds, made.changed_files(), made.warnings)


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


def _functions(data: bytes) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _differing(code: Mapping[str, bytes], original: Mapping[str, bytes]) -> int:
    """How many functions of the original are not there with the same parameters."""
    return sum(len(_signatures(original[path]) - _signatures(code[path])) for path in original)


def _signatures(data: bytes) -> set[tuple[str, int, frozenset[str]]]:
    """Functions by name, by how many of that name came before, and by their parameters."""
    found: set[tuple[str, int, frozenset[str]]] = set()
    for function in _functions(data):
        number = sum(1 for name, _, _ in found if name == function.name)
        found.add((function.name, number, frozenset(one.arg for one in function.args.args)))
    return found


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
