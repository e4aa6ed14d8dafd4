"""Mailings, on the pages: whom they go to, what each reads, a test to oneself, and what leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.letters.mailings import take_batch
from forumapp.domain.letters.models import Mailing
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.models import RegistrationType
from tests.web.organizer.house import HOME, NOW, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

MAILINGS = f"{HOME}/mailings"
WORDS = {
    "subject.en": "Buses for {name}",
    "subject.zh-Hans": "{name}：班车安排",
    "text.en": "{greeting}\n\nBus at nine.\n{link}",
    "text.zh-Hans": "{greeting}\n\n九点发车。\n{link}",
}


def recipients() -> list[tuple[str, str, str | None]]:
    """Of all mails: to whom, in which language, and whose."""
    with transaction() as db:
        rows = db.execute(select(Message.recipient, Message.language, Message.about).order_by(Message.id))
        return [(to, language, about) for to, language, about in rows]


@pytest.mark.both_databases
def test_a_filtered_list_is_previewed_tried_and_sent_to_once_each(house: House, owner: Browser) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=9))
    ann = add_registration(house, "Ann", email="ann@guests.example")
    for name, status, email in (("Bo", "confirmed", "bo@guests.example"), ("Mute", "confirmed", None)):
        add_registration(house, name, status, email)
    add_registration(house, "Waiting", "applied", "waiting@guests.example")

    begun = owner.get(f"{MAILINGS}/new?status=confirmed&search=Ann").text
    assert ("1 mail, each" in begun, "Waiting" in begun) == (True, False)
    new = f"{MAILINGS}/new?status=confirmed"
    wrong = owner.send(new, {**WORDS, "text.en": "{greeting} {nonsense}"}, to=new)
    assert (wrong.status_code, "九点发车" in wrong.text) == (422, True)
    page = owner.send(new, WORDS, to=new).location
    assert recipients() == []

    as_ann = owner.get(f"{page}?reader={ann}").text
    assert ("Ann：班车安排" in as_ann, re.findall(r"/r/[\w.-]{20,}", as_ann)) == (True, [])
    owner.send(f"{page}?reader={ann}", {}, to=f"{page}/test?reader={ann}")
    assert {(language, about) for _to, language, about in recipients()} == {("en", "mailing"), ("zh-Hans", "mailing")}
    assert {to for to, *_ in recipients()} == {"owner@forum.example"}

    version = html.fromstring(owner.get(page).text).xpath("//form[contains(@action, '/start')]//input[@name='version']")
    sent = owner.send(page, {"version": version[0].value}, to=f"{page}/start")
    assert sent.status_code == 302
    with transaction() as db:
        mailing_id = db.scalars(select(Mailing.id)).one()
        while take_batch(db, mailing_id, now=NOW):
            pass
    to = [(to, language) for to, language, _about in recipients()[2:]]
    assert to == [("ann@guests.example", "zh-Hans"), ("bo@guests.example", "zh-Hans")]
