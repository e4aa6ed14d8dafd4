"""Whether photos have the dots that they need in print, and not many more."""

from __future__ import annotations

import hashlib
import io
import math
from collections import OrderedDict
from typing import TYPE_CHECKING

from PIL import Image

from forumapp.domain.printing.paper.layout import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.domain.printing.paper.documents import Logo, PersonValues
    from forumapp.domain.printing.paper.layout import About

COARSEST = 150  # dots to the inch: below that faces are blurred
FINEST = 300  # what is shown of a photo in print
INCH = 25.4
KEPT, QUALITY = 600, 88  # photos made ready, a few kilobytes each
# As the style sheets show them, cut to fit: width and height in mm.
SPEAKER, MEMBER, FACE = (20, 20), (14, 14), (28, 36)


def coarse(photos: Iterable[tuple[str, About | None, Logo | None]], size: tuple[float, float]) -> Iterator[Finding]:
    """The photos with too few dots to be printed so large, by the names of the people."""
    width, height = size
    for name, about, photo in photos:
        if photo is None:
            continue
        dots = min(photo.width / width, photo.height / height) * INCH
        if dots < COARSEST:
            needed = [math.ceil(length * COARSEST / INCH) for length in size]
            details = {"dots": f"{dots:.0f}", "least": str(COARSEST), "size": f"{needed[0]} × {needed[1]}"}
            yield Finding("photo-too-small", False, None, name, details, about)


def coarse_of(people: Iterable[PersonValues], size: tuple[float, float]) -> Iterator[Finding]:
    return coarse(((one.shown_name, ("person", one.person_id), one.photo) for one in people), size)


_ready: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()


def made_ready(content: bytes, side: float) -> bytes:
    """A photo with the dots that are shown of it, `side` mm wide and high or more. People bring ten times as many.

    The ones made ready last are kept by what is in them: drafts of a book show the same people again and again.
    """
    dots = math.ceil(side / INCH * FINEST)
    key = hashlib.sha256(content).digest(), dots
    made = _ready.pop(key, None) or _smaller(content, dots)
    _ready[key] = made
    while len(_ready) > KEPT:
        _ready.popitem(last=False)
    return made


def _smaller(content: bytes, dots: int) -> bytes:
    """As it is if it is no photograph, or small enough. A JPEG is read no finer than it must be."""
    with Image.open(io.BytesIO(content)) as opened:
        if opened.format != "JPEG" or opened.mode not in {"RGB", "L"} or min(opened.size) <= dots:
            return content
        scale = dots / min(opened.size)
        size = [math.ceil(length * scale) for length in opened.size]
        opened.draft(opened.mode, (size[0], size[1]))
        made = opened.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
