from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.text import is_latin
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.people.models import NameOrder, Person
from forumapp.domain.people.precedence.lists import approve_precedence_list, create_precedence_list
from forumapp.domain.people.queries import organizations_page, people_page, titles_in_edition
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    set_edition_title,
    update_organization,
    update_person,
)
from tests.domain.conftest import BY, NOW, Forum

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

LATER = NOW + timedelta(days=1)
LIU: dict[str, Any] = {
    "latin_family": "Liu", "latin_given": "Chun", "name_order": NameOrder.FAMILY_FIRST, "native_full": "刘春",
    "email": "Chun.Liu@Example.org",
}  # fmt: skip


@pytest.mark.parametrize("search", ["liu", "LIU Chun", "chun liu", "Liuchun", "刘", "刘春", "chun.liu", "ＬＩＵ"])
def test_a_person_is_found_by_any_spelling(session: DbSession, search: str) -> None:
    made = create_person(session, LIU, **BY)
    create_person(session, {"latin_family": "Smith", "latin_given": "Ann"}, **BY)
    assert [person.id for person in people_page(session, search=search).items] == [made.id]


def test_chinese_finds_those_who_are_known_in_latin_letters_after_the_others(session: DbSession) -> None:
    latin = create_person(session, {"latin_family": "Chun", "latin_given": "Liu"}, **BY)
    native = create_person(session, {**LIU, "latin_family": "Zzz", "email": None}, **BY)
    create_person(session, {"latin_family": "Liang", "latin_given": "Shan", "native_full": "梁山"}, **BY)
    assert [person.id for person in people_page(session, search="刘春").items] == [native.id, latin.id]
    assert [person.id for person in people_page(session, search="单").items] != []  # Shan is one of its readings


def test_people_are_found_by_their_organization(session: DbSession, forum: Forum) -> None:
    names = {"legal": {"en": "China Chamber", "zh-Hans": "中国机电产品进出口商会"}, "abbreviation": {"en": "CCCME"}}
    chamber = create_organization(session, names, **BY)
    liu, smith, _other = (create_person(session, {"latin_family": name}, **BY) for name in ("Liu", "Smith", "Other"))
    add_affiliation(session, liu.id, chamber.id, {"en": "Vice President"}, **BY)
    set_edition_title(session, forum.edition.id, smith.id, title={}, organization_id=chamber.id, **BY)
    for search in ("cccme", "机电", "China Chamber"):
        assert [person.id for person in people_page(session, search=search).items] == [liu.id, smith.id]
    assert [person.id for person in people_page(session, search="cccme liu").items] == [liu.id]


@pytest.mark.parametrize("search", ["%", "_", "\\", "'"], ids=["percent", "underscore", "backslash", "quote"])
def test_signs_of_a_pattern_are_only_signs(session: DbSession, search: str) -> None:
    create_person(session, LIU, **BY)
    found = people_page(session, search=f"x{search}").items
    assert found == []


@pytest.mark.parametrize(
    "name",
    ["𠮷野", "约翰·史密斯", "O'Brien-Łukasz", "ａｂｃ", "  padded  ", "ﬁrst"],
    ids=["plane 2", "middle dot", "signs", "full width", "blanks", "ligature"],
)
def test_names_are_kept_to_the_character(session: DbSession, name: str) -> None:
    latin = name if is_latin(name) else "Liu"
    made = create_person(session, {"latin_family": latin, "native_full": name}, **BY)
    session.expire_all()
    assert (made.latin_family, made.native_full) == (latin, name)


@pytest.mark.parametrize(
    "changes", [{"latin_family": "", "latin_given": "", "native_full": ""}], ids=["all names taken away"]
)
def test_a_person_keeps_a_name(session: DbSession, changes: dict[str, str]) -> None:
    made = create_person(session, LIU, **BY)
    with pytest.raises(Invalid) as refusal:
        update_person(session, made.id, changes, version=made.version, **BY)
    assert refusal.value.fields == {"latin_family": "required"}


def test_a_change_raises_the_version_by_one_and_the_search_follows(session: DbSession) -> None:
    made = create_person(session, LIU, **BY)
    update_person(session, made.id, {"latin_given": "Xia", "native_full": "刘霞"}, version=1, **BY)
    assert made.version == 2
    assert [len(people_page(session, search=word).items) for word in ("liuxia", "liuchun")] == [1, 0]
    with pytest.raises(Stale):
        update_person(session, made.id, {"latin_given": "Mei"}, version=1, **BY)


