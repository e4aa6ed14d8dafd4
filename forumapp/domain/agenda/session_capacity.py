"""The places of a session that registrants choose: no more than its room seats as it is set up, no fewer than taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.forums.models import Room
from forumapp.domain.forums.rules import seats_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import Session

# What the rule is about. Of several that change at once the first is put right most easily.
PLACES, ROOM = "places", "room_id"
ASKED = (PLACES, "layout", ROOM)


def refuse_too_many_places(
    db: DbSession, values: Mapping[str, Any], room: Room | None, row: Session | None = None
) -> None:
    """`values` are those of a new session, or the changes of `row`; `room` is that which they name. What leaves all of
    it as it is asks nothing.
    """
    stands: dict[str, Any] = {name: getattr(row, name, None) for name in ASKED}
    now = stands | {name: values[name] for name in ASKED if name in values}
    changed = [name for name in ASKED if now[name] != stands[name]]
    if now[PLACES] is None or not changed:
        return
    if row is not None and now[PLACES] < row.signed_up:
        raise Invalid(fields={PLACES: "below-taken"})
    room = room or held_room(db, now[ROOM])
    if room is not None and 0 < seats_in(room.capacity, room.layouts, now["layout"]) < now[PLACES]:
        raise Invalid(fields={changed[0]: "above-room" if changed[0] == PLACES else "below-places"})


def held_room(db: DbSession, room_id: int | None) -> Room | None:
    """The room as it is now; its seats stay until this change is done."""
    if room_id is None:
        return None
    query = select(Room).where(Room.id == room_id).with_for_update(read=True)
    return db.scalar(query.execution_options(populate_existing=True))
