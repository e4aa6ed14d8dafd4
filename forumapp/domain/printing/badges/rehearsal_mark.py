"""A badge that is printed to see whether all of it works: across each of its pages stands that it is of a rehearsal."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import pikepdf

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.imposition import MM
from forumapp.domain.printing.wording import words

if TYPE_CHECKING:
    from pathlib import Path

ACROSS = 0.78  # of the diagonal that the longest word takes
LETTER = 0.72  # em, of a capital on average


def marked(pdf: bytes, folder: Path) -> bytes:
    """What is beneath can still be read, by people and by scanners."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        for page in whole.pages:
            left, bottom, right, top = map(float, page.mediabox)
            with pikepdf.open(io.BytesIO(_mark((right - left) / MM, (top - bottom) / MM, folder))) as mark:
                page.add_overlay(mark.pages[0], pikepdf.Rectangle(left, bottom, right, top))
        whole.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


def _mark(width: float, height: float, folder: Path) -> bytes:
    """Of a page of so many mm, in both languages: nobody may miss it."""
    longest = max(len(words.word("rehearsal", one)) for one in LANGUAGES)
    size = math.hypot(width, height) * ACROSS / (longest * LETTER)
    slope = -math.degrees(math.atan2(height, width))
    html = templates.page("rehearsed.html", size=(width, height), letters=size, slope=slope, languages=LANGUAGES)
    css = templates.style("rehearsed.css", colors={}, lengths={"page": f"{width}mm {height}mm"})
    return Typesetter(fonts.SANS, html, folder).pdf(html, css)
