"""The first page of an edition, and the lists that its lines lead to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import delete

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.models import Edition, EditionHost, Room, Task, Venue
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.records.services import create_organization, create_person, set_edition_title
from forumapp.domain.printing.jobs.services import Finished, keep_made
from forumapp.domain.printing.models import Paper, PrintJob
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.web.organizer.settings.attention import NEED_TEXTS
from tests.web.organizer.house import BY, HOME, Browser, House, add_registration, browser_as, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Group

PAGE = f"{HOME}/"
SECTIONS = ["Setup", "People", "Registration", "Agenda", "Delegations", "Printing", "Mail", "Calendar"]


@pytest.fixture(autouse=True)
def at_eight_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2023, 3, 27, 12, tzinfo=UTC))


def lines_by_section(browser: Browser, address: str = PAGE) -> dict[str, list[tuple[str, str]]]:
    """The lines under their sections: badge with words, and where they lead."""
    page = html.fromstring(browser.get(address).text)
    found = {}
    for head in page.xpath("//*[@class='needs-section']"):
        lines = head.getnext().xpath("li")
        found[head.text] = [
            (" ".join(line.text_content().split()), line.xpath("a/@href")[0].removeprefix(HOME)) for line in lines
        ]
    return found


def test_whoever_is_announced_without_a_photo_or_a_biography_is_in_the_list(house: House, owner: Browser) -> None:
    page = html.fromstring(owner.get(f"{HOME}/people?need=speaker-half-shown").text)
    assert [one.rpartition("/")[2] for one in page.xpath("//tbody/tr/td[1]/a/@href")] == [str(house.person_id)]
    assert not html.fromstring(owner.get(f"{HOME}/people?need=native-name-missing").text).xpath("//tbody/tr")


def test_each_line_says_how_many_and_leads_to_where_it_is_mended(house: House, owner: Browser) -> None:
    add_registration(house, "Anna", "applied")
    add_registration(house, "Berta", "applied")

    lines = lines_by_section(owner)

    assert list(lines) == ["Setup", "People", "Registration", "Agenda", "Delegations", "Calendar"]
    unproofed = "1 name of a VIP, speaker or new delegation member has not been sent for approval."
    assert lines["People"] == [(f"Missing {unproofed}", "/name-proofs/not-approved?state=none")]
    assert lines["Registration"] == [("Pending 2 requests wait for your decision.", "/registrations?status=applied")]
    second = f"/agenda/sessions/{house.session_ids[1]}"
    assert lines["Agenda"] == [
        ("Clashes 1 person is needed in two sessions at the same time.", second),
        ("Clashes 1 pair of sessions is in one room at the same time.", second),
        ("Missing 2 panels have no moderator.", "/agenda"),
        ("Missing 1 person announced in the program has no photo or no biography.", "/people/1"),
        ("Missing 2 sessions are not published yet.", "/agenda/versions"),
    ]
    assert ("Missing 1 delegation has no liaison.", "/delegations/js") in lines["Delegations"]
    assert lines["Calendar"][1][1] == "/calendar?state=due"


def test_the_page_speaks_chinese(owner: Browser) -> None:
    lines = lines_by_section(owner, f"{PAGE}?lang=zh-Hans")

    assert ("缺项 1 个代表团没有联络员。", "/delegations/js") in lines["代表团"]
    assert "距论坛开幕还有 56 天" in owner.get(PAGE).text


@pytest.mark.parametrize("code", NEED_TEXTS)
def test_every_line_leads_to_a_page_that_opens(house: House, owner: Browser, code: str) -> None:
    need = Need(Section.SETUP, code, 2, Severity.MISSING)

    with house.app.test_request_context("/"):
        from flask import g

        g.edition = row(Edition, house.edition_id)
        address = NEED_TEXTS[code].address(need)

    assert owner.get(address).status_code == 200


def test_only_what_one_can_mend_is_told_and_every_link_opens(house: House, jiangsu: Group) -> None:
    add_registration(house, "Anna", "applied")
    liaison = lines_by_section(jiangsu.liaison)
    assert set(liaison) <= {"People", "Delegations", "Printing", "Calendar"}
    assert lines_by_section(browser_as(house, Role.VIEWER)) == {}
    for browser in (jiangsu.liaison, browser_as(house, Role.REGISTRATION_DESK), browser_as(house, Role.PRINT_STAFF)):
        for lines in lines_by_section(browser).values():
            assert [address for _words, address in lines if browser.get(f"{HOME}{address}").status_code != 200] == []


def test_where_nothing_needs_anybody_the_page_says_so(house: House) -> None:
    viewer = browser_as(house, Role.VIEWER)

    assert "Nothing needs your attention" in viewer.get(PAGE).text


def steps(browser: Browser) -> list[tuple[str, str, str]]:
    page = html.fromstring(browser.get(PAGE).text)
    return [
        (
            " ".join(one.text_content().split()),
            next(iter(one.xpath("a/@href")), "").removeprefix(HOME),
            next(iter(one.xpath("a/@class")), ""),
        )
        for one in page.xpath("//*[contains(@class, 'first-step') and self::li]")
    ]


@pytest.mark.both_databases
def test_an_empty_edition_shows_the_first_steps_in_order(house: House, owner: Browser) -> None:
    with transaction() as db:
        for kind in (EditionHost, Room, Venue, RegistrationType, Task):
            if kind is Room:
                from forumapp.domain.agenda.models import RoleAssignment, Session

                db.execute(delete(RoleAssignment).where(RoleAssignment.edition_id == house.edition_id))
                db.execute(delete(Session).where(Session.edition_id == house.edition_id))
            db.execute(delete(kind).where(kind.edition_id == house.edition_id))

    assert steps(owner) == [
        ("Done: Write the name and the place in every language", "", ""),
        ("Not done yet: Name the hosts in order", "/hosts/new", "btn btn-primary"),
        ("Not done yet: Add the venue and a room", "/venues", ""),
        ("Not done yet: Add a registration type", "/registrations/types/new", ""),
        ("Not done yet: Add a session", "/agenda/sessions/new", ""),
        ("Not done yet: Publish the agenda", "/agenda/versions", ""),
        ("Not done yet: Open the edition and a registration form", "/settings", ""),
        ("Not done yet: Register the first guest", "/registrations/new", ""),
        ("Not done yet: Print a badge", "/paper", ""),
    ]
    assert steps(browser_as(house, Role.VIEWER)) == []


def test_an_open_edition_is_led_to_its_forms(house: House, owner: Browser) -> None:
    with transaction() as db:
        db.get_one(Edition, house.edition_id).status = "open"
        db.get_one(RegistrationType, house.type_id).is_open = False

    opening = next(one for one in steps(owner) if "Open the edition" in one[0])
    assert opening[1] == "/registrations/types"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2023, 5, 21, 12, tzinfo=UTC), "1 day until the forum"),
        (datetime(2023, 5, 22, 12, tzinfo=UTC), "The forum is today"),
        (datetime(2023, 5, 23, 6, tzinfo=UTC), "The forum is today"),  # the evening before in Los Angeles
        (datetime(2023, 5, 23, 12, tzinfo=UTC), "The forum ended 1 day ago"),
    ],
)
def test_the_head_counts_the_days_where_the_forum_is(
    house: House, monkeypatch: pytest.MonkeyPatch, now: datetime, words: str
) -> None:
    assert words in owner_at(now, house, monkeypatch).get(PAGE).text


def test_a_forum_of_several_days_says_which_one_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as db:
        db.get_one(Edition, house.edition_id).ends_on = date(2023, 5, 24)
    owner = owner_at(datetime(2023, 5, 23, 12, tzinfo=UTC), house, monkeypatch)

    assert "Today is day 2 of 3 of the forum" in owner.get(PAGE).text
    assert "今天是论坛第 2 天，共 3 天" in owner.get(f"{PAGE}?lang=zh-Hans").text


def owner_at(now: datetime, house: House, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(clock, "now", lambda: now)
    browser = house.browser()
    browser.sign_in("owner@forum.example")
    return browser


def named(house: House, title: dict[str, str], **values: Any) -> int:
    with transaction() as db:
        person = create_person(db, values, **BY)
        set_edition_title(db, house.edition_id, person.id, title=title, organization_id=house.organization_id, **BY)
        return person.id


@pytest.mark.parametrize(
    ("need", "who"),
    [("latin-name-missing", "王芳"), ("title-untranslated", "Half"), ("person-flagged", "Doubtful")],
)
def test_the_list_of_people_is_narrowed_down_to_those_of_a_line(
    house: House, owner: Browser, need: str, who: str
) -> None:
    title = {"en": "Director", "zh-Hans": "主任"}
    named(house, title, native_full="王芳")
    named(house, {"en": "Director"}, latin_given="Half")
    doubtful = named(house, title, latin_given="Doubtful")
    with transaction() as db:
        db.get_one(Person, doubtful).flags = ["rare-character"]

    page = html.fromstring(owner.get(f"{HOME}/people?need={need}").text)

    assert [" ".join(one.split()) for one in page.xpath("//tbody/tr/td[1]/a//bdi//text()")] == [who]
    assert page.xpath("//*[@class='narrowed']/a/@href") == [f"{HOME}/people"]
    assert len(html.fromstring(owner.get(f"{HOME}/people?need=nothing").text).xpath("//tbody/tr")) > 1


def test_the_list_of_organizations_is_narrowed_down(house: House, owner: Browser) -> None:
    with transaction() as db:
        half = create_organization(db, {"legal": {"en": "Half Inc."}}, **BY)
        create_organization(db, {"legal": {"en": "Elsewhere Inc."}}, **BY)
        db.query(EditionTitle).filter_by(person_id=house.person_id).one().organization_id = half.id

    page = html.fromstring(owner.get(f"{HOME}/organizations?need=organization-untranslated").text)

    assert page.xpath("//tbody/tr/td[1]/a/text()") == ["Half Inc."]


def test_badges_out_of_date_are_listed_and_printed_again(house: House, owner: Browser, jiangsu: Group) -> None:
    page = f"{HOME}/paper/outdated"
    assert "Every printed paper is up to date" in owner.get(page).text
    one = add_registration(house, "Anna")
    with transaction() as db:
        badges = badge_values(db, house.edition_id, Options())
        made = Finished("x.pdf", "0", 1, "x")
        keep_made(db, house.edition_id, Paper.BADGES, Options(), made, badges=badges, **BY)
        db.get_one(Person, db.get_one(Registration, one).person_id).latin_given = "Annabel"

    shown = html.fromstring(owner.get(page).text)

    cells = [" ".join(cell.text_content().split()) for cell in shown.xpath("//tbody/tr/td")]
    assert (cells[:2], [cell.split()[0] for cell in cells[2:4]]) == (["Annabel", "Latin name"], ["Anna", "Annabel"])
    assert shown.xpath('//section[@aria-labelledby="badges"]/@class') == ["stack"]  # its button stands apart
    assert lines_by_section(owner)["Printing"] == [
        ("Out of date 1 badge has changed since it was printed.", "/paper/outdated")
    ]
    assert "Annabel" not in jiangsu.liaison.get(page).text
    badge = f"{HOME}/registrations/{one}/badge"
    (key,) = shown.xpath(f'//form[@action="{badge}"]/input[@name="form_key"]/@value')
    for _ in range(2):  # as by two clicks
        assert owner.send(page, {"again": "1", "form_key": key}, to=badge).location == f"{page}#prints"
    under_way = html.fromstring(owner.get(page).text).xpath('//section[@aria-labelledby="prints"]//li')
    assert ["Waiting to start" in one.text_content() for one in under_way] == [True, False]
    job = rows(PrintJob.__table__.select().where(PrintJob.status == "queued").with_only_columns(PrintJob.options))
    assert job == [{"registration": one}]
    assert jiangsu.liaison.send(page, {"again": "1"}, to=badge).status_code == 404
