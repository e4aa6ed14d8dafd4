"""Signed names of stations, which prove who made a scan that another station sends.

A browser stores the scans a device or an account made offline, and the next station at that checkpoint sends them.
Each stored scan carries its maker's signed name, so the sender cannot claim another maker.
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
    """The device or account that made a scan; the other id is None."""

    device_id: int | None
    account_id: int | None


def called(links: Links, station: Station, *, now: datetime) -> str:
    """Return the signed name of a station, stored with its scans. It stays the same all day."""
    values: list[int | str] = [station.edition_id, station.device_id or 0, station.account_id or 0]
    return links.sign(PURPOSE, values, ends=end_after(LASTS_DAYS, now=now))


def maker_of(db: DbSession, links: Links, station: Station, text: str, *, now: datetime) -> Maker | None:
    """Read the maker of a scan from its signed name.

    Returns None when the maker is the sender or no longer exists in this edition: the scan counts as the sender's.
    """
    parts = links.read(PURPOSE, text, now=now)
    if parts is None or parts[0] != station.edition_id:
        return None
    maker = Maker(*(int(part) or None for part in parts[1:]))
    if maker == (station.device_id, station.account_id):
        return None
    if maker.device_id is None:
        return maker if db.get(Account, maker.account_id) else None
    device = CheckinDevice.id == maker.device_id, CheckinDevice.edition_id == station.edition_id
    return maker if db.scalar(select(CheckinDevice.id).where(*device)) else None
