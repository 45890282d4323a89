"""What is refused shows what it would have been, in text and in JSON."""

from __future__ import annotations

from pathlib import Path

from codemods.model.plan import Plan
from codemods.report.document import document
from codemods.report.text import summary
from tests.bowler.running import run_query

BAD = (
    "def bad(node, capture, filename):\n    node.value = {}\n"
    "def query(q):\n    q.select(\"'old'\").modify(bad)\n"
)


def shown(plan: Plan) -> list[str]:
    return [line for line, _ in summary(plan)]


def test_the_diff_stands_under_the_reason(tmp_path: Path) -> None:
    source = "".join(f"a{number} = 1\r\n" for number in range(1, 9)) + "x = old\r\nb = 1\r\n"
    plan = run_query(tmp_path, BAD.format("'= \\x1b'"), source).plan
    lines = shown(plan)
    (place,) = (number for number, line in enumerate(lines) if "refused: a.py:9: " in line)
    assert "the result is not valid at line 9" in lines[place]
    expected = ["@@ -6,5 +6,5 @@", " a6 = 1", " a7 = 1", " a8 = 1", "-x = old", "+x = = \\x1b", " b = 1"]
    assert lines[place + 1 : place + 8] == [f"    {line}" for line in expected]
    (change,) = document(plan)["recipes"][0]["files"][0]["changes"]
    assert change["refused_diff"] == expected


def test_each_of_many_refused_places_shows_its_own(tmp_path: Path) -> None:
    plan = run_query(tmp_path, BAD.format("'= ='"), "old\n" + "pass\n" * 20_000 + "old").plan
    first, last = (change["refused_diff"] for change in document(plan)["recipes"][0]["files"][0]["changes"])
    assert first == ["@@ -1,4 +1,4 @@", "-old", "+= =", " pass", " pass", " pass"]
    assert last == ["@@ -19999,4 +19999,4 @@", " pass", " pass", " pass", "-old", "+= ="]


def test_a_long_diff_is_cut_short(tmp_path: Path) -> None:
    plan = run_query(tmp_path, BAD.format("'= =\\n' * 99 + 'y' * 999"), "old\n").plan
    (change,) = document(plan)["recipes"][0]["files"][0]["changes"]
    assert len(change["refused_diff"]) == 41
    assert change["refused_diff"][-1] == "… 62 more lines"
    plan = run_query(tmp_path, BAD.format("'= =' + 'y' * 999"), "old\n").plan
    (change,) = document(plan)["recipes"][0]["files"][0]["changes"]
    assert change["refused_diff"][-1] == "+= =" + "y" * 196 + "…"


def test_what_is_applied_shows_no_such_diff(tmp_path: Path) -> None:
    plan = run_query(tmp_path, BAD.format("'new'"), "old\n").plan
    (change,) = document(plan)["recipes"][0]["files"][0]["changes"]
    assert change["refused_diff"] == []
