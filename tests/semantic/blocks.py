"""What every block of a random program is put together from: names of its own, classes, objects."""

from __future__ import annotations

from random import Random


class Blocks:
    """Writes blocks that stand for themselves: they use only the classes they are given."""

    stem: str
    """What makes the names of a block its own."""

    def __init__(self, random: Random, classes: list[str]) -> None:
        self.random = random
        self.classes = classes
        self.count = 0

    def name(self, word: str = "n") -> str:
        self.count += 1
        return f"{word}_{self.stem}_{self.count}"

    def cls(self) -> str:
        return self.random.choice(self.classes)

    def two(self) -> tuple[str, str]:
        return self.cls(), self.cls()

    def made(self, declared: str) -> str:
        """An object that is what is declared, perhaps of a subclass."""
        return f"fits({self.cls()}(), {declared})"

    def any(self) -> str:
        """An object of a class or of another, by the flag."""
        a, b = self.two()
        return self.random.choice([f"{a}()", f"({a}() if FLAG else {b}())", f"same({a}())"])
