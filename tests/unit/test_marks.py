"""What the bench tells of a mark that was not reached."""

from __future__ import annotations

from bench.marks import mark, table


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
