"""What organizers agree with a speaker, and writing to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import NotFound, Stale, refuse_faults
from forumapp.core.values.times import Moment, Span, UnknownZone, zone_named
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_AGENDA


def find_speaker(db: DbSession, edition_id: int, person_id: int) -> Speaker | None:
    here = Speaker.edition_id == edition_id, Speaker.person_id == person_id
    return db.scalar(select(Speaker).where(*here))


def ensure_speaker(db: DbSession, edition_id: int, person_id: int, *, actor: Actor, now: datetime) -> Speaker:
    """The row of someone who has a part in the edition. Raises NotFound for everyone else."""
    require(db, edition_id, EDIT, actor=actor)
    lock_name(db, f"speaker:{edition_id}:{person_id}")
    row = find_speaker(db, edition_id, person_id)
    if row is not None:
        return row
    part = select(RoleAssignment.id).where(RoleAssignment.edition_id == edition_id)
    if db.scalar(part.where(RoleAssignment.person_id == person_id).limit(1)) is None:
        raise NotFound(entity="speaker")
    row = Speaker(edition_id=edition_id, person_id=person_id, language=_language_of(db, edition_id, person_id))
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def _language_of(db: DbSession, edition_id: int, person_id: int) -> str:
    """Who has a Chinese name is written to in Chinese, until someone says otherwise."""
    languages, person = get_edition_by_id(db, edition_id).languages, db.get_one(Person, person_id)
    reads = "zh-Hans" if person.native_full and person.native_language.startswith("zh") else "en"
    return reads if reads in languages else languages[0]


def update_speaker(
    db: DbSession,
    edition_id: int,
    person_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Speaker:
    """`changes`: language, speaks, home_zone, av_needs, arrival, notes, contact. `version` is 0 where nothing was
    said yet.
    """
    row = seen_speaker(db, edition_id, person_id, version=version, actor=actor, now=now)
    refuse_faults({"home_zone": zone_fault(changes.get("home_zone"))})
    change_in(db, row, changes, EDIT, version=row.version, actor=actor, now=now)
    return row


def end_links(db: DbSession, edition_id: int, person_id: int, *, version: int, actor: Actor, now: datetime) -> Speaker:
    """Make every link of the speaker that is out invalid; the next one that is shown or sent is good again."""
    row = seen_speaker(db, edition_id, person_id, version=version, actor=actor, now=now)
    changes = {"link_number": row.link_number + 1}
    change_in(db, row, changes, EDIT, version=row.version, actor=actor, now=now, action="links-ended")
    return row


def add_window(
    db: DbSession, edition_id: int, person_id: int, span: Span, *, actor: Actor, now: datetime
) -> SpeakerAvailability:
    """Note when a speaker is free."""
    row = ensure_speaker(db, edition_id, person_id, actor=actor, now=now)
    window = new_window(row, span)
    create_in(db, window, EDIT, actor=actor, now=now)
    return window


def remove_window(
    db: DbSession, edition_id: int, window_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, SpeakerAvailability, edition_id, window_id)
    label = label_of(db, db.get_one(Speaker, row.speaker_id))
    return remove_in(db, row, label=label, version=version, actor=actor, now=now)


def remove_speaker(
    db: DbSession, edition_id: int, person_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take away what was agreed with a person, with when they are free; their parts stay."""
    require(db, edition_id, EDIT, actor=actor)
    row = find_speaker(db, edition_id, person_id)
    if row is None:
        raise NotFound(entity="speaker")
    along = list(db.scalars(select(SpeakerAvailability).where(SpeakerAvailability.speaker_id == row.id)))
    return remove_in(db, row, along=along, label=label_of(db, row), version=version, actor=actor, now=now)


def get_window(db: DbSession, edition_id: int, person_id: int, window_id: int) -> SpeakerAvailability:
    """One of that speaker's; another one's does not exist here."""
    row = get_in(db, SpeakerAvailability, edition_id, window_id)
    if db.get_one(Speaker, row.speaker_id).person_id != person_id:
        raise NotFound(entity="speaker_availability")
    return row


def person_of(db: DbSession, edition_id: int, speaker_id: int) -> int:
    return get_in(db, Speaker, edition_id, speaker_id).person_id


def new_window(row: Speaker, span: Span) -> SpeakerAvailability:
    window = SpeakerAvailability(edition_id=row.edition_id, speaker_id=row.id)
    window.span = span
    return window


def label_of(db: DbSession, row: Speaker) -> dict[str, str]:
    return dict(name_of(db.get_one(Person, row.person_id)).texts)


def span_in(wall_start: datetime, wall_end: datetime, zone: str) -> Span:
    """Both ends on the clocks of one place."""
    return Span(Moment(wall_start, zone), Moment(wall_end, zone))


def seen_speaker(
    db: DbSession, edition_id: int, person_id: int, *, version: int, actor: Actor, now: datetime
) -> Speaker:
    """The row as the caller saw it, also where there was none."""
    require(db, edition_id, EDIT, actor=actor)
    before = find_speaker(db, edition_id, person_id)
    if before is not None and before.version != version:
        raise Stale(entity="speaker", row_id=before.id)
    if before is None and version:  # it was taken away
        raise NotFound(entity="speaker")
    return before or ensure_speaker(db, edition_id, person_id, actor=actor, now=now)


def zone_fault(zone: str | None) -> str | None:
    try:
        if zone:
            zone_named(zone)
    except UnknownZone:
        return "unknown-zone"
    return None
