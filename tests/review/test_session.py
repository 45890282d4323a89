"""The rules of a review."""

import pytest

from codemods.model.plan import Decision, Ruling
from codemods.review.decisions import Decisions
from codemods.review.entries import State
from codemods.review.filter import Filter
from codemods.review.session import Session
from codemods.review.summary import summarize
from tests.review.plans import at, plan_of, session_of

THREE = "m.close()\nn.close()  # possible\no.close()  # refused\n"
IMPORTING = "m.close()  # imports\nn.close()  # imports\n"
TIED = {"conftest.py": "x.close()  # def\n", "a.py": "m.close()  # needs\nn.close()  # needs\n"}


def states(session: Session) -> list[State]:
    return [session.state(entry) for entry in session.entries]


def test_nothing_is_decided_at_first() -> None:
    session = session_of(THREE)
    assert states(session) == [State.UNDECIDED, State.UNDECIDED, State.REFUSED]
    assert session.progress() == (0, 2)
    assert session.greeting() == "2 changes to decide."


def test_excluded_sites_and_imports_are_not_listed() -> None:
    session = session_of("m.close()  # imports\nn.close()  # excluded\n")
    assert [entry.place for entry in session.entries] == ["a.py:1"]


def test_accept_reject_clear() -> None:
    session = session_of(THREE)
    entry = at(session, 1)
    assert session.accept(entry).said == "Accepted a.py:1."
    assert session.state(entry) is State.ACCEPTED
    assert session.reject(entry).said == "Rejected a.py:1."
    assert session.state(entry) is State.REJECTED
    assert session.clear(entry).said == "Cleared a.py:1."
    assert session.state(entry) is State.UNDECIDED


def test_a_note_is_kept_with_a_rejection_only() -> None:
    session = session_of(THREE)
    entry = at(session, 1)
    session.reject(entry, "not ours")
    assert session.ruling(entry) == Ruling(Decision.REJECT, note="not ours")
    session.accept(entry)
    assert session.ruling(entry) == Ruling(Decision.ACCEPT)


def test_what_is_refused_cannot_be_decided() -> None:
    session = session_of(THREE)
    entry = at(session, 3)
    said = "a.py:3 cannot be changed safely: the function is not async"
    assert session.accept(entry).said == said
    assert session.reject(entry).said == said
    assert session.edit(entry, "o.shutdown()").said == said
    assert session.state(entry) is State.REFUSED
    assert session.undo().said == "Nothing to undo."


def test_undo_and_redo() -> None:
    session = session_of(THREE)
    first, second = at(session, 1), at(session, 2)
    session.accept(first)
    session.reject(first)
    session.accept(second)
    assert session.undo().entries == (second,)
    assert session.undo().said == "Undid: reject (a.py:1)."
    assert states(session)[:2] == [State.ACCEPTED, State.UNDECIDED]
    assert session.redo().said == "Redid: reject (a.py:1)."
    assert states(session)[:2] == [State.REJECTED, State.UNDECIDED]
    session.accept(first)
    assert session.redo().said == "Nothing to redo."


def test_saying_the_same_again_is_no_step() -> None:
    session = session_of(THREE)
    session.accept(at(session, 1))
    assert session.accept(at(session, 1)).said == "Accepted a.py:1; nothing is different."
    session.undo()
    assert session.undo().said == "Nothing to undo."


def test_accepting_all_certain_is_one_step() -> None:
    session = session_of("".join(f"m{n}.close()\n" for n in range(5)) + "x.close()  # possible\n")
    session.reject(at(session, 2))
    shown = session.certain(session.entries)
    assert len(shown) == 4
    assert session.accept_all(shown).said == "Accepted 4 changes."
    assert states(session) == [
        State.ACCEPTED,
        State.REJECTED,
        *[State.ACCEPTED] * 3,
        State.UNDECIDED,
    ]
    assert session.undo().said == "Undid: accept (4 changes)."
    assert session.progress() == (1, 6)


def test_accepting_many_leaves_those_that_cannot_be() -> None:
    session = session_of(THREE)
    assert session.accept_all(session.entries).said == "Accepted 2 changes, left 1 that cannot be applied."


def test_rejecting_many_is_one_step() -> None:
    session = session_of(THREE)
    assert session.reject_all(session.entries).said == "Rejected 2 changes."
    assert states(session) == [State.REJECTED, State.REJECTED, State.REFUSED]
    session.undo()
    assert session.progress() == (0, 2)


