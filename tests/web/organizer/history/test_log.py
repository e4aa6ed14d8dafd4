"""The log in words: the page with its filters, each record's own, and what stands in them for whom."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account, ApiToken
from forumapp.domain.accounts.permissions import GRANTS, ROLES, Permission, Role, reach_of
from forumapp.domain.accounts.tokens.services import create_token, revoke_token
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.sessions.services import publish, remove_session, update_session
from forumapp.domain.audit.services import Actor, Token, Via, change, create, erase_values, record
from forumapp.domain.delegations.members.services import update_delegation
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRun, DelegationMember
from forumapp.domain.forums.models import Edition, EditionHost, Room, Series, Venue
from forumapp.domain.forums.venues.services import create_room, remove_room, update_room
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.retention.rules import Kind
from forumapp.domain.retention.services import set_rule
from tests.web.organizer.house import BY, HOME, Browser, Group, House, add_registration, browser_as, queries, rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

NOW = BY["now"]


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def lines(browser: Browser, query: str = "") -> list[str]:
    """The entries of the page, each as its words."""
    page = browser.get(f"{HOME}/log?{query}")
    assert page.status_code == 200
    return [plain(one) for one in re.findall(r'<p class="log-time">(.*?)</li>', page.text, re.DOTALL)]


def panel(browser: Browser, page: str) -> str:
    """What a record's page tells of it."""
    text = browser.get(f"{HOME}/{page}").text
    found = re.search(r'<details class="panel history">(.*?)</ol>\s*</details>', text, re.DOTALL)
    return plain(found[1]) if found else ""


def owner_of(house: House) -> dict[str, Any]:
    return {"actor": Actor(house.owner_id, Via.PAGE), "now": NOW}


def one(session: DbSession, kind: type[Any], row_id: int) -> Any:
    return session.get_one(kind, row_id)


@pytest.fixture
def renamed(house: House) -> None:
    with transaction() as session:
        room = one(session, Room, house.room_id)
        changes = {"name": {"en": "Great Hall", "zh-Hans": "大会堂"}, "capacity": 320}
        update_room(session, house.edition_id, room.id, changes, version=room.version, **owner_of(house))


@pytest.mark.usefixtures("renamed")
def test_it_tells_who_did_what_to_what_from_what_to_what(owner: Browser) -> None:
    first = lines(owner)[0]
    assert first == (
        "04:00 Room Great Hall Olga Owner changed it · Page Name (English) before: Room A → after: Great Hall"
        " Name (中文) before: — → after: 大会堂 Seats before: 0 → after: 320"
    )


@pytest.mark.usefixtures("renamed")
def test_it_tells_it_in_chinese(owner: Browser) -> None:
    first = lines(owner, "lang=zh-Hans")[0]
    assert first == (
        "04:00 会场 大会堂 Olga Owner 修改 · 网页 名称（English） 更改前： Room A → 更改后： Great Hall"
        " 名称（中文） 更改前： — → 更改后： 大会堂 座位数 更改前： 0 → 更改后： 320"
    )


def test_days_are_those_of_the_place_and_say_their_zone_once(owner: Browser) -> None:
    text = plain(owner.get(f"{HOME}/log").text)
    assert "Wed 1 Mar 2023 Pacific Standard Time (UTC−8) 04:00" in text
    assert text.count("Pacific Standard Time") == 1


def test_times_choices_and_records_are_told_in_words(house: House, owner: Browser) -> None:
    with transaction() as session:
        row = one(session, Session, house.session_ids[0])
        span = row.span
        later = type(span)(span.start, type(span.end)(span.end.wall.replace(minute=30), span.end.zone))
        changes = {"status": "tentative", "room_id": None, "languages": ["en", "zh-Hans"]}
        update_session(session, house.edition_id, row.id, changes, later, version=row.version, **owner_of(house))
    told = lines(owner)[0]
    assert "Status before: Confirmed → after: Tentative Room before: Room A → after: —" in told
    assert "Languages before: — → after: English, Chinese" in told
    assert "Ends before: Mon 22 May 2023 11:00 → after: Mon 22 May 2023 11:30" in told
    assert "UTC" not in told
    assert panel(owner, f"agenda/sessions/{house.session_ids[0]}").startswith(
        "2 entries in the log Wed 1 Mar 2023 04:00"
    )


def test_what_is_private_is_told_to_have_changed_and_no_more(house: House, owner: Browser) -> None:
    with transaction() as session:
        person = one(session, Person, house.person_id)
        update_person(session, person.id, {"phone": "+1 310 555 0100"}, version=person.version, **owner_of(house))
    told = lines(owner)[0]
    assert told.endswith("Person Liu Chun Olga Owner changed it · Page Phone changed, not shown")
    assert "310" not in owner.get(f"{HOME}/log").text
    assert lines(owner, "search=555") == []


