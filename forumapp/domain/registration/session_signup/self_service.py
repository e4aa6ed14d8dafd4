"""Choosing sessions with limited places, by the registrant's signed link: those that are published, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.times import overlap, zone_named
from forumapp.domain.agenda.content.snapshots import CLOSED_DOOR, location_texts, room_texts, zone_of
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionStatus
from forumapp.domain.agenda.queries import latest_version, public_agenda
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.capacity.sessions import change_sessions, signed_up
from forumapp.domain.registration.errors import SessionsClash, WrongStatus
from forumapp.domain.registration.lifecycle.self_service import refuse_unchangeable
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp
from forumapp.domain.registration.rules import Area, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.audit.services import Actor


@dataclass(frozen=True, slots=True)
class Choice:
    """A session that can be chosen, or was; its words are those that are published under its code."""

    id: int
    code: str
    places: int | None
    taken: int
    is_mine: bool

    @property
    def left(self) -> int:
        return max(0, (self.places or 0) - self.taken)


def choices_of(db: DbSession, row: Registration, agenda: AgendaVersion | None) -> list[Choice]:
    """In order of time: what the agenda as it is published lets this registrant choose, and what they chose."""
    mine = {one.session_id for one in signed_up(db, row)}
    published = _published(agenda, closed=Area.CLOSED_SESSIONS in db.get_one(RegistrationType, row.type_id).admits)
    query = select(Session).where(Session.edition_id == row.edition_id).order_by(Session.start_utc, Session.id)
    return [
        Choice(one.id, one.code, one.places, one.signed_up, one.id in mine)
        for one in db.scalars(query.execution_options(populate_existing=True))
        if one.id in mine
        or (one.places is not None and one.status == SessionStatus.CONFIRMED and one.code in published)
    ]


def _published(agenda: AgendaVersion | None, *, closed: bool) -> set[str]:
    if agenda is None:
        return set()
    return {one["code"] for one in public_agenda(agenda)["sessions"] if closed or one["kind"] != CLOSED_DOOR}


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """In the words of the agenda as it is published, in this `version`, with the times of the forum's zone."""

    code: str
    title: dict[str, str]
    room: dict[str, str]
    starts: datetime
    ends: datetime
    status: str
    version: int
    published_at: datetime
    location: Mapping[str, str] = field(default_factory=dict)  # room, venue and address
    zone: str = "UTC"  # of the place of the session

    @property
    def there(self) -> tuple[datetime, datetime]:
        """Start and end by the clocks of the session's place."""
        zone = zone_named(self.zone)
        return self.starts.astimezone(zone), self.ends.astimezone(zone)


def chosen_sessions(db: DbSession, edition_id: int, registration_id: int) -> list[ChosenSession]:
    """What a registrant takes part in, in order of time; a session that is not published any more is left out."""
    return chosen_by(db, edition_id, [registration_id])[registration_id]


def chosen_by(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[ChosenSession]]:
    """The same of each of these registrants, with as many queries for all of them as for one."""
    query = select(SessionSignUp.registration_id, Session.code).join(Session, SessionSignUp.session_id == Session.id)
    codes: dict[int, set[str]] = {one: set() for one in registration_ids}
    for registration_id, code in db.execute(query.where(SessionSignUp.registration_id.in_(registration_ids))):
        codes[registration_id].add(code)
    agenda = latest_version(db, edition_id) if any(codes.values()) else None
    if agenda is None:
        return {one: [] for one in codes}
    edition_zone = db.scalars(select(Edition.zone).where(Edition.id == edition_id)).one()
    zone = zone_named(edition_zone)
    content = public_agenda(agenda)
    published = [
        ChosenSession(
            code=one["code"],
            title=one["title"],
            room=room_texts(content, one),
            location=location_texts(content, one),
            starts=datetime.fromisoformat(one["start"]["utc"]).astimezone(zone),
            ends=datetime.fromisoformat(one["end"]["utc"]).astimezone(zone),
            status=one["status"],
            version=agenda.number,
            published_at=agenda.published_at,
            zone=zone_of(content, one, edition_zone),
        )
        for one in content["sessions"]
    ]
    return {one: [session for session in published if session.code in mine] for one, mine in codes.items()}


def choose_sessions(
    db: DbSession,
    registration_id: int,
    link_number: int,
    chosen: Collection[int],
    *,
    seen: Collection[int],
    actor: Actor,
    now: datetime,
) -> None:
    """Take part in those that are chosen now, and no longer in those of `seen` that are not. Raises SessionFull and
    SessionsClash, which name the sessions.
    """
    query = select(Registration).where(Registration.id == registration_id, Registration.link_number == link_number)
    row = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(entity="registration")
    refuse_unchangeable(db, row, now=now)
    if row.status != RegistrationStatus.CONFIRMED:
        raise WrongStatus(status=row.status.value)
    offered = {one.id: one for one in choices_of(db, row, latest_version(db, row.edition_id))}
    if not set(chosen) <= offered.keys():
        raise Invalid(fields={"sessions": "unknown"})
    mine = {one.id for one in offered.values() if one.is_mine}
    added, removed = set(chosen) - set(seen), set(seen) - set(chosen)
    refuse_clash(db, row, (mine - removed) | added)
    change_sessions(db, row, added, removed & mine, actor=actor, now=now)


def refuse_clash(db: DbSession, row: Registration, ids: Collection[int]) -> None:
    """Nobody is in two places at once, be it to listen or to speak."""
    speaks = select(RoleAssignment.session_id).where(
        RoleAssignment.edition_id == row.edition_id,
        RoleAssignment.person_id == row.person_id,
        RoleAssignment.status == AssignmentStatus.CONFIRMED,
    )
    query = select(Session).where(
        Session.id.in_({*ids, *db.scalars(speaks)}), Session.status != SessionStatus.CANCELLED
    )
    for one, other in combinations(db.scalars(query.order_by(Session.start_utc, Session.id)), 2):
        if {one.id, other.id} & set(ids) and _at_once(one, other):
            raise SessionsClash(session_ids=[one.id, other.id])


def _at_once(one: Session, other: Session) -> bool:
    a, b = one.span, other.span
    return a is not None and b is not None and overlap(a.start.utc, a.end.utc, b.start.utc, b.end.utc)


def sessions_to_choose(db: DbSession, edition_id: int) -> list[tuple[str, dict[str, str]]]:
    """Code and title of all sessions that registrants choose, in order of time."""
    query = select(Session.code, Session.title).where(Session.edition_id == edition_id, Session.places.is_not(None))
    return [(code, title) for code, title in db.execute(query.order_by(Session.start_utc, Session.id))]