def test_a_finding_is_shown_and_not_decided() -> None:
    session = session_of("m.close()  # reported\n")
    entry = at(session, 1)
    assert session.accept(entry).said == "a.py:1 is only reported, and for you to mend: do not close"
    assert session.accept_all([entry]).said == "There is nothing to decide."
    assert states(session) == [State.REPORTED]
    assert session.select(Filter("verdict:reported")) == [entry]
    assert session.select(Filter("verdict:refused")) == []
    assert summarize(session).recipes[0].left_out == (("reported", 1),)


def test_an_import_comes_with_the_first_use_and_goes_with_the_last() -> None:
    session = session_of(IMPORTING)
    first, second = at(session, 1), at(session, 2)
    assert session.accept(first).said == "Accepted a.py:1; brings the import at a.py:1."
    assert session.accept(second).said == "Accepted a.py:2."
    assert session.reject(first).said == "Rejected a.py:1."
    assert session.reject(second).said == "Rejected a.py:2; drops the import at a.py:1."


def test_many_imports_are_counted() -> None:
    session = session_of({f"a{n}.py": "m.close()  # imports\n" for n in range(4)})
    assert session.accept_all(session.entries).said == "Accepted 4 changes; brings 4 imports."


def test_accepting_a_use_accepts_what_it_requires() -> None:
    session = session_of(TIED)
    said = session.accept(at(session, 1)).said
    assert said == "Accepted a.py:1; 1 change tied to it went along."
    assert session.state(at(session, 1, "conftest.py")) is State.ACCEPTED
    assert session.state(at(session, 2)) is State.UNDECIDED


def test_rejecting_a_requirement_rejects_the_accepted_uses() -> None:
    session = session_of(TIED)
    session.accept(at(session, 1))
    said = session.reject(at(session, 1, "conftest.py")).said
    assert said == "Rejected conftest.py:1; 1 change tied to it went along."
    assert session.state(at(session, 1)) is State.REJECTED
    assert session.state(at(session, 2)) is State.UNDECIDED
    session.undo()
    assert session.state(at(session, 1)) is State.ACCEPTED


def test_clearing_a_requirement_clears_the_accepted_uses() -> None:
    session = session_of(TIED)
    session.accept_all(session.entries)
    session.clear(at(session, 1, "conftest.py"))
    assert states(session) == [State.UNDECIDED] * 3


def test_a_use_whose_requirement_is_refused_cannot_be_accepted() -> None:
    session = session_of({"conftest.py": "x.close()  # def # refused\n", "a.py": "m.close()  # needs\n"})
    use = at(session, 1)
    said = session.accept(use).said
    assert said == "It needs conftest.py:1, which cannot be changed safely: the function is not async"
    assert session.certain(session.entries) == []
    assert session.reject(use).entries == (use,)


def test_no_rejected_change_comes_back_with_all_certain() -> None:
    session = session_of(TIED)
    session.reject(at(session, 1, "conftest.py"), "not this one")
    assert session.certain(session.entries) == []
    session.accept(at(session, 1))
    assert session.state(at(session, 1, "conftest.py")) is State.ACCEPTED


def test_an_edit_is_kept_by_later_accepts() -> None:
    session = session_of("def f(m):\n    m.close()  # possible\n")
    entry = at(session, 2)
    edited = "    m.shutdown(force=True)"
    assert session.edit(entry, edited).said == "Edited and accepted a.py:2."
    session.accept(entry)
    session.accept_all([entry])
    assert session.edited(entry)
    assert session.text(entry) == edited
    session.reject(entry)
    session.undo()
    assert session.text(entry) == edited
    session.clear(entry)
    assert session.text(entry) == "    m.shutdown()  # possible"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m.close()", "That leaves the code as it was; reject the change instead."),
        ("m.shutdown(", "Your text was not kept: the result is not valid at line 1: '(' was never closed."),
        ("await m", "Your text was not kept: the result is not valid at line 1: 'await' outside function."),
    ],
)
def test_an_edit_must_be_a_program_and_a_change(text: str, said: str) -> None:
    session = session_of("m.close()\n")
    assert session.edit(at(session, 1), text).said == said
    assert states(session) == [State.UNDECIDED]


