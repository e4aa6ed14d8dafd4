"""People, organizations, delegations and settings: lists, forms and stale saves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.people.records.services import create_organization, update_person
from tests.readings import forget_readings
from tests.web.organizer.house import BY, HOME, add_registration, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


def person(**changes: Any) -> dict[str, Any]:
    return {
        "latin_family": "Liu",
        "latin_given": "Chun",
        "name_order": "family-first",
        "native_full": "刘春",
        **changes,
    }


def test_the_tables_of_readings_are_loaded_before_a_transaction(
    house: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction = forget_readings(monkeypatch)

    owner.get(f"{HOME}/people/new")
    assert in_transaction == []
    assert owner.send(f"{HOME}/people/new", person(native_full="吴晓明")).status_code == 302
    assert in_transaction == [False]


@pytest.mark.both_databases
def test_people_are_found_by_either_script(house: House, owner: Browser) -> None:
    add_registration(house, "Anna")

    for search in ("liu chun", "chunliu", "刘春"):
        text = owner.get(f"{HOME}/people", query_string={"search": search}).text
        assert ("Liu Chun" in text, "Anna" in text, "Director" in text) == (True, False, True)
    assert "Nobody is found" in owner.get(f"{HOME}/people?search=zzz").text


def test_a_new_person_is_kept_to_the_character(owner: Browser) -> None:
    typed = {
        "latin_family": "Ó Néill",
        "latin_given": "Séan",
        "name_order": "given-first",
        "native_full": "",
        "email": "s@example.org",
    }

    answer = owner.send(f"{HOME}/people/new", {**typed, "languages": ["zh-Hans", "en"], "form_of_address.en": "Mr."})

    made = rows(select(Person).where(Person.latin_given == "Séan"))[0]
    assert answer.location == f"{HOME}/people/{made.id}"
    assert (made.latin_family, made.native_full, made.languages, made.form_of_address, made.phone) == (
        "Ó Néill",
        "",
        ["zh-Hans", "en"],
        {"en": "Mr."},
        None,
    )


@pytest.mark.parametrize(
    ("native", "chosen", "order"),
    [("刘春", "", "family-first"), ("", "", "given-first"), ("刘春", "given-first", "given-first")],
)
def test_the_name_order_of_a_new_person_follows_the_script_unless_chosen(
    owner: Browser, native: str, chosen: str, order: str
) -> None:
    typed = {"latin_family": "Liu", "latin_given": "Qiuzhen", "native_full": native, "name_order": chosen}
    assert owner.send(f"{HOME}/people/new", typed).status_code == 302
    assert rows(select(Person.name_order).where(Person.latin_given == "Qiuzhen")) == [order]


def test_a_person_without_any_name_is_refused_at_the_field(owner: Browser) -> None:
    answer = owner.send(
        f"{HOME}/people/new", {"name_order": "given-first", "email": "not an address", "phone": "+1 555"}
    )
    nameless = owner.send(f"{HOME}/people/new", {"name_order": "given-first", "phone": "+1 555"})

    assert (answer.status_code, "Write an e-mail address." in answer.text) == (422, True)
    assert (nameless.status_code, 'id="e-latin_family"' in nameless.text, 'value="+1 555"' in nameless.text) == (
        422,
        True,
        True,
    )


def test_a_phone_is_a_number_and_wechat_is_free(owner: Browser) -> None:
    for number, is_right in {
        "+86 (10) 1234-5678 ext. 9": True, "010-12345678转9": True, "5550100x12": True,
        "abc": False, "call me": False, "+": False, "12 34 ext.": False,
    }.items():  # fmt: skip
        answer = owner.send(f"{HOME}/people/new", person(phone=number, wechat="微信 any"))
        assert (number, answer.status_code) == (number, 302 if is_right else 422)
        assert is_right or 'id="e-phone"' in answer.text


def test_what_no_database_takes_is_refused_at_the_field(owner: Browser) -> None:
    answer = owner.send(f"{HOME}/people/new", person(call_name="a\x00b"))
    assert (answer.status_code, 'id="e-call_name"' in answer.text) == (422, True)


def test_a_stale_person_shows_both_versions_field_by_field(house: House, owner: Browser) -> None:
    with transaction() as session:
        update_person(session, house.person_id, {"call_name": "Lily", "phone": "+86 1"}, version=1, **BY)

    answer = owner.send(f"{HOME}/people/{house.person_id}", person(version="1", call_name="Chunchun"))

    rows = answer.text.split("both-versions")[1].split("</table>")[0]
    assert answer.status_code == 412
    assert [words for words in ("Called", "Chunchun", "Lily", "Phone", "+86 1") if words not in rows] == []
    assert "Family name" not in rows
    assert row(Person, house.person_id).call_name == "Lily"


def test_a_change_shows_in_the_persons_log(house: House, owner: Browser) -> None:
    owner.send(f"{HOME}/people/{house.person_id}", person(version="1", call_name="Lily"))

    text = owner.get(f"{HOME}/people/{house.person_id}").text
    log = " ".join(re.sub(r"<[^>]+>", " ", text.split('class="log"')[1]).split())

    assert ("Olga Owner changed it · Page" in log, "Called before: — → after: Lily" in log) == (True, True)


def test_an_organization_is_added_changed_and_found(house: House, owner: Browser) -> None:
    made = owner.send(f"{HOME}/organizations/new", {"legal.en": "Bay Council", "kind": "association"})
    changed = owner.send(
        made.location,
        {"version": "1", "legal.en": "Bay Area Council", "short.zh-Hans": "湾区委员会", "kind": "association"},
    )

    assert (made.status_code, changed.status_code) == (302, 302)
    assert "Bay Area Council" in owner.get(f"{HOME}/organizations?search=湾区").text
    kept = rows(select(Organization).where(Organization.kind == "association"))[0]
    assert (kept.legal, kept.short) == ({"en": "Bay Area Council"}, {"zh-Hans": "湾区委员会"})


def test_languages_that_a_record_says_stay_when_it_is_saved_on_the_page(house: House, owner: Browser) -> None:
    page, spoken = f"{HOME}/people/{house.person_id}", ["yue", "zh-Hans", "tl", "en"]
    with transaction() as db:
        update_person(db, house.person_id, {"languages": spoken}, version=1, **BY)

    shown = html.fromstring(owner.get(f"{page}?lang=zh-Hans").text).xpath("//input[@name='languages' and @checked]")
    assert [one.get("value") for one in shown] == spoken
    assert [one.getnext().text_content() for one in shown] == ["粤语", "中文", "他加禄语", "English"]
    owner.send(page, person(languages=["zh-Hans", "ja"], version="2"))
    assert row(Person, house.person_id).languages == ["zh-Hans", "ja"]
    assert owner.send(page, person(languages="no tag", version="3")).status_code == 422


def test_two_languages_in_one_row_are_asked_apart(owner: Browser) -> None:
    both = "中国机电 China Chamber"
    page = f"{HOME}/organizations/new"
    for language in ("en", "zh-Hans"):
        refused = owner.send(page, {f"legal.{language}": both, "kind": "association"})
        assert (refused.status_code, f'id="e-legal.{language}"' in refused.text) == (422, True)
    for apart in ({"legal.en": "China Chamber", "legal.zh-Hans": both}, {"legal.zh-Hans": "中国银行 BOC"}):
        assert owner.send(page, {**apart, "kind": "association"}).status_code == 302


def test_a_delegation_shows_parts_members_and_places(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    with transaction() as session:
        whole = session.get_one(Delegation, house.delegation_id)
        part = create_delegation(
            session, house.edition_id, {"code": "nj", "name": {"en": "Nanjing"}, "parent_id": whole.id}, **BY
        )
        add_member(session, part, registration_id, **BY)

    listed = owner.get(f"{HOME}/delegations").text
    one = owner.get(f"{HOME}/delegations/js").text

    assert ("Jiangsu" in listed, "Nanjing" in listed, 'class="depth-1"' in listed) == (True, True, True)
    assert ("1 of 40 places" in one, "Anna" in one, f"{HOME}/delegations/nj" in one) == (True, True, True)
    assert "Nobody is found" in owner.get(f"{HOME}/delegations/js?search=berta").text


def test_lists_cost_the_same_for_many(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    with transaction() as session:
        add_member(session, session.get_one(Delegation, house.delegation_id), registration_id, **BY)
    pages = [f"{HOME}/people", f"{HOME}/organizations", f"{HOME}/delegations", f"{HOME}/delegations/js"]

    before = [counted(owner, page) for page in pages]
    for number in range(2):
        registration_id = add_registration(house, f"Name{number}", "applied")
        with transaction() as session:
            create_organization(session, {"legal": {"en": f"Firm {number}"}}, **BY)
            create_delegation(session, house.edition_id, {"code": f"d{number}", "name": {"en": f"D{number}"}}, **BY)
            add_member(session, session.get_one(Delegation, house.delegation_id), registration_id, **BY)
    after = [counted(owner, page) for page in pages]

    assert after == before


def counted(browser: Browser, page: str) -> int:
    with queries() as sent:
        assert browser.get(page).status_code == 200
    return len(sent)


def settings(**changes: Any) -> dict[str, Any]:
    return {
        "version": "1",
        "name.en": "Forum",
        "name.zh-Hans": "论坛",
        "ordinal": "1",
        "year": "2023",
        "starts_on": "2023-05-22",
        "ends_on": "2023-05-23",
        "zone": "America/Los_Angeles",
        "languages": "zh-Hans en",
        "page_size": "Letter",
        "accent_color": "#AA3300",
        "status": "open",
        **changes,
    }


def test_settings_are_saved_and_the_leading_language_counts(house: House, owner: Browser) -> None:
    answer = owner.send(f"{HOME}/settings", settings())

    kept = row(Edition, house.edition_id)
    assert answer.status_code == 302
    assert (kept.languages, kept.page_size.value, kept.accent_color, kept.status.value, str(kept.ends_on)) == (
        ["zh-Hans", "en"],
        "Letter",
        "#aa3300",
        "open",
        "2023-05-23",
    )


def test_settings_refuse_at_their_fields(house: House, owner: Browser) -> None:
    bad = {"ends_on": "2023-05-21", "ordinal": "2", "zone": "Nowhere/Here", "accent_color": "red"}
    wrong = {
        "ends_on": "The end comes before the start.",
        "zone": "There is no such time zone",
        "accent_color": "Write a color",
        "ordinal": "Another one has this already.",
    }

    for field, words in wrong.items():
        answer = owner.send(f"{HOME}/settings", settings(**{field: bad[field]}))
        assert answer.status_code == 422
        assert words in answer.text.split(f'id="e-{field}">')[1].split("</p>")[0]
