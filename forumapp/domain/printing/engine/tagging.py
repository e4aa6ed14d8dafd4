"""What a file tells those who have it read aloud: what its words are, in which order, and in which language.

WeasyPrint makes an element of the structure of each box and of each line of words, says no languages, takes every table
for one of data, and has heads and feet in a structure that nothing belongs to. Here an element is what means something:
a heading, a paragraph, a list, a table with heads, a picture, a link, and words in another language. A table without
heads is a way to set text, whose cells are read row by row; heads and feet of pages are artifacts. That is a fifth of
the elements, which are most of what a book's file is made of. It leans on WeasyPrint's private names.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint import draw
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import stream as streams
from weasyprint.pdf import tags as structure

from forumapp.core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

LOG = logger(__name__)
SVG = "{http://www.w3.org/2000/svg}"
GROUPS = {
    "article": "Art", "blockquote": "BlockQuote", "dl": "L", "main": "Part", "ol": "L", "section": "Sect", "ul": "L",
}  # fmt: skip
WORDS = {"caption": "Caption", "figcaption": "Caption", "p": "P", **{f"h{n}": f"H{n}" for n in range(1, 7)}}
# Parts of a table, and in which of its other parts they stand.
TABLES = {
    "thead": ("THead", {"Table"}), "tbody": ("TBody", {"Table"}), "tfoot": ("TFoot", {"Table"}),
    "tr": ("TR", {"Table", "THead", "TBody", "TFoot"}), "th": ("TH", {"TR"}), "td": ("TD", {"TR"}),
}  # fmt: skip
ITEMS = {"li", "dt", "dd"}
PARAGRAPHS = {*WORDS.values(), "Link", "Span", "Lbl"} - {"Caption"}  # in which there are no others
CELLS = {"TH", "TD"}
HOLD_WORDS = {*WORDS.values(), "TH", "TD", "LBody", "Lbl", "Link", "Span"}  # in others words stand in a paragraph
POINTS = 0.75  # to a pixel
ARTIFACT, OF_PAGE = b"/Artifact BMC", b"/Artifact<</Type/Pagination>>BDC"


class Element(pydyf.Object):
    """A part of the structure. It holds others, words and pictures of a page by their number there, and links."""

    def __init__(self, kind: str, within: Any, language: str | None) -> None:
        super().__init__()
        self.kind, self.within, self.language = kind, within, language
        self.held: list[Element | int | bytes] = []
        self.page = b""
        self.more = b"" if language == within.language else b"/Lang" + _text(language or "")

    @property
    def reference(self) -> bytes:
        return b"%d 0 R" % self.number

    @property
    def data(self) -> bytes:
        held = b" ".join([_held(one) for one in self.held])
        page = b"/Pg " + self.page if self.page else b""
        return b"<</S/%b/P %b%b%b/K[%b]>>" % (self.kind.encode(), self.within.reference, page, self.more, held)


def _held(one: Element | int | bytes) -> bytes:
    if isinstance(one, Element):
        return one.reference
    return b"%d" % one if isinstance(one, int) else one


def _text(attributes: str) -> bytes:
    return bytes(pydyf.String(attributes).data)


class Root:
    """The document's own element, as those see it that stand in it."""

    kind = "Document"

    def __init__(self, document: Any, language: str | None) -> None:
        self.reference, self.language = document.reference, language
        self.held: list[Element] = []


