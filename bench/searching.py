"""The list of registrations searched by its kinds of words: of 30,000, and how that grows to 200,000.

What is measured is what the page, the interface and the desk ask, in processor time of the process and of the database
server: the median of each word, and of a kind the word that takes longest. The floor is the same among 30,000.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from bench import places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.names import some_name
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.tokens import qr_code
from forumapp.core.values.phones import phone_tail
from forumapp.domain.checkin.desk.search import find_at_desk
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.people.models import EditionTitle, NameOrder, Person, PersonWord
from forumapp.domain.people.names.spellings import initials, words_of_offices, words_of_person
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import list_types, registrations_page
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

SIZES = (30_000, 200_000)
BATCH = 5000
ROUNDS = 31  # more than the ten executions after which PostgreSQL may keep a plan for any values
MOST = 50  # milliseconds
TYPED = {
    "one character": ("王", "刘", "伟", "华"),
    "a syllable": ("wang", "liu", "wei", "chun"),
    "two words": ("liu chun", "chun liu", "wang wei", "wei wang"),
    "initials": ("lc", "wjg"),
    "a company": ("oakland", "group 17", "港口"),
    "a common company": ("group", "group trading", "group wang"),
    "an email address": ("guest1777@", "example.org"),
    "the end of a number": ("8923", "0017", "13800128923"),
    "a code": ("BXXXX", "bxxxY222"),
}


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        found: list[Mark] = []
        before: dict[str, float] = {}
        there = 0
        with app.app_context():
            for size in SIZES:
                with transaction() as db:
                    fill_registrations(db, there, size)
                look_through()
                there = size
                with app.test_request_context():
                    taken = _taken()
                found += [
                    mark(
                        f"searched {size:,} by {kind}, {backend}",
                        one * 1000,
                        "ms of CPU",
                        before.get(kind, 0) * 1000 or None,
                        most=MOST,
                    )
                    for kind, one in taken.items()
                ]
                before = before or taken
            database.engine.dispose()
        return found


def look_through() -> None:
    """As the databases themselves do a while after so many rows have come."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        connection.execute(text("VACUUM ANALYZE" if is_postgresql else "ANALYZE"))


def _taken() -> dict[str, float]:
    """By kind of word, in the list and at the desk, the seconds of a processor of the word that takes longest."""
    edition_id = get_edition(reading(), "bench").id
    server = places.served_by(reading().connection())

    def in_list(word: str) -> None:
        registrations_page(reading(), edition_id, Filters(search=word), must_count=False)

    def at_desk(word: str) -> None:
        find_at_desk(reading(), edition_id, word, now=clock.now())

    listed = {kind: _slowest(in_list, words, server) for kind, words in TYPED.items()}
    return listed | {f"{kind} at the desk": _slowest(at_desk, words, server) for kind, words in TYPED.items()}


def _slowest(search: Callable[[str], None], words: tuple[str, ...], server: int) -> float:
    return max(median(_seconds(search, word, server) for _ in range(ROUNDS)) for word in words)


def _seconds(search: Callable[[str], None], word: str, server: int) -> float:
    begun = places.cpu_seconds(server)
    search(word)
    return places.cpu_seconds(server) - begun


def fill_registrations(db: DbSession, first: int, last: int) -> None:
    """With people, titles, words they are found by and codes."""
    edition_id = get_edition(db, "bench").id
    type_id = list_types(db, edition_id)[0].id
    chance = random.Random(first)
    for start in range(first, last, BATCH):
        people = [_person(chance, number) for number in range(start, start + BATCH)]
        ids = list(db.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
        words: list[dict[str, Any]] = []
        for person_id, one, number in zip(ids, people, range(start, start + BATCH), strict=True):
            name = Name(one["latin_family"], one["latin_given"], True, one["native_full"])
            found = words_of_person(name) | initials(name) | words_of_offices(_office(number).values())
            words += [{"word": word, "person_id": person_id, "is_read": read} for word, read in found.items()]
        db.execute(insert(PersonWord), words)
        of = {"edition_id": edition_id}
        titles = [{**of, "person_id": one, "organization_name": _office(start + at)} for at, one in enumerate(ids)]
        db.execute(insert(EditionTitle), titles)
        rows = [
            {**of, "person_id": one, "type_id": type_id, "status": "confirmed", "source": "form", "registered_at": at}
            for one, at in zip(ids, (clock.now() + timedelta(seconds=n) for n in range(BATCH)), strict=True)
        ]
        registered = db.scalars(insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows)
        codes = [
            {**of, "registration_id": one, "code": qr_code(), "short": f"B{start + at:07d}".translate(_READABLE)}
            for at, one in enumerate(registered)
        ]
        db.execute(insert(TicketCode), codes)


_READABLE = str.maketrans("01", "XY")


def _person(chance: random.Random, number: int) -> dict[str, Any]:
    phone = f"+86138{number:08d}"
    return {
        **some_name(chance),
        "name_order": NameOrder.FAMILY_FIRST,
        "email": f"guest{number}@example.org",
        "phone": phone,
        "phone_tail": phone_tail(phone),
    }


def _office(number: int) -> dict[str, str]:
    if number % 50 == 0:
        return {"en": "Port of Oakland", "zh-Hans": "奥克兰港口"}
    return {"en": f"Group {number % 5000} Trading"}
