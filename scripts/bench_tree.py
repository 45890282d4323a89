"""Lines per second and CPU of our tree and of stock fissix's, on the same files in the same run, in turns.

Each file is parsed and its tree dropped, as in a run over a repository; files that stock fissix cannot read
are left out for all. The last line is the ratio; the memory line shows whether dropped trees are freed.
"""

from __future__ import annotations

import ast
import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from codemods.model.errors import CodemodsError
from codemods.syntax.lossless.grammar import pygram
from codemods.syntax.lossless.tree import discard, parse
from codemods.syntax.text import decode

BATCH = 20


def main(folders: list[str]) -> int:
    from fissix import pytree
    from fissix.pgen2 import driver

    stock = driver.Driver(pygram.python_grammar_no_print_and_exec_statement, pytree.convert)
    paths = [path for folder in folders for path in sorted(Path(folder).rglob("*.py")) if path.is_file()]
    seconds = {"ours": 0.0, "stock": 0.0, "ast": 0.0}
    parse("x\n")
    lines = files = 0
    for start in range(0, len(paths), BATCH):
        texts = [
            text for path in paths[start : start + BATCH] if (text := _readable(path, stock.parse_string))
        ]
        gc.collect()
        lines += sum(text.count("\n") for text in texts)
        files += len(texts)
        seconds["ours"] += _timed(lambda text: discard(parse(text)), texts)
        seconds["stock"] += _timed(stock.parse_string, texts)
        seconds["ast"] += _timed(ast.parse, texts)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {version}: {files} files, {lines} lines")
    for name, spent in seconds.items():
        print(f"{name:>6}: {lines / spent:>9,.0f} lines/s {spent:>8.2f} s")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    print(f"ours is {seconds['stock'] / seconds['ours']:.1f} times as fast as stock fissix")
    return 0


def _readable(path: Path, parse_stock: Callable[[str], object]) -> str | None:
    try:
        text = decode(str(path), path.read_bytes()).text
        discard(parse(text))
        parse_stock(text)
    except CodemodsError:
        return None
    except Exception:
        return None  # stock fissix fails in many ways
    return text


def _timed(work: Callable[[str], object], texts: list[str]) -> float:
    begin = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(
        main(sys.argv[1:] or [str(Path(ast.__file__).parent / "asyncio"), str(Path(ast.__file__).parent)])
    )
