"""Pictures as people and attackers bring them, made here."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

RED, BLUE = (200, 30, 30), (30, 30, 200)
AI = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 24.0.1, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
    <!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
    <!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
    <!ENTITY ns_svg "http://www.w3.org/2000/svg">
    <!ENTITY ns_xlink "http://www.w3.org/1999/xlink">
]>
<svg version="1.1" id="图层_1" xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;"
     x="0px" y="0px" width="120px" height="60px" viewBox="0 0 120 60" style="enable-background:new 0 0 120 60;" xml:space="preserve">
<style type="text/css"><![CDATA[
    /* of the file */ .st0{fill:#C81E1E;} .st1{fill:url(#SVGID_1_);stroke:none} .st0,.st2{opacity:0.5}
]]></style>
<metadata><sfw xmlns="&ns_svg;"><slices></slices></sfw></metadata>
<switch>
    <foreignObject requiredExtensions="&ns_ai;" x="0" y="0" width="1" height="1"><i:pgfRef xlink:href="#adobe_illustrator_pgf"/></foreignObject>
    <g i:extraneous="self">
        <rect class="st0" width="60" height="60"/>
        <linearGradient id="SVGID_1_" gradientUnits="userSpaceOnUse" x1="60" y1="0" x2="120" y2="0">
            <stop offset="0" style="stop-color:#1E1EC8"/><stop offset="1" style="stop-color:#FFFFFF"/>
        </linearGradient>
        <path class="st1" d="M60,0h60v60H60V0z"/>
        <g><defs><rect id="SVGID_2_" width="9" height="9"/></defs><use xlink:href="#SVGID_2_" style="overflow:visible"/></g>
        <text transform="matrix(1 0 0 1 5 30)" style="font-family:'MyriadPro-Regular'; font-size:12px;">论坛 &amp; Forum</text>
    </g>
</switch>
<i:pgf id="adobe_illustrator_pgf">eJzsvWmP4zi2IPj9Afc==</i:pgf>
</svg>
"""


def image(mode: str = "RGB", size: tuple[int, int] = (120, 60), color: Any = RED) -> Image.Image:
    return Image.new(mode, size, color)


def halves(size: tuple[int, int] = (120, 60)) -> Image.Image:
    """Red at the left, blue at the right."""
    made = image(size=size)
    ImageDraw.Draw(made).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return made


def saved(made: Image.Image, form: str, **options: Any) -> bytes:
    buffer = BytesIO()
    made.save(buffer, form, **options)
    return buffer.getvalue()


def photo(orientation: int = 1) -> bytes:
    """A JPEG as a phone makes it: lying on its side, with where and by what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "Maker", "Secret Phone 9"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 3.0, 8.0), 3: "W", 4: (118.0, 14.0, 37.0)})
    exif.get_ifd(0x8769).update({0x927C: b"maker note", 0x9286: b"taken by Ann"})
    return saved(halves(), "JPEG", exif=exif, comment=b"Ann's comment", quality=95)


def animated() -> bytes:
    frames = [image("P", color=number) for number in (1, 2, 3)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a hundred kilobytes that would fill the memory."""
    packer = zlib.compressobj(9)
    line = b"\0" * (width // 8 + 1)
    rows = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return png([(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")])


def png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def svg(inner: str, attributes: str = 'viewBox="0 0 40 20"') -> bytes:
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} {attributes}><rect width="40" height="20" fill="#c81e1e"/>{inner}</svg>'.encode()


def pixel(content: bytes, x: int, y: int) -> Any:
    with Image.open(BytesIO(content)) as opened:
        return opened.getpixel((x, y))


def is_near(found: Any, wanted: tuple[int, int, int], by: int = 30) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found[:3], wanted, strict=True))


def document(pages: int = 1) -> bytes:
    """A PDF with nothing on it."""
    import pikepdf

    with pikepdf.new() as made:
        for _page in range(pages):
            made.add_blank_page()
        kept = BytesIO()
        made.save(kept)
    return kept.getvalue()