class Reader:
    """Reads the boxes of a page in the order of its text."""

    def __init__(self, pdf: Any, page: bytes, height: float, numbers: dict[Any, int]) -> None:
        self._pdf, self._page, self._height, self._numbers = pdf, page, height, numbers
        self.holders: dict[int, Element] = {}
        self.links: list[tuple[Element, Any]] = []

    def box(self, box: Any, within: Any, *, is_anonymous: bool = False) -> None:
        """Add what a box holds to what it stands `within`: as an element of its own, if it is something by itself."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001 - see the module's docstring
        if isinstance(box, boxes.TextBox):
            self._hold(box, within)
        elif isinstance(box, boxes.ReplacedBox):
            self._picture(box, within)
        elif box.is_table_wrapper:
            self._table(box, within)
        elif box.element_tag in ITEMS and within.kind == "L":
            self._item(box, within)
        else:
            kind = "" if is_anonymous else _kind(box, within)
            holder = Element(kind, within, _language(box, within)) if kind else within
            if box.link_annotation:
                self._link(box.link_annotation, holder)
            if kind in CELLS:
                holder.more += _of_cell(box)
            self._read(box, holder)
            if holder is not within:
                self._keep(holder, within)

    def _read(self, box: Any, holder: Any) -> None:
        """What is in a box. Words of a group are a paragraph, and those in another language say so."""
        language = _language(box, holder)
        if _has_words(box) and (holder.kind not in HOLD_WORDS or language != holder.language):
            words = Element("Span" if holder.kind in HOLD_WORDS else "P", holder, language)
            self._inside(box, words)
            self._keep(words, holder)
        else:
            self._inside(box, holder)

    def _inside(self, box: Any, holder: Any) -> None:
        for child in box.children:
            for one in child.children if isinstance(child, boxes.LineBox) else [child]:
                self._child(one, box, holder)

    def _link(self, annotation: Any, link: Element) -> None:
        link.held.append(b"<</Type/OBJR/Obj %b/Pg %b>>" % (annotation.reference, self._page))
        link.page = self._page
        self.links.append((link, annotation))

    def _child(self, child: Any, box: Any, holder: Any) -> None:
        is_anonymous = child.element is box.element and child.element_tag == box.element_tag
        self.box(child, holder, is_anonymous=is_anonymous)

    def _keep(self, made: Element, within: Any) -> None:
        """Unless it is empty: of a table, cells of which are below heads by their place in the row, that stays."""
        if made.held or made.kind in CELLS:
            self._pdf.add_object(made)
            within.held.append(made)

    def _hold(self, box: Any, holder: Element) -> None:
        number = self._numbers.pop(box, None)
        if number is not None:
            holder.held.append(number)
            holder.page = self._page
            self.holders[number] = holder

    def _picture(self, box: Any, within: Any) -> None:
        figure = Element("Figure", within, within.language)
        self._hold(box, figure)
        left, top = box.content_box_x(), box.content_box_y()
        corners = left, self._height - top - box.height, left + box.width, self._height - top
        area = " ".join(f"{side * POINTS:.2f}" for side in corners)
        figure.more = b"/A<</O/Layout/BBox[%b]>>/Alt%b" % (area.encode(), _text(_alt_text(box)))
        self._keep(figure, within)

    def _table(self, wrapper: Any, within: Any) -> None:
        """One with heads. Others are a way to set text: what is in their cells is read row by row."""
        table = wrapper.get_wrapped_table()
        has_heads = any(cell.element_tag == "th" for row in _rows(table) for cell in row.children)
        holder = Element("Table", within, _language(wrapper, within)) if has_heads else within
        for child in wrapper.children:
            if child is table:
                self._inside(table, holder)
            else:
                self.box(child, holder)
        if has_heads:
            self._keep(holder, within)

    def _item(self, box: Any, within: Any) -> None:
        item = Element("LI", within, _language(box, within))
        body = Element("LBody", item, item.language)
        for child in box.children:
            if (child.element_tag or "").endswith("::marker"):
                label = Element("Lbl", item, item.language)
                self.box(child, label, is_anonymous=True)
                self._keep(label, item)
            else:
                self._child(child, box, body)
        self._keep(body, item)
        self._keep(item, within)


def _kind(box: Any, within: Any) -> str:
    """What a box is by itself, if it is anything. Blocks of words are paragraphs, and parts of the one they are in."""
    tag = box.element_tag
    if box.link_annotation:
        return "" if within.kind == "Link" else "Link"
    if isinstance(box, boxes.InlineBox):
        return ""
    part, places = TABLES.get(tag, ("", set()))
    if within.kind in places:
        return part
    kind = GROUPS.get(tag, "") or WORDS.get(tag, "") or ("P" if _has_words(box) else "")
    is_in_line = within.kind in PARAGRAPHS or (within.kind in HOLD_WORDS and isinstance(box, boxes.InlineLevelBox))
    return "Span" if kind in PARAGRAPHS and is_in_line else kind


def _has_words(box: Any) -> bool:
    return isinstance(box, boxes.InlineBox) or bool(box.children and isinstance(box.children[-1], boxes.LineBox))


def _of_cell(box: Any) -> bytes:
    """Of which cells a head is, and how many columns and rows a cell takes."""
    scope = "Row" if box.element.get("scope") == "row" else "Column"
    attributes = [f"/Scope/{scope}"] if box.element_tag == "th" else []
    attributes += [f"/ColSpan {box.colspan}"] if box.colspan > 1 else []
    attributes += [f"/RowSpan {box.rowspan}"] if box.rowspan > 1 else []
    return b"/A<</O/Table%b>>" % "".join(attributes).encode() if attributes else b""


def _language(box: Any, within: Any) -> str | None:
    language: str | None = box.style["lang"] or within.language
    return language


def _rows(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.TableRowBox):
            yield child
        elif isinstance(child, boxes.TableRowGroupBox):
            yield from child.children


def _alt_text(box: Any) -> str:
    """What is said of a picture to those who do not see it. One that only adorns says nothing."""
    if box.element.tag == f"{SVG}svg":
        return box.element.findtext(f"{SVG}title") or ""
    return box.element.get("alt") or ""


def _elements(page: Any, document: Any, pdf: Any, number: int, *others: Any) -> list[Element]:
    """Those of a page, for the one of the document. Whose each number of the page is, and each link, is noted too."""
    nums, annotations, numbers = others
    root = Root(document, pdf.catalog["Lang"].string if "Lang" in pdf.catalog else None)
    reader = Reader(pdf, pdf.page_references[number], page.margin_height(), numbers)
    for child in page.children:
        if not isinstance(child, boxes.MarginBox):
            reader.box(child, root)
    nums.update((numbered, holder.reference) for numbered, holder in reader.holders.items())
    annotations += [(link.reference, annotation) for link, annotation in reader.links]
    return root.held


class _Marked:
    """Ends what was begun."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __enter__(self) -> None:
        """It began when it was made."""

    def __exit__(self, *_: object) -> None:
        self._stream.end_marked_content()


