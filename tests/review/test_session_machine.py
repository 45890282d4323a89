"""Whatever a person does in whatever order, the rules of a review hold."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from codemods.model.plan import Decision, Ruling
from codemods.review.decisions import DecisionsFile, load
from codemods.review.entries import Entry, State
from codemods.review.session import Session
from codemods.review.summary import summarize
from tests.review.plans import plan_of

FILES = {
    "conftest.py": "x.close()  # def\nq.close()\n",
    "a.py": "m.close()  # needs\nn.close()  # needs # possible\no.close(), p.close()\n",
    "b.py": "m.close()  # imports\nn.close()  # imports # possible\no.close()  # refused\n",
}
PLAN = plan_of(FILES, ("one", "two"))

places = st.integers(min_value=0, max_value=2 * 9 - 1)
Rulings = dict[str, Ruling | None]


class Review(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = dict(FILES)
        self.open()
        self.past: list[Rulings] = []
        self.future: list[Rulings] = []

    def open(self) -> None:
        self.file = DecisionsFile(Path(self.folder.name))
        self.session = Session(PLAN, self.file, lambda path: self.now[path] != FILES[path])
        self.session.refresh()

    def teardown(self) -> None:
        self.file.close()
        self.folder.cleanup()

    def rulings(self) -> Rulings:
        return {entry.key: self.session.ruling(entry) for entry in self.session.entries}

    def entry(self, place: int) -> Entry:
        return self.session.entries[place]

    def did(self, before: Rulings) -> None:
        if self.rulings() != before:
            self.past.append(before)
            self.future.clear()

    @rule(place=places)
    def accept(self, place: int) -> None:
        before = self.rulings()
        possible = not self.session.blocked(self.entry(place))
        self.session.accept(self.entry(place))
        assert (
            self.session.state(self.entry(place)) is State.ACCEPTED
        ) == possible or before == self.rulings()
        self.did(before)

    @rule(place=places, note=st.sampled_from(["", "no"]))
    def reject(self, place: int, note: str) -> None:
        before = self.rulings()
        self.session.reject(self.entry(place), note)
        self.did(before)

    @rule(place=places)
    def clear(self, place: int) -> None:
        before = self.rulings()
        self.session.clear(self.entry(place))
        self.did(before)

    @rule(place=places, text=st.sampled_from(["pass", "m.shutdown(1)", "(", "m.shutdown()"]))
    def edit(self, place: int, text: str) -> None:
        before = self.rulings()
        self.session.edit(self.entry(place), text)
        self.did(before)

    @rule()
    def accept_certain(self) -> None:
        before = self.rulings()
        shown = self.session.certain(self.session.entries)
        self.session.accept_all(shown)
        assert all(self.session.state(entry) is State.ACCEPTED for entry in shown)
        self.did(before)

    @rule(place=places, accept=st.booleans())
    def alike(self, place: int, accept: bool) -> None:
        before = self.rulings()
        group = self.session.alike(self.entry(place))
        self.session.accept_all(group) if accept else self.session.reject_all(group)
        self.did(before)

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        self.future.append(self.rulings())
        self.session.undo()
        assert self.rulings() == self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.past.append(self.rulings())
        self.session.redo()
        assert self.rulings() == self.future.pop()

    @rule()
    def save_and_open_again(self) -> None:
        before = self.rulings()
        self.file.close()
        self.open()
        self.past.clear()
        self.future.clear()
        assert self.rulings() == before

    @rule(path=st.sampled_from(sorted(FILES)), text=st.sampled_from(["", "other\n"]))
    def source_changes(self, path: str, text: str) -> None:
        self.now[path] = FILES[path] + text
        self.session.refresh()

    @invariant()
    def what_is_accepted_has_what_it_requires(self) -> None:
        for entry in self.session.entries:
            if (ruling := self.session.ruling(entry)) and ruling.decision is Decision.ACCEPT:
                for other in self.session.requirements(entry):
                    needed = self.session.ruling(other)
                    assert needed
                    assert needed.decision is Decision.ACCEPT

    @invariant()
    def what_cannot_be_changed_is_never_decided(self) -> None:
        for entry in self.session.entries:
            assert entry.change.applicable or self.session.ruling(entry) is None

    @invariant()
    def no_two_changes_want_the_same_lines(self) -> None:
        a = [entry for entry in self.session.entries if entry.place == "a.py:3"]
        for first, second in ((a[0], a[1]), (a[2], a[3])):
            if self.session.edited(first) or self.session.edited(second):
                rulings = (self.session.ruling(first), self.session.ruling(second))
                assert sum(bool(ruling and ruling.decision is Decision.ACCEPT) for ruling in rulings) < 2

    @invariant()
    def nothing_stale_is_applied(self) -> None:
        stale = [path for path, text in FILES.items() if self.now[path] != text]
        states = {self.session.state(entry) for entry in self.session.entries if entry.path in stale}
        assert states <= {State.STALE, State.REFUSED}
        fresh = {entry.path for entry in self.session.entries} - set(stale)
        assert all(recipe.files <= len(fresh) for recipe in summarize(self.session).recipes)

    @invariant()
    def all_is_on_disk(self) -> None:
        assert load(Path(self.folder.name)).records() == self.file.records()


Review.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestReview = Review.TestCase
