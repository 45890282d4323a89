"""The person's own editor."""

import shlex
import sys
from pathlib import Path

import pytest

from codemods.model.errors import UsageError
from codemods.review.editor import edit_lines, newline_of


def editor(folder: Path, script: str) -> dict[str, str]:
    """An editor that runs ``script`` on the path ``p``."""
    path = folder / "an editor.py"
    path.write_text(f"import sys; from pathlib import Path\np = Path(sys.argv[1])\n{script}\n")
    return {"EDITOR": shlex.join([sys.executable, str(path)])}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_edited_text_has_the_line_ends_of_the_file(tmp_path: Path, newline: str) -> None:
    environ = editor(tmp_path, "p.write_bytes(p.read_bytes().replace(b'one', b'1\\r\\nzw\\xc3\\xb6lf'))")
    assert edit_lines(f"one{newline}two é", newline, environ) == f"1{newline}zwölf{newline}two é"


def test_looking_only_changes_nothing(tmp_path: Path) -> None:
    assert edit_lines("    a\n    b", "\n", editor(tmp_path, "")) == "    a\n    b"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("sys.exit(3)", "ended with exit code 3; nothing was changed"),
        ("p.unlink()", "left no readable text"),
        ("p.write_bytes(b'\\xff')", "left no readable text"),
        ("p.write_bytes(b' \\n')", "left an empty text"),
    ],
)
def test_an_editor_that_fails(tmp_path: Path, script: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        edit_lines("a", "\n", editor(tmp_path, script))


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "No editor is set; set EDITOR to the command of yours."),
        ({"EDITOR": "/no/such/editor"}, "The editor '/no/such/editor' did not start: .*No such file"),
        ({"VISUAL": "'"}, "did not start: No closing quotation"),
        ({"VISUAL": "  "}, "did not start: it is empty"),
    ],
)
def test_an_editor_that_does_not_start(environ: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        edit_lines("a", "\n", environ)


def test_the_first_line_end_counts() -> None:
    assert [newline_of(text) for text in ("a", "a\r\nb\n", "a\rb", "a\nb\r\n")] == ["\n", "\r\n", "\r", "\n"]
