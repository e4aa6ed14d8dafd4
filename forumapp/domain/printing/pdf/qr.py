"""QR codes as PDF rectangles and as pictures. A payload of pure ASCII: some readers misread anything else."""

from __future__ import annotations

import io
import math

import zxingcpp

QUIET = 4  # modules of light around a picture, as the standard asks
PIXELS = 12  # of a module's side, so that a chat may shrink the picture and it still reads


def matrix(code: str) -> list[bytes]:
    """The modules of `code`, a row of 0 and 1 (dark) a line, without quiet zone. Error correction M."""
    if not code.isascii() or not code:
        raise ValueError("a QR code holds ASCII and is not empty")
    barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    raw = memoryview(image).tobytes().translate(_DARK)  # type: ignore[arg-type] # it is a buffer, and does not say so
    side = math.isqrt(len(raw))
    return [raw[start : start + side] for start in range(0, side * side, side)]


def svg(code: str) -> str:
    """The picture in modules; a reader scales it. White is drawn, for a page may be dark."""
    rows = matrix(code)
    side = len(rows) + 2 * QUIET
    runs = [f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z" for x, y, width in _dark_runs(rows)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{"".join(runs)}"/></svg>'
    )


def png(code: str) -> bytes:
    """The same in pixels, for chats that take no drawings."""
    # Late: few requests ask for one, and the library takes longer to load than it takes to draw.
    from PIL import Image

    rows = matrix(code)
    modules = Image.new("1", (len(rows) + 2 * QUIET,) * 2, 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                modules.putpixel((x + QUIET, y + QUIET), 0)
    picture = io.BytesIO()
    modules.resize((modules.width * PIXELS,) * 2).save(picture, "PNG", optimize=True)
    return picture.getvalue()


def rectangles(code: str) -> tuple[int, bytes]:
    """Modules a side, and one `x y w 1 re` for each dark run, in modules from the top left."""
    rows = matrix(code)
    return len(rows), b"\n".join(b"%d %d %d 1 re" % run for run in _dark_runs(rows))


def _dark_runs(rows: list[bytes]) -> list[tuple[int, int, int]]:
    """Column, row and width of each run of dark modules."""
    out = []
    for y, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            out.append((start, y, end - start))
            start = row.find(1, end)
    return out


# zxing paints dark modules 0 and light ones 255.
_DARK = bytes([1]) + bytes(255)
