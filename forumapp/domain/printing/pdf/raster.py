"""Pages of a PDF as pictures for the screen."""

from __future__ import annotations

import io
import threading

QUALITY = 80
PAGE, LARGE = 1000, 2200  # pixels of a page's longer side
_ONE_AT_A_TIME = threading.Lock()  # PDFium keeps state of its own that threads must not share


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    import pikepdf  # for those requests alone that draw a page

    with pikepdf.open(io.BytesIO(pdf)) as document:
        boxes = [[float(one) for one in page.cropbox] for page in document.pages]
    return [(right - left, top - bottom) for left, bottom, right, top in boxes]


def page_as_picture(pdf: bytes, number: int, longest: int) -> bytes:
    """One page, counted from 1, as WebP; `longest` is its longer side in pixels, however large the paper is."""
    return _saved(pdf, number, longest, "WEBP", quality=QUALITY, method=0)


def page_as_png(pdf: bytes, number: int, longest: int) -> bytes:
    return _saved(pdf, number, longest, "PNG")


def _saved(pdf: bytes, number: int, longest: int, kind: str, **options: int) -> bytes:
    import pypdfium2

    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[number - 1]
            drawn = page.render(scale=longest / max(page.get_size())).to_pil().convert("RGB")
        finally:
            document.close()
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()
