"""Whether photos have the dots that they need in print. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumapp.domain.printing.layout import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forumapp.domain.printing.documents import Logo, PersonValues
    from forumapp.domain.printing.layout import About

COARSEST = 150  # dots to the inch: below that faces are blurred
INCH = 25.4
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
