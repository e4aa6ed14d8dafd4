"""Draws static/favicon.ico and static/apple-touch-icon.png from static/icon.svg. Run it when the drawing changes."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image
from weasyprint import HTML

STATIC = Path(__file__).resolve().parents[1] / "static"
ICO_SIZES = (16, 32, 48)
APPLE_SIZE = 180
POINTS = 72


def draw(size: int, *, margin: int = 0) -> Image.Image:
    """The icon as a square of `size` pixels, on white where it has a `margin`."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8").replace("<svg ", '<svg width="72pt" height="72pt" ', 1)
    html = f"<style>@page{{size:{POINTS}pt;margin:0}}body{{margin:0;line-height:0}}</style>{drawing}"
    document = pypdfium2.PdfDocument(HTML(string=html).write_pdf())
    try:
        drawn = document[0].render(scale=size * 4 / POINTS, fill_color=(0, 0, 0, 0))
        icon: Image.Image = drawn.to_pil().convert("RGBA")
    finally:
        document.close()
    inner = size - 2 * margin
    icon = icon.resize((inner, inner), Image.Resampling.LANCZOS)
    if not margin:
        return icon
    square = Image.new("RGBA", (size, size), "white")
    square.alpha_composite(icon, (margin, margin))
    return square


def main() -> None:
    largest, *smaller = (draw(size) for size in reversed(ICO_SIZES))
    largest.save(STATIC / "favicon.ico", append_images=smaller, sizes=[(size, size) for size in ICO_SIZES])
    out = io.BytesIO()
    draw(APPLE_SIZE, margin=12).convert("RGB").save(out, "PNG", optimize=True)
    (STATIC / "apple-touch-icon.png").write_bytes(out.getvalue())


if __name__ == "__main__":
    main()
