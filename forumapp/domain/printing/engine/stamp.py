"""Many small pages from one template: WeasyPrint lays it out once, then the fields are stamped on every page.

It leans on WeasyPrint's private names (`_page_box`, `draw_page`, `draw_first_line`, `Layout`,
`add_group`), which is why the requirement is pinned; tests compare its pages with full renders.

A template is one page of HTML. A block with `data-field="name"` holds a sample text that shows font, color and place;
`data-floor` is its smallest size in points, `data-lines` how many lines it may take, `data-name` marks names. Fields
stand in a block of fixed height with `data-stack`: above one another, and a missing one leaves no hole. `data-slack`
says which share of the height left over stands above. A block with `data-qr` takes the code, one with `data-photo` a
picture. A field holds plain text, no markup.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image, ImageOps
from weasyprint.document import Document
from weasyprint.draw import draw_page
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure import boxes
from weasyprint.images import RasterImage
from weasyprint.matrix import Matrix
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.line_break import Layout, line_size

from forumapp.domain.printing.engine.boxtree import walk
from forumapp.domain.printing.engine.typeset import TYPESETTING
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.pdf import qr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.printing.engine.typeset import Typesetter

FINEST = 480  # pixels of a photo's height
PX = 4 / 3  # CSS pixels in a point; the template's lengths are pixels, sizes in `layout` are points
# Samples stand in their nominal sizes, however little room there is: none may be cut off at the foot of the page.
HIDDEN = "[data-field]{visibility:hidden!important} @page{margin-bottom:-2000mm!important}"


class Text(NamedTuple):
    """What a field shows, and its language: it chooses the form of Han characters."""

    text: str
    language: str


def in_languages(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, Text]:
    """By language of the paper; where there are words in none of these, those of another one stand for the first."""
    found = {one: Text(texts[one], one) for one in languages if texts.get(one)}
    other = next((Text(text, one) for one, text in texts.items() if text), None)
    return found or ({languages[0]: other} if other else {})


@dataclass(frozen=True, slots=True)
class Sheetful:
    """One face to be: the layer it uses, its texts by field, the payload of its QR, and its picture."""

    layer: Layer
    texts: Mapping[str, Text]
    code: str
    photo: RasterImage | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """Where on a sheet something stands, in pixels; `turned` is upside down. `within` is what it may paint on, of the
    sheet: left, top, width and height.
    """

    shown: Sheetful
    x: float = 0
    y: float = 0
    turned: bool = False
    within: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to be, of a size in pixels. One without faces is blank."""

    width: float
    height: float
    bleed: Mapping[str, float]
    faces: tuple[Face, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """What `draw_first_line` reads of a text box."""

    style: Any
    text: str
    pango_layout: Any


class Field:
    """A field of a template, measured from its sample. Lengths are pixels, but `rule` is in points."""

    def __init__(self, box: Any, text_box: Any, line: Any) -> None:
        element, style = box.element, text_box.style
        nominal = style["font_size"] / PX
        self.name: str = element.get("data-field")
        self.is_name = element.get("data-name") is not None
        self.x: float = box.content_box_x()
        self.top: float = box.border_box_y()
        self.bottom: float = self.top + box.border_height()
        self.leading: float = line.height / style["font_size"]
        self.baseline: float = (text_box.position_y + text_box.baseline - line.position_y) / style["font_size"]
        self.align: str = box.style["text_align_all"]
        self.rule = layout.Rule(
            nominal, float(element.get("data-floor", nominal)), int(element.get("data-lines", 1)), box.width / PX
        )
        self.gap = 0.0
        self._style = style
        self._layouts: dict[tuple[str, float], Any] = {}
        self._widths: dict[tuple[str, str], float] = {}
        self._fits: dict[tuple[str, str, float], layout.Fit] = {}

    def laid_out(self, text: str, language: str, size: float) -> tuple[Any, float]:
        """`text` in a Pango layout that is used again for the next one, and its width in pixels."""
        key = (language, size)
        pango = self._layouts.get(key)
        if pango is None:
            style = self._style.copy()
            style.cache = {}
            # Set past the style's own setter, which would compute everything anew.
            for name, value in (("visibility", "visible"), ("font_size", size * PX), ("lang", language)):
                dict.__setitem__(style, name, value)
            pango = self._layouts[key] = Layout(style)
        pango.set_text(text)
        return pango, line_size(pango.get_first_line()[0], pango.style)[0]

    def width_of(self, text: str, language: str) -> float:
        """The width in points at the nominal size."""
        key = (text, language)
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = self.laid_out(text, language, self.rule.nominal)[1] / PX
        return width

    def fit_at(self, value: Text, size: float) -> layout.Fit:
        key = (*value, size)
        found = self._fits.get(key)
        if found is None:
            rule, share = self.rule, size / self.rule.nominal
            found = self._fits[key] = layout.fit(
                value.text,
                layout.Rule(size, rule.floor, rule.lines, rule.width),
                lambda text: self.width_of(text, value.language) * share,
            )
        return found

    def part(self, value: Text) -> layout.Part:
        rule = self.rule
        return layout.Part(
            self.name,
            self.is_name,
            rule.nominal,
            rule.floor,
            self.leading,
            self.gap,
            lambda size: self.fit_at(value, size),
        )

    def paint(self, stream: Any, fitted: layout.Fit, language: str) -> bytes:
        """The operators that draw the lines, from the top of the field."""
        out = stream.clone()
        size = fitted.size * PX
        for number, text in enumerate(fitted.lines):
            pango, width = self.laid_out(text, language, fitted.size)
            x = self.x + {"center": 0.5, "right": 1, "end": 1}.get(self.align, 0) * (self.rule.width * PX - width)
            out.set_color(pango.style["color"])
            out.begin_text()
            baseline = number * self.leading * size + self.baseline * size
            draw_first_line(out, _Line(pango.style, text, pango), "clip", "none", Matrix(d=-1, e=x, f=baseline))
            out.end_text()
        drawn = b"\n".join(op if isinstance(op, bytes) else op.encode() for op in out.stream)
        return b"/Span<</Lang(%s)>>BDC\n%s\nEMC" % (language.encode("ascii"), drawn)


@dataclass(frozen=True, slots=True)
class Block:
    """A stack's place on the page, in pixels, and its fields from top to bottom."""

    top: float
    height: float
    slack: float
    fields: tuple[Field, ...]

    def arrange(self, texts: Mapping[str, Text]) -> tuple[layout.Stack, float]:
        """The texts set, and the pixel at which they begin."""
        parts = [f.part(texts[f.name]) for f in self.fields if f.name in texts and texts[f.name].text]
        placed = layout.stack(parts, self.height / PX)
        left = max(0.0, self.height - placed.height * PX)
        return placed, self.top + left * self.slack


class Layer:
    """A template laid out once, with what never changes; `constants` are fields with one text for all pages."""

    def __init__(self, setter: Typesetter, html: str, css: str, constants: Mapping[str, Text]) -> None:
        document = setter.document(html, setter.css(css), setter.css(HIDDEN))
        if len(document.pages) != 1:
            raise ValueError("a template that is stamped is one page")
        self.page = document.pages[0]
        self.constants = constants
        self.code_box: tuple[float, float, float] | None = None
        self.photo_box: tuple[float, float, float, float] | None = None
        self.blocks: list[Block] = []
        for box in walk(self.page._page_box):  # noqa: SLF001 - see the module's docstring
            self._note(box)
        self.fields = {f.name: f for block in self.blocks for f in block.fields}

    def _note(self, box: Any) -> None:
        element = box.element
        if element is None or not isinstance(box, boxes.BlockBox):
            return
        if element.get("data-qr") is not None:
            self.code_box = (box.content_box_x(), box.content_box_y(), box.width)
        elif element.get("data-photo") is not None:
            self.photo_box = (box.content_box_x(), box.content_box_y(), box.width, box.height)
        elif element.get("data-stack") is not None:
            self.blocks.append(_block(box))

    def arrange(self, texts: Mapping[str, Text]) -> list[layout.Stack]:
        """The stacks of a page as they would be set."""
        with TYPESETTING:
            return [block.arrange({**self.constants, **texts})[0] for block in self.blocks]

    def overfull(self) -> list[Block]:
        """The blocks whose own texts have no room."""
        with TYPESETTING:
            return [block for block in self.blocks if not block.arrange(self.constants)[0].fits]

    def draw_ground(self, stream: Any) -> Any:
        """The layer without its changing fields, as a form that pages refer to; answers its name."""
        page, bleed = self.page, self.page.bleed
        left, top = bleed["left"], bleed["top"]
        group = stream.add_group(-left, -top, page.width + left + bleed["right"], page.height + top + bleed["bottom"])
        group.extra.pop("Group", None)  # a transparency group would make printers blend every page
        draw_page(page._page_box, group)  # noqa: SLF001
        painter = Painter()
        for block in self.blocks:
            painter.draw(group, block, self.constants)
        return group.id


class Painter:
    """Draws fields, keeping the operators of each text it has drawn in this document."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, str, str, float], bytes] = {}
        self.grounds: dict[int, Any] = {}

    def draw(self, stream: Any, block: Block, texts: Mapping[str, Text]) -> None:
        if not any(f.name in texts for f in block.fields):
            return
        placed, top = block.arrange(texts)
        fields = {f.name: f for f in block.fields}
        for item in placed.placed:
            field, value = fields[item.part.name], texts[item.part.name]
            key = (id(field), *value, item.fit.size)
            drawn = self._drawn.get(key)
            if drawn is None:
                drawn = self._drawn[key] = field.paint(stream, item.fit, value.language)
            stream.stream.append(b"q 1 0 0 1 0 %.4f cm\n%s\nQ" % (top + item.top * PX, drawn))


class StampedPage:
    """Stands in for WeasyPrint's page when a document is written."""

    def __init__(self, painter: Painter, sheet: Sheet) -> None:
        self.width, self.height, self.bleed = sheet.width, sheet.height, sheet.bleed
        self.bookmarks: list[Any] = []
        self.links: list[Any] = []
        self.anchors: dict[str, Any] = {}
        self.forms: dict[Any, list[Any]] = {None: []}
        self._painter = painter
        self._faces = sheet.faces

    def paint(self, stream: Any, scale: float = 1) -> None:
        for face in self._faces:
            with stream.stacked():
                stream.transform(a=scale, d=scale)
                if face.within:
                    stream.rectangle(*face.within)
                    stream.clip()
                    stream.end()
                page = face.shown.layer.page
                if face.turned:
                    stream.transform(a=-1, d=-1, e=face.x + page.width, f=face.y + page.height)
                elif face.x or face.y:
                    stream.transform(e=face.x, f=face.y)
                self._paint(stream, face.shown)

    def _paint(self, stream: Any, shown: Sheetful) -> None:
        layer, painter = shown.layer, self._painter
        ground = painter.grounds.get(id(layer))
        if ground is None:
            ground = painter.grounds[id(layer)] = layer.draw_ground(stream)
        stream.draw_x_object(ground)
        if layer.photo_box and shown.photo:
            x, y, wide, high = layer.photo_box
            with stream.stacked():
                stream.transform(e=x, f=y)
                shown.photo.draw(stream, wide, high, {"image_rendering": "auto"})
        for block in layer.blocks:
            painter.draw(stream, block, shown.texts)
        if layer.code_box and shown.code:  # a blank badge has none
            x, y, side = layer.code_box
            modules, rectangles = qr.rectangles(shown.code)
            scaled = side / modules
            stream.stream.append(b"q 0 g %.5f 0 0 %.5f %.3f %.3f cm\n%s\nf Q" % (scaled, scaled, x, y, rectangles))


def photo(content: bytes, key: str, shape: float) -> RasterImage:
    """A picture to stamp, cut to `shape` (width by height) about its middle and no finer than paper shows."""
    whole = Image.open(io.BytesIO(content)).convert("RGB")
    wide, high = min(whole.width, round(whole.height * shape)), min(whole.height, round(whole.width / shape))
    size = (max(1, min(wide, round(FINEST * shape))), max(1, min(high, FINEST)))
    held = io.BytesIO()
    ImageOps.fit(whole, size).save(held, "JPEG", quality=88)
    return RasterImage(Image.open(held), key, held.getvalue())


def alone(shown: Sheetful) -> Sheet:
    """One face on a page of its own."""
    page = shown.layer.page
    return Sheet(page.width, page.height, page.bleed, (Face(shown),))


def folded_at_top(front: Sheetful, back: Sheetful) -> Sheet:
    """The back above the front and upside down, so that it is upright once it is folded behind it. Neither bleeds over
    the fold.
    """
    page, off = front.layer.page, front.layer.page.bleed
    wide, high = page.width + off["left"] + off["right"], page.height + off["top"]
    upper = (-off["left"], -off["top"], wide, high)
    lower = (-off["left"], page.height, wide, page.height + off["bottom"])
    faces = Face(back, turned=True, within=upper), Face(front, y=page.height, within=lower)
    return Sheet(page.width, 2 * page.height, off, faces)


def folded_at_side(front: Sheetful, back: Sheetful) -> Sheet:
    """The back on the right of the front."""
    page, off = front.layer.page, front.layer.page.bleed
    high = page.height + off["top"] + off["bottom"]
    left = (-off["left"], -off["top"], page.width + off["left"], high)
    right = (page.width, -off["top"], page.width + off["right"], high)
    faces = Face(front, within=left), Face(back, x=page.width, within=right)
    return Sheet(2 * page.width, page.height, off, faces)


def write(setter: Typesetter, pages: Sequence[Sheet], *, title: str, author: str, language: str) -> bytes:
    """The pages as one PDF."""
    painter = Painter()
    metadata = DocumentMetadata(title=title, authors=[author], lang=language)
    with TYPESETTING:
        stamped = [StampedPage(painter, page) for page in pages]
        document = Document(stamped, metadata, setter.fetcher, setter.font_config, {}, None)
        return bytes(document.write_pdf())


def _block(box: Any) -> Block:
    fields: list[Field] = []
    for inner in walk(box):
        if inner.element is not None and isinstance(inner, boxes.BlockBox) and inner.element.get("data-field"):
            line = next(b for b in walk(inner) if isinstance(b, boxes.LineBox))
            field = Field(inner, next(b for b in walk(line) if isinstance(b, boxes.TextBox)), line)
            field.gap = (field.top - fields[-1].bottom) / PX if fields else 0.0
            fields.append(field)
    return Block(box.content_box_y(), box.height, float(box.element.get("data-slack", 0)), tuple(fields))
