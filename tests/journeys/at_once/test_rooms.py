"""Two twins and four people whom two processes put into both at once: two sleep in each, and each in one of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.models.rooms import RoomStay
from tests.domain.conftest import BY, make_forum
from tests.domain.delegations.test_delegations import make_registration
from tests.domain.delegations.test_hotel_rooms import House
from tests.journeys import crowd, roomers
from tests.journeys.at_once.test_capacity import let_in, shares

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

pytestmark = pytest.mark.slow
WATCHED = ("room_stay", "hotel_room")


def open_house(app: Flask, folder: Path, *, watched: bool = True) -> tuple[crowd.Forum, list[roomers.Wish]]:
    """With all that is wished; `watched` are the rooms by the database's own triggers."""
    with app.app_context():
        with transaction() as session:
            forum = make_forum(session)
            house = House(session, forum)
            diaz = make_registration(session, forum, "Diaz").id
            add_member(session, house.hubei, diaz, **BY)
            wishes = [(room.id, one) for one in (*house.people.values(), diaz) for room in (house.twin, house.other)]
            for table in () if watched else WATCHED:
                session.execute(text(f"DROP TRIGGER {table}_fits ON {table}"))
            edition_id = house.of
        db.session.remove()
    return crowd.Forum(app.config["SQLALCHEMY_DATABASE_URI"], folder, edition_id), wishes


def fullest(app: Flask) -> tuple[int, int]:
    """How many are in one room, and in how many rooms one is."""
    with app.app_context():
        rows = db.session.execute(select(RoomStay.room_id, RoomStay.registration_id)).all()
        db.session.remove()
    rooms, people = (Counter(row[place] for row in rows) for place in (0, 1))
    return max(rooms.values()), max(people.values())


def test_no_room_is_overfull_and_nobody_is_in_two(own_app: Flask, tmp_path: Path) -> None:
    forum, wishes = open_house(own_app, tmp_path)

    told = let_in([shares(mine, 2) for mine in shares(wishes, 2)], roomers.give_rooms, forum)

    assert (told["in"], told.keys() <= {"in", "room-full", "in-two-rooms"}) == (4, True)
    assert fullest(own_app) == (2, 1)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("watched", "most"), [(True, (2, 1)), (False, (4, 2))])
def test_without_locks_the_database_refuses_it_and_without_both_it_happens(
    own_app: Flask, tmp_path: Path, most: tuple[int, int], *, watched: bool
) -> None:
    forum, wishes = open_house(own_app, tmp_path, watched=watched)

    told = let_in([[[one] for one in mine] for mine in shares(wishes, 2)], roomers.give_rooms_unguarded, forum)

    assert told["in"] == (4 if watched else len(wishes))
    assert fullest(own_app) == most
