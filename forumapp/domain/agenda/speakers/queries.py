"""Reading who has a part in an edition: the organizers' list of speakers, and what each of them has to do."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from forumapp.core.database.counting import is_written
from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, page_of
from forumapp.core.values.text import SCRIPTS
from forumapp.core.values.times import Span, moment_at
from forumapp.domain.agenda.models import (
    AssignmentRole,
    AssignmentStatus,
    Interpretation,
    RoleAssignment,
    Session,
    SessionItem,
    SessionStatus,
)
from forumapp.domain.agenda.publishing.draft import PROGRAM
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.people.models import Person
from forumapp.domain.people.queries import precedence, titles_in_edition
from forumapp.domain.people.search_conditions import called

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.queries import TitleLine

_NEVER = datetime.max.replace(tzinfo=UTC)


class SpeakerLack(enum.StrEnum):
    """What of a speaker is still to come."""

    PHOTO = "photo"
    BIOGRAPHY = "biography"
    PROOF = "proof"  # nobody has approved the name as it would be printed
    INVITATION = "invitation"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SpeakerFilters:
    search: str = ""
    role: AssignmentRole | None = None
    status: AssignmentStatus | None = None
    lack: SpeakerLack | None = None


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part with the session, and the item, that it is in; `after` are the minutes of the items before that."""

    role: RoleAssignment
    session: Session
    item: SessionItem | None
    after: int = 0

    @property
    def span(self) -> Span | None:
        """When they are heard: while the item lasts, or the session."""
        whole = self.session.span
        if whole is None or self.item is None:
            return whole
        starts = whole.start.utc + timedelta(minutes=self.after)
        ends = starts + timedelta(minutes=self.item.clock_minutes)
        return Span(*(moment_at(end, whole.start.zone) for end in (starts, ends)))

    @property
    def is_off(self) -> bool:
        return self.session.status is SessionStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """Someone with a part. `agreed` is None as long as nothing was agreed with them."""

    person: Person
    parts: tuple[PartLine, ...]
    titles: tuple[TitleLine, ...] = ()
    agreed: Speaker | None = None
    windows: tuple[SpeakerAvailability, ...] = field(default=())

    @property
    def person_id(self) -> int:
        return self.person.id

    @property
    def version(self) -> int:
        return self.agreed.version if self.agreed is not None else 0


