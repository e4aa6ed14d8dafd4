"""Who and what is meant, while someone types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.core.database.db import db
from forumapp.core.errors import Forbidden
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.people.index.registrants import find_or_add
from forumapp.domain.people.models import NameOrder
from forumapp.domain.people.queries import organizations_page, people_page
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    update_organization,
    update_person,
)
from forumapp.domain.people.search.suggestions import (
    find_suggested_organization,
    find_suggested_person,
    suggest_organizations,
    suggest_people,
)
from tests.domain.conftest import BY, COMMAND, Forum
from tests.seeds import seed, seed_access, seed_delegation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

HOUSE: dict[str, Any] = {"actor": COMMAND}
CHAMBER = {
    "legal": {
        "en": "China Chamber of Commerce for Import and Export of Machinery and Electronic Products",
        "zh-Hans": "中国机电产品进出口商会",
    },
    "short": {"zh-Hans": "机电商会"},
    "abbreviation": {"en": "CCCME"},
    "also_known_as": ["Machinery Chamber"],
}
PEOPLE: dict[str, dict[str, Any]] = {
    "liu": {"latin_family": "Liu", "latin_given": "Chun", "name_order": NameOrder.FAMILY_FIRST, "native_full": "刘春"},
    "liu in Chinese alone": {"native_full": "刘纯"},
    "shan": {"latin_family": "Shan", "latin_given": "Liwen", "native_full": "单立文"},
    "lyu": {"native_full": "吕薇"},
    "ouyang": {"latin_family": "Ouyang", "latin_given": "Xiu-ying", "native_full": "欧阳秀英"},
    "wang": {"latin_family": "Wang", "latin_given": "Jianguo", "native_full": "王建国"},
    "huang": {"latin_family": "Huang", "latin_given": "Wayne Shih-Wei", "native_full": "黃士維"},
    "obrien": {"latin_family": "O’Brien", "latin_given": "Zoë", "call_name": "Bee", "also_known_as": ["Zoe Murphy"]},
    "smith": {"latin_family": "Smith", "latin_given": "John", "native_full": "约翰·史密斯"},
    "rare": {"latin_family": "Yoshino", "native_full": "𠮷野", "native_language": "zh-Hant"},
}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("刘春", ["liu", "liu in Chinese alone"]),
        ("刘", ["liu", "liu in Chinese alone"]),
        ("Liu Chun", ["liu", "liu in Chinese alone"]),
        ("Chun Liu", ["liu", "liu in Chinese alone"]),
        ("LIU", ["liu", "liu in Chinese alone"]),
        ("liuchun", ["liu", "liu in Chinese alone"]),
        ("Liú, Chūn", ["liu", "liu in Chinese alone"]),
        ("ｌｉｕ　ｃｈｕｎ", ["liu", "liu in Chinese alone"]),
        ("chun", ["liu", "liu in Chinese alone"]),
        ("shan li wen", ["shan"]),
        ("dan liwen", ["shan"]),
        ("lyu wei", ["lyu"]),
        ("lv wei", ["lyu"]),
        ("lu wei", ["lyu"]),
        ("xiuying ouyang", ["ouyang"]),
        ("ou yang", ["ouyang"]),
        ("阳秀", ["ouyang"]),
        ("wang jian guo", ["wang"]),
        ("Jian-Guo Wang", ["wang"]),
        ("wayne huang", ["huang"]),
        ("shihwei", ["huang"]),
        ("huang shiwei", ["huang"]),
        ("obrien", ["obrien"]),
        ("O'B", ["obrien"]),
        ("zoe", ["obrien"]),
        ("bee", ["obrien"]),
        ("murphy zoe", ["obrien"]),
        ("史密斯", ["smith"]),
        ("约翰史密斯", ["smith"]),
        ("𠮷", ["rare"]),
        ("iu", []),
        ("liu zzz", []),
        ("%", []),
        ("_", []),
        ("  ", []),
        ("-", []),
    ],
)
def test_people_are_suggested_by_every_spelling(session: DbSession, search: str, found: list[str]) -> None:
    made = {create_person(session, values, **BY).id: name for name, values in PEOPLE.items()}
    assert [made[one.id] for one in suggest_people(session, search, **HOUSE)] == found


@pytest.mark.parametrize(
    "search",
    ["CCCME", "cccm", "china chamber", "Chamber of Comm", "machinery electronic", "中国机电", "机电", "进出口商会",
     "机电 商会", "zhongguo jidian", "jidian", "machinery chamber"],
)  # fmt: skip
def test_organizations_are_suggested_by_any_of_their_names(session: DbSession, search: str) -> None:
    made = create_organization(session, CHAMBER, **BY)
    create_organization(session, {"legal": {"en": "Bay Area Council", "zh-Hans": "湾区委员会"}}, **BY)
    assert [one.id for one in suggest_organizations(session, search, **HOUSE)] == [made.id]
    assert [one.id for one in organizations_page(session, search=search).items] == [made.id]


def test_what_is_called_so_exactly_comes_first_and_no_more_than_are_wanted(session: DbSession) -> None:
    for given in ("Chunhua", "Chunming", "Chun", "Chunyan"):
        create_person(session, {"latin_family": "Liu", "latin_given": given}, **BY)
    found = suggest_people(session, "Liu Chun", **HOUSE, most=3)
    assert [one.name.latin_given for one in found] == ["Chun", "Chunhua", "Chunming"]


def test_words_follow_the_names(session: DbSession) -> None:
    person = create_person(session, PEOPLE["liu"], **BY)
    changes = {"latin_given": "Xia", "native_full": "刘霞", "also_known_as": ["Summer"]}
    update_person(session, person.id, changes, version=1, **BY)
    found = {word: bool(suggest_people(session, word, **HOUSE)) for word in ("liu xia", "summer", "刘春", "chun liu")}
    assert found == {"liu xia": True, "summer": True, "刘春": False, "chun liu": False}
    organization = create_organization(session, CHAMBER, **BY)
    update_organization(session, organization.id, {"abbreviation": {"en": "XYZ"}}, version=1, **BY)
    assert [bool(suggest_organizations(session, word, **HOUSE)) for word in ("xyz", "cccme", "机电")] == [
        True, False, True,
    ]  # fmt: skip


def test_who_registers_is_suggested_at_once(session: DbSession) -> None:
    values = {**PEOPLE["liu"], "native_language": "zh-Hans", "email": "liu@example.org", "organization": {}}
    values |= {"form_of_address": {}, "biography": {}}
    found = find_or_add(session, values, **BY)
    assert [one.id for one in suggest_people(session, "刘春", **HOUSE)] == [found.person_id]


def test_a_person_comes_with_their_first_post(session: DbSession) -> None:
    person, house = create_person(session, PEOPLE["liu"], **BY), create_organization(session, CHAMBER, **BY)
    add_affiliation(session, person.id, house.id, {"en": "Vice President", "zh-Hans": "副会长"}, **BY)
    add_affiliation(session, person.id, house.id, {"en": "Something else"}, **BY)
    (found,) = suggest_people(session, "liu", **HOUSE)
    assert found == find_suggested_person(session, person.id, **HOUSE)
    assert (found.name.native_full, found.title, found.organization) == (
        "刘春",
        {"en": "Vice President", "zh-Hans": "副会长"},
        {"en": CHAMBER["legal"]["en"], "zh-Hans": "机电商会"},
    )
    organization = find_suggested_organization(session, house.id, **HOUSE)
    assert organization is not None
    assert organization.abbreviation == {"en": "CCCME"}
    assert find_suggested_organization(session, 99999, **HOUSE) is None


def test_a_liaison_is_suggested_their_own_people_and_no_registry(session: DbSession) -> None:
    seeded = seed(session, 4)
    mine = seed_delegation(session, seeded.edition, "mine", seeded.registration_ids[:1])
    account = seed_access(session, seeded.edition.id, "l@forum.example", Role.DELEGATION_LIAISON, delegations=[mine.id])
    people = people_page(session, within=[mine.id]).items
    for person in people_page(session).items:
        update_person(session, person.id, {"call_name": "Everyone"}, version=person.version, **BY)
    liaison = Actor(account.id, Via.PAGE)
    assert [one.id for one in suggest_people(session, "everyone", actor=liaison)] == [one.id for one in people]
    assert len(suggest_people(session, "everyone", **HOUSE)) == 6
    with pytest.raises(Forbidden):
        suggest_organizations(session, "china", actor=liaison)


def test_strangers_are_suggested_nothing(session: DbSession, forum: Forum) -> None:
    account = seed_access(session, forum.edition.id, "x@forum.example")
    for look in (suggest_people, suggest_organizations):
        with pytest.raises(Forbidden):
            look(session, "liu", actor=Actor(account.id, Via.PAGE))


def test_as_many_queries_for_many_as_for_few(session: DbSession) -> None:
    def count(search: str) -> int:
        asked: list[str] = []
        listen = lambda *given: asked.append(given[2])  # noqa: E731 (to be taken off again)
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            suggest_people(session, search, **HOUSE)
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)

    for number in range(9):
        create_person(session, {"latin_family": "Liu", "latin_given": f"Chun{number}"}, **BY)
    create_person(session, {"latin_family": "Rare", "latin_given": "One"}, **BY)
    assert count("liu") == count("rare") <= 4


def test_what_someone_wrote_is_found_without_passing_over_how_all_else_is_read(session: DbSession) -> None:
    """By an index of its own on either database: thousands are read with one beginning that nobody has written."""
    looking: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "is_read IS" in statement:
            looking.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        suggest_organizations(session, "j", **HOUSE)
        suggest_people(session, "j", **HOUSE)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    connection, explain = session.connection(), "EXPLAIN QUERY PLAN"
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # which so few rows would get
        explain = "EXPLAIN"
    plans = [str(connection.exec_driver_sql(f"{explain} {one}", values).all()) for one, values in looking]
    assert [name in plan for name, plan in zip(("organization", "person"), plans, strict=True)] == [True, True]
    assert ["_word_written" in plan for plan in plans] == [True, True]
