"""QR codes as PDF rectangles. A payload of pure ASCII: some readers misread anything else."""

from __future__ import annotations

import math

import zxingcpp


def matrix(code: str) -> list[bytes]:
    """The modules of `code`, a row of 0 and 1 (dark) a line, without quiet zone. Error correction M."""
    if not code.isascii() or not code:
        raise ValueError("a QR code holds ASCII and is not empty")
    barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    raw = memoryview(image).tobytes().translate(_DARK)  # type: ignore[arg-type] # it is a buffer, and does not say so
    side = math.isqrt(len(raw))
    return [raw[start : start + side] for start in range(0, side * side, side)]


def rectangles(code: str) -> tuple[int, bytes]:
    """Modules a side, and one `x y w 1 re` for each dark run, in modules from the top left."""
    rows = matrix(code)
    out = []
    for y, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            out.append(b"%d %d %d 1 re" % (start, y, end - start))
            start = row.find(1, end)
    return len(rows), b"\n".join(out)


# zxing paints dark modules 0 and light ones 255.
_DARK = bytes([1]) + bytes(255)
