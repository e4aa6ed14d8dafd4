"""A printed page as a drawing for the screen: the glyphs and rectangles of a PDF that the stamp has made, as SVG.

It reads the few operators that the stamp and its grounds use; a page with others would lack what they draw.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Matrix = tuple[float, float, float, float, float, float]
UPRIGHT: Matrix = (1, 0, 0, 1, 0, 0)
GLYPH = 2  # bytes of a glyph's number
THOUSAND = 1000


def page_as_svg(pdf: bytes) -> str:
    """The first page of a PDF."""
    import pikepdf  # for those requests alone that draw a page

    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        left, bottom, right, top = (float(one) for one in page.trimbox)
        width, height = right - left, top - bottom
        drawn = _Drawing()
        drawn.read(page.obj, _State((1, 0, 0, -1, -left, top)))
    size = f'width="{width:.0f}pt" height="{height:.0f}pt" viewBox="0 0 {width:.2f} {height:.2f}"'
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{"".join(drawn.out)}</svg>'


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix
    color: str = "#000"


class _Font:
    """The glyphs of a font that is embedded, by their numbers."""

    def __init__(self, stored: Any) -> None:
        from fontTools.ttLib import TTFont

        inner = stored.DescendantFonts[0]
        program = inner.FontDescriptor.get("/FontFile2") or inner.FontDescriptor.FontFile3
        self._font = TTFont(io.BytesIO(program.read_bytes()))
        self._glyphs = self._font.getGlyphSet()
        self.units: int = self._font["head"].unitsPerEm
        self._paths: dict[int, str] = {}

    def path(self, number: int) -> str:
        from fontTools.pens.svgPathPen import SVGPathPen

        if number not in self._paths:
            pen = SVGPathPen(self._glyphs)
            self._glyphs[self._font.getGlyphName(number)].draw(pen)
            self._paths[number] = pen.getCommands()
        return self._paths[number]

    def width(self, number: int) -> float:
        advance: float = self._font["hmtx"][self._font.getGlyphName(number)][0]
        return advance / self.units


@dataclass
class _Drawing:
    out: list[str] = field(default_factory=list)
    fonts: dict[Any, _Font] = field(default_factory=dict)

    def read(self, stream: Any, state: _State) -> None:
        """The operators of a page, or of a form on it."""
        import pikepdf

        pen = _Pen(self, stream, state)
        for one in pikepdf.parse_content_stream(stream):
            if act := _OPERATORS.get(str(one.operator)):
                act(pen, one.operands)

    def font(self, stored: Any) -> _Font:
        if stored.objgen not in self.fonts:
            self.fonts[stored.objgen] = _Font(stored)
        return self.fonts[stored.objgen]

    def add(self, path: str, matrix: Matrix, color: str) -> None:
        if path:
            moved = " ".join(f"{one:.5g}" for one in matrix)
            self.out.append(f'<path d="{path}" fill="{color}" transform="matrix({moved})"/>')

    def add_picture(self, stored: Any, matrix: Matrix) -> None:
        """On the unit square, which a PDF has upright and SVG upside down."""
        import pikepdf

        held = io.BytesIO()
        pikepdf.PdfImage(stored).as_pil_image().save(held, "PNG")
        moved = " ".join(f"{one:.5g}" for one in _times((1, 0, 0, -1, 0, 1), matrix))
        data = base64.b64encode(held.getvalue()).decode()
        place = f'width="1" height="1" preserveAspectRatio="none" transform="matrix({moved})"'
        self.out.append(f'<image {place} href="data:image/png;base64,{data}"/>')


class _Pen:
    """Where one stream of operators stands."""

    def __init__(self, drawing: _Drawing, stream: Any, state: _State) -> None:
        self._drawing, self._stream, self._state = drawing, stream, state
        self._saved: list[_State] = []
        self._shapes: list[str] = []
        self._at, self._size = UPRIGHT, 0.0
        self._font: _Font | None = None

    def save(self, _values: Any) -> None:
        self._saved.append(self._state)

    def restore(self, _values: Any) -> None:
        self._state = self._saved.pop()

    def move(self, values: Any) -> None:
        self._state = replace(self._state, matrix=_times(_matrix(values), self._state.matrix))

    def color(self, values: Any) -> None:
        parts = [f"{round(float(one) * 255):02x}" for one in values]
        self._state = replace(self._state, color="#" + "".join(parts * (3 // len(parts))))

    def rectangle(self, values: Any) -> None:
        x, y, wide, high = map(float, values)
        self._shapes.append(f"M{x:g} {y:g}h{wide:g}v{high:g}h{-wide:g}z")

    def fill(self, _values: Any) -> None:
        self._drawing.add("".join(self._shapes), self._state.matrix, self._state.color)
        self._shapes.clear()

    def leave(self, _values: Any) -> None:
        self._shapes.clear()

    def form(self, values: Any) -> None:
        form = self._stream.Resources.XObject[str(values[0])]
        if form.Subtype == "/Image":
            self._drawing.add_picture(form, self._state.matrix)
            return
        own = _matrix(form.get("/Matrix") or UPRIGHT)
        self._drawing.read(form, replace(self._state, matrix=_times(own, self._state.matrix)))

    def choose(self, values: Any) -> None:
        self._font = self._drawing.font(self._stream.Resources.Font[str(values[0])])
        self._size = float(values[1])

    def stand(self, values: Any) -> None:
        self._at = _matrix(values)

    def write(self, values: Any) -> None:
        """A line of glyphs, with moves between them."""
        font, size = self._font, self._size
        if font is None:
            return
        scale = size / font.units
        for part in _numbers(values[0]):
            if isinstance(part, float):
                step = -part / THOUSAND * size
            else:
                matrix = _times((scale, 0, 0, scale, 0, 0), _times(self._at, self._state.matrix))
                self._drawing.add(font.path(part), matrix, self._state.color)
                step = font.width(part) * size
            self._at = _times((1, 0, 0, 1, step, 0), self._at)


_OPERATORS: dict[str, Callable[[_Pen, Any], None]] = {
    "q": _Pen.save,
    "Q": _Pen.restore,
    "cm": _Pen.move,
    "rg": _Pen.color,
    "g": _Pen.color,
    "re": _Pen.rectangle,
    "f": _Pen.fill,
    "n": _Pen.leave,
    "Do": _Pen.form,
    "Tf": _Pen.choose,
    "Tm": _Pen.stand,
    "TJ": _Pen.write,
}


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in values)
    return (a, b, c, d, e, f)


def _numbers(parts: Any) -> Iterator[float | int]:
    """Glyphs by their numbers, and moves between them as floats."""
    for part in parts:
        try:
            yield float(part)
        except (TypeError, ValueError):
            glyphs = bytes(part)
            yield from (int.from_bytes(glyphs[at : at + GLYPH], "big") for at in range(0, len(glyphs), GLYPH))
