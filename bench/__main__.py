"""`python -m bench [PART ...]`: the performance marks, as a table and as bench/results.json.

Each part is measured in a process of its own, as if it had been asked for alone: what another one has loaded, begun or
left in memory changes what it takes.
"""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.marks import Mark, keep, measured, table

PARTS = (
    "paper",
    "desk",
    "books",
    "registrations",
    "checkin",
    "station",
    "live_numbers",
    "imports",
    "import_locks",
    "agenda",
    "publishing",
    "findings",
    "itineraries",
    "booklets",
    "previews",
    "suggestions",
    "searching",
    "erasure",
)


def main(wanted: list[str]) -> None:
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"unknown parts: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    marks: list[Mark] = []
    for part in wanted or PARTS:
        print(f"measuring {part} ...", file=sys.stderr)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            marks += alone.submit(measured, part).result()
    print(table(marks))
    keep(marks, Path(__file__).parent / "results.json")


main(sys.argv[1:])
