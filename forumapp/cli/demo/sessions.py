"""The sessions of the sample forum, with their items, people and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import (
    AssignmentRole,
    AssignmentStatus,
    Interpretation,
    ItemKind,
    Press,
    SessionItem,
    SessionKind,
)
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.agenda.sessions.parts import add_channel

if TYPE_CHECKING:
    from forumapp.cli.demo import records
    from forumapp.cli.demo.load import Loaded
    from forumapp.domain.agenda.models import Session


def add_session(into: Loaded, given: records.Session) -> None:
    values = {
        "code": given.key,
        "title": dict(given.title),
        "abstract": dict(given.abstract),
        "kind": SessionKind(given.kind),
        "room_id": into.rooms[given.room],
        "track_id": into.tracks.get(given.track or ""),
        "interpretation": Interpretation(given.interpretation),
        "languages": list(given.languages),
        "press": Press(given.press),
        "is_sample": given.is_sample,
    }
    span = Span(Moment(given.starts_at, given.timezone), Moment(given.ends_at, given.timezone))
    session = agenda.create_session(into.db, into.edition.id, values, span, **into.by)
    into.sessions[given.key] = session.id
    _roles(into, session, given.roles)
    for number, language in given.channels:
        add_channel(into.db, into.edition.id, session.id, {"number": number, "language": language}, **into.by)
    for one in given.items:
        item = agenda.add_item(
            into.db,
            session,
            {
                "title": dict(one.title),
                "minutes": one.minutes,
                "kind": ItemKind(one.kind),
                "mode": Interpretation(one.interpretation),
            },
            **into.by,
        )
        _roles(into, session, one.roles, item=item)


def _roles(into: Loaded, session: Session, roles: tuple[records.Role, ...], *, item: SessionItem | None = None) -> None:
    for role in roles:
        agenda.assign_role(
            into.db,
            session,
            into.people[role.person],
            AssignmentRole(role.role),
            item=item,
            status=AssignmentStatus.CONFIRMED,  # the program that was published
            position=role.order,
            **into.by,
        )