def test_what_was_erased_says_so(house: House, owner: Browser) -> None:
    with transaction() as session:
        person = one(session, Person, house.person_id)
        changes = {"email": "liu@guests.example", "call_name": "Lily"}
        update_person(session, person.id, changes, version=person.version, **owner_of(house))
        erase_values(session, "person", [person.id], ["email"])
    told = lines(owner)[0]
    assert "E-mail address deleted for good, no longer shown" in told
    assert "Called before: — → after: Lily" in told


def test_what_was_removed_keeps_its_name_and_what_it_held(house: House, owner: Browser) -> None:
    with transaction() as session:
        row = one(session, Session, house.session_ids[1])
        remove_session(session, house.edition_id, row.id, version=row.version, **owner_of(house))
    page = owner.get(f"{HOME}/log").text
    told = next(one for one in lines(owner) if "removed it" in one and "Session Energy" in one)
    assert "What it held Short code energy Session title (English) Energy Session title (中文) Energy" in told
    assert f"/agenda/sessions/{house.session_ids[1]}" not in page
    assert f"/agenda/sessions/{house.session_ids[0]}" in page


def test_an_id_that_is_given_again_is_not_taken_for_the_record_before(house: House, owner: Browser) -> None:
    """SQLite gives the id of the last row again when it is removed."""
    with transaction() as session:
        venue = session.scalars(select(Venue)).one()
        values = {"venue_id": venue.id}
        first = create_room(session, house.edition_id, {**values, "code": "b", "name": {"en": "Old"}}, **BY)
        first_id = first.id
        remove_room(session, house.edition_id, first.id, version=first.version, **BY)
        second = create_room(session, house.edition_id, {**values, "code": "c", "name": {"en": "New"}}, **BY)
        second_id = second.id
    told = lines(owner, "record=room")
    assert [one.split(" The system")[0] for one in told] == [
        "04:00 Room New", "04:00 Room Old", "04:00 Room Old", "04:00 Room Room A"
    ]  # fmt: skip
    alone = lines(owner, f"record=room&of={second_id}")
    assert [one.split(" The system")[0] for one in alone] == ["04:00 Room New"]
    assert (first_id == second_id) is (db.engine.dialect.name == "sqlite")


def test_it_tells_through_what_and_by_whom(house: House, owner: Browser) -> None:
    with transaction() as session:
        account = one(session, Account, house.owner_id)
        create_token(session, account, name="Scanner", editions=[house.edition_id], **owner_of(house))
        token = session.scalars(select(ApiToken)).one()
        by = Actor(account.id, Via.API, Token(token.id, frozenset({"admin"})))
        update_delegation(
            session, house.edition_id, house.delegation_id, {"quota": 50}, version=1, actor=by, now=NOW
        )  # fmt: skip
        revoke_token(session, house.edition_id, token.id, **owner_of(house))
    revoked, changed, made = lines(owner)[:3]
    assert changed.endswith("Olga Owner changed it · API token “Scanner” Quota before: 40 → after: 50")
    assert "API token Scanner Olga Owner added it · Page What it is for Scanner Can be used for" in made
    assert (
        "API token Scanner Olga Owner revoked it · Page Revoked on before: — → after: Wed 1 Mar 2023 04:00" in revoked
    )
    assert "The system added it · Command line" in lines(owner)[-1]


def test_it_tells_the_reason(house: House, owner: Browser) -> None:
    with transaction() as session:
        by = owner_of(house)
        publish(session, house.edition_id, label="", note={}, reason="The minister insists", **by)
    told = lines(owner)[0]
    assert told.endswith("Version of the agenda 1 Olga Owner published it · Page Reason: The minister insists")
    assert lines(owner, "search=minister") == [told]


def test_roles_and_delegations_are_told_by_name(house: House, owner: Browser) -> None:
    browser_as(house, Role.DELEGATION_LIAISON, delegations=(house.delegation_id,), email="l@forum.example")
    values = {"roles": ["delegation-liaison", "viewer"], "delegations": ["js"]}
    account = rows(select(Account).where(Account.email == "l@forum.example"))[0]
    page = f"{HOME}/access/{account.id}"
    version = re.search(r'name="version" value="(\d+)"', owner.get(page).text)
    assert version
    assert owner.send(page, {**values, "version": version[1]}).status_code == 302
    told = lines(owner)[0]
    assert "Access" in told
    assert "Roles before: Delegation liaison → after: Delegation liaison, Viewer" in told


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("record=room", True), ("record=session", False), ("action=changed", True), ("action=removed", False),
        ("via=page", True), ("via=api", False), ("search=great", True), ("search=%E5%A4%A7%E4%BC%9A%E5%A0%82", True),
        ("search=opera", False), ("since=2023-03-01&until=2023-03-01", True), ("until=2023-02-28", False),
        ("since=2023-03-02", False), ("record=fax&action=faxed&via=fax&since=soon&actor=x&of=3", True),
        ("actor=9223372036854775807", False),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("renamed")
