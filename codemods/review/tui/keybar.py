"""The keys of a screen, in as many lines at its foot as there is room for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text
from textual.binding import Binding
from textual.events import Resize
from textual.widgets import Static

ROOMY = 20
"""From this height on there may be three lines of keys."""


class KeyBar(Static):
    """Every key of the screen and the app that is to be shown, the screen's first."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: auto; min-height: 1; background: $panel; color: $text; }
    """

    def on_resize(self, event: Resize) -> None:
        lines = [Text()]
        for binding in self._shown():
            item = Text.assemble((_key(binding), "bold"), f" {binding.description}  ")
            if lines[-1] and lines[-1].cell_len + item.cell_len - 2 > event.size.width:
                lines.append(Text())
            lines[-1].append_text(item)
        for line in lines:
            line.rstrip()
        text = Text("\n").join(lines[: 3 if self.screen.size.height >= ROOMY else 1])
        self.call_after_refresh(self.update, text)

    def _shown(self) -> Iterator[Binding]:
        seen: set[str] = set()
        active = sorted(self.screen.active_bindings.values(), key=lambda one: one.node is self.app)
        for binding in (one.binding for one in active):
            if binding.show and binding.description and binding.description not in seen:
                seen.add(binding.description)
                yield binding


def _key(binding: Binding) -> str:
    return binding.key_display or {"escape": "Esc", "enter": "Enter"}.get(binding.key, binding.key)