def speakers_page(
    db: DbSession,
    edition_id: int,
    filters: SpeakerFilters,
    *,
    unproofed: Collection[int] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[SpeakerLine]:
    """In protocol order: those of the approved list for the program, then as the agenda comes to them. `unproofed` are
    the people whose names nobody has approved as they would be printed. The same number of queries for any page.
    """
    page = page_of(speaker_ids(db, edition_id, filters, unproofed=unproofed), number=number, size=size)
    return page.of(lines_of(db, edition_id, page.items))


def speaker_ids(
    db: DbSession, edition_id: int, filters: SpeakerFilters, *, unproofed: Collection[int] = ()
) -> list[int]:
    """The ids of the people whom the filters choose, in protocol order."""
    query = (
        select(RoleAssignment.person_id, func.min(Session.start_utc), func.min(RoleAssignment.position))
        .join(Session, Session.id == RoleAssignment.session_id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.edition_id == edition_id)
        .group_by(RoleAssignment.person_id)
    )
    for word in filters.search.split():
        query = query.where(called(word))
    if filters.role is not None:
        query = query.where(RoleAssignment.role == filters.role)
    if filters.status is not None:
        query = query.where(RoleAssignment.status == filters.status)
    if filters.lack is not None:
        query = _lacking(query, edition_id, filters.lack)
    met = {row[0]: (row[1] or _NEVER, row[2], row[0]) for row in db.execute(query)}
    if filters.lack is SpeakerLack.PROOF:
        met = {one: place for one, place in met.items() if one in set(unproofed)}
    rank = {person_id: place for place, person_id in enumerate(precedence(db, edition_id, PROGRAM))}
    return sorted(met, key=lambda one: (rank.get(one, len(rank)), met[one]))


def _lacking(query: Any, edition_id: int, lack: SpeakerLack) -> Any:
    agreed = select(Speaker.person_id).where(Speaker.edition_id == edition_id)
    if lack is SpeakerLack.PHOTO:
        return query.where(Person.photo_id.is_(None))
    if lack is SpeakerLack.BIOGRAPHY:
        return query.where(~is_written(Person.biography, *SCRIPTS))
    if lack is SpeakerLack.INVITATION:
        return query.where(Person.id.not_in(agreed.where(Speaker.invited_at.is_not(None))))
    if lack is SpeakerLack.ANSWER:
        return query.where(RoleAssignment.status == AssignmentStatus.INVITED)
    return query


def get_line(db: DbSession, edition_id: int, person_id: int) -> SpeakerLine:
    """Raises NotFound for who has neither a part nor an agreement in the edition."""
    lines = lines_of(db, edition_id, [person_id])
    if not lines or not (lines[0].parts or lines[0].agreed):
        raise NotFound(entity="speaker")
    return lines[0]


def lines_of(db: DbSession, edition_id: int, person_ids: Sequence[int]) -> list[SpeakerLine]:
    """In the order of the ids. Five queries for any number."""
    people = {row.id: row for row in db.scalars(select(Person).where(Person.id.in_(person_ids)))}
    parts, titles = parts_of(db, edition_id, person_ids), titles_in_edition(db, edition_id, person_ids)
    here = Speaker.edition_id == edition_id, Speaker.person_id.in_(person_ids)
    agreed = {row.person_id: row for row in db.scalars(select(Speaker).where(*here))}
    windows = windows_of(db, [row.id for row in agreed.values()])
    return [
        SpeakerLine(
            people[one],
            tuple(parts[one]),
            tuple(titles.get(one, ())),
            agreed.get(one),
            tuple(windows[agreed[one].id]) if one in agreed else (),
        )
        for one in person_ids
        if one in people
    ]


def parts_of(db: DbSession, edition_id: int, person_ids: Collection[int]) -> dict[int, list[PartLine]]:
    """By person, their parts in order of time; what has no time yet comes last. One query."""
    earlier = aliased(SessionItem)
    doubled = case((earlier.mode == Interpretation.CONSECUTIVE, 2 * earlier.minutes), else_=earlier.minutes)
    after = (
        select(func.coalesce(func.sum(doubled), 0))
        .where(earlier.session_id == SessionItem.session_id, earlier.position < SessionItem.position)
        .correlate(SessionItem)
        .scalar_subquery()
    )
    query = (
        select(RoleAssignment, Session, SessionItem, after)
        .join(Session, Session.id == RoleAssignment.session_id)
        .outerjoin(SessionItem, SessionItem.id == RoleAssignment.item_id)
        .where(RoleAssignment.edition_id == edition_id, RoleAssignment.person_id.in_(person_ids))
        .order_by(Session.start_utc.is_(None), Session.start_utc, SessionItem.position, RoleAssignment.id)
    )
    found: dict[int, list[PartLine]] = defaultdict(list)
    for role, session, item, minutes in db.execute(query):
        found[role.person_id].append(PartLine(role, session, item, int(minutes)))
    return found


def windows_of(db: DbSession, speaker_ids: Collection[int]) -> dict[int, list[SpeakerAvailability]]:
    """By speaker, when they are free, in order of time. One query."""
    found: dict[int, list[SpeakerAvailability]] = defaultdict(list)
    query = select(SpeakerAvailability).where(SpeakerAvailability.speaker_id.in_(speaker_ids))
    for row in db.scalars(query.order_by(SpeakerAvailability.start_utc, SpeakerAvailability.id)):
        found[row.speaker_id].append(row)
    return found


def availability_of(db: DbSession, edition_id: int) -> dict[int, list[tuple[datetime, datetime]]]:
    """By person, the spans of instants in which they are free; who has said nothing is not in it. One query."""
    query = (
        select(Speaker.person_id, SpeakerAvailability.start_utc, SpeakerAvailability.end_utc)
        .join(SpeakerAvailability, SpeakerAvailability.speaker_id == Speaker.id)
        .where(Speaker.edition_id == edition_id)
        .order_by(SpeakerAvailability.start_utc)
    )
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for person_id, start, end in db.execute(query):
        found[person_id].append((start, end))
    return dict(found)


def standing_part(line: PartLine) -> bool:
    """Whether someone is still expected there."""
    return not line.is_off and line.role.status is not AssignmentStatus.DECLINED
