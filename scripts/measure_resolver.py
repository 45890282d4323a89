"""Measure the resolver on a large repository; see measure-resolver."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench import Contender, ours

CACHE = Path(os.environ.get("CODEMODS_BENCH", Path.home() / ".cache/codemods-bench"))
PACKAGES = (
    "homeassistant",
    "sqlalchemy==2.0.36",
    "django",
    "celery",
    "redis==5.0.0",
    "apache-airflow-core",
    "twisted",
    "salt",
)
RENAMES = (
    ("redis.asyncio.client.Redis", "close"),
    ("django.core.cache.backends.base.BaseCache", "get"),
    ("celery.app.task.Task", "run"),
    ("sqlalchemy.orm.session.Session", "close"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    corpus = prepared()
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=corpus, check=True, capture_output=True, text=True
    ).stdout.split("\n")[:-1]
    lines = sum((corpus / name).read_bytes().count(b"\n") for name in files if (corpus / name).is_file())
    print(f"{len(files)} Python files, {lines:,} lines")
    print(f"{'class and method':54} {'git grep':>9} {'ast-grep':>9} {'plan':>7} {'part':>5} {'MB':>5}")
    verdicts = []
    for path, method in RENAMES:
        grep, ast_grep, plan = contenders(path, method)
        for contender in (grep, ast_grep, plan) * options.runs:
            contender.run(corpus)
        print(
            f"{path + '.' + method:54} {grep.median:8.2f}s {ast_grep.median:8.2f}s {plan.median:6.2f}s "
            f"{plan.median / ast_grep.median:5.2f} {plan.megabytes:5.0f}"
        )
        found = judged(corpus, path, method)
        print(
            f"    {found['mention']} files mention the name, {found['worth']} are worth judging, "
            f"{found['parsed']} parsed: {found['counts']}"
        )
        verdicts += [(path, *verdict) for verdict in found["verdicts"]]
    for path, *verdict in random.Random(options.seed).sample(verdicts, min(options.sample, len(verdicts))):
        print(f"{path}\n    " + "\n    ".join(map(str, verdict)))


def prepared() -> Path:
    """The corpus as a git repository, and ast-grep in a venv of its own beside it."""
    corpus, downloads = CACHE / "corpus", CACHE / "dl"
    if not (CACHE / "ast-grep").exists():
        venv.create(CACHE / "ast-grep", with_pip=True)
        subprocess.run([str(CACHE / "ast-grep/bin/pip"), "install", "-q", "ast-grep-cli"], check=True)
    if not (corpus / ".git").exists():
        downloads.mkdir(parents=True, exist_ok=True)
        corpus.mkdir(parents=True, exist_ok=True)
        for package in PACKAGES:
            get = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(downloads), package]
            if subprocess.run([*get, "--no-binary", ":all:"], check=False).returncode:
                subprocess.run(get, check=True)
        for archive in downloads.iterdir():
            if archive.suffix == ".whl":
                with zipfile.ZipFile(archive) as wheel:
                    wheel.extractall(corpus / archive.name.split("-")[0].lower())
            else:
                with tarfile.open(archive) as sdist:
                    sdist.extractall(corpus, filter="data")
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "corpus"]):
            identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
            subprocess.run(["git", *identity, *command], cwd=corpus, check=True)
    return corpus


def contenders(path: str, method: str) -> tuple[Contender, Contender, Contender]:
    """Git and ast-grep looking for the name, and a cold plan that renames the method."""
    search = [str(CACHE / "ast-grep/bin/ast-grep"), "run", "-l", "py", "-p", f"$X.{method}($$$A)"]
    step = f'op = "rename-method"\nclass = "{path}"\nfrom = "{method}"\nto = "{method}_renamed"'
    return (
        Contender("git grep", ["git", "grep", "-l", "-F", method, "--", "*.py"]),
        Contender("ast-grep", [*search, "--json=stream", "."]),
        ours(CACHE, f"rename-{method}", step),
    )


def judged(corpus: Path, path: str, method: str) -> dict[str, Any]:
    """The verdicts on the sites in files worth judging, from a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--judge", str(corpus), path, method],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def judge(corpus: str, path: str, method: str) -> None:
    """Judge all sites of a method in files worth judging, cold, and print what came out as JSON."""
    import ast
    import gc

    from codemods.git.repository import Repository
    from codemods.git.working_tree import WorkingTree
    from codemods.semantic import Resolver
    from codemods.syntax.codebase import Codebase

    gc.disable()  # as the engine does while it plans
    codebase = Codebase(WorkingTree(Repository.open(Path(corpus))))
    resolver = Resolver(codebase)
    target = resolver.target([path])
    used = re.compile(rf"\.\s*{method}\b")
    worth = resolver.files(target, [method], lambda text: used.search(text) is not None).paths
    verdicts = []
    for name in worth:
        module = codebase.module(name)
        for node in module.nodes(ast.Attribute) if module else ():
            if module is not None and node.attr == method:
                judged = resolver.receiver(module, node.value, target, method)
                place = f"{name}:{node.lineno}"
                chain = " <- ".join(judged.reason.chain)
                verdicts.append((f"{judged.verdict} {judged.reason.code}", place, judged.reason.text, chain))
    counts = Counter(verdict[0] for verdict in verdicts)
    print(
        json.dumps(
            {
                "counts": ", ".join(f"{count} {name}" for name, count in counts.most_common()),
                "mention": len(codebase.grep(method)),
                "worth": len(worth),
                "parsed": codebase.parsed_count,
                "verdicts": verdicts,
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        judge(*sys.argv[2:])
    else:
        main()
