"""Reading the agenda: as it is being worked on, and as it was published."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.orm import defer

from forumapp.core.errors import NotFound, Refusal
from forumapp.core.values.numbers import LARGEST_INTEGER
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.ordering import order_of
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.agenda.content.snapshots import following, public_view, seal_of
from forumapp.domain.agenda.models import (
    AgendaVersion,
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    Track,
)
from forumapp.domain.forums.models import ContentPage, Edition, EditionStatus
from forumapp.domain.people.models import Kept
from forumapp.domain.people.queries import kept_instead_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order

_PAGES, _WRITTEN_AT = (
    select(one).where(ContentPage.edition_id == Edition.id).correlate(Edition).scalar_subquery()
    for one in (func.count(ContentPage.id), func.max(ContentPage.updated_at))
)
# Built once: this is asked for at every look at a public page.
STANDING = (
    select(Edition.id, Edition.version, func.max(AgendaVersion.number), _PAGES, _WRITTEN_AT)
    .outerjoin(AgendaVersion, AgendaVersion.edition_id == Edition.id)
    .where(Edition.slug == bindparam("slug"), Edition.status != literal_column(f"'{EditionStatus.DRAFT.value}'"))
    .group_by(Edition.id, Edition.version)
)


class SealBroken(Refusal):
    """A version's text is not the one that was published; it is shown and printed to nobody."""

    code = "seal-broken"


class Standing(NamedTuple):
    """What the public sees of an edition changes when one of these does."""

    edition_id: int
    edition_version: int
    agenda_number: int | None
    # Of the pages that organizers write, to which the public pages lead.
    pages: int
    written_at: datetime | None


def sessions_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Session]:
    """In order of time, those that have none last."""
    query = select(Session).where(Session.edition_id == edition_id)
    order = (Session.start_utc.is_(None), Session.start_utc, Session.end_utc, Session.id)
    return paged(db, query.order_by(*order), number=number, size=size)


def get_session(db: DbSession, edition_id: int, session_id: int) -> Session:
    return get_in(db, Session, edition_id, session_id)


def session_titles(db: DbSession, edition_id: int) -> dict[int, dict[str, str]]:
    """By session, its title, in order of time."""
    query = select(Session.id, Session.title).where(Session.edition_id == edition_id)
    return {row.id: row.title for row in db.execute(query.order_by(Session.start_utc, Session.id))}


def session_ids(db: DbSession, edition_id: int) -> set[int]:
    return set(db.scalars(select(Session.id).where(Session.edition_id == edition_id)))


def list_tracks(db: DbSession, edition_id: int) -> list[Track]:
    query = select(Track).where(Track.edition_id == edition_id)
    return list(db.scalars(query.order_by(Track.position, Track.id)))


def tracks_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Track]:
    query = select(Track).where(Track.edition_id == edition_id)
    return paged(db, query.order_by(Track.position, Track.id), number=number, size=size)


def get_track(db: DbSession, edition_id: int, track_id: int) -> Track:
    return get_in(db, Track, edition_id, track_id)


def get_item(db: DbSession, session: Session, item_id: int) -> SessionItem:
    """An item of the session; one of another session does not exist here."""
    item = get_in(db, SessionItem, session.edition_id, item_id)
    if item.session_id != session.id:
        raise NotFound(entity="session_item")
    return item


def get_role(db: DbSession, session: Session, role_id: int) -> RoleAssignment:
    """A part in the session or in one of its items; one in another session does not exist here."""
    role = get_in(db, RoleAssignment, session.edition_id, role_id)
    if role.session_id != session.id:
        raise NotFound(entity="role_assignment")
    return role


def items_of(db: DbSession, session_ids: Collection[int]) -> dict[int, list[SessionItem]]:
    """By session, its items in order. One query."""
    found: dict[int, list[SessionItem]] = defaultdict(list)
    query = select(SessionItem).where(SessionItem.session_id.in_(session_ids))
    for item in db.scalars(query.order_by(SessionItem.session_id, SessionItem.position)):
        found[item.session_id].append(item)
    return found


def roles_of(db: DbSession, session_ids: Collection[int]) -> dict[int, list[RoleAssignment]]:
    """By session, who has a part in it, in order. One query."""
    found: dict[int, list[RoleAssignment]] = defaultdict(list)
    query = select(RoleAssignment).where(RoleAssignment.session_id.in_(session_ids))
    for role in db.scalars(query.order_by(RoleAssignment.position, RoleAssignment.id)):
        found[role.session_id].append(role)
    return found


