"""Wording the edition's mails in the browser, up to what arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.letters.queries import own_wordings
from forumapp.domain.letters.texts import set_mail_text
from forumapp.domain.mail.wording import MailKind, default_wording
from forumapp.domain.registration.emails import letters_about
from tests.web.organizer.house import BY, HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

TEXTS = f"{HOME}/mail/texts"
ONE = f"{TEXTS}/registration-confirmed"
MINE = {
    "subject.en": "See you at {forum}",
    "subject.zh-Hans": "{forum}见",
    "text.en": "{greeting}\n\nYour number is {number}.\nYour page: {link}\n<b>& more</b>",
    "text.zh-Hans": "{greeting}\n您的页面：{link}",
}


def without_number(**changes: str) -> dict[str, str]:
    return {**MINE, "text.en": MINE["text.en"].replace("Your number is {number}.\n", ""), "version": "0", **changes}


def stands(house: House) -> Any:
    key = (house.edition_id, "registration-confirmed")
    return own_wordings(reading(), {key}).get(key, {})


def test_a_text_is_worded_taken_back_and_brought_back(house: House, owner: Browser) -> None:
    answer = owner.send(ONE, without_number())
    assert answer.location == TEXTS
    assert stands(house)["zh-Hans"] == (MINE["subject.zh-Hans"], MINE["text.zh-Hans"])
    assert "own" in owner.get(TEXTS).text

    owner.send(ONE, {"version": "1"}, to=f"{ONE}/default")
    page = html.fromstring(owner.get(ONE).text)
    assert page.get_element_by_id("f-text.en").text.strip() == default_wording(MailKind.CONFIRMED, "en").text
    assert stands(house) == {}
    (undo,) = page.xpath("//form[contains(@action, '/restore')]/@action")
    owner.send(ONE, to=undo)
    assert stands(house)["en"].subject == "See you at {forum}"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text.en": "{greeting} {nmae} {link}"}, "There is no such placeholder. Use those that are listed: {nmae}"),
        ({"text.en": "{greeting}{{ 7*7 }}{link}"}, "There is no such placeholder. Use those that are listed: { 7*7 }"),
        ({"text.zh-Hans": "没有链接"}, "Without {link}, people cannot open their own page."),
    ],
)
def test_a_placeholder_that_is_none_is_told_at_its_field(house: House, owner: Browser, typed: Any, told: str) -> None:
    answer = owner.send(ONE, without_number(**typed))
    assert answer.status_code == 422
    field = html.fromstring(answer.text).get_element_by_id(f"e-{next(iter(typed))}")
    assert field.text == told
    assert stands(house) == {}


def test_whoever_was_slower_is_shown_both(house: House, owner: Browser) -> None:
    with transaction() as session:
        set_mail_text(session, house.edition_id, "registration-confirmed", {"en": "Theirs"}, {}, version=0, **BY)
    answer = owner.send(ONE, without_number())
    assert answer.status_code == 412
    assert "Theirs" in answer.text


def test_the_preview_is_what_a_real_person_would_read_without_their_link(house: House, owner: Browser) -> None:
    registration_id = add_registration(house, "Preview", email="preview@guests.example")
    name = letters_about(reading(), [registration_id])[registration_id].name
    page = f"{ONE}?who=Preview"
    answer = owner.send(page, MINE, to=f"{ONE}/preview?of=en&who=Preview")
    assert f"Dear {name}," in answer.text
    assert "http://127.0.0.1:8000/r/…" in answer.text
    assert "&lt;b&gt;&amp; more&lt;/b&gt;" in answer.text
    assert "Use those that are listed: {number}" in answer.text
    assert name in html.fromstring(owner.get(page).text).get_element_by_id("preview-en").text_content()
