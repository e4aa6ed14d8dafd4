"""Badges one at a time, as at the desk, and five thousand of them by one process and by two."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.marks import Mark, mark
from bench.paper import A6, SINGLES, WARM, crowd, sample
from forumapp.core.serving.render_pool import Limits, Workshop
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.rules import batches

if TYPE_CHECKING:
    from forumapp.domain.printing.paper.documents import BadgeValues

MANY = 5000
FEW, MORE = 100, 1000  # single prints
RARE = 0x3500  # from where on characters are in few names
ROUNDS = 6  # for some seconds on end the machine may do something else as well
LIMITS = Limits(600, 1024)


def first_seen(folder: Path) -> list[Mark]:
    """A printer that is kept for the day, and people who come with a character that its fonts were not cut to."""
    people = crowd(SINGLES + WARM)
    printer = BadgePrinter(sample.HEAD, A6, people, folder)
    for values in people[:WARM]:
        printer.pages([values])
    walls = []
    for number, values in enumerate(people[WARM:]):
        rare = replace(values, native_name=f"王{chr(RARE + number * 7)}")
        start = time.perf_counter()
        printer.pages([rare])
        walls.append((time.perf_counter() - start) * 1000)
    walls.sort()
    return [
        mark("one badge with a character never seen before, p50", median(walls), "ms", most=60),
        mark("one badge with a character never seen before, p95", walls[int(len(walls) * 0.95)], "ms", most=60),
    ]


@cache
def kept_printer(count: int, folder: Path) -> tuple[BadgePrinter, list[BadgeValues]]:
    """Of this process, with its templates laid out."""
    people = crowd(count)
    printer = BadgePrinter(sample.HEAD, A6, people, folder)
    printer.pages(sample.badges(WARM))
    return printer, people


def print_part(count: int, folder: Path, start: int, end: int) -> bytes:
    printer, people = kept_printer(count, folder)
    return printer.pages(people[start:end])


def print_singly(count: int, folder: Path, start: int, end: int) -> float:
    """Each by a printer of its own, one after another; the memory of this process in MB after them."""
    _printer, people = kept_printer(count, folder)
    for values in people[start:end]:
        BadgePrinter(sample.HEAD, A6, [values], folder).pages([values])
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def memory(folder: Path) -> list[Mark]:
    workshop = Workshop(LIMITS)
    held = [workshop.run(print_singly, MORE, folder, start, start + FEW) for start in range(0, MORE, FEW)]
    workshop.close()
    return [mark(f"memory after {MORE} single prints beyond that after {FEW}", held[-1] - held[0], "MB", most=50)]


def together(places: int, folder: Path) -> float:
    """Seconds on the clock for all badges, the best of a few rounds, as the worker makes them: part by part, then put
    together.
    """
    workshop = Workshop(LIMITS, places=places)
    with ThreadPoolExecutor(places) as asking:
        warm = [asking.submit(workshop.run, print_part, MANY, folder, 0, MANY) for _ in range(places)]
        assert all(one.result() for one in warm)
        seconds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            parts = [asking.submit(workshop.run, print_part, MANY, folder, *part) for part in batches(MANY)]
            imposition.merge([one.result() for one in parts])
            seconds.append(time.perf_counter() - start)
    workshop.close()
    return min(seconds)


def marks() -> list[Mark]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, two = together(1, folder), together(2, folder)
        return [
            mark(f"{MANY} badges with two processes, against one", two, "s", one, most_ratio=0.6),
            *memory(folder),
            *first_seen(folder),
        ]