def test_an_edit_that_is_ours_is_no_edit() -> None:
    session = session_of("m.close()\n")
    assert session.edit(at(session, 1), "m.shutdown()").said == "Accepted a.py:1 as proposed."
    assert not session.edited(at(session, 1))


def test_two_changes_on_one_line_are_not_edited_apart() -> None:
    session = session_of("m.close(), n.close()\n")
    first, second = session.entries
    session.accept(first)
    said = session.edit(second, "pass").said
    assert said == "a.py:1 is accepted and on the same lines; clear it first, then write both in one."
    session.clear(first)
    session.edit(second, "m.shutdown(), n.shutdown()")
    said = session.accept(first).said
    assert said == "a.py:1 is on lines that you edited with a.py:1; edit or clear that one."
    assert (
        session.accept_all(session.entries).said
        == "Accepted 1 change, left 1 that cannot be applied; nothing is different."
    )


def test_alike_changes_differ_in_names_only() -> None:
    session = session_of(
        "def f(m, n):\n"
        "    m.close()\n"
        "    n.self.redis.close()  # anything\n"
        "    with m: n.close()\n"
        "    m.close(1)\n"
        "    m.close()  # possible\n"
    )
    assert [entry.change.line for entry in session.alike(at(session, 2))] == [2, 3]
    assert [entry.change.line for entry in session.alike(at(session, 5))] == [5]


def test_alike_knows_which_names_recur() -> None:
    session = session_of("a.close(a)\nb.close(b)\na.close(b)\n")
    assert [entry.change.line for entry in session.alike(at(session, 1))] == [1, 2]


def test_a_file_that_changes_underneath_is_stale() -> None:
    touched: set[str] = set()
    session = session_of({"a.py": "m.close()\n", "b.py": "n.close()\n"}, changed=touched.__contains__)
    entry = at(session, 1)
    session.accept(entry)
    touched.add("a.py")
    said = "a.py has changed since the plan was made; start the review again to judge it."
    assert session.accept(entry).said == said
    assert session.reject(entry).said == said
    assert states(session) == [State.STALE, State.UNDECIDED]
    assert session.refresh() == []
    touched.add("b.py")
    assert session.refresh(["b.py"]) == ["b.py"]
    touched.remove("a.py")
    session.refresh()
    assert states(session) == [State.ACCEPTED, State.STALE]


def test_a_use_that_needs_a_stale_file_cannot_be_accepted() -> None:
    session = session_of(TIED, changed="conftest.py".__eq__)
    said = session.accept(at(session, 1)).said
    assert said == "It needs conftest.py:1, and that file has changed since the plan was made."


def test_a_later_review_asks_only_what_is_new() -> None:
    decisions = Decisions()
    session = session_of({"a.py": THREE, "b.py": "m.close()\n"}, decisions)
    session.accept_all(session.certain(session.entries))
    later = session_of({"a.py": THREE, "b.py": "m.close()\n", "c.py": "m.close()\n"}, decisions)
    assert later.greeting() == "2 changes to decide, 2 decided already."
    moved = session_of({"a.py": THREE, "b.py": "import m\nm.close()\n"}, decisions)
    assert moved.greeting() == (
        "2 changes to decide, 1 decided already; 1 stood in code that has changed since you decided on it."
    )
    assert moved.decided_before(at(moved, 2, "b.py"))


def test_the_same_file_is_decided_per_recipe() -> None:
    session = Session(plan_of({"a.py": "m.close()\n"}, ("one", "two")), Decisions())
    session.accept(session.entries[0])
    assert states(session) == [State.ACCEPTED, State.UNDECIDED]


def test_counts_by_verdict_and_state() -> None:
    session = session_of(THREE)
    session.accept(at(session, 1))
    assert session.counts() == {
        ("hash-redis-shutdown", "certain", State.ACCEPTED): 1,
        ("hash-redis-shutdown", "possible", State.UNDECIDED): 1,
        ("hash-redis-shutdown", "refused", State.REFUSED): 1,
    }


def test_a_decision_that_cannot_be_saved_is_not_taken() -> None:
    class Full(Decisions):
        def append(self, _: object) -> None:
            raise OSError

    session = session_of(THREE, Full())
    with pytest.raises(OSError):  # noqa: PT011
        session.accept(at(session, 1))
    assert states(session)[0] is State.UNDECIDED
    assert session.undo().said == "Nothing to undo."
