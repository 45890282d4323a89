"""Our whole cold plans beside what people would use instead, interleaved in one run on the same repository.

Prints a Markdown table of medians, ratios, memory and of how much of what each tool changed was right, and
writes it with a chart of growth to the folder given with --out.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus import CACHE, USERS, Corpus, corpus

CODEMODS = Path(sys.executable).with_name("codemods")
TOOLS = ["ast-grep-cli", "libcst", "bowler", "rope"]


RARE = "recycle_all_idle_connections"
CLOSE = "$X.close($$$A)"
CONTEXT = "Context($$$A, session_id=$V, $$$B)"
LIMIT = 300
"""Seconds after which a slow tool is stopped."""
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""As for anyone who installed the tools: their modules are compiled once, not at each start."""


@dataclass
class Contender:
    """One command in one case: its runs, and how many sites it changed."""

    name: str
    command: Sequence[str]
    count: Callable[[str], int] = lambda _: 0
    """How many sites the printed output says were changed."""
    slow: bool = False
    """Whether it is run only once, and stopped after the limit."""
    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    """The most memory that all its processes had together, as it was looked at often."""
    changed: int = 0
    stopped: bool = False

    def run(self, folder: Path) -> None:
        if self.slow and self.seconds:
            return
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL, env=ENVIRONMENT
            )
            while process.poll() is None:
                self.megabytes = max(self.megabytes, _megabytes(process.pid))
                time.sleep(0.01)
                if self.slow and time.perf_counter() - start > LIMIT:
                    process.kill()
                    self.stopped = True
            self.seconds.append(time.perf_counter() - start)
            out.seek(0)
            self.changed = self.count(out.read().decode("utf-8", "replace"))

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def time(self) -> str:
        return f"> {LIMIT}" if self.stopped else f"{self.median:.2f}"


def _megabytes(pid: int, parent: bytes = b"") -> float:
    """The memory of a process and of those it started; 0 where the system has no /proc.

    A copy of its parent that is about to become a command of its own shares all its memory, and counts for
    nothing.
    """
    try:
        process = Path(f"/proc/{pid}")
        command = (process / "cmdline").read_bytes()
        pages = int((process / "statm").read_text().split()[1])
        started = (process / "task" / str(pid) / "children").read_text().split()
    except (OSError, IndexError, ValueError):
        return 0.0
    if command == parent:
        return 0.0
    own = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return own + sum(_megabytes(int(child), command) for child in started)


@dataclass
class Case:
    """The same job for several tools; ``right`` is how many sites there really are, where that is known."""

    name: str
    contenders: list[Contender]
    right: int | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default 3)")
    parser.add_argument("--out", type=Path, help="write bench.md and growth.svg to this folder")
    parser.add_argument(
        "--skip-slow", action="store_true", help="leave out LibCST and Bowler, which take minutes"
    )
    parser.add_argument(
        "--growth", action="store_true", help="measure (b), and a run without a site, at other sizes too"
    )
    arguments = parser.parse_args()
    main_corpus = corpus("main")
    with tempfile.TemporaryDirectory() as recipes:
        cases = _cases(Path(recipes), main_corpus, _tools(), slow=not arguments.skip_slow)
        for number in range(arguments.runs):
            for case in cases:
                for contender in case.contenders:
                    print(f"run {number + 1}: {case.name}: {contender.name}", file=sys.stderr)
                    contender.run(main_corpus.path)
        page = _page(main_corpus, cases, arguments.runs)
        if arguments.growth:
            points = _growth(Path(recipes), arguments.runs)
            page += _growth_table(points)
    print(page)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "bench.md").write_text(page, "utf-8")
        if arguments.growth:
            (arguments.out / "growth.svg").write_text(_chart(points), "utf-8")


def _tools() -> Path:
    """The folder of the other tools' commands, in an environment of their own."""
    venv = CACHE / "tools"
    if not (venv / "bin" / "ast-grep").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "--quiet", *TOOLS], check=True)
    return venv / "bin"


