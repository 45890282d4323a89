"""Where a place in a changed text stood in the text of the repository."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.plan import Edit


class Origin:
    """Maps offsets in a file's current text back to its base text, through all layers of edits so far."""

    def __init__(self) -> None:
        self._layers: list[list[Edit]] = []

    def add(self, edits: Sequence[Edit]) -> None:
        """Another layer of edits, with offsets in the text that the layers before it left."""
        self._layers.append(sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)))

    def __len__(self) -> int:
        return len(self._layers)

    def cut(self, length: int) -> None:
        """Forget all layers but the first ``length``."""
        del self._layers[length:]

    def offset(self, offset: int) -> int:
        """The offset in the base text; a place inside new text stands where that text was put."""
        for layer in reversed(self._layers):
            offset = _before(offset, layer)
        return offset


def _before(offset: int, edits: Sequence[Edit]) -> int:
    shift = 0
    for edit in edits:
        start = edit.start + shift
        if offset < start:
            break
        if offset < start + len(edit.text):
            return edit.start
        shift += len(edit.text) - (edit.end - edit.start)
    return offset - shift
