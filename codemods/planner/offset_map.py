"""Where a place in a changed text stood in the text of the repository."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from codemods.model.plan import Edit


class Origin:
    """Maps offsets in a file's current text back to its base text, through all layers of edits so far."""

    def __init__(self) -> None:
        self._layers: list[_Layer] = []

    def add(self, edits: Sequence[Edit]) -> None:
        """Another layer of edits, with offsets in the text that the layers before it left."""
        self._layers.append(_Layer(edits))

    def __len__(self) -> int:
        return len(self._layers)

    def cut(self, length: int) -> None:
        """Forget all layers but the first ``length``."""
        del self._layers[length:]

    def offset(self, offset: int) -> int:
        """The offset in the base text; a place inside new text stands where that text was put."""
        for layer in reversed(self._layers):
            offset = layer.before(offset)
        return offset


class _Layer:
    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
        self._starts: list[int] = []
        """Where the new text of each edit begins."""
        shift = 0
        for edit in self._edits:
            self._starts.append(edit.start + shift)
            shift += len(edit.text) - (edit.end - edit.start)

    def before(self, offset: int) -> int:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        edit, start = self._edits[index], self._starts[index]
        return edit.start if offset < start + len(edit.text) else offset - start - len(edit.text) + edit.end