def test_it_is_narrowed_down(owner: Browser, query: str, found: bool) -> None:
    assert any("Great Hall Olga Owner changed it" in told for told in lines(owner, query)) is found


@pytest.mark.usefixtures("renamed")
def test_who_did_something_is_a_filter(house: House, owner: Browser) -> None:
    text = owner.get(f"{HOME}/log").text
    offered = re.findall(r'<option value="(\d+)">([^<]+)</option>', text)
    assert offered == [(str(house.owner_id), "Olga Owner")]
    assert [told for told in lines(owner, f"actor={house.owner_id}") if "Olga Owner" not in told] == []


def test_what_lists_hold_is_told_in_words(house: House, owner: Browser) -> None:
    told: dict[str, Any] = {"edition_id": house.edition_id, **owner_of(house)}
    assert owner.get(f"{HOME}/registrations/export.csv?column=registered_at&column=latin_family").status_code == 200
    owner.get(f"{HOME}/people/export/people.csv")
    with transaction() as session:
        filters = {"status": ["confirmed"], "type": ["guest"], "missing": ["photo"]}
        record(session, "changed", "mailing", 1, changes={"filters": ({}, filters)}, **told)
        mapping = {"Nom": "latin_family", "Titre": "title.en", "X": ""}
        record(session, "changed", "import_run", 1, changes={"mapping": ({}, mapping)}, **told)
        run = BulkRun(edition_id=house.edition_id, action=BulkAction.LANGUAGE, value="en", via=Via.PAGE, total=1)
        create(session, run, **owner_of(house))
        kept = session.get_one(Series, session.get_one(Edition, house.edition_id).series_id)
        change(session, kept, {"name": {"en": "A new name"}}, version=kept.version, **owner_of(house))

    series, bulk, imported, mailing, *_, people, exported = lines(owner)
    assert "Series A new name" in series
    assert "Change of several registrations Set the language" in bulk
    assert imported.endswith("after: Nom: Family name, Titre: Title (English)")
    assert mailing.endswith("after: Status: Confirmed, Type: Guest, Missing: No photo")
    assert "after: Registered on, Family name" in exported
    assert people.endswith("exported people · Page How many before: — → after: 1")
    assert "更改后： 状态：已确认、类别：嘉宾、缺项：" in lines(owner, "lang=zh-Hans")[3]


@pytest.mark.both_databases
def test_filters_survive_paging(house: House, owner: Browser) -> None:
    with transaction() as session:
        for number in range(51):
            room = one(session, Room, house.room_id)
            update_room(session, house.edition_id, room.id, {"capacity": number + 1}, version=room.version, **BY)
    query = "record=room&action=changed&via=command&since=2023-01-01&search=command"
    text = owner.get(f"{HOME}/log?record=room&action=changed&via=command&since=2023-01-01").text
    following = re.search(r'rel="next" href="([^"]+)"', text)
    assert following
    address = following[1].replace("&amp;", "&")
    assert {*query.split("&")[:4], "page=2"} <= set(address.split("?")[1].split("&"))
    assert len(re.findall('class="log-time"', owner.get(address).text)) == 1
    past_end = owner.get(f"{HOME}/log?record=room&page=9").text
    assert "This page is past the end of the list" in past_end
    assert "record=room" in past_end


def test_where_nothing_is_found_it_says_so(owner: Browser) -> None:
    text = plain(owner.get(f"{HOME}/log?search=xyzzy").text)
    assert "Nothing found Take a filter away, or choose other days. Show everything" in text


def test_it_costs_as_many_queries_for_many_as_for_one(house: House, owner: Browser) -> None:
    def cost() -> int:
        with queries() as sent:
            assert owner.get(f"{HOME}/log?record=room&action=changed").status_code == 200
        return len(sent)

    def seat(capacity: int) -> None:
        with transaction() as session:
            room = one(session, Room, house.room_id)
            update_room(session, house.edition_id, room.id, {"capacity": capacity}, version=room.version, **BY)

    seat(1)
    few = cost()
    for number in range(50):
        seat(number + 2)
    assert (cost(), len(lines(owner, "record=room&action=changed"))) == (few, 50)


