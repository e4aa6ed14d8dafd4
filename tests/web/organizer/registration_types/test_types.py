"""Registration types: what they admit to, their color, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.registration.lists.queries import list_types
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types.services import create_type
from tests.web.organizer.house import BY, HOME, browser_as, queries, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

TYPES = f"{HOME}/registrations/types"
PRESS = {
    "name.en": "Press",
    "name.zh-Hans": "媒体",
    "quota": "20",
    "color": "#f2b705",
    "admits": ["press-room", "meals"],
}


def test_a_type_is_added_last_with_a_code_of_its_name(house: House, owner: Browser) -> None:
    owner.send(f"{TYPES}/new", {**PRESS, "code": ""})

    made = rows(select(RegistrationType).where(RegistrationType.code == "press"))[0]
    assert (made.quota, made.admits, made.color, made.is_open) == (20, ["meals", "press-room"], "#f2b705", False)
    listed = html.fromstring(owner.get(f"{TYPES}?lang=zh-Hans").text).xpath("//tbody/tr")
    assert listed[-1].text_content().strip().endswith("、媒体室")
    assert [row.code for row in list_types(db.session(), house.edition_id)] == ["guest", "press"]


def test_words_on_the_badge_are_of_the_color_that_reads_better(house: House, owner: Browser) -> None:
    for code, color in (("light", "#f2b705"), ("dark", "#1f4e79")):
        owner.send(f"{TYPES}/new", {**PRESS, "code": code, "color": color})

    inks = [
        html.fromstring(owner.get(f"{TYPES}/{code}").text).xpath("//svg[@class='band']/text/@fill")
        for code in ("light", "dark")
    ]
    assert inks == [["#16191d"], ["#ffffff"]]
    told = html.fromstring(owner.get(f"{TYPES}/light").text).xpath("//*[@data-color-told]/p")
    assert [one.text_content()[:20] for one in told] == ["Text on this color i", "On white paper the b"]


def test_a_code_that_means_another_page_is_refused(owner: Browser) -> None:
    answers = [owner.send(f"{TYPES}/new", {**PRESS, "code": code}) for code in ("new", "order", "guest", "No Code")]

    words = ("This word means another page.",) * 2 + ("Another one has this already.", "Use lower-case letters")
    assert [answer.status_code for answer in answers] == [422] * 4
    assert [word in answer.text for word, answer in zip(words, answers, strict=True)] == [True] * 4


def test_types_are_put_in_order(house: House, owner: Browser) -> None:
    with transaction() as session:
        for code in ("press", "vip"):
            create_type(session, house.edition_id, {"code": code, "name": {"en": code}}, **BY)
    shown = html.fromstring(owner.get(TYPES).text)
    version = shown.xpath("//form[@id='order-types']//input[@name='version']/@value")[0]
    ids = shown.xpath("//input[@name='ids']/@value")

    moved = owner.send(TYPES, {"version": version, "ids": ids, "up": ids[2]}, to=f"{TYPES}/order")

    assert moved.location == f"{TYPES}#row-{ids[2]}"
    assert [row.code for row in list_types(db.session(), house.edition_id)] == ["guest", "vip", "press"]


def test_a_viewer_sees_no_handles(house: House, owner: Browser) -> None:
    with transaction() as session:
        create_type(session, house.edition_id, {"code": "press", "name": {"en": "Press"}}, **BY)
    viewer = browser_as(house, Role.VIEWER)

    assert ["data-order-handle" in browser.get(TYPES).text for browser in (viewer, owner)] == [False, True]


def test_the_list_costs_the_same_for_few_and_many(house: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(TYPES)
    with transaction() as session:
        for number in range(5):
            create_type(session, house.edition_id, {"code": f"t{number}", "name": {"en": f"T{number}"}}, **BY)
    with queries() as many:
        owner.get(TYPES)

    assert len(few) == len(many)


def test_few_spots_recommend_to_confirm_addresses_and_say_how_long_a_spot_is_held(owner: Browser) -> None:
    words = "Let guests confirm their email address"
    shown = []
    for code, quota, confirms in (("few", "50", ""), ("many", "51", ""), ("open", "", ""), ("asks", "5", "1")):
        more = {"code": code, "quota": quota, "needs_email_confirmation": confirms, "is_transferable": "1"}
        owner.send(f"{TYPES}/new", {**PRESS, **more})
        shown.append(words in owner.get(f"{TYPES}/{code}").text)
    assert shown == [True, False, False, False]
    assert "a spot is then held for 30 minutes" in owner.get(f"{TYPES}/few").text
    kept = {one.code: (one.needs_email_confirmation, one.hold_minutes) for one in rows(select(RegistrationType))}
    assert (kept["few"], kept["asks"]) == ((False, 30), (True, 30))


def test_minutes_out_of_bounds_are_refused(owner: Browser) -> None:
    answers = [owner.send(f"{TYPES}/new", {**PRESS, "hold_minutes": minutes}) for minutes in ("4", "10081", "x", "45")]
    assert [answer.status_code for answer in answers[:3]] == [422] * 3
    assert rows(select(RegistrationType.hold_minutes).where(RegistrationType.code == "press")) == [45]