def _cases(recipes: Path, where: Corpus, tools: Path, *, slow: bool) -> list[Case]:
    pool, context = "planted_service.pool.Pool", "planted_service.pool.Context"
    rare = f'op = "rename-method"\nclass = "{pool}"\nfrom = "{RARE}"\nto = "drain_idle"'
    common = f'op = "rename-method"\nclass = "{pool}"\nfrom = "close"\nto = "drain"'
    argument = f'op = "rename-argument"\nclass = "{context}"\nfrom = "session_id"\nto = "run_id"'
    symbol = 'op = "rename"\nfrom = "planted_service.pool.OldName"\nto = "planted_service.pool.NewName"'
    names = _constants(where)
    table = "\n".join(f'"homeassistant.const.{name}" = "homeassistant.const.{name}_X"' for name in names)
    many = f'op = "rename"\nnames = {{ {", ".join(table.split(chr(10)))} }}'
    one = f'op = "rename"\nfrom = "homeassistant.const.{names[0]}"\nto = "homeassistant.const.{names[0]}_X"'
    cases = [
        Case(
            "(a) rare method",
            [ours(recipes, "a", rare), _grep(RARE), _ast_grep(tools, f"$X.{RARE}($$$A)")],
            USERS,
        ),
        Case(
            "(b) common method",
            [ours(recipes, "b", common), _grep(".close("), _ast_grep(tools, CLOSE)],
            USERS,
        ),
        Case(
            "(c) argument",
            [ours(recipes, "c", argument), _grep("session_id"), _ast_grep(tools, CONTEXT)],
            USERS,
        ),
        Case(
            "(d) symbol",
            [ours(recipes, "d", symbol), _grep("OldName"), _ast_grep(tools, "OldName")],
            2 * USERS,
        ),
        Case(
            "(e) 300 names",
            [
                ours(recipes, "e300", many),
                ours(recipes, "e300", many, "codemods, one process", "--jobs", "1"),
                ours(recipes, "e1", one, "codemods, one name"),
            ],
        ),
        Case("(f) twelve recipes", _twelve()),
    ]
    if slow:
        holding = _holding(where.path, ".close(")
        cases[1].contenders.append(_bowler(recipes, tools, holding))
        holding = _holding(where.path, "OldName")
        cases[3].contenders += [_libcst(tools, holding), _rope(recipes, tools, holding)]
    return cases


def _constants(where: Corpus) -> list[str]:
    """The 300 constants of homeassistant.const, the most used first."""
    (source,) = where.path.glob("homeassistant/*/homeassistant/const.py")
    names = re.findall(r"^(CONF_[A-Z_]+)\b", source.read_text("utf-8"), re.MULTILINE)
    return ["CONF_NAME", *[name for name in dict.fromkeys(names) if name != "CONF_NAME"]][:300]


