"""What speakers say themselves, by the link that they were sent: whether they come, when they are free, what they need.

Nobody has signed in here; the link is what lets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.core.errors import Invalid, LinkHasEnded, NotFound, Refusal, refuse_faults
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment
from forumapp.domain.agenda.sessions.services import hold
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.agenda.speakers.services import label_of, new_window, zone_fault
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import change, create
from forumapp.domain.forums.editions.archiving import refuse_archived

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.audit.services import Actor

MOST_WINDOWS = 50
ANSWERS = {AssignmentStatus.CONFIRMED: "confirmed", AssignmentStatus.DECLINED: "declined"}
SAID = ("language", "speaks", "home_zone", "av_needs", "arrival", "notes")


class TooManyWindows(Refusal):
    code = "too-many-windows"


def get_by_link(db: DbSession, speaker_id: int, link_number: int) -> Speaker:
    """The speaker that a link was signed for."""
    row = db.scalar(select(Speaker).where(Speaker.id == speaker_id, Speaker.link_number == link_number))
    if row is None:
        raise LinkHasEnded
    return row


def answer_part(
    db: DbSession,
    speaker_id: int,
    link_number: int,
    role_id: int,
    status: AssignmentStatus,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RoleAssignment:
    """Confirm or decline a part of one's own, as it was seen."""
    hold(db, get_by_link(db, speaker_id, link_number).edition_id)  # before the speaker, as in erasing a person
    speaker = for_an_answer(db, speaker_id, link_number)
    if status not in ANSWERS:
        raise Invalid(fields={"status": "unknown"})
    here = RoleAssignment.edition_id == speaker.edition_id, RoleAssignment.person_id == speaker.person_id
    row = db.scalar(select(RoleAssignment).where(RoleAssignment.id == role_id, *here))
    if row is None:
        raise NotFound(entity="role_assignment")
    told: dict[str, Any] = {"actor": actor, "now": now, "action": ANSWERS[status]}
    change(db, row, {"status": status}, version=version, **told)
    note_answer(db, speaker, now=now)
    return row


def say_needs(
    db: DbSession,
    speaker_id: int,
    link_number: int,
    said: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Speaker:
    """`said` has some of SAID."""
    row = for_an_answer(db, speaker_id, link_number)
    changes = {name: said[name] for name in SAID if name in said}
    language = None if changes.get("language", row.language) in LANGUAGES else "unknown-language"
    refuse_faults({"home_zone": zone_fault(changes.get("home_zone")), "language": language})
    change(db, row, changes, version=version, actor=actor, now=now)
    note_answer(db, row, now=now)
    return row


def add_own_window(
    db: DbSession, speaker_id: int, link_number: int, span: Span, *, actor: Actor, now: datetime
) -> SpeakerAvailability:
    row = for_an_answer(db, speaker_id, link_number)
    count = db.scalar(
        select(func.count()).select_from(SpeakerAvailability).where(SpeakerAvailability.speaker_id == row.id)
    )
    if (count or 0) >= MOST_WINDOWS:
        raise TooManyWindows
    window = new_window(row, span)
    create(db, window, actor=actor, now=now)
    note_answer(db, row, now=now)
    return window


def remove_own_window(
    db: DbSession, speaker_id: int, link_number: int, window_id: int, *, version: int, actor: Actor, now: datetime
) -> None:
    """Organizers can bring it back."""
    row = for_an_answer(db, speaker_id, link_number)
    mine = SpeakerAvailability.id == window_id, SpeakerAvailability.speaker_id == row.id
    window = db.scalar(select(SpeakerAvailability).where(*mine))
    if window is None:
        raise NotFound(entity="speaker_availability")
    removals.remove(db, window, label=label_of(db, row), version=version, actor=actor, now=now)
    note_answer(db, row, now=now)


def for_an_answer(db: DbSession, speaker_id: int, link_number: int) -> Speaker:
    """The speaker, whose answers wait for each other."""
    db.scalar(select(Speaker.id).where(Speaker.id == speaker_id).with_for_update())
    row = get_by_link(db, speaker_id, link_number)
    refuse_archived(db, row.edition_id)
    return row


def note_answer(db: DbSession, row: Speaker, *, now: datetime) -> None:
    """By the table: that they answered is no edit of what is agreed, which the log tells besides."""
    db.connection().execute(update(Speaker).where(Speaker.id == row.id).values(answered_at=now, updated_at=now))
    db.refresh(row)
