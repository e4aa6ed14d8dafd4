"""Liaisons who give people rooms at the same time. Run by at_once/test_rooms.py, each crowd in a process of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.domain.delegations.hotel import stays
from forumapp.domain.delegations.hotel.queries import get_room
from tests.domain.conftest import BY
from tests.journeys.crowd import PATIENCE, Forum, together

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    from sqlalchemy.orm import Session as DbSession

Wish = tuple[int, int]  # a room, and who is to sleep there


def give_rooms(forum: Forum, wishes: list[list[Wish]], start: Barrier, results: Any) -> None:
    """A thread for each list of wishes; all threads of all crowds begin together."""
    together(forum.app(), [partial(_give, forum, mine, start) for mine in wishes], results)


def give_rooms_unguarded(forum: Forum, wishes: list[list[Wish]], start: Barrier, results: Any) -> None:
    """The same where nobody waits for anybody, and all have looked before the first one writes."""
    make = stays.create

    def once_all_have_looked(*said: Any, **by: Any) -> None:
        start.wait(PATIENCE)
        make(*said, **by)

    stays.hold_people = stays.hold_room = lambda *_said: None
    stays.create = once_all_have_looked
    together(forum.app(), [partial(_give, forum, mine, None) for mine in wishes], results)


def _give(forum: Forum, wishes: list[Wish], start: Barrier | None) -> list[str]:
    if start is not None:
        start.wait(PATIENCE)
    told = []
    for room_id, registration_id in wishes:
        try:
            with transaction() as db:
                _add(db, forum, room_id, registration_id)
            told.append("in")
        except Invalid as refusal:
            told.append(str(refusal.details.get("constraint") or refusal.code))
    return told


def _add(db: DbSession, forum: Forum, room_id: int, registration_id: int) -> None:
    room = get_room(db, forum.edition_id, room_id)
    stays.add_stay(db, room, registration_id, {}, **BY)
