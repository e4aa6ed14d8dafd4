"""Suggestions while someone types, over 20,000 organizations and 30,000 people: how long the slowest takes.

The floor is the same page asked for nothing: signing in, permissions and the answer's frame, without any looking.
"""

from __future__ import annotations

import os
import re
import time
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from bench import places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.names import FAMILIES, GIVEN, spelled
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.people.models import NameOrder, Organization, OrganizationWord, Person, PersonWord
from forumapp.domain.people.names.spellings import words_of_organization, words_of_person
from forumapp.domain.people.rules import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

PEOPLE, ORGANIZATIONS = 30_000, 20_000
BATCH = 5000
ROUNDS = 20
PASSWORD = "a password only for measuring"
CITIES, TRADES = (
    ("北京", "上海", "江苏", "浙江", "广东", "福建", "湖北", "四川"),
    ("能源", "物流", "机电", "农业", "数码"),
)
# Common and rare, short and whole, in both scripts and either order; and what nobody is called.
TYPED = {
    "people": ("l", "li", "wang", "liu chun", "chun liu", "刘", "刘春", "春", "wei zhang", "weizhang", "zzzz"),
    "organizations": ("j", "jiangsu", "能源", "苏", "江苏能源", "nengyuan jiangsu", "group 17", "group", "zzzz", "17"),
}  # fmt: skip


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        with app.app_context():
            with transaction() as db:
                _fill(db)
            with transaction() as db:
                by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
                account = create_account(db, email="bench@forum.example", name="Bench", password=PASSWORD, **by)
                grant_role(db, account.id, get_edition(db, "bench").id, Role.OWNER, **by)
            client = app.test_client()
            sign_in(client)
            found = [one for kind in TYPED for one in _kind(client, backend, kind)]
            database.engine.dispose()
        return found


def _kind(client: FlaskClient, backend: str, kind: str) -> list[Mark]:
    floor = _seconds(client, kind, "")
    slowest = {typed: _seconds(client, kind, typed) for typed in TYPED[kind]}
    worst = max(slowest, key=slowest.__getitem__)
    middle = sorted(slowest.values())[len(slowest) // 2]
    name = f"suggested {kind}, {backend}"
    return [
        mark(f"{name}: median", middle * 1000, "ms", floor * 1000),
        mark(f"{name}: slowest ({worst})", slowest[worst] * 1000, "ms", floor * 1000),
    ]


def _seconds(client: FlaskClient, kind: str, typed: str) -> float:
    """The second longest of several, so that one pause of the machine does not count."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(f"/organizer/suggestions/{kind}", query_string={"q": typed})
        taken.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"suggestions answered {answer.status_code}")
    return sorted(taken)[-2]


def sign_in(client: FlaskClient) -> None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/organizer/sign-in").text)
    if found is None:
        raise RuntimeError("the sign-in page has no form")
    values = {"csrf_token": found[1], "email": "bench@forum.example", "password": PASSWORD}
    if client.post("/organizer/sign-in", data=values).status_code != 302:
        raise RuntimeError("signing in was refused")


def _fill(db: DbSession) -> None:
    people = [
        {
            "native_full": han + one + two,
            "latin_family": spelled(han),
            "latin_given": spelled(one + two),
            "name_order": NameOrder.FAMILY_FIRST,
        }
        for one, two, han in product(GIVEN, GIVEN, FAMILIES)
    ]
    _add(db, Person, people[:PEOPLE])
    names = select(Person.id, Person.latin_family, Person.latin_given, Person.native_full)
    words = {one: words_of_person(Name(*parts[:2], True, parts[2]), ()) for one, *parts in db.execute(names)}
    _add(db, PersonWord, _rows("person_id", words))
    each = ORGANIZATIONS // (len(CITIES) * len(TRADES))
    _add(
        db,
        Organization,
        [
            {"legal": {"zh-Hans": f"{city}{trade}第{number}集团有限公司", "en": f"Group {number} {place}"}}
            for number, (place, (city, trade)) in product(range(each), enumerate(product(CITIES, TRADES)))
        ],
    )
    called = db.execute(select(Organization.id, Organization.legal))
    words = {one: words_of_organization(legal, {}, {}, others=()) for one, legal in called}
    _add(db, OrganizationWord, _rows("organization_id", words))


def _rows(key: str, words: dict[int, dict[str, bool]]) -> list[dict[str, Any]]:
    return [{key: one, "word": word, "is_read": read} for one, its in words.items() for word, read in its.items()]


def _add(db: DbSession, kind: Any, rows: Sequence[dict[str, Any]]) -> None:
    for some in _batches(rows):
        db.execute(insert(kind), list(some))


def _batches(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[first : first + BATCH] for first in range(0, len(rows), BATCH)]
