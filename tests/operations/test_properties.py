"""What holds for every operation, in programs put together at random from the table of hazards."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemods.model.plan import Edit
from tests.hazards import BLOCK_HAZARDS, BYTE_HAZARDS, EXPRESSION_HAZARDS, Case, Site, cases
from tests.operations.running import run
from tests.operations.test_hazards import sites

BODIES = {"expression": EXPRESSION_HAZARDS, "statement": BLOCK_HAZARDS, "definition": BLOCK_HAZARDS}


@st.composite
def programs(draw: st.DrawFn) -> tuple[Site, bytes]:
    """A site of some operation in several surroundings, one below the other, in some kind of bytes."""
    site = draw(st.sampled_from(sites()))
    every = {case.name: case for case in cases(site)}
    names = draw(
        st.lists(st.sampled_from(sorted(BODIES[site.shape].keys() & every.keys())), min_size=1, max_size=6)
    )
    header = site.header.encode()
    data = header + b"".join(_body(every[name], header) for name in names)
    kinds = [name for name in sorted(BYTE_HAZARDS) if name != "latin-1 cookie" or _is_latin(data)]
    return site, BYTE_HAZARDS[draw(st.sampled_from(kinds))](data)


def _is_latin(data: bytes) -> bool:
    return all(character <= "\xff" for character in data.decode())


def _body(case: Case, header: bytes) -> bytes:
    return case.before.removeprefix(header)


@given(programs())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_second_run_finds_nothing(program: tuple[Site, bytes]) -> None:
    site, data = program
    first = run(site.step, {**site.files, site.path: data})
    assert run(site.step, first.files).files == first.files


@given(programs())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_byte_outside_an_edit_differs(program: tuple[Site, bytes]) -> None:
    site, data = program
    result = run(site.step, {**site.files, site.path: data})
    for file in result.plan.files:
        if file.path == site.path:
            (stage,) = file.stages
            edits = {edit for change in stage.changes if change.key in stage.applied for edit in change.edits}
            assert result.files[site.path] == _edited_bytes(data, sorted(edits))


def _edited_bytes(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The edits made in the bytes themselves: offsets count characters behind the byte order mark."""
    encoding = "latin-1" if b"coding: latin-1" in data else "utf-8"
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    text = data[mark:].decode(encoding)
    places = [mark]
    for character in text:
        places.append(places[-1] + len(character.encode(encoding)))
    for edit in reversed(edits):
        data = data[: places[edit.start]] + edit.text.encode(encoding) + data[places[edit.end] :]
    return data
