"""`python -m bench [PART ...]`: the performance marks, as a table and as bench/results.json."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.marks import Mark, keep, table

PARTS = (
    "paper",
    "desk",
    "books",
    "registrations",
    "checkin",
    "station",
    "live_numbers",
    "imports",
    "agenda",
    "publishing",
    "findings",
    "itineraries",
    "booklets",
    "previews",
    "suggestions",
    "searching",
)


def main(wanted: list[str]) -> None:
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"unknown parts: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    marks: list[Mark] = []
    for part in wanted or PARTS:
        print(f"measuring {part} ...", file=sys.stderr)
        marks += import_module(f"bench.{part}").marks()
    print(table(marks))
    keep(marks, Path(__file__).parent / "results.json")


main(sys.argv[1:])
