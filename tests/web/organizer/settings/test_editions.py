"""The list of series and editions, and beginning new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.team.accounts import create_account, let_create_editions
from forumapp.domain.forums.editions.services import create_edition, create_series, update_edition
from forumapp.domain.forums.models import Edition, Series
from tests.web.organizer.house import BY, PASSWORD, edition_values, queries, rows

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.organizer.house import Browser, House

FAINT = (
    "On white paper the band itself has only 1.0 to 1, so that it is hardly seen from afar. Choose a darker color: 3 to 1"
    " is enough."
)
DARKENED = "Text in this color would have only 1.6 to 1 on our pages; 4.5 to 1 is needed, so it is darkened to #856300."
NEW = "/organizer/editions/new"
FOUNDER = "founder@forum.example"


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "name.en": "2024 Pacific Forum",
        "name.zh-Hans": "2024年太平洋论坛",
        "ordinal": "3",
        "starts_on": "2024-05-20",
        "ends_on": "",
        "place.en": "Los Angeles",
        "zone": "America/Los_Angeles",
        "languages": "zh-Hans en",
        "slug": "",
        **changes,
    }


@pytest.fixture
def founder(app: Flask) -> Browser:
    """A browser of someone who may begin editions and works on none, on a machine that has none."""
    from tests.web.organizer.house import Browser

    with transaction() as db:
        account = create_account(db, email=FOUNDER, name="Fei Founder", password=PASSWORD, **BY)
        let_create_editions(db, account, creates=True, **BY)
    browser = Browser(app, app.response_class, use_cookies=True)
    assert browser.sign_in(FOUNDER).status_code == 302
    return browser


def made(slug: str) -> Edition:
    return rows(select(Edition).filter_by(slug=slug))[0]


def shown(page: str) -> Any:
    return html.fromstring(page)


def test_an_account_without_editions_begins_its_first_one_on_its_first_page(founder: Browser) -> None:
    page = shown(founder.get("/organizer/").text)

    assert page.findtext(".//h1") == "Begin your first edition"
    assert page.xpath("//form[@class='form']/@action") == [NEW]
    assert page.xpath("//select[@name='series']") == []  # there is none to choose yet
    assert page.xpath("//select[@name='languages']/option[@selected]/@value") == ["en zh-Hans"]

    answer = founder.send("/organizer/", filled(), to=NEW)

    assert (answer.status_code, answer.location) == (302, "/organizer/pf-2024/")
    row = made("pf-2024")
    series = rows(select(Series))
    assert [(one.code, one.name) for one in series] == [("pf", {"en": "Pacific Forum", "zh-Hans": "太平洋论坛"})]
    assert (row.ordinal, row.year, str(row.ends_on), row.languages, row.status.value) == (
        3, 2024, "2024-05-20", ["zh-Hans", "en"], "draft",
    )  # fmt: skip
    assert founder.get("/organizer/").location == "/organizer/pf-2024/"
    assert "Settings" in founder.get("/organizer/pf-2024/").text


def test_it_speaks_chinese_and_then_chinese_leads(founder: Browser) -> None:
    page = shown(founder.get("/organizer/?lang=zh-Hans").text)

    assert page.xpath("//select[@name='languages']/option[@selected]/@value") == ["zh-Hans en"]
    labels = dict(zip(page.xpath("//datalist/option/@value"), page.xpath("//datalist/option/text()"), strict=True))
    assert labels["America/Los_Angeles"] == "美国（洛杉矶）时间"


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(founder: Browser) -> None:
    answer = founder.send(NEW, filled(**{"name.zh-Hans": "", "zone": "Mars/Olympus", "ordinal": ""}))

    page = shown(answer.text)
    assert answer.status_code == 422
    assert {one.get("id")[2:] for one in page.find_class("field-error")} == {"zone", "ordinal"}
    assert page.xpath("//input[@name='zone']/@value") == ["Mars/Olympus"]
    assert page.xpath("//input[@name='name.en']/@value") == ["2024 Pacific Forum"]


def test_a_name_that_one_of_the_languages_lacks_is_told_there(founder: Browser) -> None:
    page = shown(founder.send(NEW, filled(**{"name.zh-Hans": ""})).text)

    assert {one.get("id")[2:] for one in page.find_class("field-error")} == {"name.zh-Hans"}
    assert rows(select(Series)) == []  # nor is a series left behind


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"ordinal": "1"}, "ordinal", "Another one has this already."),
        ({"slug": "forum"}, "slug", "Another one has this already."),
        ({"slug": "account"}, "slug", "This word means another page."),
        ({"slug": "Our Forum"}, "slug", "Use lower-case letters"),
        ({"ends_on": "2024-05-19"}, "ends_on", "The end comes before the start."),
        ({"series": "nowhere"}, "series", "Choose one of the list."),
    ],
)
def test_a_second_edition_is_refused_at_the_field(owner: Browser, said: dict[str, str], field: str, words: str) -> None:
    answer = owner.send(NEW, filled(series="series") | said)

    assert answer.status_code == 422
    assert words in answer.text.split(f'id="e-{field}">')[1].split("</p>")[0]


def test_the_series_and_the_zone_of_the_last_edition_are_chosen_already(owner: Browser) -> None:
    page = shown(owner.get(NEW).text)

    assert page.xpath("//select[@name='series']/option[@selected]/@value") == ["series"]
    assert page.xpath("//input[@name='zone']/@value") == ["America/Los_Angeles"]
    assert owner.send(NEW, filled(series="series")).location == "/organizer/series-2024/"


def test_a_series_is_created_renamed_and_not_overwritten_unseen(owner: Browser) -> None:
    answer = owner.send("/organizer/series/new", {"name.en": "Pacific Forum", "name.zh-Hans": "", "code": "pac"})
    assert answer.location == f"{NEW}?series=pac"
    assert shown(owner.get(answer.location).text).xpath("//select[@name='series']/option[@selected]/@value") == ["pac"]
    again = owner.send("/organizer/series/new", {"name.en": "Pacific Forum", "name.zh-Hans": "", "code": "pac"})
    assert (again.status_code, "Another one has this already." in again.text) == (422, True)

    page = "/organizer/series/pac"
    named = {"version": "1", "name.en": "Forum of the Pacific", "name.zh-Hans": "太平洋论坛"}
    assert owner.send(page, named).status_code == 302
    stale = owner.send(page, {**named, "name.en": "Pacific Meeting"})

    assert stale.status_code == 412
    assert "English: Pacific Meeting" in stale.text
    assert "English: Forum of the Pacific" in stale.text


def test_the_list_shows_ones_own_editions_and_public_ones_and_no_draft_of_others(house: House, owner: Browser) -> None:
    with transaction() as db:
        other = db.scalars(select(Edition).filter_by(slug="other")).one()
        public = create_edition(db, edition_values(other.series_id, "public", 7), **BY)
        update_edition(db, public.id, {"status": "open"}, version=1, **BY)
        create_series(db, code="empty", name={"en": "Empty"}, **BY)

    page = shown(owner.get("/organizer/editions").text)

    links = [(one.get("href"), one.text_content()) for one in page.xpath("//main//li//a")]
    assert sorted(links) == [
        ("/organizer/forum/", "Forum forum"),
        ("/organizer/forum/clone", "New edition from this one: Forum forum"),
        ("/public", "Forum public"),
    ]
    assert [one.text_content().strip() for one in page.xpath("//main//h2")] == ["Empty", "Series"]


def test_who_may_begin_none_is_offered_none(house: House) -> None:
    with transaction() as db:
        create_account(db, email="ina@forum.example", name="Ina", password=PASSWORD, **BY)
    browser = house.browser()
    browser.sign_in("ina@forum.example")

    page = browser.get("/organizer/")

    assert "No edition is open to you yet" in page.text
    assert NEW not in page.text
    assert [browser.get(path).status_code for path in (NEW, "/organizer/series/new")] == [403, 403]


def test_the_list_costs_the_same_however_many_there_are(house: House, owner: Browser) -> None:
    def counted() -> int:
        with queries() as sent:
            assert owner.get("/organizer/editions").status_code == 200
        return len(sent)

    counted()
    before = counted()
    with transaction() as db:
        for number in range(3, 6):
            series = create_series(db, code=f"s{number}", name={"en": f"S{number}"}, **BY)
            made = create_edition(db, edition_values(series.id, f"e{number}", number), **BY)
            update_edition(db, made.id, {"status": "open"}, version=1, **BY)

    assert counted() == before


@pytest.mark.parametrize(
    ("address", "words", "samples"),
    [
        ("1f4e79", ["Text on this color is white, with a contrast of 8.6 to 1."], 1),
        (
            "1f4e79?text=1",
            [
                "Text on this color is white, with a contrast of 8.6 to 1.",
                "Text in this color has 7.9 to 1 on our pages.",
            ],
            2,
        ),
        (
            "f2b705?text=1",
            [
                "Text on this color is nearly black, with a contrast of 9.6 to 1.",
                DARKENED,
            ],
            2,
        ),
        ("7b7b7b?band=1", ["Text on this color is black, with a contrast of 4.9 to 1."], 1),
        ("fdfdfd?band=1", ["Text on this color is nearly black, with a contrast of 17.3 to 1.", FAINT], 1),
    ],
)
def test_beside_a_color_stands_how_it_reads(owner: Browser, address: str, words: list[str], samples: int) -> None:
    page = shown(owner.get(f"/organizer/colors/{address}").text)

    assert [one.text_content() for one in page.find_class("field-help")] == words
    assert len(page.findall(".//svg/text")) == samples
    assert owner.get("/organizer/colors/red").status_code == 404


def test_the_ordinal_heads_an_edition_in_both_languages_as_it_is_stored(house: House, owner: Browser) -> None:
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        update_edition(
            db, edition.id, {"ordinal": 5, "status": "open", "languages": ["zh-Hans", "en"]}, version=1, **BY
        )

    for path in ("/forum", "/organizer/forum/", "/organizer/editions", "/"):
        told = [one.text_content() for one in shown(owner.get(path).text).find_class("nth")]
        assert "5th / 第五届" in told, path


def test_a_second_save_of_the_settings_shows_both_versions(house: House, owner: Browser) -> None:
    page = "/organizer/forum/settings"
    filled_in = {
        "version": "1", "name.en": "Forum one", "name.zh-Hans": "论坛", "ordinal": "1", "year": "2023",
        "starts_on": "2023-05-22", "ends_on": "2023-05-22", "zone": "America/Los_Angeles", "languages": "en zh-Hans",
        "page_size": "A4", "accent_color": "#1f4e79", "status": "open",
    }  # fmt: skip
    assert owner.send(page, filled_in).status_code == 302

    stale = owner.send(page, {**filled_in, "name.en": "Forum two", "place.en": "Oakland"})

    table = shown(stale.text).find_class("alert-warn")[0].text_content()
    assert stale.status_code == 412
    assert ("English: Forum two" in table, "English: Forum one" in table) == (True, True)
    again = {**filled_in, "version": "2", "name.en": "Forum two"}
    assert owner.send(page, again).status_code == 302


def test_archiving_is_asked_for_and_undone_from_the_banner(house: House, owner: Browser) -> None:
    settings = "/organizer/forum/settings"

    def version() -> str:
        return rows(select(Edition.version).filter_by(slug="forum"))[0]

    owner.send(settings, {"version": str(version())}, to=f"{settings}/archive")
    assert "A draft is not archived" in owner.get(settings).text
    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "closed"}, version=1, **BY)
    owner.send(settings, {"version": str(version())}, to=f"{settings}/archive")
    archived = owner.get("/organizer/forum/agenda")
    assert "This edition is archived and read-only." in archived.text
    stale = owner.send(settings, {"version": "1"}, to=f"{settings}/reopen")
    assert (stale.status_code, "Someone else changed this in the meantime" in stale.text) == (412, True)
    owner.send(settings, {"version": str(version())}, to=f"{settings}/reopen")

    assert "The edition has been reopened." in owner.get(settings).text
    taking = ({"version": "1"}, {"version": str(version())})
    assert [owner.send(settings, one, to=f"{settings}/names").status_code for one in taking] == [412, 302]
    assert "Papers and pages show today" in (after := owner.get(settings).text)
    assert 'id="names"' not in after
    assert made("forum").status == "closed"