def _recipe(folder: Path, name: str, step: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(
        f'id = "{name}"\ntitle = "{name}"\nwhy = "It is measured."\n[[step]]\n{step}\n'
        '[[example]]\nname = "changes"\nbefore = "a"\nafter = "b"\n'
        '[[example]]\nname = "stays"\nunchanged = "a"\n'
    )
    return path


def ours(folder: Path, name: str, step: str, label: str = "codemods", *options: str) -> Contender:
    """A plan by a recipe of one step, which is written into the folder."""
    recipe = _recipe(folder, name, step)
    return Contender(label, [*_plan_of(recipe), *options], _applied)


def _twelve() -> list[Contender]:
    """Twelve shipped recipes as one set, and the slowest of them alone."""
    shipped = Path(__file__).parent.parent / "recipes" / "python"
    folder = Path(tempfile.mkdtemp()) / "twelve"
    folder.mkdir()
    for recipe in sorted(shipped.glob("*.toml"))[:12]:
        shutil.copy(recipe, folder)
    alone = [Contender(path.stem, _plan_of(path), _applied) for path in sorted(folder.glob("*.toml"))]
    for contender in alone:
        contender.run(corpus("main").path)
    slowest = max(alone, key=lambda contender: contender.median)
    slowest = Contender(f"codemods, {slowest.name} alone", slowest.command, _applied)
    return [Contender("codemods", _plan_of(folder), _applied), slowest]


def _plan_of(recipes: Path) -> list[str]:
    return [str(CODEMODS), "run", str(recipes), "--format", "json"]


def _applied(output: str) -> int:
    return sum(
        change["applied"]
        for recipe in json.loads(output)["recipes"]
        for file in recipe["files"]
        for change in file["changes"]
    )


def _grep(text: str) -> Contender:
    return Contender("git grep -l", ["git", "grep", "-lzF", "-e", text, "--", "*.py"])


def _ast_grep(tools: Path, pattern: str) -> Contender:
    command = [str(tools / "ast-grep"), "run", "--lang", "python", "--pattern", pattern, "--json=stream", "."]
    return Contender("ast-grep", command, lambda output: output.count("\n"))


def _holding(folder: Path, text: str) -> list[str]:
    command = ["git", "grep", "-lzF", "-e", text, "--", "*.py"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return found.stdout.split("\0")[:-1]


def _libcst(tools: Path, files: Sequence[str]) -> Contender:
    """LibCST's own rename command; given the files that hold the name, which it would not know.

    It writes the files even when asked for a diff, so the diff is git's, and the files are put back.
    """
    command = [str(tools / "python"), "-m", "libcst.tool", "codemod", "--no-format", "-u0", "-j2"]
    names = ["--old_name", "planted_service.pool.OldName", "--new_name", "planted_service.pool:NewName"]
    restoring = '"$@" >/dev/null 2>&1; git diff --unified=0; git checkout --quiet .'
    return Contender(
        "LibCST (given the files)",
        ["sh", "-c", restoring, "sh", *command, "rename.RenameCommand", *names, *files],
        _added_lines,
        slow=True,
    )


def _bowler(folder: Path, tools: Path, files: Sequence[str]) -> Contender:
    """Bowler's select_method; given the files that hold the name."""
    listing = folder / "files.json"
    listing.write_text(json.dumps(list(files)))
    script = folder / "bowler_rename.py"
    script.write_text(
        "import json\nfrom bowler import Query\n"
        f"Query(json.load(open({str(listing)!r}))).select_method('close').rename('drain').diff(interactive=False)\n"
    )
    command = [str(tools / "python"), str(script)]
    return Contender("Bowler (given the files)", command, _added_lines, slow=True)


def _rope(folder: Path, tools: Path, files: Sequence[str]) -> Contender:
    """rope's rename of the class at its definition; given the files that hold the name."""
    script = folder / "rope_rename.py"
    script.write_text(
        "from rope.base.project import Project\nfrom rope.refactor.rename import Rename\n"
        "project = Project('.', ropefolder=None)\n"
        "home = project.get_resource('planted_service/pool.py')\n"
        f"files = [project.get_resource(path) for path in {list(files)!r}]\n"
        "rename = Rename(project, home, home.read().index('OldName'))\n"
        "print(rename.get_changes('NewName', resources=files).get_description())\n"
    )
    return Contender("rope (given the files)", [str(tools / "python"), str(script)], _added_lines, slow=True)


def _added_lines(output: str) -> int:
    return sum(line.startswith("+") and not line.startswith("+++") for line in output.split("\n"))


def _page(where: Corpus, cases: Sequence[Case], runs: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"Measured {datetime.date.today().isoformat()} on {os.cpu_count()} cores and {memory:.0f} GiB, with "
        f"Python {sys.version.split()[0]}: {where.files:,} files, {where.lines:,} lines of Python in one git "
        f"repository; medians of {runs} interleaved runs.",
        "",
        "| job | tool | seconds | of ours | peak MB | sites changed | really there |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for case in cases:
        ours = case.contenders[0].median
        for contender in case.contenders:
            changed = contender.changed or ("" if contender.name.startswith("git") else 0)
            right = case.right if case.right is not None else ""
            lines.append(
                f"| {case.name} | {contender.name} | {contender.time} | {contender.median / ours:.2f} "
                f"| {contender.megabytes:.0f} | {changed} | {right} |"
            )
    return "\n".join(lines) + "\n"


Point = tuple[Corpus, Contender, Contender]
"""A repository of some size, with a plan of a common method name and one of a name that is nowhere."""


def _growth(recipes: Path, runs: int) -> list[Point]:
    pool = 'op = "rename-method"\nclass = "planted_service.pool.Pool"\nto = "drain"\nfrom = '
    points = [
        (
            corpus(name),
            ours(recipes, f"growth-{name}", f'{pool}"close"'),
            ours(recipes, f"nothing-{name}", f'{pool}"no_such_method_anywhere"'),
        )
        for name in ("small", "main", "large")
    ]
    for _ in range(runs):
        for where, common, nothing in points:
            common.run(where.path)
            nothing.run(where.path)
    return points


def _growth_table(points: Sequence[Point]) -> str:
    rows = "".join(
        f"| {where.lines:,} | {where.files:,} | {common.time} | {nothing.time} |\n"
        for where, common, nothing in points
    )
    return f"\n| lines | files | seconds for (b) | seconds where no site is |\n|---:|---:|---:|---:|\n{rows}"


def _chart(growth: Sequence[Point]) -> str:
    """Seconds over lines, as a small line chart."""
    points = [(where, common.median) for where, common, _ in growth]
    width, height, margin = 480, 240, 48
    most_lines, most_seconds = points[-1][0].lines, max(seconds for _, seconds in points) * 1.2
    places = [
        (
            margin + (width - 2 * margin) * where.lines / most_lines,
            height - margin - (height - 2 * margin) * seconds / most_seconds,
        )
        for where, seconds in points
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    labels = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#2563eb"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{seconds:.2f} s</text>'
        f'<text x="{x:.0f}" y="{height - margin + 18}" text-anchor="middle">{where.lines / 1e6:.1f} M</text>'
        for (x, y), (where, seconds) in zip(places, points, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        f'font-size="12" fill="#111"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{width / 2}" y="20" text-anchor="middle">A cold plan of a common method name, '
        f"by lines of Python</text>"
        f'<path d="M{margin} {height - margin} H{width - margin}" stroke="#999"/>'
        f'<polyline points="{line}" fill="none" stroke="#2563eb" stroke-width="2"/>{labels}</svg>\n'
    )


if __name__ == "__main__":
    main()
