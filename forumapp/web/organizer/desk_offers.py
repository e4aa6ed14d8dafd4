"""What the card of whoever is in hand offers besides: to let them in all the same, and those they bring along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from forumapp.core.numbers import id_from
from forumapp.core.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.arriving import list_party
from forumapp.domain.checkin.desk import at_desk
from forumapp.domain.checkin.rules import MAY_BE_FORCED, CheckpointKind
from forumapp.domain.registration.rules import MOST_PLUS_ONES
from forumapp.web import authorizing
from forumapp.web.organizer.desk_station import is_rehearsal
from forumapp.web.organizer.guard import edition, may, within
from forumapp.web.organizer.identity import actor

if TYPE_CHECKING:
    from forumapp.domain.checkin.desk import AtDesk, Happened


def offer_to_force(said: Happened | None) -> dict[str, Any]:
    """What is asked of whoever lets somebody in whom the rules refused just now; at a coach nobody rides beyond its
    seats.
    """
    if said is None or said.row.result not in MAY_BE_FORCED or said.kind is CheckpointKind.COACH:
        return {}
    if not may("check-in", everywhere=True):
        return {}
    return authorizing.asked(edition().id, actor().account_id) | {"checkpoint": said.row.checkpoint_id}


def party_of(one: AtDesk) -> list[AtDesk]:
    """Whoever comes with others, with these; nobody of whoever comes alone."""
    ids = list_party(reading(), edition().id, one.line.id)
    if len(ids) == 1:
        return []
    of: Any = {"within": within(Permission.CHECK_IN), "is_rehearsal": is_rehearsal()}
    return at_desk(reading(), edition().id, ids, **of)


def jobs_named() -> list[int]:
    """The prints of those who came together, as an address names them."""
    found = [id_from(one) for one in request.args.getlist("job")[: MOST_PLUS_ONES + 1]]
    return [one for one in found if one is not None]
