"""Putting the sessions of a file into an edition, with the rooms, tracks and people that they need.

Rooms are for those to set up who may change the edition; without them the sessions come without a room.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionItem, Track
from forumapp.domain.agenda.queries import item_order, items_in_order
from forumapp.domain.agenda.sessions import parts, services
from forumapp.domain.forums.models import Edition, Room, Venue
from forumapp.domain.forums.rules import free_code
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.importing.agenda.parts import in_order, item_changes, item_values, role_in
from forumapp.domain.importing.agenda.plan import by_names, new_values, place_of, span_of
from forumapp.domain.people.imports.services import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.agenda.plan import Plan, SessionLine

PLENARY = {"en": "Venue", "zh-Hans": "会场"}


class Taking:
    def __init__(self, db: DbSession, edition_id: int, plan: Plan, *, actor: Actor, now: datetime) -> None:
        self.db, self.edition_id, self.plan = db, edition_id, plan
        self.by: dict[str, Any] = {"actor": actor, "now": now}
        self.may_set_up = access_to(db, edition_id, actor=actor).allows(Permission.EDIT_EDITION)
        self.rooms = self._named(Room)
        self.tracks = self._named(Track)
        self.codes = set(db.scalars(select(Session.code).where(Session.edition_id == edition_id)))

    def _named(self, kind: type[Room | Track]) -> dict[str, int]:
        rows = self.db.execute(select(kind.id, kind.name, kind.code).where(kind.edition_id == self.edition_id))
        return by_names(rows.all())

    def take(self, lines: Sequence[SessionLine]) -> int:
        for line in lines:
            self._take(line)
        return len(lines)

    def take_within(self, lines: Sequence[SessionLine], seconds: float) -> int:
        """Take sessions until so much time is over, one at least. Returns how many."""
        ends = time.monotonic() + seconds
        for count, line in enumerate(lines, start=1):
            self._take(line)
            if time.monotonic() >= ends:
                return count
        return len(lines)

    def _take(self, line: SessionLine) -> None:
        if line.state is State.NEW:
            self._add(line)
        else:
            self._change(line)

    def _add(self, line: SessionLine) -> None:
        one = line.session
        assert one is not None, "of a session"  # noqa: S101 (a mistake of ours)
        code = one.code if one.code and one.code not in self.codes else free_code(one.title, self.codes, "session")
        self.codes.add(code)
        places = {"track_id": self._track(one.track), "room_id": self._room(one.room)}
        values = {**new_values(line), "code": code, **places}
        session = services.create_session(self.db, self.edition_id, values, span_of(one), **self.by)
        self._make_up(session, line)

    def _change(self, line: SessionLine) -> None:
        assert line.session_id is not None, "of a session that stands"  # noqa: S101 (a mistake of ours)
        changes = dict(line.changes)
        for name, made in (("room_id", self._room), ("track_id", self._track)):
            if isinstance(changes.get(name), str):
                changes[name] = made(changes[name])
        if line.span:
            changes["planned_minutes"] = None
        session = services.update_session(
            self.db, self.edition_id, line.session_id, changes, line.span, version=line.version, **self.by
        )
        self._make_up(session, line)

    def _make_up(self, session: Session, line: SessionLine) -> None:
        items = self._items(session, line) if line.items else []
        for number, language in line.channels:
            values = {"number": number, "language": language}
            parts.add_channel(self.db, self.edition_id, session.id, values, **self.by)
        self._assign(session, line, items)

    def _items(self, session: Session, line: SessionLine) -> list[SessionItem]:
        """Those of the file, in its order; the others stay after them."""
        assert line.session is not None, "of a session"  # noqa: S101 (a mistake of ours)
        found = []
        for one, row in zip(line.session.items, line.items, strict=True):
            if row is None:
                found.append(services.add_item(self.db, session, item_values(one), **self.by))
                continue
            if changes := item_changes(one, row):
                services.update_item(self.db, self.edition_id, row.id, changes, version=row.version, **self.by)
            found.append(row)
        order = item_order(self.db, session.id)
        ids = [row.id for row in in_order(found, list(self.db.scalars(items_in_order(session.id))))]
        if ids != list(order.ids):
            parts.order_items(self.db, self.edition_id, session.id, ids, version=order.version, **self.by)
        return found

    def _assign(self, session: Session, line: SessionLine, items: Sequence[SessionItem]) -> None:
        """Each part once: a file may name a person by each of their names."""
        there = select(RoleAssignment.item_id, RoleAssignment.person_id, RoleAssignment.role)
        there = there.where(RoleAssignment.session_id == session.id)
        held = [tuple(row) for row in self.db.execute(there)] if line.session_id else []
        for part in line.parts:
            person = self.plan.speakers.add(self.db, part.speaker, **self.by)
            item = items[part.item] if part.item is not None else None
            role = role_in(part, session.kind)
            mine = (item.id if item else None, person, role)
            if person is None or mine in held:
                continue
            status = AssignmentStatus(part.answer) if part.answer else AssignmentStatus.INVITED
            services.assign_role(self.db, session, person, role, item=item, status=status, **self.by)
            held.append(mine)

    def _room(self, key: str) -> int | None:
        if not key:
            return None
        room = self.plan.schedule.rooms[key]
        found = place_of(key, room.name, self.rooms)
        if found is None and self.may_set_up:
            values = {"name": dict(room.name), "venue_id": self._venue(), "capacity": room.capacity}
            found = create_room(self.db, self.edition_id, values, **self.by).id
            self.rooms |= dict.fromkeys(by_names([(found, room.name, "")]), found)
        return found

    def _venue(self) -> int:
        first = select(Venue.id).where(Venue.edition_id == self.edition_id).order_by(Venue.id).limit(1)
        found = self.db.scalar(first)
        if found is None:
            edition = self.db.get_one(Edition, self.edition_id)
            name = {code: text for code, text in (edition.place or PLENARY).items() if text} or PLENARY
            found = create_venue(self.db, self.edition_id, {"name": name, "zone": edition.zone}, **self.by).id
        return found

    def _track(self, key: str) -> int | None:
        if not key:
            return None
        track = self.plan.schedule.tracks[key]
        found = place_of(key, track.name, self.tracks)
        if found is None:
            codes = set(self.db.scalars(select(Track.code).where(Track.edition_id == self.edition_id)))
            values = {
                "code": free_code(track.name, codes, "track"),
                "name": dict(track.name),
                "position": len(codes) + 1,
                **({"color": track.color} if track.color else {}),
            }
            found = services.create_track(self.db, self.edition_id, values, **self.by).id
            self.tracks |= dict.fromkeys(by_names([(found, track.name, "")]), found)
        return found
