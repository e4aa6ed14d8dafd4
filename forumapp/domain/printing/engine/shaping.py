"""Words shaped once: whoever draws them takes what whoever laid them out has measured, and writes each glyph as it was
written before. It leans on WeasyPrint's private names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from weasyprint.draw import text as drawing
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango

if TYPE_CHECKING:
    from collections.abc import Iterator

ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")

OF_WORDS = {"layout", "justification_spacing", "max_width", "style"}
ENDS = re.compile("[\r\n\u2028\u2029]")  # of a line, whatever room there is
# What Pango says of a glyph: its number, its width, how far it is moved to the side and up, and a mark.
BYTES = ffi.sizeof("PangoGlyphInfo")
NUMBERS = BYTES // 4
# An older Pango does not tell in which size it shaped.
TELLS_SIZE = pango.pango_version() >= 14802  # noqa: PLR2004 - 1.48.2
USUAL = drawing.draw_first_line


class Layout(line_break.Layout):
    """Begun as a copy of an empty one of its style, and kept from when it is measured until it is drawn; WeasyPrint
    lets go of it in between and shapes the same words again. Justified words are drawn wider than they were measured,
    and lines that end by themselves on one line.
    """

    layout: Any
    is_measured = False

    def setup(self, style: Any) -> None:
        begun = vars(style).get("begun")
        if begun is None:
            super().setup(style)
            begun = {name: value for name, value in vars(self).items() if name not in OF_WORDS} | {"empty": self.layout}
            vars(style)["begun"] = begun
        self.__dict__.update(begun)
        self.style = style
        self.layout = ffi.gc(pango.pango_layout_copy(begun["empty"]), gobject.g_object_unref)

    def set_text(self, text: str, justify: bool = False) -> None:
        # Whoever draws it says so as well, and it would be shaped again if it were news.
        pango.pango_layout_set_single_paragraph_mode(self.layout, ENDS.search(text) is None)
        super().set_text(text, justify)

    def deactivate(self) -> None:
        if self.is_measured or self.justification_spacing or ENDS.search(self.text):
            super().deactivate()
        self.is_measured = True

    def reactivate(self, style: Any) -> None:
        if "layout" not in vars(self):
            super().reactivate(style)


def draw_first_line(stream: Any, box: Any, overflow: str, ellipsis: str, matrix: Any) -> list[Any]:
    """A line whose glyphs all were drawn before in that size; another one as WeasyPrint does, after which they are
    known. Answers pictures to be drawn among the words.
    """
    whole = TELLS_SIZE and overflow != "ellipsis" and ellipsis == "none" and box.text.strip()
    runs = [Run(stream, item) for item in _items(box.pango_layout.get_first_line()[0])] if whole else []
    if runs and all(run.is_known for run in runs):
        _write(stream, runs, matrix)
        return []
    pictures: list[Any] = USUAL(stream, box, overflow, ellipsis, matrix)
    for run in runs:
        run.learn()
    return pictures


class Run:
    """Glyphs of one font, each by its number and width, and how those were written that are known. Those that are
    moved, or pictures, never are.
    """

    def __init__(self, stream: Any, item: Any) -> None:
        self.shaped_in = item.item.analysis.font
        self.font, self.size = stream.add_font(self.shaped_in)
        numbers = memoryview(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * BYTES)).cast("i")
        glyphs, widths, *moves = (numbers[place::NUMBERS].tolist() for place in range(4))
        self.glyphs = list(zip(glyphs, widths, strict=True))
        self.is_plain = not any(map(any, (*moves, (self.font.bitmap, self.font.svg, self.font.png, self.font.colr))))
        self._known = vars(self.font).setdefault("written", {}).setdefault(self.size, {})
        self.written = [self._known.get(one) for one in self.glyphs]
        self.is_known = self.is_plain and None not in self.written

    def learn(self) -> None:
        """From what WeasyPrint noted of the font's glyphs when it wrote them."""
        for glyph, width in self.glyphs if self.is_plain else ():
            if glyph in self.font.to_unicode and glyph in self.font.widths:
                closer = self.font.widths[glyph] - width * 1000 * FROM_UNITS / self.size
                self._known[glyph, width] = f"{glyph:04x}" + (f">{int(closer)}<" if closer else "")


def _items(line: Any) -> Iterator[Any]:
    run = line.runs[0]
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _write(stream: Any, runs: list[Run], matrix: Any) -> None:
    stream.set_text_matrix(*matrix.values)
    glyph_run, font = "", None
    for run in runs:
        if run.shaped_in != font:
            if glyph_run:
                stream.show_text(glyph_run)
            glyph_run, font = "", run.shaped_in
            stream.set_font_size(run.font.hash, run.size)
        glyphs = "<" + "".join(run.written)
        glyph_run += glyphs[:-1] if glyphs[-1] == "<" else f"{glyphs}>"
    stream.show_text(glyph_run)
