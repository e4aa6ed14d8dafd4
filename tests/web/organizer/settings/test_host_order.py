"""One order of hosts, whatever shows or prints them."""

from __future__ import annotations

import random
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from lxml import html

from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.agenda.sessions.services import publish
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.hosts.levels import create_level, order_levels
from forumapp.domain.forums.hosts.services import add_host, order_hosts
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import host_order, level_order, list_hosts
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.records.services import create_organization
from forumapp.domain.printing import queries
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.printing.rules import Options
from tests.pictures import AI, halves, saved
from tests.web.organizer.house import BY, HOME, NOW
from tests.web.organizer.house import queries as statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.organizer.house import Browser, House

NAMES = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"]
ROLES = ["host", "co-host", "co-host", "organizer", "supporter", "gold", "gold", "silver", "silver", "media"]
LOGOS = [AI.encode(), saved(halves((900, 150)), "PNG"), saved(halves((200, 600)), "JPEG")]


IN_ONE_ORDER = pytest.mark.parametrize("shuffled", [0], indirect=True)


@pytest.fixture(params=range(3), ids=lambda seed: f"shuffled-{seed}")
def shuffled(house: House, request: pytest.FixtureRequest) -> list[str]:
    """Hosts and levels in an order that nobody would come upon; the names as they are to stand."""
    luck = random.Random(request.param)
    with transaction() as session:
        edition = session.get_one(Edition, house.edition_id)
        update_edition(session, edition.id, {"status": "open"}, version=edition.version, **BY)
        levels = {
            name: create_level(session, edition.id, {"en": name.title(), "zh-Hans": name}, **BY).id
            for name in ("gold", "silver")
        }
        numbers = luck.sample(range(len(NAMES)), len(NAMES))
        for number in numbers:
            name = {"legal": {"en": NAMES[number], "zh-Hans": f"{NAMES[number]}会"}}
            role = ROLES[number]
            values = {
                "organization_id": create_organization(session, name, **BY).id,
                "role": "sponsor" if role in levels else role,
                "level_id": levels.get(role),
                "logo": check_picture(LOGOS[number % 4]) if number % 4 < 3 else None,
            }
            add_host(session, edition.id, values, **BY)
        ids = list(host_order(session, edition.id).ids)
        wanted = luck.sample(ids, len(ids))
        order_hosts(session, edition.id, wanted, version=host_order(session, edition.id).version, **BY)
        if luck.random() < 0.5:
            of = level_order(session, edition.id)
            order_levels(session, edition.id, of.ids[::-1], version=of.version, **BY)
        publish(session, edition.id, label="", note={}, reason="They clash on purpose.", **BY)
        return [line.name["en"] for line in list_hosts(session, edition.id)]


def in_text(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall("|".join([*NAMES, "Port of Oakland"]), text)))


def site(house: House, _owner: Browser) -> list[str]:
    page = html.fromstring(house.browser().get("/forum?lang=en").text)
    return in_text(" ".join(one.text_content() for one in page.xpath("//ul[@class='hosts']")))


def site_in_chinese(house: House, _owner: Browser) -> list[str]:
    page = html.fromstring(house.browser().get("/forum?lang=zh-Hans").text)
    names = [one.text_content() for one in page.xpath("//ul[@class='hosts']/li")]
    return in_text(" ".join(names))


def organizers_page(house: House, owner: Browser) -> list[str]:
    page = html.fromstring(owner.get(f"{HOME}/hosts").text)
    return in_text(" ".join(one.text_content() for one in page.xpath("//ol[@data-order-list='order-hosts']/li/div")))


def overview(house: House, owner: Browser) -> list[str]:
    return in_text(" ".join(html.fromstring(owner.get(f"{HOME}/").text).xpath("//ol[@class='host-list']//text()")))


def interface(house: House, _owner: Browser) -> list[str]:
    pages = [
        house.browser().get(f"/api/v1/editions/forum/hosts?page_size=4&page={number}").json for number in (1, 2, 3)
    ]
    return [one["name"]["en"] for page in pages for one in page["items"]]


def program(house: House, folder: Path) -> str:
    edition = db.session().get_one(Edition, house.edition_id)
    pdf = finished_papers.make_book(queries.program_values(db.session(), edition, Options(), now=NOW), folder)
    (folder / "program.pdf").write_bytes(pdf)
    db.session.rollback()
    command = ["pdftotext", "-layout", str(folder / "program.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("place", [site, site_in_chinese, organizers_page, overview, interface])
def test_it_is_the_same_everywhere(
    house: House, shuffled: list[str], owner: Browser, place: Callable[..., list[str]]
) -> None:
    assert place(house, owner) == shuffled


def test_it_is_the_same_on_paper(house: House, shuffled: list[str], tmp_path: Path) -> None:
    cover, *pages = program(house, tmp_path).split("\f")

    # Of more than there is room for, the cover shows those who are neither sponsors nor media.
    assert in_text(cover) == [name for name in shuffled if name not in NAMES[5:]]
    first = next(
        number for number, page in enumerate(pages) if re.search(r"^\s*Hosts and sponsors 主办与赞助单位", page)
    )
    assert in_text(" ".join(pages[first:])) == shuffled


@IN_ONE_ORDER
def test_logos_stand_on_the_site_with_their_words_and_weigh_alike(house: House, shuffled: list[str]) -> None:
    for language, words in (("en", "Logo of {}"), ("zh-Hans", "{}徽标")):
        page = html.fromstring(house.browser().get(f"/forum?lang={language}").text)
        logos = page.xpath("//ul[@class='hosts']//img")
        named = {line.name[language] for line in list_hosts(reading(), house.edition_id) if line.logo}
        assert len(logos) == len(named) == 8
        assert {logo.get("alt") for logo in logos} == {words.format(name) for name in named}
        sizes = {(int(logo.get("width")), int(logo.get("height"))) for logo in logos}
        assert {wide <= 180 and high <= 96 for wide, high in sizes} == {True}
        areas = [wide * high for wide, high in sizes]
        assert max(areas) < 2.5 * min(areas)  # of shapes from 6:1 to 1:3, of which nothing else is alike
        for logo in logos:
            assert house.browser().get(logo.get("src")).status_code == 200


@IN_ONE_ORDER
def test_drawings_are_printed_as_drawings_and_photos_as_they_are(
    house: House, shuffled: list[str], tmp_path: Path
) -> None:
    program(house, tmp_path)
    listed = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "program.pdf")], check=True, capture_output=True, text=True
    ).stdout
    kinds = [line.split()[2] for line in listed.splitlines()[2:]]
    formats = [line.split()[8] for line in listed.splitlines()[2:]]
    assert kinds.count("image") == len(formats)
    assert sorted(set(formats)) == ["image", "jpeg"]  # the PNG and the JPEG; none is made of the drawing
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "program.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "论坛 & Forum" in text  # the words in the drawing are words still


@IN_ONE_ORDER
def test_hosts_cost_the_program_as_many_queries_for_many_as_for_one(house: House, shuffled: list[str]) -> None:
    edition = reading().get_one(Edition, house.edition_id)
    with statements() as sent:
        queries.program_values(reading(), edition, Options(), now=NOW)
    about = [[name for name in ("FROM edition_host", "image.content") if name in one] for one in sent]
    assert [names for names in about if names] == [["FROM edition_host"], ["image.content"]]
    db.session.rollback()
