"""Decisions that last."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codemods.model.errors import FileError, UsageError
from codemods.model.plan import ACCEPTED, REJECTED, Decision, Ruling
from codemods.review.decisions import (
    Decisions,
    DecisionsFile,
    Record,
    decisions_path,
    export_json,
    import_json,
    load,
)
from tests.review.plans import plan_of

A = Record("a", ACCEPTED, "netra/one", "a.py", 1)
B = Record("b", Ruling(Decision.REJECT, "x = 'é\udcff'\r\n", "not “ours”\n"), "netra/one", "dir/b.py", 7)
EDITED = Record("c", Ruling(Decision.ACCEPT, ""), "netra/two", "c.py", 2)


def test_decisions_come_back(tmp_path: Path) -> None:
    with DecisionsFile(tmp_path / "codemods") as file:
        file.append([A, B])
        file.append([EDITED])
        file.append([Record("a", None, "netra/one", "a.py", 1)])
    kept = load(tmp_path / "codemods")
    assert kept.records() == [B, EDITED]
    assert kept.ruling("a") is None


def test_nothing_was_decided_yet(tmp_path: Path) -> None:
    assert load(tmp_path / "codemods").records() == []
    assert not (tmp_path / "codemods").exists()


def test_appending_goes_on_where_it_was(tmp_path: Path) -> None:
    for record in (A, B):
        with DecisionsFile(tmp_path) as file:
            file.append([record])
    assert load(tmp_path).records() == [A, B]


def test_every_cut_keeps_the_actions_before_it(tmp_path: Path) -> None:
    with DecisionsFile(tmp_path) as file:
        file.append([A])
        file.append([B, EDITED])
    path = decisions_path(tmp_path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        lines = whole[:length].count(b"\n")
        assert load(tmp_path).records() == ([A] if lines >= 2 else [])
        with DecisionsFile(tmp_path) as file:
            file.append([EDITED])
        assert load(tmp_path).records() == ([A, EDITED] if lines >= 2 else [EDITED])


def test_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = decisions_path(tmp_path)
    path.write_text('{"codemods-decisions":2}\n{"what":"else"}\n')
    message = f"{path}: was written by a newer Codemods (format 2); upgrade Codemods or move it away"
    for use in (load, DecisionsFile):
        with pytest.raises(FileError) as caught:
            use(tmp_path)
        assert str(caught.value) == message
    assert path.read_text().endswith('else"}\n')


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", "{}", '{"decisions":[{}]}', '{"decisions":[{"key":"a","decision":"no"}]}']
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    with DecisionsFile(tmp_path) as file:
        file.append([A])
    path = decisions_path(tmp_path)
    path.write_text(path.read_text() + line + "\n")
    message = f"{path}:3: is damaged; remove this line, or the file to decide everything anew"
    with pytest.raises(FileError) as caught:
        load(tmp_path)
    assert str(caught.value) == message


def test_another_file_is_not_taken_for_decisions(tmp_path: Path) -> None:
    decisions_path(tmp_path).write_text('{"name": "other"}\n')
    with pytest.raises(FileError, match="holds no decisions of Codemods"):
        DecisionsFile(tmp_path)
    assert decisions_path(tmp_path).read_text() == '{"name": "other"}\n'


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_loses_the_last_decision_only(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from pathlib import Path
from codemods.model.errors import FileError
from codemods.model.plan import ACCEPTED
from codemods.review.decisions import DecisionsFile, Record

file = DecisionsFile(Path(sys.argv[1]))
file.append([Record("a", ACCEPTED, "netra/one", "a.py", 1)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150, resource.RLIM_INFINITY))
try:
    file.append([Record("b", ACCEPTED, "netra/one", "b.py", 1)])
except FileError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.append([Record("c", ACCEPTED, "netra/one", "c.py", 1)])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "the decision cannot be saved: File too large" in done.stdout
    assert [record.key for record in load(tmp_path).records()] == ["a", "c"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "codemods").write_text("")
    with pytest.raises(FileError, match="decisions cannot be kept there"):
        DecisionsFile(tmp_path / "codemods")


def test_a_second_review_says_so(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from codemods.review.decisions import DecisionsFile\n"
        "file = DecisionsFile(Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(UsageError, match=rf"open \(process {other.pid}\); close it first"):
            DecisionsFile(tmp_path)
        other.kill()
        other.wait()
    with DecisionsFile(tmp_path) as file:
        file.append([A])


def test_export_and_import() -> None:
    text = export_json(Decisions([B, A, EDITED]))
    assert json.loads(text)["decisions"][0] == {
        "key": "a",
        "decision": "accept",
        "recipe": "netra/one",
        "path": "a.py",
        "line": 1,
        "reason": "",
    }
    assert import_json("x.json", text.encode()) == [A, B, EDITED]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.json: is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("no", "x.json: is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "x.json: holds no decisions of Codemods; move it away or name another file"),
        ('{"codemods-decisions": 1}', "x.json: is not an export of decisions; make one with --export"),
        (
            '{"codemods-decisions": 9}',
            "x.json: was written by a newer Codemods (format 9); upgrade Codemods or move it away",
        ),
    ],
)
def test_what_is_no_export(text: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        import_json("x.json", text.encode())
    assert str(caught.value) == message


def test_apply_takes_exactly_what_was_accepted() -> None:
    plan = plan_of({"a.py": "m.close()  # imports\nn.close()\no.close()\n"})
    companion, first, second, third = plan.recipes[0].changes()
    edited = Ruling(Decision.ACCEPT, "pass")
    decide = Decisions(
        [Record(first.key, edited, "", "a.py", 1), Record(second.key, REJECTED, "", "a.py", 2)]
    ).decide()
    assert [decide(one) for one in (companion, first, second, third)] == [
        ACCEPTED,
        edited,
        REJECTED,
        REJECTED,
    ]
