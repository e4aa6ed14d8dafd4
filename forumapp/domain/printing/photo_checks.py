"""Photos on badges that have too few dots for the place in which the design shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.domain.forums.pictures import sizes_of
from forumapp.domain.printing.documents import Logo
from forumapp.domain.printing.photos import coarse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.badges import BadgePrinter
    from forumapp.domain.printing.documents import BadgeValues
    from forumapp.domain.printing.layout import Finding


def coarse_badges(db: DbSession, printer: BadgePrinter, badges: Sequence[BadgeValues]) -> list[Finding]:
    """In the order of the badges. One query, and none where no design shows a photo."""
    shown = [(one, size) for one in badges if one.photo is not None and (size := printer.photo_size(one))]
    pixels = sizes_of(db, [one.photo for one, _size in shown])
    return [
        replace(found, registration_id=one.registration_id)
        for one, size in shown
        if one.photo in pixels
        for found in coarse([(one.shown_name, None, Logo(one.photo, *pixels[one.photo]))], size)
    ]
