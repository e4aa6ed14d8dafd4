"""`python -m bench.badge_pixels [COUNT [PART]]`: every ready design, or those with PART in their code, stamped and laid
out whole, with so many real names.

Tells each design whose pictures differ, and ends with status 1 if any does. With 200 names it takes half an hour; the
tests try a few.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "print"))
import names_in
import sample
from full import differing, full_render, pictures

from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.designs.choices import Chosen
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.paper.stocks import Stock

if TYPE_CHECKING:
    from forumapp.domain.printing.designs.shapes import Design

DPI = 72
FONTS = Path(tempfile.gettempdir()) / "forumapp-badge-pixels"  # cut once for all designs


def compare(design: Design, count: int, folder: Path) -> list[tuple[str, int]]:
    """Whose pictures differ, and by how many pixels."""
    people = names_in.chosen(count)
    printer = BadgePrinter(sample.HEAD, Stock("x", *design.page), people, FONTS, {"x": Chosen(design, 1)})
    whole = [full_render(printer, one) for one in people]
    made = {"stamped": printer.pages(people), "full": whole[0].copy([one.pages[0] for one in whole]).write_pdf()}
    shown = []
    for name, pdf in made.items():
        own = Path(tempfile.mkdtemp(prefix=name, dir=folder))
        shown.append(pictures(pdf, own, DPI))
    each = [(one.shown_name, differing(*pair, printer, one, DPI)) for one, *pair in zip(people, *shown, strict=True)]
    return [found for found in each if found[1]]


def main(count: int, part: str = "") -> int:
    failed = 0
    FONTS.mkdir(exist_ok=True)
    for code, design in ((code, design) for code, design in ready_designs().items() if part in code):
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as name:
            found = compare(design, count, Path(name))
        failed += bool(found)
        print(
            f"{code}: {count - len(found)} of {count} the same, {time.perf_counter() - start:.1f} s",
            *found[:5],
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:3]))
