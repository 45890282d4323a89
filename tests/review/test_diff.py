"""The lines of one change."""

import pytest

from codemods.review.diff import LONGEST, diff, split, visible
from codemods.review.session import Session
from tests.review.plans import at, session_of

TEXT = """import a


class Test:
    def test(self):
        with self.m as m:
            m.close()
            one()

            two()
            three()
"""


def shown(session: Session, line: int, context: int = 2) -> list[str]:
    return [
        f"{one.mark}{one.old or ''}|{one.new or ''}|{one.text[: one.span[0]]}"
        + (f"<{one.text[slice(*one.span)]}>{one.text[one.span[1] :]}" if any(one.span) else one.text)
        for one in diff(session, at(session, line), context)
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_one_line_with_its_surroundings(newline: str) -> None:
    text = TEXT.replace("\n", newline)
    session = session_of(text)
    session.entries[0]
    assert [one.mark for one in diff(session, session.entries[0], 1)] == ["@", " ", "-", "+", " "]
    if newline == "\n":
        assert shown(session, 7) == [
            "@||class Test › def test",
            " 5|5|    def test(self):",
            " 6|6|        with self.m as m:",
            "-7||            m.<close>()",
            "+|7|            m.<shutdown>()",
            " 8|8|            one()",
            " 9|9|",
        ]


def test_the_ends_of_a_file() -> None:
    assert shown(session_of("m.close()"), 1) == ["@||", "-1||m.<close>()", "+|1|m.<shutdown>()"]
    assert shown(session_of("a\nm.close()\n"), 2) == [
        "@||",
        " 1|1|a",
        "-2||m.<close>()",
        "+|2|m.<shutdown>()",
    ]


def test_an_import_is_shown_with_the_use_that_brings_it() -> None:
    session = session_of("a\nb\nc\nd\ne\nf\ng\nm.close()  # imports\n")
    assert shown(session, 8, 1) == [
        "@||",
        "+|1|import x",
        " 1|2|a",
        "@||",
        " 7|8|g",
        "-8||m.<close>()  # imports",
        "+|9|m.<shutdown>()  # imports",
    ]
    assert len(shown(session, 8, 4)) == 11


def test_an_edit_takes_the_place_of_ours() -> None:
    session = session_of("if a:\n    m.close()\n")
    session.edit(at(session, 2), "    m.one()\n    m.two()")
    assert shown(session, 2) == [
        "@||",
        " 1|1|if a:",
        "-2||    m.close()",
        "+|2|    m.one()",
        "+|3|    m.two()",
    ]


def test_a_refused_line_is_marked() -> None:
    session = session_of("def f(m):\n    m.close()  # refused\n    pass\n")
    assert shown(session, 2) == [
        "@||def f",
        " 1|1|def f(m):",
        "!2|2|    m.close()  # refused",
        " 3|3|    pass",
    ]


def test_an_edit_may_lie_over_the_import_it_brings() -> None:
    session = session_of("import y; m.close()  # imports\n")
    companion = session.companions(session.entries[0])[0]
    assert companion.edits[0].start == 0
    session.edit(session.entries[0], "import y; m.stop()")
    assert [line.text for line in diff(session, session.entries[0])][1:] == [
        "import y; m.close()  # imports",
        "import x",
        "import y; m.stop()",
    ]


def test_two_columns() -> None:
    session = session_of("if a:\n    m.close()\n")
    session.edit(at(session, 2), "    m.one()\n    m.two()")
    pairs = [
        (left and left.text, right and right.text) for left, right in split(diff(session, at(session, 2)))
    ]
    assert pairs == [
        ("", ""),
        ("if a:", "if a:"),
        ("    m.close()", "    m.one()"),
        (None, "    m.two()"),
    ]


def test_nothing_that_a_terminal_obeys_is_shown() -> None:
    assert visible("\ta\x1b[31m\x0c\x7f\x9b\u202e\ud800é\r\n") == "    a␛[31m␌␡\ufffd\ufffd\ufffdé"


def test_a_line_without_end_is_cut() -> None:
    session = session_of("m.close()  # " + "x" * 1_000_000 + "\n")
    assert max(len(line.text) for line in diff(session, session.entries[0])) == LONGEST + 1
