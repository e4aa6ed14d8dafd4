"""Who has made a scan that another one sends: a browser keeps what a device or an account scanned there without the
network, and whoever scans at that checkpoint next sends it.

A station is told what it is called, signed, and keeps it with each scan; so nobody can say of a scan that another one
made it, and the server knows it by who made it, whoever sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from forumapp.core.tokens import end_after
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import CheckinDevice

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.tokens import Links
    from forumapp.domain.checkin.setup.stations import Station

PURPOSE = "scans-made-by"
LONGEST = 300
LASTS_DAYS = 60  # longer than any scan is kept


class Maker(NamedTuple):
    """A device or an account."""

    device_id: int | None
    account_id: int | None


def called(links: Links, station: Station, *, now: datetime) -> str:
    """What a station is told of itself, to be kept with its scans: the same all day long."""
    values: list[int | str] = [station.edition_id, station.device_id or 0, station.account_id or 0]
    return links.sign(PURPOSE, values, ends=end_after(LASTS_DAYS, now=now))


def maker_of(db: DbSession, links: Links, station: Station, text: str, *, now: datetime) -> Maker | None:
    """Who made a scan that says so; None where that is nobody of this edition any more, so that it is its sender's."""
    said = links.read(PURPOSE, text, now=now)
    if said is None or said[0] != station.edition_id:
        return None
    maker = Maker(*(int(one) or None for one in said[1:]))
    if maker == (station.device_id, station.account_id):
        return None
    if maker.device_id is None:
        return maker if db.get(Account, maker.account_id) else None
    device = CheckinDevice.id == maker.device_id, CheckinDevice.edition_id == station.edition_id
    return maker if db.scalar(select(CheckinDevice.id).where(*device)) else None
