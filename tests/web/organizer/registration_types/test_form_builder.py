"""The form builder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.queries import get_edition_id
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types.services import create_type, update_type
from tests.web.organizer.house import BY, HOME, browser_as, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

FORM = f"{HOME}/registrations/types/guest/form"
COACH = {"label.en": "Coach?", "label.zh-Hans": "乘坐大巴？"}
SEAT = {
    "label.en": "Seat",
    "required": "1",
    "when": ["coach=yes"],
    "options.code": ["", ""],
    "options.en": ["Window", ""],
    "options.zh-Hans": ["靠窗", "过道"],
}


@pytest.fixture
def form(owner: Browser) -> Browser:
    owner.send(f"{FORM}/new?kind=yes-no", {**COACH, "version": "1"})
    owner.send(f"{FORM}/new?kind=choice", {**SEAT, "version": "2"})
    return owner


def asked() -> list[dict[str, Any]]:
    return list(rows(select(RegistrationType).where(RegistrationType.code == "guest"))[0].questions)


@pytest.mark.usefixtures("form")
def test_questions_are_added_with_codes_of_their_labels(house: House) -> None:
    assert [(one["code"], one["kind"]) for one in asked()] == [("coach", "yes-no"), ("seat", "choice")]
    assert asked()[1]["when"] == [{"question": "coach", "is": ["yes"]}]
    assert [(one["code"], one["label"]) for one in asked()[1]["options"]] == [
        ("window", {"en": "Window", "zh-Hans": "靠窗"}),
        ("option", {"zh-Hans": "过道"}),
    ]


def test_a_question_for_a_form_that_has_changed_since_is_added_when_that_was_seen(house: House, form: Browser) -> None:
    page = f"{FORM}/new?kind=yes-no"
    late = form.send(page, {"label.en": "Late?", "version": "2"})
    typed = html.fromstring(late.text)
    version = typed.xpath("//form[@id='question']//input[@name='version']/@value")[0]
    assert (late.status_code, len(asked()), version) == (412, 2, "3")
    assert "Someone else changed the form in the meantime" in late.text
    assert typed.xpath("//input[@name='label.en']/@value") == ["Late?"]

    assert form.send(page, {"label.en": "Late?", "version": version}).status_code == 302
    assert [one["code"] for one in asked()] == ["coach", "seat", "late"]


def test_a_changed_option_keeps_its_code(house: House, form: Browser) -> None:
    changed = {**SEAT, "options.code": ["window", "option"], "options.en": ["At the window", "Aisle"]}

    version = html.fromstring(form.get(f"{FORM}/questions/seat").text).xpath("//input[@name='version']/@value")[0]
    form.send(f"{FORM}/questions/seat", {**changed, "version": version})

    assert [one["code"] for one in asked()[1]["options"]] == ["window", "option"]
    assert asked()[1]["options"][1]["label"] == {"en": "Aisle", "zh-Hans": "过道"}


def test_the_log_and_a_stale_button_tell_what_was_changed_of_a_question(house: House, form: Browser) -> None:
    button = html.fromstring(form.get(FORM).text).xpath("//form[@id='take-off']")[0]
    seen = {one.get("name"): one.get("value") for one in button.xpath(".//input") if one.get("name") != "csrf_token"}
    page = f"{FORM}/questions/coach"
    version = html.fromstring(form.get(page).text).xpath("//input[@name='version']/@value")[0]
    helped = {**COACH, "help.en": "It leaves at eight.", "help.zh-Hans": "八点出发。", "required": "1"}

    assert form.send(page, {**helped, "version": version}).status_code == 302
    log = words_of(form.get(f"{HOME}/log?record=registration_type").text)
    late = form.send(FORM, seen, to=f"{FORM}/questions/seat/remove")

    assert late.status_code == 412
    for text in (log, words_of(late.text)):
        assert "Coach? (coach) · Help (English)" in text
        assert "It leaves at eight." in text
        assert "八点出发。" in text
        assert "Coach? (coach) · It must be answered" in text
    assert "Seat (seat)" not in words_of(late.text)


def words_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_what_another_question_depends_on_stays(house: House, form: Browser) -> None:
    page = html.fromstring(form.get(FORM).text)
    version = page.xpath("//form[@id='take-off']//input[@name='version']/@value")[0]

    refused = form.send(FORM, {"version": version}, to=f"{FORM}/questions/coach/remove")
    done = form.send(FORM, {"version": version}, to=f"{FORM}/questions/seat/remove")

    assert (refused.status_code, "Another question depends on it." in refused.text) == (422, True)
    assert done.status_code == 302
    assert [one["code"] for one in asked()] == ["coach"]

    after = html.fromstring(form.get(FORM).text)
    offered = after.xpath("//form[contains(@action, '/restore')]")
    assert [one.xpath("string(.//button)").split(":")[0].strip() for one in offered] == ["Undo", "Put it back"]
    back = form.send(FORM, {}, to=offered[1].get("action"))
    assert [one["code"] for one in asked()] == ["coach", "seat"]
    assert back.headers["Location"].endswith(FORM)
    assert "Put it back" not in form.get(FORM).text


def test_questions_are_put_in_order(house: House, form: Browser) -> None:
    page = html.fromstring(form.get(FORM).text)
    version = page.xpath("//form[@id='order-questions']//input[@name='version']/@value")[0]
    ids = page.xpath("//input[@name='ids']/@value")

    form.send(FORM, {"version": version, "ids": ids, "up": ids[1]}, to=f"{FORM}/order")

    assert [one["code"] for one in asked()] == ["seat", "coach"]


def test_questions_of_another_type_are_copied_to_the_form_that_was_looked_at(house: House, form: Browser) -> None:
    form.send(f"{HOME}/registrations/types/new", {"code": "press", "name.en": "Press", "color": "#1f4e79"})
    press = FORM.replace("guest", "press")

    copied = form.send(press, {"from": "guest", "version": "1"}, to=f"{press}/copy")
    stale = form.send(press, {"from": "guest", "version": "1"}, to=f"{press}/copy")

    kept = rows(select(RegistrationType).where(RegistrationType.code == "press"))[0]
    assert ([one["code"] for one in kept.questions], copied.status_code, stale.status_code) == (
        ["coach", "seat"],
        302,
        412,
    )


def test_questions_of_another_edition_are_copied_by_whoever_sees_it(house: House, form: Browser) -> None:
    with transaction() as db:
        edition_id = get_edition_id(db, "other")
        questions = [{"code": "visa", "kind": "yes-no", "label": {"en": "Visa?"}}]
        create_type(db, edition_id, {"code": "old", "name": {"en": "Old"}, "questions": questions}, **BY)
    version = str(rows(select(RegistrationType.version).where(RegistrationType.code == "guest"))[0])
    assert "other/old" not in form.get(FORM).text
    refused = form.send(FORM, {"from": "other/old", "version": version}, to=f"{FORM}/copy")
    with transaction() as db:
        grant_role(db, house.owner_id, edition_id, Role.OWNER, **BY)
    assert "other/old" in form.get(FORM).text
    copied = form.send(FORM, {"from": "other/old", "version": version}, to=f"{FORM}/copy")
    assert (refused.status_code, copied.status_code) == (422, 302)
    assert [one["code"] for one in asked()] == ["coach", "seat", "visa"]


def test_the_preview_is_the_public_form_in_either_language_and_saves_nothing(house: House, form: Browser) -> None:
    before = asked()

    shown = form.get(f"{FORM}/preview?of=zh-Hans")
    typed = form.send(FORM, {"label.en": "Nights?", "most": "3"}, to=f"{FORM}/preview?of=en&kind=number")

    assert ("乘坐大巴？" in shown.text, 'lang="zh-Hans"' in shown.text) == (True, True)
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert ("Nights?" in typed.text, "Send my registration" in typed.text) == (True, False)
    assert asked() == before


def test_a_viewer_sees_the_form_and_nothing_to_change_it(house: House, form: Browser) -> None:
    page = browser_as(house, Role.VIEWER).get(FORM).text

    assert ("Coach?" in page, "Add …" in page, "Take off …" in page) == (True, False, False)


def test_an_option_has_places_and_moves_without_a_script(form: Browser) -> None:
    new = f"{FORM}/new?kind=choice"
    given = {
        "label.en": "Tour",
        "options.code": ["", ""],
        "options.en": ["Port", "Lab"],
        "options.zh-Hans": ["", "实验室"],
        "options.places": ["12", ""],
    }
    version = html.fromstring(form.get(new).text).xpath("//input[@name='version']/@value")[0]
    typed = {**given, "version": version}
    moved = form.send(new, {**typed, "down": "0"})
    assert moved.status_code == 200
    assert moved.text.index('value="Lab"') < moved.text.index('value="Port"')
    assert form.send(new, {**typed, "options.places": ["few", ""]}).status_code == 422

    assert form.send(new, typed).status_code == 302

    stored = next(one for one in asked() if one["label"] == {"en": "Tour"})
    assert [(one["code"], one["places"]) for one in stored["options"]] == [("port", 12), ("lab", None)]
    page = form.get(f"{FORM}/questions/{stored['code']}").text
    assert 'name="options.places" value="12"' in page


def test_who_registers_reads_what_is_full_and_is_refused_at_the_question(house: House) -> None:
    options = [{"code": code, "label": {"en": code}, "places": 1} for code in ("port", "lab")]
    tour = {"code": "tour", "kind": "choice", "label": {"en": "Tour"}, "options": options}
    with transaction() as session:
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)
        update_type(session, house.edition_id, house.type_id, {"questions": [tour], "is_open": True}, version=1, **BY)
    guest, page = house.browser(), "/forum/register/guest"
    said = {"latin_family": "Lee", "name_order": "given-first", "consent": "yes", "answers.tour": "port"}

    first = guest.send(page, {**said, "email": "a@guests.example"})
    late = guest.send(page, {**said, "latin_family": "Wu", "email": "b@guests.example"})

    assert (first.status_code, late.status_code) == (303, 422)
    wrong = html.fromstring(late.text).xpath("//p[@id='e-answers.tour']/text()")
    assert wrong == ["What you chose is full by now. Please choose something else."]
    inputs = html.fromstring(guest.get(page).text).xpath("//input[@name='answers.tour']")
    assert {one.get("value"): "disabled" in one.attrib for one in inputs} == {"port": True, "lab": False}


def test_another_option_comes_without_a_script_and_none_is_called_as_another(form: Browser) -> None:
    page = f"{FORM}/questions/seat"
    sent = {"label.en": "Seat", "label.zh-Hans": "座位", "version": "3", "options.code": ["window", "option", ""]}
    sent |= {"options.en": ["Window", "", "WINDOW"], "options.zh-Hans": ["靠窗", "过道", ""]}
    more = form.send(page, {**sent, "another": "1"})
    tree = html.fromstring(more.text)
    typed = tree.xpath("//input[@name='options.en']/@value")
    assert (more.status_code, typed) == (200, ["Window", "", "WINDOW", "", "", ""])
    again = form.send(page, {**sent, "another": "1", **{name: [*sent[name], ""] for name in sent if "options" in name}})
    assert len(html.fromstring(again.text).xpath("//input[@name='options.en']")) == 5
    assert len(asked()[1]["options"]) == 2

    refused = form.send(page, sent)
    fault = html.fromstring(refused.text).xpath("string(//*[@id='e-options'])")
    assert (refused.status_code, fault) == (422, "Two options are called the same. Call one of them otherwise.")
    sent["options.en"][2] = "Middle"
    assert form.send(page, sent).status_code == 302
    assert len(asked()[1]["options"]) == 3


def test_the_page_holds_the_form_once_for_all_its_buttons(form: Browser) -> None:
    page = html.fromstring(form.get(FORM).text)
    assert page.xpath("//button[@form='take-off']/@formaction") == [
        f"{FORM}/questions/{code}/remove" for code in ("coach", "seat")
    ]
    assert len(page.xpath("//form[@id='take-off']/input[@name='seen']")) == 1
