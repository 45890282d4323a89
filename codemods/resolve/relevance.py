"""Which files are worth judging: from the target outward over whatever hands it on, by text alone.

The search reads lines, not trees: a line that returns, yields, assigns, imports or derives from a known name
makes another name known. It takes too much rather than too little; the judgement of a site never rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codemods.resolve.infer import Inference
from codemods.resolve.judge import Wanted
from codemods.source.codebase import Codebase

_BLOCK = re.compile(r"^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.M)
_ASSIGNED = re.compile(r"^\s*((?:[\w.]+\s*,\s*)*[\w.]+)\s*(?::[^=]*)?=(?!=)")
_DECLARED = re.compile(r"^\s*([\w.]+)\s*:")
_BOUND = re.compile(r"\bas\s+([\w.]+)|\bfor\s+(\w+)\s+in\b|\(\s*(\w+)\s*:=")
_GIVES = re.compile(r"\b(?:return|yield(?:\s+from)?)\b")
_HANDED_ON = re.compile(
    r"(?:cast|next|anext|run|wait_for|shield|create_task|gather|enter_context|enter_async_context|closing"
    r"|aclosing|partial|getattr|copy|deepcopy|list|tuple|set|sorted|reversed|iter|type|Mock|create_autospec"
    r"|field|Factory)$"
)
_COMMON = 60
"""A name that more files mention than this must stand beside the name of its home."""


@dataclass(frozen=True, slots=True)
class Word:
    """A name through which the target can be reached."""

    text: str
    homes: tuple[str, ...] = ()
    """Names one of which a file must mention too when the word is common; none: the word is enough."""


def relevant_files(inference: Inference, wanted: Wanted, kind: str, literals: Sequence[str]) -> list[str]:
    """The files that hold a literal (if any is asked for) and mention a name that leads to the target."""
    codebase = inference.codebase
    holding = codebase.grep(*literals) if literals else set(codebase.paths())
    names = {path.rsplit(".", 1)[-1] for path in wanted.paths}
    if kind in ("variable", "module"):
        return sorted(holding & codebase.grep(*names))
    found = _Search(codebase)
    if wanted.owners:
        found.run({Word(cls.name) for cls in wanted.owners} | {Word(name) for name in names})
        return sorted(holding & found.files & codebase.grep(*names))
    start = {Word(name) for name in wanted.names}
    start |= {Word(snake(name)) for name in wanted.names if snake(name) != name}
    found.run(start)
    return sorted(holding & found.files)


def snake(name: str) -> str:
    """``RedisManager`` as a variable is called: ``redis_manager``."""
    return "_".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)).lower()


class _Search:
    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._known: set[str] = set()
        self.files: set[str] = set()

    def run(self, words: set[Word]) -> None:
        while words:
            self._known |= {word.text for word in words}
            words = {
                word
                for word in self._round(words)
                if word.text not in self._known and len(word.text) > 1 and not word.text.startswith("__")
            }

    def _round(self, words: set[Word]) -> Iterator[Word]:
        by_text = {word.text: word for word in words}
        common = self._common(words)
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(by_text))) + r")\b")
        for path in sorted(self._codebase.grep(*by_text)):
            text = self._codebase.text(path)
            if text is None:
                continue
            hits = [
                match for match in pattern.finditer(text) if self._counts(match[0], common, by_text, text)
            ]
            if hits:
                self.files.add(path)
                yield from _Harvest(path, text).words(hits)

    def _common(self, words: Iterable[Word]) -> set[str]:
        return {word.text for word in words if word.homes and len(self._codebase.grep(word.text)) > _COMMON}

    def _counts(self, text: str, common: set[str], words: dict[str, Word], content: str) -> bool:
        return text not in common or any(home in content for home in words[text].homes)


class _Harvest:
    """The names that one file makes known because its lines hand on a known name."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._blocks = [
            (match.start(), len(match[1].expandtabs()), match[2], match[3]) for match in _BLOCK.finditer(text)
        ]
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if stem in ("__init__", "conftest"):
            stem = path.rsplit("/", 2)[-2] if "/" in path else stem
        self._stem = stem

    def words(self, hits: list[re.Match[str]]) -> Iterator[Word]:
        for hit in hits:
            yield from self._of_hit(hit.start(), hit[0])

    def _of_hit(self, offset: int, word: str) -> Iterator[Word]:
        start = self._text.rfind("\n", 0, offset) + 1
        end = self._text.find("\n", offset)
        line = self._text[start : end if end >= 0 else len(self._text)]
        column = offset - start
        before, after = line[:column], line[column + len(word) :]
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        alias = re.match(r"\s+as\s+(\w+)", after)
        if stripped.startswith(("import ", "from ")) or (
            alias and not stripped.startswith(("with", "async"))
        ):
            if alias:
                yield Word(alias[1], (self._stem,))
            return
        if stripped.startswith("class "):
            if "(" in before:
                yield Word(stripped[6:].split("(", 1)[0].strip())
            return
        if "->" in before:
            name = self._signature(start, indent)
            if name:
                yield self._named(start, name)
            return
        if stripped.startswith(("def ", "async def ")):
            parameter = re.search(r"(\w+)\s*:[^,=]*$", before)
            if parameter:
                yield from self._locally(start, end, indent + 1, parameter[1])
            return
        if not self._hands_on(before):
            return
        if _GIVES.search(before):
            block = self._around(start, indent, "def")
            if block is not None:
                yield self._named(block[0], block[3])
        yield from self._assigned(line, before, start, end, indent)

    def _assigned(self, line: str, before: str, start: int, end: int, indent: int) -> Iterator[Word]:
        match = _ASSIGNED.match(line)
        if match is None or match.end() > len(before) + 1:
            match = _DECLARED.match(line)
        names = re.split(r"\s*,\s*", match[1]) if match and match.end(1) < len(before) + 1 else []
        names += [name for found in _BOUND.finditer(line) for name in found.groups() if name]
        for name in names:
            if "." in name:
                yield Word(name.rsplit(".", 1)[-1], self._owner_names(start, indent))
            elif indent == 0:
                yield Word(name, (self._stem,))
            else:
                block = self._around(start, indent, "")
                if block is not None and block[2] == "class":
                    yield Word(name, (block[3], snake(block[3])))
                else:
                    yield from self._locally(start, end, indent, name)

    def _locally(self, start: int, end: int, indent: int, name: str) -> Iterator[Word]:
        """A local variable holds it: is it returned, yielded or kept in an attribute further down?"""
        block = self._around(end if end >= 0 else start, indent, "def")
        if block is None:
            return
        pattern = re.compile(
            rf"^[^\n#]*(?:\b(?:return|yield)\b|^[^\n=]*?[\w.]+\.(\w+)\s*(?::[^=\n]*)?=(?!=))[^\n]*\b{re.escape(name)}\b",
            re.M,
        )
        for match in pattern.finditer(self._text, end if end >= 0 else start, self._block_end(block)):
            attribute = match[1]
            if attribute:
                yield Word(attribute, self._owner_names(start, indent))
            else:
                yield self._named(block[0], block[3])

    def _hands_on(self, before: str) -> bool:
        """Whether what stands here is the value of the statement, not an argument of some call."""
        depth = 0
        for index in range(len(before) - 1, -1, -1):
            char = before[index]
            if char in ")]":
                depth += 1
            elif char in "([":
                if depth:
                    depth -= 1
                elif char == "(" and index and (before[index - 1].isalnum() or before[index - 1] == "_"):
                    if not _HANDED_ON.search(before[:index]):
                        return False
        return True

    def _signature(self, start: int, indent: int) -> str:
        """The function whose signature ends on this line."""
        for offset, depth, kind, name in reversed(self._blocks):
            if offset <= start and kind == "def" and depth <= indent:
                return name
        return ""

    def _named(self, offset: int, name: str) -> Word:
        """A function as a word: a method needs its class beside it, a fixture or function its module."""
        block = next((item for item in self._blocks if item[0] == offset), None)
        indent = block[1] if block else 0
        if indent:
            owner = self._around(offset, indent, "class")
            if owner is not None:
                if (
                    self._path.endswith("conftest.py")
                    or "fixture" in self._text[max(0, offset - 300) : offset]
                ):
                    return Word(name)
                return Word(name, (owner[3], snake(owner[3])))
        if "fixture" in self._text[max(0, offset - 300) : offset]:
            return Word(name)
        return Word(name, (self._stem,))

    def _owner_names(self, start: int, indent: int) -> tuple[str, ...]:
        owner = self._around(start, indent, "class")
        return (owner[3], snake(owner[3])) if owner is not None else (self._stem,)

    def _around(self, offset: int, indent: int, kind: str) -> tuple[int, int, str, str] | None:
        """The nearest block around a line: a def, a class, or (kind '') whichever comes first."""
        for block in reversed(self._blocks):
            if block[0] <= offset and block[1] < indent:
                if not kind or block[2] == kind:
                    return block
                indent = block[1]
                if indent == 0:
                    return None
        return None

    def _block_end(self, block: tuple[int, int, str, str]) -> int:
        for offset, indent, _, _ in self._blocks:
            if offset > block[0] and indent <= block[1]:
                return offset
        return len(self._text)
