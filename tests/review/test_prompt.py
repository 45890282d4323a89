"""The line prompt: answers in, words out."""

import io
import shlex
import sys
from pathlib import Path

import pytest

from codemods.model.plan import Decision, Ruling
from codemods.review.prompt import Prompt
from codemods.review.session import Session
from tests.review.plans import applying, session_of

TEXT = """def f(m):
    m.close()  # imports
    m.close()  # possible
    m.close()  # refused
    n.close()
"""


def talk(session: Session, *answers: str, encoding: str = "utf-8") -> str:
    """What is said in the course of the answers; then the input ends."""
    out = io.BytesIO()
    write = io.TextIOWrapper(out, encoding=encoding, newline="\n")
    Prompt(session, applying(session), io.StringIO("".join(f"{answer}\n" for answer in answers)), write).run()
    write.flush()
    return out.getvalue().decode(encoding)


def states(session: Session) -> str:
    return "".join(str(session.state(entry))[0] for entry in session.entries)


def test_one_change_at_a_time() -> None:
    session = session_of(TEXT)
    assert talk(session, "a", "q") == (
        """3 changes to decide.

a.py:2: certain (proven), undecided
close() is now shutdown()
manager is a RedisManager
because manager = RedisManager() at line 1
with it: the import at a.py:1
@
+     1 import x
      1 def f(m):
-     2     m.close()  # imports
+     3     m.shutdown()  # imports
      3     m.close()  # possible
      4     m.close()  # refused
      5     n.close()
Change 1 of 4 [a r R c n p u U A g e / s P q ?]: Accepted a.py:2; brings the import at a.py:1.

a.py:3: possible (union), undecided
close() is now shutdown()
manager is a RedisManager or a File
@ def f
      1 def f(m):
      2     m.close()  # imports
-     3     m.close()  # possible
+     3     m.shutdown()  # possible
      4     m.close()  # refused
      5     n.close()
Change 2 of 4 [a r R c n p u U A g e / s P q ?]: """
    )
    assert states(session) == "auru"


def test_the_end_of_the_input_quits_and_keeps() -> None:
    session = session_of(TEXT)
    assert talk(session, "a", "r").endswith("?]: \n")
    assert states(session) == "arru"


def test_an_empty_or_unknown_answer_decides_nothing() -> None:
    session = session_of(TEXT)
    said = talk(session, "", "x", "yes", "")
    assert "There is no answer 'yes'; ? lists them." in said
    assert said.count("a.py:2: certain") == 1
    assert states(session) == "uuru"


def test_undo_redo_clear_and_moving() -> None:
    session = session_of(TEXT)
    said = talk(session, "a", "a", "u", "u", "U", "c", "n", "n", "a", "n", "n", "p")
    assert "Undid: accept (a.py:3)." in said
    assert "Redid: accept (a.py:2)." in said
    assert "Cleared a.py:2; drops the import at a.py:1." in said
    assert "a.py:4 cannot be changed safely: the function is not async" in said
    assert "It cannot be changed; n goes on." in said
    assert "There is no more." in said
    assert states(session) == "uuru"


def test_all_certain_needs_the_word() -> None:
    session = session_of(TEXT)
    assert "Accept 2 certain changes? Type yes: " in talk(session, "A", "", "A", "y", "A", "no")
    assert states(session) == "uuru"
    talk(session, "A", "yes", "r")
    assert states(session) == "arra"
    assert "Everything shown is decided." in talk(session, "A")


def test_alike() -> None:
    session = session_of(TEXT)
    assert "2 changes, certain, of the shape: $1.⟦close→shutdown⟧()" in talk(session, "g", "", "g", "yes")
    assert states(session) == "uuru"
    talk(session, "g", "reject")
    assert states(session) == "rurr"
    talk(session, "g", "accept", "p", "p", "p", "g", "accept", "q")
    assert states(session) == "aara"


def test_note_filter_and_summary() -> None:
    session = session_of(TEXT)
    said = talk(
        session, "/", "verdict:possible", "R", "", "R", "no good", "/", "verdct:x", "/", "stale", "s", "P"
    )
    assert session.ruling(session.entries[1]) == Ruling(Decision.REJECT, note="no good")
    assert "1 change shown." in said
    assert "did you mean 'verdict:'?" in said
    assert "No change matches the filter; it stays as it was." in said
    assert "  note on a.py:3: no good\n" in said
    assert "Planned with these decisions: 0 changes in 0 files would be committed.\n" in said


def test_editing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('    m.shutdown(1)\\n')\n")
    session = session_of(TEXT)
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))
    assert "Edited and accepted a.py:2" in talk(session, "e")
    assert session.text(session.entries[0]) == "    m.shutdown(1)"
    monkeypatch.setenv("VISUAL", "false")
    assert "The editor ended with exit code 1; nothing was changed." in talk(session, "e")
    assert "cannot be changed safely" in talk(session, "n", "e")


def test_nothing_to_review() -> None:
    assert talk(session_of("x = 1\n")) == "Nothing left to decide.\n"


def test_an_ascii_terminal_and_hostile_code() -> None:
    session = session_of("s = '\x1b[2Jé'\nm.close()\n")
    said = talk(session, "g", "", "q", encoding="ascii")
    assert "s = '?[2J?'" in said
    assert "\x1b" not in talk(session_of("s = '\x1b[2J'\nm.close()\n"), "?", "g", "", "s", "q")
