"""Whether the room of a session still holds somebody: at its checkpoints, through however many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, distinct, func, select

from forumapp.domain.agenda.models import Session
from forumapp.domain.checkin.models import Admission, Checkpoint
from forumapp.domain.checkin.rules import Presence
from forumapp.domain.forums.models import Room
from forumapp.domain.forums.rules import seats_in

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.setup.stations import Station

# Whoever lets somebody in holds the session's row until that is done, so that of any number of scans at once exactly
# as many pass as there are seats. Other checkpoints ask nothing of this.
_ROOM = (
    select(Room.capacity, Room.layouts, Session.layout)
    .join(Session, Session.room_id == Room.id)
    .where(Session.id == bindparam("of_session"), Session.in_all_rooms.is_(False))
    .with_for_update(of=Session, key_share=True)
)
_INSIDE = (
    select(func.count(distinct(Admission.registration_id)))
    .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    .where(Checkpoint.session_id == bindparam("of_session"), Admission.presence == Presence.IN)
    .where(Admission.registration_id != bindparam("but"), Admission.is_rehearsal == bindparam("rehearsed"))
)


def is_full(db: DbSession, station: Station, registration_id: int) -> bool:
    """Whether the others take all seats of the session's room, as it is set up. A room of which nobody said how many it
    holds is never full, and neither is a session in all rooms.
    """
    if station.session_id is None:
        return False
    room = db.execute(_ROOM, {"of_session": station.session_id}).one_or_none()
    seats = seats_in(*room) if room else 0
    if not seats:
        return False
    asked = {"of_session": station.session_id, "but": registration_id, "rehearsed": station.is_rehearsal}
    return (db.execute(_INSIDE, asked).scalar_one() or 0) >= seats