def _marked(stream: Any, box: Any, tag: str) -> AbstractContextManager[None]:
    """Words or a picture, by their number on the page. A picture that says nothing is an artifact."""
    numbers = stream._tags  # noqa: SLF001
    if numbers is None:
        return nullcontext()
    if tag == "Figure" and not _alt_text(box):
        if box.element_tag == "img" and box.element.get("alt") is None:
            LOG.error("a picture says neither what it shows nor that it only adorns", picture=box.element.get("src"))
        stream.stream.append(ARTIFACT)
    else:
        number = numbers[box] = len(numbers)
        stream.stream.append(b"/%b<</MCID %d>>BDC" % (tag.encode(), number))
    return _Marked(stream)


def _draw(stream: Any, context: Any) -> None:
    """What is in the margins of a page is no part of its text."""
    numbers = stream._tags  # noqa: SLF001
    if numbers is None or not isinstance(context.box, boxes.MarginBox):
        USUALLY_DRAWN(stream, context)
        return
    stream.stream.append(OF_PAGE)
    stream._tags = None  # noqa: SLF001
    try:
        USUALLY_DRAWN(stream, context)
    finally:
        stream._tags = numbers  # noqa: SLF001
    stream.end_marked_content()


USUALLY_DRAWN = draw.draw_stacking_context


def take_over() -> None:
    """For all that is drawn in this process."""
    draw.draw_stacking_context = _draw
    streams.Stream.marked = _marked
    structure._build_box_tree = _elements  # noqa: SLF001
