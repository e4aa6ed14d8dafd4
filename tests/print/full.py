"""The same badges laid out whole, with the words in their template, to hold stamped ones against."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from PIL import Image, ImageChops
from weasyprint import HTML

if TYPE_CHECKING:
    from pathlib import Path

    from weasyprint.document import Document

    from forumapp.domain.printing.badges.printer import BadgePrinter
    from forumapp.domain.printing.paper.documents import BadgeValues

UNLIKE = 96  # levels of gray: less is how edges are smoothed


def pictures(pdf: bytes, folder: Path, dpi: int) -> list[Image.Image]:
    path = folder / "in.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", path, folder / "page"], check=True)
    return [Image.open(picture) for picture in sorted(folder.glob("page-*.png"))]


def full_render(printer: BadgePrinter, values: BadgeValues) -> Document:
    """The same template with the words written into it and laid out by WeasyPrint as a whole."""
    html, css, constants = printer.source(values)
    texts = {**constants, **printer.texts(values)}
    rules = ["[data-stack]{display:flow-root}"]
    tree = HTML(string=html, url_fetcher=printer._setter.fetcher).etree_element
    parents = {child.get("data-field"): (parent, child) for parent in tree.iter() for child in parent}
    for block in printer._layer(values).blocks:
        stacked, top = block.arrange(texts)
        above = block.top - top
        for name in {field.name for field in block.fields} - {item.part.name for item in stacked.placed}:
            parents[name][0].remove(parents[name][1])
        for item in stacked.placed:
            element, identity = parents[item.part.name][1], re.sub(r"\W", "-", item.part.name)
            element.set("id", identity)
            element.set("lang", texts[item.part.name].language)
            margin = item.top * 4 / 3 - above
            above = item.bottom * 4 / 3
            rules.append(f"#{identity}{{font-size:{item.fit.size}pt;margin-top:{margin}px;white-space:nowrap}}")
            element.text = item.fit.lines[0]
            for line in item.fit.lines[1:]:
                ET.SubElement(element, "br").tail = line
    written = ET.tostring(tree, encoding="unicode", method="html")
    setter = printer._setter
    return setter.document(written, setter.css(css), setter.css("".join(rules)))


def differing(one: Image.Image, other: Image.Image, printer: BadgePrinter, values: BadgeValues, dpi: int) -> int:
    """How many pixels of two pictures of a badge differ, but for the code, which a full render has not."""
    without = [_without_code(picture, printer, values, dpi) for picture in (one, other)]
    difference = ImageChops.difference(*without).point(lambda level: 255 if level > UNLIKE else 0)
    return sum(difference.histogram()[255:])


def _without_code(picture: Image.Image, printer: BadgePrinter, values: BadgeValues, dpi: int) -> Image.Image:
    picture = picture.convert("L")
    box = printer._layer(values).code_box
    if box:
        x, y, side = (v / 96 * dpi for v in box)
        picture.paste(255, (int(x) - 1, int(y) - 1, int(x + side) + 2, int(y + side) + 2))
    return picture
