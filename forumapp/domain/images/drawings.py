"""Drawings (SVG): kept as drawings, made anew from the elements and attributes that only draw.

Nothing is taken over that could run, load or refer to anything outside: not by leaving out what is known to be bad, but
by taking what is known to be good. Styles become plain attributes, so that no style sheet is left either.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from forumapp.domain.images import drawing_words as words
from forumapp.domain.images.rasters import check_raster
from forumapp.domain.images.rules import LONGEST, BadPicture, MediaType, Picture
from forumapp.domain.images.styles import Styles, declarations, is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
HREF = "xlink:href"
LARGEST = 1_500_000  # bytes
PROLOG = 20_000  # characters before the drawing begins
DEEPEST, MOST = 100, 100_000  # levels of elements, and elements once all references are followed
MOST_EMBEDDED = 10  # pictures in it
SHOWN = 1000  # the longer side of a drawing in its own units, so that whole numbers hold its shape
_ROOT = re.compile(r"<(?:\w+:)?svg[\s>]")
_DOCTYPE = re.compile(r"<!DOCTYPE\s+svg\b[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+(\w+)\s+(?:\"([^\"<&%]{0,100})\"|'([^'<&%]{0,100})')\s*>")
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
BOX = ("left", "top", "width", "height")
LARGEST_SIDE = 1e7
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in)?\s*")
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,(.*)", re.DOTALL)
# Written by hand: what prefix a namespace gets is a setting of the whole process.
SPACES = {"xmlns": SVG, "xmlns:xlink": XLINK}


def looks_like_drawing(content: bytes) -> bool:
    """Or like any other text with marks in it, which is told from a drawing by reading it."""
    return content.startswith(UTF_16) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def clean_drawing(content: bytes) -> Picture:
    if len(content) > LARGEST:
        raise BadPicture("picture-too-large")
    try:
        root = fromstring(_without_doctype(_text(content)), forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError) as error:
        raise BadPicture("broken-picture") from error
    if root.tag != f"{{{SVG}}}svg":
        raise BadPicture("not-a-picture")
    _refuse_too_much(root)
    styles = Styles("".join(sheet.text or "" for sheet in root.iter(f"{{{SVG}}}style")))
    clean = _copy(root, styles)
    if clean is None or not any(one.tag in words.DRAWN for one in clean.iter()):
        raise BadPicture("not-a-picture")
    _refuse_too_long(clean)
    _refuse_blown_up(clean)
    width, height = _sized(clean, root)
    clean.attrib.update(SPACES)
    drawn = ET.tostring(clean, encoding="utf-8")
    return Picture(MediaType.SVG, width, height, drawn)


def _text(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadPicture("broken-picture") from error


def _without_doctype(text: str) -> str:
    """Older drawing programs name their namespaces by entities. Those are plain words, and none refers to another, so
    that they cannot be made to mean much more than they are.
    """
    begin = _ROOT.search(text)
    if begin is None:
        raise BadPicture("not-a-picture")
    if begin.start() > PROLOG:
        raise BadPicture("too-complex")
    prolog, drawing = _DECLARATION.sub("", text[: begin.start()], count=1), text[begin.start() :]
    found = _DOCTYPE.search(prolog)
    if found is None:
        return prolog + drawing
    entities = {name: double or single for name, double, single in _ENTITY.findall(found[1] or "")}
    drawing = re.sub(r"&(\w+);", lambda named: entities.get(named[1], named[0]), drawing)
    if len(drawing) > LARGEST:
        raise BadPicture("too-complex")
    return drawing


def _refuse_too_much(root: ET.Element) -> None:
    """Before anything is made of it: more elements, levels or pictures than any drawing needs."""
    level, count, pictures = [root], 0, 0
    for _depth in range(DEEPEST + 1):
        count += len(level)
        pictures += sum(1 for one in level if _local(one) == "image")
        level = [child for one in level for child in one]
    if level or count > MOST or pictures > MOST_EMBEDDED:
        raise BadPicture("too-complex")


def _refuse_too_long(clean: ET.Element) -> None:
    """A style that thousands of elements share is written at each of them."""
    values = (value for one in clean.iter() for value in one.attrib.values() if not value.startswith("data:"))
    if sum(map(len, values)) > LARGEST:
        raise BadPicture("too-complex")


def _copy(element: ET.Element, styles: Styles) -> ET.Element | None:
    """The element with all that only draws; None for one that does anything else."""
    local = _local(element)
    if local not in words.ELEMENTS:
        return None
    attributes = _attributes(element, local, styles)
    if local == "image" and HREF not in attributes:
        return None
    copy = ET.Element(words.RENAMED.get(local, local), attributes)
    if local in words.WITH_TEXT:
        copy.text = element.text
    for child in element:
        copied = _copy(child, styles)
        if copied is not None:
            copied.tail = child.tail if local in words.WITH_TEXT else None
            copy.append(copied)
            if local == "switch":  # the first that can be shown
                break
    return copy


def _local(element: ET.Element) -> str:
    """The name of an element of SVG; comments and elements of other namespaces have none here."""
    tag = element.tag
    return tag.removeprefix(f"{{{SVG}}}") if isinstance(tag, str) and tag.startswith(f"{{{SVG}}}") else ""


def _attributes(element: ET.Element, local: str, styles: Styles) -> dict[str, str]:
    """In the order of their weight: attributes, style sheets, the element's own style."""
    given = element.attrib
    kept = {name: value for name, value in given.items() if name in words.ATTRIBUTES and is_safe(value)}
    kept |= styles.of(local, given.get("id", ""), given.get("class", "").split())
    kept |= declarations(given.get("style", ""))
    target = given.get(f"{{{XLINK}}}href") or given.get("href") or ""
    if local == "image":
        target = _embedded(target)
    elif not re.fullmatch(r"#[\w.-]+", target):
        target = ""
    return {**kept, HREF: target} if target else kept


