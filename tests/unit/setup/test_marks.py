"""What the bench tells of a mark that was not reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import paper
from bench.marks import mark, table

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_mark_that_is_missed_is_named_so_beside_its_figure_and_at_the_end() -> None:
    told = table(
        [
            mark("pages", 39, "answers/s", 100, least_ratio=0.40),
            mark("feeds", 40, "answers/s", 100, least_ratio=0.40),
            mark("findings", 20.5, "ms", most=20),
            mark("moves", 1, "ms", most=2),
        ]
    )
    assert [line.split()[0] for line in told.splitlines() if line.endswith("MISSED")] == ["pages", "findings"]
    assert told.endswith("2 missed: pages; findings")


def test_badges_are_held_to_what_is_asked_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "WARM", 2)
    monkeypatch.setattr(paper, "SINGLES", 2)
    found = [
        *paper.against_reportlab(paper.crowd(2), tmp_path, ratio=paper.UNIQUE),
        paper.in_memory(2),
        *paper.one_by_one(tmp_path),
    ]
    asked = [
        "at most 1.75 of the floor",
        "at most 1.00 of the floor",
        "at most 300 MB",
        "at most 15 ms",
        "at most 60 ms",
    ]
    assert [one["asked"] for one in found] == asked
