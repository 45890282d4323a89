"""CPU seconds that recipes need for a file of an odd shape, and for one four times as large, in one run.

A ratio of 4 is growth in proportion, 16 is quadratic. Each repository is real, and each operation is planned
alone. Exits 1 where a file that can be read did not change.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from codemods.api import planning
from tests.odd_files import CHANGED, OPERATIONS, SHAPES, USES, package, small_file, write_recipes

SIZES = {
    "long file": 5_000,
    "call chain": 7,
    "parentheses": 45,
    "calls": 40,
    "additions": 500,
    "blocks": 22,
    "elifs": 100,
    "long string": 500_000,
    "long list": 500_000,
    "statements on a line": 2_500,
    "rebindings": 250,
}
"""The smaller of the two sizes; four times as much is still read by every Python."""
MANY = "many small files"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "shapes", nargs="*", metavar="SHAPE", help=f"{', '.join([*SIZES, MANY])}; all if none"
    )
    parser.add_argument("--files", type=int, default=500, help="the smaller number of small files")
    parser.add_argument("--operation", action="append", choices=list(OPERATIONS), help="all if none")
    options = parser.parse_args()
    operations = options.operation or list(OPERATIONS)
    print(f"{'shape':22} {'operation':16} {'size':>9} {'CPU s':>8} {'4 times':>9} {'CPU s':>8} {'ratio':>6}")
    sound = True
    for shape in options.shapes or [*SIZES, MANY]:
        size = options.files if shape == MANY else SIZES[shape]
        small, large = (_measured(_files(shape, number), operations) for number in (size, 4 * size))
        for operation in operations:
            (before, _), (after, right) = small[operation], large[operation]
            sound &= right
            numbers = f"{size:>9,} {before:>8.2f} {4 * size:>9,} {after:>8.2f} {after / before:>6.1f}"
            print(f"{shape:22} {operation:16} {numbers}" + ("" if right else "  NOT CHANGED"), flush=True)
    return 0 if sound else 1


def _files(shape: str, size: int) -> dict[str, str]:
    if shape == MANY:
        return {f"part{number % 100}/test_{number}.py": small_file(number) for number in range(size)}
    return {"test_odd.py": USES + SHAPES[shape](size)}


def _measured(files: Mapping[str, str], operations: list[str]) -> dict[str, tuple[float, bool]]:
    """For each operation its CPU seconds, without those of git, and whether all files changed."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repository"
        for name, text in package(files).items():
            path = repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        user = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
        for command in (
            ["init", "--quiet"],
            ["add", "--all"],
            [*user, "commit", "--quiet", "-m", "Odd files"],
        ):
            subprocess.run(["git", *command], cwd=repository, check=True)
        recipes = write_recipes(Path(folder))
        return {
            operation: _planned(repository, recipes[operation], operation, files) for operation in operations
        }


def _planned(repository: Path, recipe: str, operation: str, files: Mapping[str, str]) -> tuple[float, bool]:
    loaded = planning.load(recipe).recipes
    gc.collect()
    begin = time.process_time()
    planned = planning.plan(loaded, planning.Options(repo=repository))
    seconds = time.process_time() - begin
    texts = [planned.codebase.text(path) or "" for path in files]
    return seconds, planned.plan.complete and all(CHANGED[operation] in text for text in texts)


if __name__ == "__main__":
    sys.exit(main())
