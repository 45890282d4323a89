"""``rename-attribute``."""

from __future__ import annotations

from codemods.model.plan import ACCEPTED, ReasonCode
from tests.hazards import Site
from tests.operations.running import run

CONTEXT = "class Context:\n    run_id: str\n\n    def __init__(self, run_id):\n        self.run_id = run_id\n"
FILES = {"app/__init__.py": "", "app/context.py": CONTEXT}
STEP = {"op": "rename-attribute", "class": "app.context.Context", "from": "session_id", "to": "run_id"}
IMPORT = "from app.context import Context\n"

SITES = [
    Site(
        STEP,
        before="context.session_id",
        after="context.run_id",
        header=f"{IMPORT}context = Context(1)\n",
        names=("context",),
        files=FILES,
    )
]


def test_reads_writes_and_deletions_change() -> None:
    code = (
        "def use(context: Context, other):\n    context.session_id = 1\n    context.session_id += 1\n"
        "    del context.session_id\n    other.session_id = 1\n    Context(session_id=1)\n"
        "    setattr(context, 'session_id', 1)\n"
    )
    result = run(STEP, {**FILES, "example.py": IMPORT + code})
    expected = code.replace("context.session_id", "context.run_id").replace("'session_id'", "'run_id'")
    assert result.text() == IMPORT + expected


def test_the_definition_is_renamed_on_demand() -> None:
    context = CONTEXT.replace("run_id", "session_id")
    result = run({**STEP, "definition": True}, {"app/context.py": context})
    assert result.text("app/context.py") == context.replace(".session_id", ".run_id").replace(
        "    session_id: str", "    run_id: str"
    )


def test_class_patterns_name_attributes() -> None:
    code = (
        "def f(x):\n    match x:\n        case Context(session_id=1, other=(2)): pass\n"
        "        case Context(\n            session_id = (Context(session_id=3))\n        ): pass\n"
    )
    stays = "        case dict(session_id=1) | {'session_id': 1}: pass\n"
    result = run(STEP, {**FILES, "example.py": IMPORT + code + stays})
    assert result.text() == IMPORT + code.replace("session_id", "run_id") + stays


FIELDS = "from dataclasses import dataclass\n@dataclass\nclass Context:\n    session_id: int = 1\n"
CALLS = (
    "from dataclasses import replace\ncontext = Context(session_id=1)\nreplace(context, session_id=2)\n"
    "Context(**{'session_id': 3})\ndict(session_id=4)\n"
)


def test_keywords_that_give_a_field_its_value_follow_the_definition() -> None:
    result = run({**STEP, "definition": True}, {"app/context.py": FIELDS, "example.py": IMPORT + CALLS})
    assert result.text("app/context.py") == FIELDS.replace("session_id", "run_id")
    assert result.text() == IMPORT + CALLS.replace("session_id", "run_id").replace("dict(run", "dict(session")


def test_what_may_hold_a_fields_keyword_holds_the_definition() -> None:
    use = f"{IMPORT}def make(**session_id):\n    return Context(**session_id)\n"
    assert not run({**STEP, "definition": True}, {"app/context.py": FIELDS, "example.py": use}).applied


def test_keywords_of_a_written_constructor_stay() -> None:
    own = CONTEXT.replace("run_id: str", "session_id: str")
    code = IMPORT + "Context(run_id=1).session_id\n"
    result = run(
        {**STEP, "from": "session_id", "to": "key", "definition": True},
        {"app/context.py": own, "example.py": code},
    )
    assert result.text() == IMPORT + "Context(run_id=1).key\n"


def test_what_the_class_body_reads_follows_the_definition() -> None:
    context = (
        "class Context:\n    @property\n    def session_id(self): ...\n"
        "    @session_id.setter\n    def session_id(self, value): ...\n"
        "    alias = session_id\n    if alias:\n        session_id = property(session_id)\n"
        "    def make(self, value=session_id): ...\n"
    )
    inner = "    def other(self, session_id): return session_id\n"
    result = run({**STEP, "definition": True}, {"app/context.py": context + inner})
    assert result.text("app/context.py") == context.replace("session_id", "run_id") + inner


def test_slots_follow_the_definition() -> None:
    context = (
        "class Context:\n    __slots__ = ('session_id', 'other')\n    __match_args__ = ('session_id',)\n"
        "    def __init__(self):\n        self.session_id = 1\n"
    )
    result = run({**STEP, "definition": True}, {"app/context.py": context})
    assert result.text("app/context.py") == context.replace("session_id", "run_id")
    assert run(STEP, {"app/context.py": context}).text("app/context.py").count("'session_id'") == 2


def test_what_a_method_sets_is_held_by_uses_that_are_only_possible() -> None:
    files = {
        "app/context.py": "class Context:\n    def __init__(self):\n        self.session_id = 1\n",
        "example.py": "def show(context):\n    context.session_id\n",
    }
    assert not run({**STEP, "definition": True}, files).applied
    assert len(run({**STEP, "definition": True}, files, decide=lambda _: ACCEPTED).applied) == 2


def test_a_class_that_has_both_is_refused() -> None:
    context = "class Context:\n    run_id = 1\n    session_id = 2\n"
    result = run({**STEP, "definition": True}, {"app/context.py": context})
    assert [change.refused.code for change in result.changes if change.refused] == [ReasonCode.NAME_CONFLICT]
