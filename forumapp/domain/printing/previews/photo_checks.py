"""Photos on badges that have too few dots for the place in which the design shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.domain.forums.editions.pictures import sizes_of
from forumapp.domain.printing.paper.documents import Logo
from forumapp.domain.printing.paper.photo_resolution import coarse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.printing.paper.layout import Finding

    Size = tuple[float, float]


def coarse_badges(db: DbSession, sizes: Mapping[str, Size | None], badges: Sequence[BadgeValues]) -> list[Finding]:
    """In the order of the badges. `sizes` are how large the badges of each type show a photo, in mm. One query, and
    none where no design shows one.
    """
    shown = [(one, size) for one in badges if one.photo is not None and (size := sizes.get(one.type_code))]
    pixels = sizes_of(db, [one.photo for one, _size in shown])
    return [
        replace(found, registration_id=one.registration_id)
        for one, size in shown
        if one.photo in pixels
        for found in coarse([(one.shown_name, None, Logo(one.photo, *pixels[one.photo]))], size)
    ]
