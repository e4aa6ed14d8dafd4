"""Signing people up for sessions with limited places, on the page of a registration and through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session
from forumapp.domain.registration.models import SessionSignUp
from tests.web.organizer.house import HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


def test_an_organizer_signs_up_takes_off_and_sees_who_takes_part(house: House, owner: Browser) -> None:
    first, second = house.session_ids
    with transaction() as db:
        db.execute(update(Session).values(places=1))
        code = db.scalars(select(Session.code).where(Session.id == first)).one()
    one, other = add_registration(house, "One"), add_registration(house, "Other")

    def ticked(who: int) -> list[str]:
        page = html.fromstring(owner.get(f"{HOME}/registrations/{who}/sessions").text)
        return page.xpath("//input[@name='session'][@checked]/@value")

    def save(who: int, **sent: list[int]) -> tuple[int, str]:
        page = f"{HOME}/registrations/{who}/sessions"
        answer = owner.send(page, sent, to=page)
        return answer.status_code, answer.text

    assert save(one, session=[first])[0] == 302
    assert (ticked(one), ticked(other)) == ([str(first)], [])
    status, text = save(other, session=[first])
    assert (status, "are taken. Nothing was saved." in text) == (422, True)
    status, text = save(one, session=[first, second], seen=[first])
    assert (status, "at the same time" in text) == (422, True)
    listed = owner.get(f"{HOME}/registrations?session={code}").text
    assert (f"/registrations/{one}" in listed, f"/registrations/{other}" in listed) == (True, False)
    assert owner.get(f"{HOME}/registrations/{one}").text.count(f"/registrations/{one}/sessions") == 1
    assert save(one, seen=[first])[0] == 302
    with transaction() as db:
        assert db.scalars(select(SessionSignUp)).all() == []
