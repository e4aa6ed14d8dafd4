"""Filters of registrations: whom each of them chooses, alone and together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select, update

from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import filters_in
from forumapp.domain.registration.lists.stale_badges import changed_since_printed
from forumapp.domain.registration.models import Registration
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

DIET = {"code": "food", "kind": "diet", "label": {"en": "Food"}}
BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
# By what an address says, who is found.
FOUND = {
    "": "anna berta chen dora emil",
    "status=confirmed": "anna chen dora emil",
    "status=waitlisted&status=cancelled": "berta",
    "type=media": "dora emil",
    "type=media&type=guest&status=confirmed": "anna chen dora emil",
    "delegation=js": "berta chen dora",
    "delegation=js-a": "dora",
    "delegation=-": "anna emil",
    "delegation=js-a&delegation=-": "anna dora emil",
    "language=zh-Hans": "emil",
    "source=walk-in": "emil",
    "source=form&type=media": "dora",
    "way=plus-one": "dora",
    "way=substitute": "anna",
    "way=substitute&way=plus-one": "anna dora",
    "way=over-capacity": "",
    "vip=yes": "chen",
    "vip=no&status=confirmed": "anna dora emil",
    "missing=email": "emil",
    "missing=latin-name": "",
    "missing=native-name": "berta emil",
    "missing=diet": "emil",
    "missing=diet&missing=email&missing=native-name": "berta emil",
    "missing=photo&type=guest": "anna berta chen",
    "badge=printed": "anna chen",
    "badge=not-printed": "berta dora emil",
    "badge=changed": "anna",
    "badge=too-late": "emil",
    "since=2023-04-02": "dora emil",
    "until=2023-04-01": "anna berta chen",
    "since=2023-04-02&until=2023-04-02": "dora",
    "search=chen": "chen",
    "search=陈": "chen",
    "search=guests.example&type=media": "dora",
}


def make_people(db: DbSession) -> tuple[int, dict[str, int]]:
    edition_id = make_edition(db)
    make_type(db, edition_id, quota=2)
    make_type(db, edition_id, "media", questions=[DIET])
    late, later = (datetime(2023, 4, day, 12, tzinfo=UTC) for day in (2, 3))
    who: dict[str, dict[str, Any]] = {
        "anna": {},
        "chen": {"native_full": "陈明"},
        "berta": {},
        "dora": {"answers": {"food": ["vegan"]}, "email": "dora@guests.example.org"},
        "emil": {"email": None},
    }
    ids = {}
    for name, values in who.items():
        person = applicant(latin_family=name.title(), **{"email": f"{name}@example.org", **values})
        code = "media" if name in ("dora", "emil") else "guest"
        ids[name] = sign_up(db, edition_id, person, code, HOUSE).registration_id or 0

    def put(name: str, **values: Any) -> None:
        db.execute(update(Registration).where(Registration.id == ids[name]).values(**values))

    whole = create_delegation(db, edition_id, {"code": "js", "name": {"en": "Jiangsu"}}, **BY)
    part = create_delegation(db, edition_id, {"code": "js-a", "name": {"en": "A"}, "parent_id": whole.id}, **BY)
    for name, delegation in (("chen", whole), ("berta", whole), ("dora", part)):
        add_member(db, delegation, ids[name], **BY)
    officer = create_account(db, email="officer@example.org", name="Olga", password=None, **BY)
    put("dora", principal_id=ids["anna"], registered_at=late)
    put("emil", language="zh-Hans", source="walk-in", registered_at=later)
    put("berta", replaced_by_id=ids["anna"])
    said = {"latin_name": "CHEN Ann", "native_name": "陈明", "type_code": "guest"}
    put("chen", is_vip=True, responsible_id=officer.id, printed=said, printed_at=late + timedelta(hours=1))
    put("anna", printed={**said, "native_name": "安"}, printed_at=late + timedelta(hours=1))
    return edition_id, ids


def test_each_filter_chooses_and_they_combine(session: DbSession) -> None:
    edition_id, ids = make_people(session)
    names = {one: name for name, one in ids.items()}

    def found(address: str, **told: Any) -> str:
        filters = filters_in(parse_qs(address))
        page = queries.registrations_page(session, edition_id, filters, **told)
        assert set(session.scalars(chosen_ids(session, edition_id, filters, **told))) == {one.id for one in page.items}
        return " ".join(sorted(names[one.id] for one in page.items))

    wrong = {address: got for address, expected in FOUND.items() if (got := found(address)) != expected}
    assert wrong == {}
    # Nobody is told, so that nothing that is not told chooses anyone.
    private = ("missing=email", "missing=diet", "search=guests.example")
    assert [found(address, details_within=frozenset()) for address in private] == ["", "", ""]


@pytest.mark.parametrize(
    ("search", "shown_to_all", "matches"),
    [("Chen_88-sh", True, 1), ("chen_88-SH", True, 1), ("chen_88-s", True, 0), ("Chen_88-sh", False, 0)],
)
def test_a_wechat_name_is_searched_by_readers_who_may_see_it(
    session: DbSession, search: str, shown_to_all: bool, matches: int
) -> None:
    edition_id, ids = make_people(session)
    person = select(Registration.person_id).where(Registration.id == ids["chen"]).scalar_subquery()
    session.execute(update(Person).where(Person.id == person).values(wechat="Chen_88-SH"))

    told = None if shown_to_all else frozenset()
    page = queries.registrations_page(session, edition_id, filters_in({"search": [search]}), details_within=told)

    assert [one.id for one in page.items] == [ids["chen"]] * matches


def test_a_badge_is_changed_by_what_it_says_alone(session: DbSession) -> None:
    edition_id, ids = make_people(session)
    person = select(Registration.person_id).where(Registration.id == ids["chen"]).scalar_subquery()

    session.execute(update(Person).where(Person.id == person).values(phone="+8613800000000"))
    assert changed_since_printed(session, edition_id) == [ids["anna"]]
    session.execute(update(Person).where(Person.id == person).values(native_full="陈鸣"))
    assert set(changed_since_printed(session, edition_id)) == {ids["anna"], ids["chen"]}
