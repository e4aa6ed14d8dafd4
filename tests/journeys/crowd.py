"""Many who register at once, each crowd a process of its own with several threads. Run by at_once/test_capacity.py."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from forumapp.app import create_app
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.domain.delegations.members.leaving import cancel_own_registration
from forumapp.domain.registration.capacity import counters, options
from forumapp.domain.registration.capacity.counters import Place
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.groups.services import register_group
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.lists.queries import edition_places
from forumapp.domain.registration.models import ChoicePlaces, PlaceBlock, Registration, RegistrationType
from forumapp.domain.registration.personal_links.allotment_holder import name_in_block
from forumapp.domain.registration.rules import Contact, RegistrationStatus, Source
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from tests.conftest import config_for
from tests.crowds import PATIENCE
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, sign_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

_seen = threading.local()


class Forum(NamedTuple):
    """Where a crowd registers: the database, a folder for the rest, and the edition."""

    url: str
    folder: Path
    edition_id: int
    codes: tuple[str, ...] = ("guest",)  # of the types that they take turns in

    def app(self) -> Flask:
        return create_app(config_for(self.url, self.folder))


def take_part(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """A thread for each list of numbers; all threads of all crowds begin together."""
    together(forum.app(), [lambda mine=mine: _register(forum, mine, start) for mine in numbers], results)


def take_part_unguarded(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """The same, with the guard replaced by what many write: look whether there is room, then insert."""
    counters.take_or_queue = _as_seen
    together(forum.app(), [lambda mine=mine: _look_then_register(forum, mine, start) for mine in numbers], results)


def take_part_while_limited(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """The same; one more thread of the first crowd limits the places of the edition to 150 once 20 are taken."""
    works = [lambda mine=mine: _register(forum, mine, start) for mine in numbers]
    if numbers[0][0] == 0:
        works.append(lambda: _limit(forum.edition_id))
    together(forum.app(), works, results)


def _limit(edition_id: int) -> list[str]:
    end = time.monotonic() + PATIENCE
    while edition_places(db.session(), edition_id).taken < 20 and time.monotonic() < end:
        db.session.rollback()
        time.sleep(0.005)
    with transaction() as session:
        set_edition_places(session, edition_id, 150, version=0, actor=HOUSE, now=NOW)
    return []


def take_apart(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """Even numbers want a place of the block, odd ones go to the port, or else to the lab where that is full."""
    together(forum.app(), [lambda mine=mine: _apart(forum, mine, start) for mine in numbers], results)


def take_apart_unguarded(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """The same where both only look whether there is room, and then insert."""
    counters.seat_in_block = options.take = lambda *_said: _refuse_where_no_room_was_seen()
    together(forum.app(), [lambda mine=mine: _look_then_apart(forum, mine, start) for mine in numbers], results)


def take_groups(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """Each number is a group of five. Their people share addresses with those of other groups, in other orders."""
    together(forum.app(), [lambda mine=mine: _groups(forum, mine, start) for mine in numbers], results)


def _groups(forum: Forum, numbers: list[int], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    by: dict[str, Any] = {"source": Source.FORM, "actor": STRANGER, "now": NOW}
    statuses = []
    for number in numbers:
        contact = Contact(name="Sue", email=f"office{number % 3}@example.org")
        people = [
            replace(applicant(5 * number + one), email=f"shared{(number * 2 + one * 3) % 7}@example.org")
            for one in range(5)
        ]
        with transaction() as session:
            _row, placed = register_group(session, forum.edition_id, "guest", contact, people, **by)
        statuses += [one.status.value for one in placed]
    return statuses


def leave(forum: Forum, ids: list[list[int]], start: Barrier, results: Any) -> None:
    """Registrants cancel, each with whoever comes along."""
    together(forum.app(), [lambda mine=mine: _leave(mine, start) for mine in ids], results)


def leave_unguarded(forum: Forum, ids: list[list[int]], start: Barrier, results: Any) -> None:
    """The same where each holds the places of their own type first, and those of who comes along when it is their
    turn.
    """

    def own_first(session: DbSession, _edition_id: int, mine: list[int]) -> set[int]:
        counters.hold(session, session.get_one(Registration, mine[0]).type_id)
        start.wait(PATIENCE)  # everyone has got so far
        return set(session.scalars(select(RegistrationType.id)))

    decisions.lock_with_plus_ones = own_first
    together(forum.app(), [lambda mine=mine: _leave(mine, start) for mine in ids], results)


def _leave(ids: list[int], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    told = []
    for one in ids:
        try:
            with transaction() as session:
                cancel_own_registration(session, one, 1, actor=STRANGER, now=NOW)
            told.append("cancelled")
        except OperationalError as error:
            told.append("deadlock" if "deadlock" in str(error) else str(error))
    return told


def _apart(forum: Forum, numbers: list[int], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    return [_one_apart(forum, number) for number in numbers]


def _one_apart(forum: Forum, number: int) -> str:
    try:
        with transaction() as session:
            if number % 2 == 0:
                said: dict[str, Any] = {"language": "en", "actor": STRANGER, "now": NOW}
                name_in_block(session, 1, 1, applicant(number), **said)
                return "in block"
            sign_up(session, forum.edition_id, applicant(number, answers={"tour": "port"}))
            return "port"
    except NoPlacesLeft:
        return "no place in block"
    except Invalid:
        with transaction() as session:
            sign_up(session, forum.edition_id, applicant(number, answers={"tour": "lab"}))
        return "lab"


def _look_then_apart(forum: Forum, numbers: list[int], start: Barrier) -> list[str]:
    (number,) = numbers
    table = PlaceBlock if number % 2 == 0 else ChoicePlaces
    _seen.room = reading().scalar(select(table.taken < table.quota))
    start.wait(PATIENCE)  # everyone has looked
    return [_one_apart(forum, number)]


def _refuse_where_no_room_was_seen() -> None:
    if not _seen.room:
        raise NoPlacesLeft


def together(app: Flask, members: list[Callable[[], Any]], results: Any) -> None:
    """A thread for each of them in this process. What one answers, or the error that ends it, goes to `results`."""

    def run(member: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                results.put(member())
            except BaseException as error:
                results.put(repr(error))
                raise

    threads = [threading.Thread(target=run, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        db.engine.dispose()


def _register(forum: Forum, numbers: list[int], start: Barrier) -> list[str]:
    start.wait(PATIENCE)
    statuses = []
    for number in numbers:
        with transaction() as session:
            statuses.append(_sign_up(session, forum, number))
    return statuses


def _sign_up(session: DbSession, forum: Forum, number: int) -> str:
    code = forum.codes[number % len(forum.codes)]
    return sign_up(session, forum.edition_id, applicant(number), code).status.value


def _look_then_register(forum: Forum, numbers: list[int], start: Barrier) -> list[str]:
    statuses = []
    for number in numbers:
        confirmed = select(func.count()).where(Registration.status == RegistrationStatus.CONFIRMED)
        quota = reading().scalar(select(RegistrationType.quota))
        _seen.room = reading().scalar(confirmed) < quota
        start.wait(PATIENCE)  # everyone has looked
        with transaction() as session:
            statuses.append(_sign_up(session, forum, number))
    return statuses


def _as_seen(session: Any, edition_id: int, type_id: int, *, limited: bool, even_closed: bool) -> Place:
    if _seen.room:
        return Place(RegistrationStatus.CONFIRMED)
    return Place(RegistrationStatus.WAITLISTED, counters.queue(session, counters.hold(session, type_id)))


def hold_unguarded(forum: Forum, numbers: list[list[int]], start: Barrier, results: Any) -> None:
    """Register with an address to be confirmed, where each looks whether a spot is free before anyone takes one."""
    counters.hold_spot = _hold_as_seen
    together(forum.app(), [lambda mine=mine: _look_then_register(forum, mine, start) for mine in numbers], results)


def _hold_as_seen(_session: Any, _type_id: int, *, until: datetime, **_how: bool) -> Place:
    return Place(RegistrationStatus.UNCONFIRMED, confirm_by=until, holds_spot=_seen.room)
