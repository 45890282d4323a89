"""What the app asks, and what it shows on top of everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static, TextArea

from codemods.model.errors import UsageError
from codemods.review.diff import visible
from codemods.review.tui.keybar import KeyBar
from codemods.syntax.text import Lines

_CSS = """
{name} {{ align: center middle; }}
{name} > Vertical {{
    width: 72; max-width: 100%; height: auto; max-height: 100%;
    border: round $accent; background: $surface; padding: 0 1;
}}
{name} .error {{ color: $text-error; }}
"""


class Choice(ModalScreen[str | None]):
    """A question with one key per answer. No answer is the default: Enter does nothing, Esc goes back."""

    DEFAULT_CSS = _CSS.format(name="Choice")

    def __init__(self, question: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._question = question
        self._answers = answers

    def compose(self) -> ComposeResult:
        answers = "\n".join(
            f"  {key}  {what}" for key, what in (*self._answers.items(), ("n", "no, go back"))
        )
        with Vertical():
            yield Static(f"{self._question}\n\n{answers}", markup=False)

    def on_key(self, event: Key) -> None:
        event.stop()
        if event.character in self._answers:
            self.dismiss(event.character)
        elif event.key in ("escape", "n", "q"):
            self.dismiss(None)


class Ask(ModalScreen[str | None]):
    """A line to fill in. ``check`` may refuse it with a UsageError, whose text is shown; Escape gives up."""

    DEFAULT_CSS = _CSS.format(name="Ask")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(
        self, question: str, value: str = "", hint: str = "", check: Callable[[str], object] | None = None
    ) -> None:
        super().__init__()
        self._question = question
        self._value = value
        self._hint = hint
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, markup=False)
            yield Input(self._value, compact=True)
            yield Static(self._hint, markup=False, id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            if self._check:
                self._check(event.value)
        except UsageError as error:
            self.query_one("#hint", Static).update(str(error))
            self.query_one("#hint").add_class("error")
        else:
            self.dismiss(event.value.strip())


class Page(Screen[None]):
    """A text to read, such as the help."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "dismiss", "Back")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self._text, markup=False)
        yield KeyBar()


class SourcePage(Screen[None]):
    """A file to read, at a line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,o", "dismiss", "Back")]

    def __init__(self, path: str, text: str, line: int) -> None:
        super().__init__()
        self._path = path
        lines = Lines(text)
        starts = [lines.line_start(number) for number in range(1, len(lines) + 1)]
        ends = [*starts[1:], len(text)]
        self._text = "\n".join(visible(text[start:end]) for start, end in zip(starts, ends, strict=True))
        self._line = line

    def compose(self) -> ComposeResult:
        yield Static(f" {visible(self._path)}:{self._line} (read only)", markup=False, classes="bar")
        yield TextArea(self._text, read_only=True, show_line_numbers=True, soft_wrap=False, compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.move_cursor((self._line - 1, 0), center=True)
        area.focus()
