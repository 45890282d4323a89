"""The filter language."""

import pytest

from codemods.model.errors import UsageError
from codemods.review.decisions import Decisions
from codemods.review.filter import Filter
from codemods.review.session import Session
from tests.review.plans import plan_of

FILES = {
    "tests/a.py": "m.close()\nn.close()  # possible\n",
    "src/b.py": "m.close()  # refused\n",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "one:a1 one:a2 one:b1 two:a1 two:a2 two:b1"),
        ("recipe:two", "two:a1 two:a2 two:b1"),
        ("recipe:NETRA/o*", "one:a1 one:a2 one:b1"),
        ("file:tests/*", "one:a1 one:a2 two:a1 two:a2"),
        ("file:b.py recipe:one", "one:b1"),
        ("file:b.py,tests recipe:one", "one:a1 one:a2 one:b1"),
        ("verdict:certain", "one:a1 two:a1"),
        ("verdict:possible recipe:one", "one:a2"),
        ("verdict:refused", "one:b1 two:b1"),
        ("reason:union,sync-function recipe:one", "one:a2 one:b1"),
        ("undecided recipe:one", "one:a2"),
        ("accepted", "one:a1"),
        ("accepted,undecided recipe:one", "one:a1 one:a2"),
    ],
)
def test_terms(text: str, found: str) -> None:
    session = Session(plan_of(FILES, ("one", "two")), Decisions())
    session.accept(session.entries[0])
    shown = (f"{one.recipe.id}:{one.path[-4]}{one.change.line}" for one in session.select(Filter(text)))
    assert " ".join(shown) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("verdct:certain", "There is no filter 'verdct:'; did you mean 'verdict:'?"),
        ("verdict:", "The filter 'verdict:' needs a value after the colon."),
        (
            "verdict:any",
            "The filter knows no verdict 'any'; it knows certain, possible, refused, reported.",
        ),
        ("undecide", "The filter knows no word 'undecide'; did you mean 'undecided'?"),
        ("reason:onion", "The filter knows no reason 'onion'; did you mean 'union'?"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Filter(text)
    assert str(caught.value) == message
