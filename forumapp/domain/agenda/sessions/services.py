"""Building the agenda, and publishing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.database.columns import span_columns
from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.core.values.numbers import LARGEST_INTEGER
from forumapp.core.values.times import elapsed
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.content.snapshots import sealed
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.findings.names import named, names_of
from forumapp.domain.agenda.models import (
    AgendaVersion,
    AssignmentRole,
    AssignmentStatus,
    Cue,
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    Track,
)
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.publishing.refusals import (
    AgendaBlocked,
    ChangedMeanwhile,
    EmptyAgenda,
    NothingNew,
    PublishedMeanwhile,
)
from forumapp.domain.agenda.queries import get_version, last_number, published_agenda
from forumapp.domain.agenda.session_capacity import held_room, refuse_too_many_places
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import Actor, record
from forumapp.domain.forums.models import Edition, Room
from forumapp.domain.forums.rules import free_code, seats_in
from forumapp.domain.people.archive.archived_names import release_photos
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.agenda.publishing.refusals import Seen
    from forumapp.domain.audit.models import Removal


def create_track(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Track:
    """`values` are columns of Track."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    if db.scalar(select(Track.id).where(Track.edition_id == edition_id, Track.code == values["code"])):
        raise AlreadyExists(fields={"code": "taken"})
    row = Track(edition_id=edition_id, **values)
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def update_track(
    db: DbSession,
    edition_id: int,
    track_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Track:
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, Track, edition_id, track_id)
    change_in(db, row, changes, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def remove_track(
    db: DbSession, edition_id: int, track_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while sessions are in it."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, Track, edition_id, track_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def create_session(
    db: DbSession, edition_id: int, values: Mapping[str, Any], span: Span | None, *, actor: Actor, now: datetime
) -> Session:
    """`values` are columns of Session but its times, which `span` gives; without one it waits for its place in the
    timetable. Times that do not exist are refused.

    One without a code gets it from its title.
    """
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    room = _refuse_strange_place(db, edition_id, values)
    refuse_too_many_places(db, values, room)
    if not values.get("code"):
        codes = set(db.scalars(select(Session.code).where(Session.edition_id == edition_id)))
        values = {**values, "code": free_code(values["title"], codes, "session")}
    row = Session(edition_id=edition_id, **values)
    row.span = span
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def update_session(
    db: DbSession,
    edition_id: int,
    session_id: int,
    changes: Mapping[str, Any],
    span: Span | Callable[[Session], Span] | None = None,
    *,
    unscheduled: bool = False,
    version: int,
    actor: Actor,
    now: datetime,
) -> Session:
    """Without a `span` the times stay; one that depends on how the session stands is asked for with it. `unscheduled`
    takes it out of the timetable: its room is free, and it is to be as long as it was.
    """
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, Session, edition_id, session_id)
    if unscheduled:
        changes = {**changes, "room_id": None, **_length_of(row)}
    room = _refuse_strange_place(db, edition_id, changes)
    refuse_too_many_places(db, changes, room, row)
    times = span_columns(span(row) if callable(span) else span) if span or unscheduled else {}
    change_in(db, row, {**changes, **times}, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def remove_session(
    db: DbSession, edition_id: int, session_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take a session out of the agenda, with its items and everyone's part. What was published with it stays."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, Session, edition_id, session_id)
    items = db.scalars(select(SessionItem).where(SessionItem.session_id == row.id).order_by(SessionItem.position))
    channels = db.scalars(select(InterpretationChannel).where(InterpretationChannel.session_id == row.id))
    roles = db.scalars(select(RoleAssignment).where(RoleAssignment.session_id == row.id))
    cues = db.scalars(select(Cue).where(Cue.session_id == row.id))
    along = [*items, *channels, *roles, *cues]
    return remove_in(db, row, along=along, label=row.title or {"en": row.code}, version=version, actor=actor, now=now)


def add_item(db: DbSession, session: Session, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> SessionItem:
    """A further item at the end of a session, interpreted as the session is where `values` have no mode."""
    require(db, session.edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, session.edition_id)
    last = db.scalar(select(func.max(SessionItem.position)).where(SessionItem.session_id == session.id)) or 0
    told = {"mode": session.interpretation, **values}
    row = SessionItem(edition_id=session.edition_id, session_id=session.id, position=last + 1, **told)
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def update_item(
    db: DbSession,
    edition_id: int,
    item_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> SessionItem:
    """`changes` are columns of SessionItem but its place, which `parts.order_items` gives."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, SessionItem, edition_id, item_id)
    change_in(db, row, changes, Permission.EDIT_AGENDA, version=version, actor=actor, now=now)
    return row


def remove_item(db: DbSession, edition_id: int, item_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Take an item out of its session, with everyone's part in it; those after it begin earlier."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, SessionItem, edition_id, item_id)
    roles = list(db.scalars(select(RoleAssignment).where(RoleAssignment.item_id == row.id)))
    cues = list(db.scalars(select(Cue).where(Cue.item_id == row.id)))
    return remove_in(db, row, along=[*roles, *cues], label=row.title, version=version, actor=actor, now=now)


def assign_role(
    db: DbSession,
    session: Session,
    person_id: int,
    role: AssignmentRole,
    *,
    item: SessionItem | None = None,
    status: AssignmentStatus = AssignmentStatus.INVITED,
    position: int | None = None,
    actor: Actor,
    now: datetime,
) -> RoleAssignment:
    """Give a person a part in a session, or in one of its items; until someone says so they have not confirmed it.
    Without a `position` they come last.
    """
    require(db, session.edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, session.edition_id)
    if db.get(Person, person_id) is None:
        raise Invalid(fields={"person_id": "unknown"})
    item_id = item.id if item else None
    refuse_same_part(db, session.id, item_id, person_id, role)
    if position is None:
        # Of two at the largest number the newer one stands last, too.
        last = next_place(db, RoleAssignment.position, RoleAssignment.session_id == session.id)
        position = min(last, LARGEST_INTEGER)
    row = RoleAssignment(
        edition_id=session.edition_id,
        session_id=session.id,
        item_id=item_id,
        person_id=person_id,
        role=role,
        status=status,
        position=position,
    )
    create_in(db, row, Permission.EDIT_AGENDA, actor=actor, now=now)
    return row


def remove_role(db: DbSession, edition_id: int, role_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Take a person's part away. What was published with it stays as it was."""
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    row = get_in(db, RoleAssignment, edition_id, role_id)
    name = name_of(db.get_one(Person, row.person_id)).texts
    return remove_in(db, row, label=name, version=version, actor=actor, now=now)


def bring_back(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Of what was removed from the agenda. An item whose place another one has by now comes last in its session, and a
    session whose room holds fewer by now than it has places comes without one.
    """
    require(db, edition_id, Permission.EDIT_AGENDA, actor=actor)
    hold(db, edition_id)
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    instead = _INSTEAD[removal.entity](db, values_of(removal)) if removal.entity in _INSTEAD else {}
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def publish(
    db: DbSession,
    edition_id: int,
    *,
    label: str,
    note: Mapping[str, str],
    reason: str = "",
    again: int | None = None,
    seen: Seen | None = None,
    only_new: bool = False,
    actor: Actor,
    now: datetime,
) -> AgendaVersion:
    """Seal the agenda as it stands under the next number. Raises AgendaBlocked, EmptyAgenda, PublishedMeanwhile,
    ChangedMeanwhile, and with `only_new` NothingNew, where the latest version holds the same.

    With `again`, what that version holds is published anew; the agenda that is worked on stays as it is.

    Numbers have no holes, and nobody changes the agenda while it is read: the edition's row is locked first.
    """
    require(db, edition_id, Permission.PUBLISH_AGENDA, actor=actor)
    db.scalar(select(Edition.id).where(Edition.id == edition_id).with_for_update())
    last = last_number(db, edition_id)
    if seen and seen.number != last:
        raise PublishedMeanwhile(number=last)
    if again is None:
        content, seal = _sealed_now(db, edition_id, reason, seen)
    else:
        content, seal = _sealed_before(db, edition_id, again)
    if only_new and last and seal == get_version(db, edition_id, last).sha256:
        raise NothingNew(number=last)
    row = AgendaVersion(
        edition_id=edition_id,
        number=last + 1,
        label=label,
        note=dict(note),
        published_at=now,
        published_by=actor.account_id,
        content=content,
        sha256=seal,
    )
    db.add(row)
    db.flush()
    release_photos(db, edition_id)
    why = reason.strip() or None
    record(db, "published", "agenda_version", row.id, actor=actor, now=now, edition_id=edition_id, reason=why)
    return row


def _sealed_now(db: DbSession, edition_id: int, reason: str, seen: Seen | None) -> tuple[str, str]:
    working = working_agenda(db, edition_id)
    content, seal = sealed(working)
    if seen and seen.seal not in (None, seal):
        raise ChangedMeanwhile
    if not working["sessions"]:
        raise EmptyAgenda
    blocking = [finding for finding in agenda_findings(db, edition_id) if finding.blocking]
    if blocking and not reason.strip():
        names = names_of(db, blocking)
        raise AgendaBlocked(findings=[named(finding, names) for finding in blocking])
    return content, seal


def _sealed_before(db: DbSession, edition_id: int, number: int) -> tuple[str, str]:
    """The very text of an earlier version, once its seal is known to hold."""
    version = get_version(db, edition_id, number)
    if not published_agenda(version)["sessions"]:
        raise EmptyAgenda
    return version.content, version.sha256


def _length_of(row: Session) -> dict[str, int]:
    span = row.span
    return {"planned_minutes": int(elapsed(span.start.utc, span.end.utc).total_seconds() // 60)} if span else {}


def hold(db: DbSession, edition_id: int) -> None:
    """Keep the agenda from being published until this change of it is done; changes do not wait for one another."""
    db.scalar(select(Edition.id).where(Edition.id == edition_id).with_for_update(read=True))


def lock_agendas(db: DbSession, edition_ids: Collection[int]) -> None:
    """Keep these agendas from being published or changed until the transaction ends. Waits for a publication that is
    under way. Other rows can still be added to the editions.
    """
    rows = select(Edition.id).where(Edition.id.in_(edition_ids)).order_by(Edition.id)
    db.execute(rows.with_for_update(key_share=True)).all()


def _free_place(db: DbSession, item: Mapping[str, Any]) -> dict[str, int]:
    """Where an item goes, if not to where it was."""
    places = set(db.scalars(select(SessionItem.position).where(SessionItem.session_id == item["session_id"])))
    return {"position": max(places) + 1} if item["position"] in places else {}


def _fitting_room(db: DbSession, session: Mapping[str, Any]) -> dict[str, None]:
    """None instead of its room, where that is still there and has become too small."""
    room, places = held_room(db, session.get("room_id")), session.get("places")
    if places is None or room is None:
        return {}
    seats = seats_in(room.capacity, room.layouts, session.get("layout"))
    return {"room_id": None} if 0 < seats < places else {}


_INSTEAD: Mapping[str, Callable[..., Mapping[str, Any]]] = {"session_item": _free_place, "session": _fitting_room}


def refuse_same_part(db: DbSession, session_id: int, item_id: int | None, person_id: int, role: AssignmentRole) -> None:
    """The UNIQUE constraint and index hold it; this names the field."""
    held = select(RoleAssignment.id).where(
        RoleAssignment.session_id == session_id,
        RoleAssignment.item_id.is_(None) if item_id is None else RoleAssignment.item_id == item_id,
        RoleAssignment.person_id == person_id,
        RoleAssignment.role == role,
    )
    if db.scalar(held):
        raise AlreadyExists(fields={"person_id": "taken"})


def _refuse_strange_place(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> Room | None:
    """A room or track of another edition does not exist here. Returns the room."""
    room, track = held_room(db, values.get("room_id")), values.get("track_id")
    if values.get("room_id") is not None and (room is None or room.edition_id != edition_id):
        raise Invalid(fields={"room_id": "unknown"})
    if track is not None and find_in(db, Track, edition_id, track) is None:
        raise Invalid(fields={"track_id": "unknown"})
    return room