def _embedded(address: str) -> str:
    """A picture within a drawing, checked like any other; one from elsewhere is left out."""
    found = _DATA.fullmatch(address.strip())
    if found is None:
        return ""
    try:
        content = base64.b64decode(found[1])
    except (binascii.Error, ValueError):
        return ""
    picture = check_raster(content, crop=None, aspect=None, longest=LONGEST)
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def _refuse_blown_up(root: ET.Element) -> None:
    """A few elements that use each other can mean millions, and ones that use themselves never end."""
    by_id = {one.attrib["id"]: one for one in root.iter() if "id" in one.attrib}
    costs: dict[int, int] = {}
    pending: set[int] = set()

    def cost(element: ET.Element) -> int:
        key = id(element)
        if key in pending:
            raise BadPicture("too-complex")
        if key not in costs:
            pending.add(key)
            used = [by_id[name] for name in _references(element.attrib) if name in by_id]
            costs[key] = 1 + sum(cost(one) for one in (*element, *used))
            pending.discard(key)
        if costs[key] > MOST:
            raise BadPicture("too-complex")
        return costs[key]

    try:
        cost(root)
    except RecursionError as error:
        raise BadPicture("too-complex") from error


def _references(attributes: Mapping[str, str]) -> list[str]:
    named = [attributes[HREF][1:]] if attributes.get(HREF, "").startswith("#") else []
    return named + [name for value in attributes.values() for name in re.findall(r"url\(\s*['\"]?#([\w.-]+)", value)]


def _sized(clean: ET.Element, root: ET.Element) -> tuple[int, int]:
    """Gives the drawing a view box and its size, whichever of them it came with."""
    box = [float(part) for part in _NUMBER.findall(root.attrib.get("viewBox", "")[:200])]
    size = [_pixels(root.attrib.get(side, "")) for side in ("width", "height")]
    if len(box) != len(BOX):
        box = [0.0, 0.0, *size]
        clean.set("viewBox", " ".join(f"{part:g}" for part in box))
    if not all(size):
        size = box[2:]
    if not all(0 < side < LARGEST_SIDE for side in (*size, *box[2:])):
        raise BadPicture("drawing-without-size")
    scale = SHOWN / max(size)
    width, height = (max(1, round(side * scale)) for side in size)
    clean.set("width", str(width))
    clean.set("height", str(height))
    return width, height


def _pixels(length: str) -> float:
    """0 where it is no length by itself: 100%, or nothing."""
    found = _LENGTH.fullmatch(length[:40])
    return float(found[1]) * _PIXELS[found[2] or ""] if found else 0.0