def test_every_record_with_a_page_tells_what_happened_to_it(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Anna")
    kind, by = rows(select(RegistrationType))[0], owner_of(house)
    with transaction() as session:
        mark_vip(session, house.edition_id, registration_id, responsible_id=house.owner_id, version=1, **by)
        set_rule(session, house.edition_id, Kind.DIET, date(2023, 5, 30), version=0, **by)
    pages = {
        f"registrations/{registration_id}": "Olga Owner changed it · Page VIP before: No → after: Yes VIP host",
        f"people/{house.person_id}": "The system added it · Command line",
        f"organizations/{house.organization_id}": "added it",
        f"agenda/sessions/{house.session_ids[0]}": "added it",
        f"registrations/types/{kind.code}": "added it",
        f"access/{house.owner_id}": "The system gave a role · Command line Roles Owner",
        "delegations/js": "added it",
        "settings": "added it",
        f"venues/{rows(select(Venue.id))[0]}": "added it",
        f"venues/rooms/{house.room_id}": "added it",
        "retention/diet": "Olga Owner added it",
    }
    assert [page for page, words in pages.items() if words not in panel(owner, page)] == []


def test_rows_without_a_page_lead_to_what_happened_to_them(house: House, owner: Browser, jiangsu: Group) -> None:
    host, member = rows(select(EditionHost.id))[0], rows(select(DelegationMember.id))[0]
    of_host, delegation = owner.get(f"{HOME}/hosts/{host}").text, owner.get(f"{HOME}/delegations/js").text
    assert "added it" in of_host
    wanted = {
        ("delegation_member", member): delegation,
    }
    for (entity, row_id), text in wanted.items():
        assert f"{HOME}/log?record={entity}&amp;of={row_id}" in text
        assert [told for told in lines(owner, f"record={entity}&of={row_id}") if "added it" not in told] == []
        assert len(lines(owner, f"record={entity}&of={row_id}")) == 1
    assert jiangsu.family in lines(owner, f"record=delegation_member&of={member}")[0]


def test_a_liaison_reads_of_the_own_delegation_alone(house: House, jiangsu: Group, hubei: Group) -> None:
    told = lines(jiangsu.liaison)
    assert any(f"Registration {jiangsu.family}" in one for one in told)
    assert [one for one in told if hubei.family in one or "Room" in one or "Session" in one] == []
    assert lines(jiangsu.liaison, f"record=registration&of={hubei.registration_id}") == []
    offered = set(re.findall(r'<option value="(\w+)"', jiangsu.liaison.get(f"{HOME}/log").text))
    assert ("room" in offered, "registration" in offered) == (False, True)
    assert "in the log" in panel(jiangsu.liaison, "delegations/js")
    assert "in the log" in panel(jiangsu.liaison, f"people/{jiangsu.person_id}")
    assert panel(jiangsu.liaison, f"agenda/sessions/{house.session_ids[0]}") == ""
    assert "record=room" not in jiangsu.liaison.get(f"{HOME}/settings").text


def test_a_liaison_is_told_no_name_out_of_reach(house: House, jiangsu: Group, hubei: Group) -> None:
    """A member of the one delegation comes with someone of the other."""
    with transaction() as session:
        row = one(session, Registration, jiangsu.registration_id)
        change(session, row, {"principal_id": hubei.registration_id}, version=row.version, **BY)
    secretariat = browser_as(house, Role.SECRETARIAT)
    theirs, all_of_it = (lines(browser, "action=changed")[0] for browser in (jiangsu.liaison, secretariat))
    assert "Comes with before: — → after: Registration" in theirs
    assert f"Comes with before: — → after: {hubei.family}" in all_of_it


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DELEGATION_LIAISON])
def test_the_way_to_it_is_shown_to_those_who_may_see_it(house: House, role: Role) -> None:
    browser = browser_as(house, role)
    may = bool(reach_of(role, Permission.SEE_LOG))
    assert (f'href="{HOME}/log"' in browser.get(f"{HOME}/settings").text) is may
    assert browser.get(f"{HOME}/log").status_code == (200 if may else 403)


def test_links_lead_to_pages_that_are_open_to_the_reader(house: House) -> None:
    browser = browser_as(house, Role.PROTOCOL_OFFICER)
    text = browser.get(f"{HOME}/log").text
    inside = set(re.findall(rf'<p class="log-record">.*?href="({HOME}/[^"]+)"', text))
    assert inside
    assert [address for address in inside if browser.get(address).status_code != 200] == []
    assert f"{HOME}/access/" not in text


@pytest.mark.parametrize("also", [Permission.SEE_PEOPLE, Permission.SEE_ANSWERS, Permission.SEE_ITINERARIES])
def test_who_sees_the_log_sees_what_it_tells_of(also: Permission) -> None:
    """People's events belong to no edition, and names and values of all stand in it."""
    assert [role for role in ROLES if reach_of(role, also) < reach_of(role, Permission.SEE_LOG)] == []
    assert also in GRANTS