def channels_of(db: DbSession, session_ids: Collection[int]) -> dict[int, list[InterpretationChannel]]:
    """By session, what can be heard in it, by number. One query."""
    found: dict[int, list[InterpretationChannel]] = defaultdict(list)
    query = select(InterpretationChannel).where(InterpretationChannel.session_id.in_(session_ids))
    for channel in db.scalars(query.order_by(InterpretationChannel.session_id, InterpretationChannel.number)):
        found[channel.session_id].append(channel)
    return found


def get_channel(db: DbSession, session: Session, channel_id: int) -> InterpretationChannel:
    """A channel of the session; one of another session does not exist here."""
    channel = get_in(db, InterpretationChannel, session.edition_id, channel_id)
    if channel.session_id != session.id:
        raise NotFound(entity="interpretation_channel")
    return channel


def scheduled(db: DbSession, edition_id: int) -> list[Session]:
    """The sessions that have a time, in order of it."""
    query = select(Session).where(Session.edition_id == edition_id, Session.start_utc.is_not(None))
    return list(db.scalars(query.order_by(Session.start_utc, Session.end_utc, Session.id)))


def items_in_order(session_id: int) -> Select[SessionItem]:
    return select(SessionItem).where(SessionItem.session_id == session_id).order_by(SessionItem.position)


def item_order(db: DbSession, session_id: int) -> Order:
    return order_of(db, items_in_order(session_id))


def roles_in_order(session_id: int) -> Select[RoleAssignment]:
    query = select(RoleAssignment).where(RoleAssignment.session_id == session_id)
    return query.order_by(RoleAssignment.position, RoleAssignment.id)


def role_order(db: DbSession, session_id: int) -> Order:
    return order_of(db, roles_in_order(session_id))


def standing(db: DbSession, slug: str) -> Standing | None:
    """Which state of an edition and its agenda the public sees now; None where it sees none."""
    row = db.connection().execute(STANDING, {"slug": slug}).one_or_none()
    return Standing(*row) if row else None


def last_number(db: DbSession, edition_id: int) -> int:
    return db.scalar(select(func.max(AgendaVersion.number)).where(AgendaVersion.edition_id == edition_id)) or 0


def latest_version(db: DbSession, edition_id: int, *, with_content: bool = True) -> AgendaVersion | None:
    """Without its content, that is only read from the database when it is asked for."""
    query = select(AgendaVersion).where(AgendaVersion.edition_id == edition_id)
    query = query if with_content else query.options(defer(AgendaVersion.content))
    return db.scalar(query.order_by(AgendaVersion.number.desc()).limit(1))


def get_version(db: DbSession, edition_id: int, number: int) -> AgendaVersion:
    query = select(AgendaVersion).where(AgendaVersion.edition_id == edition_id, AgendaVersion.number == number)
    version = db.scalar(query) if number <= LARGEST_INTEGER else None
    if version is None:
        raise NotFound(entity="agenda_version")
    return version


def version_numbers(db: DbSession, edition_id: int) -> list[int]:
    """The latest first."""
    query = select(AgendaVersion.number).where(AgendaVersion.edition_id == edition_id)
    return list(db.scalars(query.order_by(AgendaVersion.number.desc())))


def versions_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[AgendaVersion]:
    query = select(AgendaVersion).where(AgendaVersion.edition_id == edition_id)
    return paged(db, query.order_by(AgendaVersion.number.desc()), number=number, size=size)


def published_agenda(version: AgendaVersion) -> dict[str, Any]:
    """The content of a version, as `agenda.versions` describes it. Raises SealBroken."""
    if seal_of(version.content) != version.sha256:
        raise SealBroken(number=version.number)
    content: dict[str, Any] = json.loads(version.content)
    return content


def public_agenda(version: AgendaVersion) -> dict[str, Any]:
    """What everyone may read of a version. Raises SealBroken."""
    return public_view(published_agenda(version))


def with_people_of_now(db: DbSession, content: dict[str, Any]) -> dict[str, Any]:
    """What was published, under the ids of people's records of today. One query while none has become another."""
    instead = kept_instead_of(db, Kept.PERSON, map(int, content["people"]))
    return following(content, instead) if instead else content
