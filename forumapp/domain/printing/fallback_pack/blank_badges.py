"""Blank badges of each registration type, as many on a page as a printer reaches, to be cut out and written by hand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import pikepdf

from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.fallback_pack.page_texts import said_on
from forumapp.domain.printing.list_papers.lists import HEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from forumapp.domain.printing.fallback_pack.values import Blanks
    from forumapp.domain.printing.list_papers.values import Stamp
    from forumapp.domain.printing.paper.documents import EditionHead

BLANKS = 6  # badges of each type at least
MM = 72 / 25.4
EDGE = 5  # mm that printers leave white at the sides
ABOVE, BELOW = 34, 22  # mm of a page of badges that are not theirs
GUIDE = b"q 0.4 w 0.55 G [3 3] 0 d %.2f %.2f %.2f %.2f re S Q\n"


@dataclass(frozen=True, slots=True)
class Grid:
    """How many badges of one size, in points, stand on a page, and where it begins, from the bottom left. `is_turned`:
    they lie on their left side.
    """

    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    is_turned: bool = False

    @property
    def places(self) -> int:
        return self.columns * self.rows

    @property
    def rectangles(self) -> list[tuple[float, float]]:
        return [
            (self.left + column * self.width, self.top - (row + 1) * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


def grid(width: float, height: float, page_size: str) -> Grid:
    """As many badges as the part of a page has room for that printers reach, upright or lying; what is larger than that
    is made smaller.
    """
    upright, turned = _grid(width, height, page_size, is_turned=False), _grid(height, width, page_size, is_turned=True)
    if upright.width < width and turned.width == height:
        return turned
    return turned if turned.places > upright.places and turned.width == height else upright


def _grid(width: float, height: float, page_size: str, *, is_turned: bool) -> Grid:
    page_width, page_height = (one * MM for one in HEIGHT[page_size])
    across, down = page_width - 2 * EDGE * MM, page_height - (ABOVE + BELOW) * MM
    share = min(1, across / width, down / height)
    wide, high = (width, height) if share == 1 else (width * share, height * share)
    columns, rows = int(across / wide + 1e-6), int(down / high + 1e-6)
    return Grid(wide, high, columns, rows, (page_width - columns * wide) / 2, page_height - ABOVE * MM, is_turned)


def sheets(blanks: Blanks, head: EditionHead, stamp: Stamp, folder: Path, lay: Callable[[str], bytes]) -> bytes:
    """The pages of all types; the front alone, since names are written on it by hand. `lay` makes pages of HTML."""

    def pictures(keys: Collection[int]) -> Mapping[int, bytes]:
        return {key: blanks.pictures[key] for key in keys if key in blanks.pictures}

    of: Any = {"pictures": pictures, "backs": blanks.backs}
    printer = BadgePrinter(head, blanks.stock, blanks.badges, folder, blanks.looks, **of)
    with pikepdf.open(io.BytesIO(printer.pages(blanks.badges))) as source:
        fronts = [page.as_form_xobject() for page in list(source.pages)[:: 1 + printer.is_two_sided]]
        grids = [_grid_of(one, head.page_size) for one in fronts]
        counts = [ceil(BLANKS / one.places) for one in grids]
        made = lay(html(blanks, counts, said_on(head, stamp)))
        of_each = zip(fronts, grids, counts, strict=True)
        return _laid_upon(made, [(front, one) for front, one, count in of_each for _page in range(count)])


def html(blanks: Blanks, counts: Iterable[int], said: Mapping[str, Any]) -> str:
    """So many pages of each type, with room for its badges."""
    return templates.page("fallback_blanks.html", sheets=list(zip(blanks.badges, counts, strict=True)), **said)


def _grid_of(front: pikepdf.Object, page_size: str) -> Grid:
    left, bottom, right, top = _sides(front)
    return grid(right - left, top - bottom, page_size)


def _sides(front: pikepdf.Object) -> list[float]:
    return [float(side) for side in front.BBox.as_list()]


def _laid_upon(made: bytes, upon: list[tuple[pikepdf.Object, Grid]]) -> bytes:
    """A badge in each place of each page."""
    with pikepdf.open(io.BytesIO(made)) as whole:
        for page, (front, places) in zip(whole.pages, upon, strict=True):
            name = page.add_resource(whole.copy_foreign(front), pikepdf.Name.XObject)
            page.contents_add(b"q", prepend=True)  # what the page is drawn with ends here
            page.contents_add(b"Q")
            for x, y in places.rectangles:
                page.contents_add(f"q {_placed(_sides(front), places, x, y)} cm {name} Do Q".encode())
                page.contents_add(GUIDE % (x, y, places.width, places.height))
        held = io.BytesIO()
        whole.save(held)
        return held.getvalue()


def _placed(box: list[float], places: Grid, x: float, y: float) -> str:
    left, bottom, right, top = box
    if places.is_turned:  # by a quarter to the left: its foot is at the right
        share = places.width / (top - bottom)
        return f"0 {share:.6f} {-share:.6f} 0 {x + places.width + bottom * share:.3f} {y - left * share:.3f}"
    share = places.width / (right - left)
    return f"{share:.6f} 0 0 {share:.6f} {x - left * share:.3f} {y - bottom * share:.3f}"
