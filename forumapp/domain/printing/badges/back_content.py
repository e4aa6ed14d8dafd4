"""What the backs of badges tell: the agenda as everyone may read it, and whom to ring. The same for everyone, so that a
badge tells nothing of its owner's days; their hotel and their liaison stand in their own booklet.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forumapp.domain.agenda.content.snapshots import room_texts
from forumapp.domain.agenda.days import by_day
from forumapp.domain.agenda.queries import latest_version, public_agenda
from forumapp.domain.forums.queries import list_venues
from forumapp.domain.forums.venues.travel_places import ItinerarySettings
from forumapp.domain.printing.designs.shapes import Back
from forumapp.domain.printing.paper.documents import BackFacts, BackSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.designs.choices import Chosen
    from forumapp.domain.printing.paper.documents import Texts


def back_facts(db: DbSession, edition: Edition, looks: Mapping[str, Chosen]) -> BackFacts:
    """What the backs of these designs need; a few queries, and none where no design has a back of its own."""
    backs = {one.design.back for one in looks.values() if one.fits}
    sessions = _sessions(db, edition) if backs & {Back.AGENDA, Back.BOTH} else ()
    return BackFacts(sessions, _help(db, edition) if backs & {Back.EMERGENCY, Back.BOTH} else ())


def _sessions(db: DbSession, edition: Edition) -> tuple[BackSession, ...]:
    """Of the last published agenda, in order; none where nothing is published."""
    version = latest_version(db, edition.id)
    if version is None:
        return ()
    content, zone = public_agenda(version), ZoneInfo(edition.zone)
    standing = [one for one in content["sessions"] if one["status"] != "cancelled"]
    days = by_day(standing, lambda one: datetime.fromisoformat(one["start"]["utc"]), edition.zone)
    return tuple(
        BackSession(
            day,
            f"{datetime.fromisoformat(one['start']['utc']).astimezone(zone):%H:%M}",
            one["title"],
            room_texts(content, one),
        )
        for day, found in days.items()
        for one in found
    )


def _help(db: DbSession, edition: Edition) -> tuple[tuple[str, Texts], ...]:
    """By the word for each: emergency numbers, the consulate, the organizers' mail, and where the forum takes place."""
    query = select(ItinerarySettings.emergency_numbers, ItinerarySettings.consulate)
    row = db.execute(query.where(ItinerarySettings.edition_id == edition.id)).one_or_none()
    numbers, consulate = row or ({}, {})
    contact = dict.fromkeys(edition.languages, edition.contact_email or "")
    told = [("emergency-numbers", numbers), ("consulate", consulate), ("contacts", contact)]
    told += [("venue", _at(venue.name, venue.address)) for venue in list_venues(db, edition.id)[:2]]
    return tuple((word, dict(texts)) for word, texts in told if any(texts.values()))


def _at(name: Texts, address: Texts) -> dict[str, str]:
    return {
        language: "\n".join(text for text in (name.get(language), address.get(language)) if text)
        for language in {*name, *address}
    }
