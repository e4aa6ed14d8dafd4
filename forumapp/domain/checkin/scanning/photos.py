"""The photo of whoever was just scanned, for the station that scanned them alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.domain.checkin.models import Scan
from forumapp.domain.images.models import Image
from forumapp.domain.images.queries import get_image
from forumapp.domain.images.rasters import thumbnail
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.setup.stations import Station

# A face is compared while somebody stands there; later there is nothing to compare it with.
SHOWN_FOR = timedelta(minutes=5)
SIDE = 320  # pixels


def face_scanned(db: DbSession, station: Station, scan_id: int, *, now: datetime) -> bytes:
    """As WebP. Raises NotFound of any scan but a recent one of this very station."""
    if station.names_only:
        raise NotFound(entity="scan")
    query = (
        select(Person.photo_id)
        .join(Registration, Registration.person_id == Person.id)
        .join(Scan, Scan.registration_id == Registration.id)
        .join(Image, Image.id == Person.photo_id)
        .where(Scan.id == scan_id, Scan.edition_id == station.edition_id, Scan.received_at > now - SHOWN_FOR)
        .where(Scan.device_id == station.device_id if station.device_id else Scan.account_id == station.account_id)
    )
    photo_id = db.scalar(query)
    if photo_id is None:
        raise NotFound(entity="scan")
    return thumbnail(get_image(db, photo_id).content, SIDE)
