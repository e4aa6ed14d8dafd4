"""Whoever prints in spite of what was found has seen just that: what the mark of it tells apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forumapp.domain.forums.rules import PrintBlock
from forumapp.domain.printing.paper.blocking_findings import blocked, mark_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.rules import Options

GLYPH = Finding("missing-glyph", True, None, "LI Wei", {"character": "龘"}, ("person", 7))


@pytest.mark.parametrize(
    "other",
    [
        replace(GLYPH, details={"character": "齉"}),
        replace(GLYPH, about=("person", 8)),
        replace(GLYPH, registration_id=7, about=None),
        replace(GLYPH, code="missing-latin-name"),
    ],
    ids=["another character", "another of that name", "a registration", "another fault"],
)
def test_another_fault_or_another_person_has_another_mark(other: Finding) -> None:
    assert mark_of([GLYPH]) != mark_of([other])
    assert blocked([GLYPH, other], Options(anyway="By hand", despite=mark_of([GLYPH])))


def test_the_mark_is_the_same_in_any_order_beside_what_does_not_block_and_as_a_job_keeps_it() -> None:
    other = replace(GLYPH, about=("person", 8))
    looks = replace(other, code="name-under-floor", blocking=False)
    kept = [Finding.from_plain(one.plain | {"about": list(one.about or ())}) for one in (other, looks, GLYPH)]
    assert mark_of([GLYPH, other]) == mark_of(kept)
    assert mark_of([looks]) is None


def test_what_may_be_wrong_with_a_design_may_stop_its_prints() -> None:
    assert {"low-contrast", "qr-too-small", "qr-crowded"} <= set(PrintBlock)
