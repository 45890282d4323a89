"""The review as a line prompt: one change at a time, plain words, for dumb terminals and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from codemods.model.errors import CodemodsError
from codemods.model.formatting import counted
from codemods.review import filter as filters
from codemods.review.diff import GAP, diff, visible
from codemods.review.editor import edit_lines, newline_of
from codemods.review.entries import Entry, State
from codemods.review.filter import Filter
from codemods.review.phrases import facts, heading, preview_lines, summary_lines, why
from codemods.review.session import Outcome, Session
from codemods.review.summary import Applying, summarize

HELP = f"""\
a  accept the change, with what it requires
r  reject it
R  reject it with a note
c  take the decision back
n  next change, leaving this one as it is
p  previous change
u  undo
U  redo
A  accept all certain changes that are shown
g  decide all changes of the same shape
e  edit the new lines in $EDITOR
/  filter: {filters.HELP}
s  what apply would commit, by these decisions
P  plan with these decisions, to see what becomes of each change
q  quit; decisions are already saved
?  this help"""

_KEYS = "a r R c n p u U A g e / s P q ?"


class Prompt:
    """Asks about the changes of a session until there is nothing more to say."""

    def __init__(self, session: Session, applying: Applying, read: TextIO, write: TextIO) -> None:
        self._session = session
        self._applying = applying
        self._read = read
        self._write = write
        self._filter = Filter()
        self._shown = session.select(self._filter)
        self._here = 0
        self._answers: dict[str, Callable[[Entry], None]] = {
            "a": lambda entry: self._decided(session.accept(entry)),
            "r": lambda entry: self._decided(session.reject(entry)),
            "R": self._reject_with_note,
            "c": lambda entry: self._say(session.clear(entry).said),
            "n": lambda _: self._move(1),
            "p": lambda _: self._move(-1),
            "u": lambda _: self._went_to(session.undo()),
            "U": lambda _: self._went_to(session.redo()),
            "A": lambda _: self._accept_certain(),
            "g": self._alike,
            "e": self._edit,
            "/": lambda _: self._set_filter(),
            "s": lambda _: self._summarize(),
            "P": lambda _: self._say(*preview_lines(self._session, self._applying.preview())),
            "?": lambda _: self._say(HELP),
        }

    def run(self) -> None:
        """Until ``q``, or the end of the input."""
        self._say(self._session.greeting())
        if not self._shown:
            return
        self._next_undecided()
        self._describe()
        while (answer := self._ask(f"Change {self._here + 1} of {len(self._shown)} [{_KEYS}]")) != "q":
            if answer is None:
                break
            before = (self._shown, self._here)
            if act := self._answers.get(answer):
                try:
                    act(self._shown[self._here])
                except CodemodsError as error:
                    self._say(str(error))
            elif answer:
                self._say(f"There is no answer {answer!r}; ? lists them.")
            if before != (self._shown, self._here):
                self._describe()

    def _describe(self) -> None:
        entry = self._shown[self._here]
        place, standing = heading(self._session, entry)
        title = visible(entry.recipe.title)
        self._say("", f"{place}: {standing}", title, why(entry), *facts(self._session, entry))
        for line in diff(self._session, entry):
            number = line.old or line.new
            shown = line.text if line.mark == GAP else f"{number:>5} {line.text}"
            self._say(f"{line.mark} {shown}".rstrip())
        if entry.change.refused:
            self._say("It cannot be changed; n goes on.")

    def _decided(self, outcome: Outcome) -> None:
        self._say(outcome.said)
        if outcome.entries:
            self._next_undecided()

    def _went_to(self, outcome: Outcome) -> None:
        self._say(outcome.said)
        if outcome.entries and outcome.entries[0] in self._shown:
            self._here = self._shown.index(outcome.entries[0])

    def _next_undecided(self) -> None:
        order = [*range(self._here, len(self._shown)), *range(self._here)]
        for place in order:
            if self._session.state(self._shown[place]) is State.UNDECIDED:
                self._here = place
                return
        self._say("Everything shown is decided.")

    def _move(self, step: int) -> None:
        if not 0 <= self._here + step < len(self._shown):
            self._say("There is no more.")
        else:
            self._here += step

    def _reject_with_note(self, entry: Entry) -> None:
        if note := self._ask("Why"):
            self._decided(self._session.reject(entry, note))

    def _accept_certain(self) -> None:
        shown = self._session.certain(self._shown)
        if not shown:
            self._say("No certain change that is shown is undecided.")
        elif self._ask(f"Accept {counted(len(shown), 'certain change')}? Type yes") == "yes":
            self._decided(self._session.accept_all(shown))

    def _alike(self, entry: Entry) -> None:
        group = self._session.alike(entry)
        if not group:
            self._say("There is nothing to decide there.")
            return
        self._say(
            f"{counted(len(group), 'change')}, {entry.change.verdict}, of the shape: {entry.shape()[-1]}"
        )
        match self._ask("Type accept or reject to decide all of them"):
            case "accept":
                self._decided(self._session.accept_all(group))
            case "reject":
                self._decided(self._session.reject_all(group))

    def _edit(self, entry: Entry) -> None:
        if why := self._session.uneditable(entry):
            self._say(why)
            return
        text = edit_lines(self._session.text(entry), newline_of(entry.stage.before))
        self._decided(self._session.edit(entry, text))

    def _summarize(self) -> None:
        self._session.refresh()
        self._say(*summary_lines(summarize(self._session)))

    def _set_filter(self) -> None:
        text = self._ask("Show only")
        if text is None:
            return
        wanted = Filter(text)
        if shown := self._session.select(wanted):
            self._filter, self._shown, self._here = wanted, shown, 0
            self._say(f"{counted(len(shown), 'change')} shown.")
        else:
            self._say("No change matches the filter; it stays as it was.")

    def _ask(self, question: str) -> str | None:
        """The answer, or None when there is no more input. An empty answer is none to act on."""
        self._put(f"{question}: ")
        self._write.flush()
        line = self._read.readline()
        if not line:
            self._put("\n")
            return None
        return line.strip()

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._put(f"{line}\n")

    def _put(self, text: str) -> None:
        encoding = self._write.encoding or "utf-8"
        self._write.write(text.encode(encoding, "replace").decode(encoding))