def test_an_organization_that_someone_wrote_still_finds_them_after_a_change(session: DbSession, forum: Forum) -> None:
    made = create_person(session, LIU, **BY)
    written = {"en": "Tiny Workshop"}
    set_edition_title(session, forum.edition.id, made.id, title={}, organization_name=written, **BY)
    update_person(session, made.id, {"latin_given": "Xia"}, version=1, **BY)
    assert [person.id for person in people_page(session, search="tiny workshop").items] == [made.id]


def test_an_organization_is_found_by_any_of_its_names(session: DbSession) -> None:
    names = {"legal": {"en": "China Chamber", "zh-Hans": "中国机电产品进出口商会"}, "abbreviation": {"en": "CCCME"}}
    made = create_organization(session, names, **BY)
    for search in ("chamber", "机电", "cccme"):
        assert [row.id for row in organizations_page(session, search=search).items] == [made.id]


def test_an_organization_is_no_part_of_itself(session: DbSession) -> None:
    whole = create_organization(session, {"legal": {"en": "Whole"}}, **BY)
    part = create_organization(session, {"legal": {"en": "Part"}, "parent_id": whole.id}, **BY)
    with pytest.raises(Invalid) as refusal:
        update_organization(session, whole.id, {"parent_id": part.id}, version=1, **BY)
    assert refusal.value.fields == {"parent_id": "loop"}


def test_approvals_of_an_order_are_told_to_the_log_by_their_names(session: DbSession, forum: Forum) -> None:
    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    by = {"actor": forum.by_owner["actor"], "now": LATER}
    approve_precedence_list(session, order, "Protocol", version=1, **by)
    assert (order.approved_by, order.approved_at) == ("Protocol", LATER)
    approve_precedence_list(session, order, "Protocol", version=2, **BY)
    assert (order.approved_at, order.version) == (LATER, 2)
    approve_precedence_list(session, order, None, version=2, **by)
    assert (order.approved_by, order.approved_at) == (None, None)
    query = select(AuditEvent).where(AuditEvent.entity == "precedence_list").order_by(AuditEvent.id)
    assert [(event.action, event.fields) for event in session.scalars(query)] == [
        ("created", []),
        ("approved", ["approved_at", "approved_by"]),
        ("unapproved", ["approved_at", "approved_by"]),
    ]


def test_a_circle_that_stands_already_ends_the_search(session: DbSession) -> None:
    first, second, third = (create_organization(session, {"legal": {"en": name}}, **BY) for name in "ABC")
    first.parent_id, second.parent_id = second.id, first.id  # as no service would leave it
    session.flush()
    with pytest.raises(Invalid) as refusal:
        update_organization(session, third.id, {"parent_id": first.id}, version=1, **BY)
    assert refusal.value.fields == {"parent_id": "loop"}


def test_the_office_in_which_someone_attends_stands_first(session: DbSession, forum: Forum) -> None:
    made = create_person(session, LIU, **BY)
    for position, title in ((2, "Party secretary"), (1, "Vice president")):
        set_edition_title(session, forum.edition.id, made.id, title={"en": title}, position=position, **BY)
    lines = titles_in_edition(session, forum.edition.id, [made.id])[made.id]
    assert [line.title["en"] for line in lines] == ["Vice president", "Party secretary"]


@pytest.mark.one_database
def test_a_latin_name_is_in_latin_letters_and_what_stands_otherwise_hinders_no_other_change(session: DbSession) -> None:
    for values in ({"latin_family": "刘"}, {**LIU, "latin_given": "Чунь"}):
        with pytest.raises(Invalid) as refused:
            create_person(session, values, **BY)
        assert list(refused.value.fields.values()) == ["not-latin"]
    row = create_person(session, {**LIU, "latin_family": "Łukasz-O’Brien", "latin_given": "ʻĀina Ó"}, **BY)
    with pytest.raises(Invalid) as refused:
        update_person(session, row.id, {"latin_family": "刘", "latin_given": "春"}, version=1, **BY)
    assert refused.value.fields == {"latin_family": "not-latin", "latin_given": "not-latin"}
    session.execute(update(Person).where(Person.id == row.id).values(latin_family="刘"))
    session.expire_all()
    changes = {"latin_family": "刘", "call_name": "Chun"}
    assert update_person(session, row.id, changes, version=row.version, **BY).call_name == "Chun"
