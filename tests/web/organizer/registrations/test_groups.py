"""A group that an organizer enters for its contact, and the mail to the contact that did not leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.web.organizer.house import HOME
from tests.web.organizer.registration_types.test_invitations import open_forum

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

__all__ = ["open_forum"]
GROUPS = f"{HOME}/groups"
pytestmark = pytest.mark.one_database


def test_a_group_is_entered_at_the_desk_and_its_mail_that_failed_is_sent_again(
    open_forum: House, owner: Browser
) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(is_open=False, quota=2))
        code = db.scalars(select(RegistrationType.code).where(RegistrationType.id == open_forum.type_id)).one()
    form = f"{GROUPS}/new/{code}"
    owner.get(f"{GROUPS}/new")
    sent = {"contact.name": "陈静", "contact.email": "office@example.org", "language": "zh-Hans", "form_key": "k1"}
    sent |= {f"people.{number}.latin_family": name for number, name in enumerate(("Ada", "Bea", "Cleo"))}

    faulty = owner.send(form, {**sent, "free": "2"}, to=form)
    assert (faulty.status_code, 'href="#f-consent"' in faulty.text) == (422, True)
    more = owner.send(form, {**sent, "add": "people"}, to=f"{form}/people")
    assert more.status_code == 200
    assert 'name="people.3.latin_family"' in more.text
    sent["consent"] = "1"
    asked = owner.send(form, {**sent, "free": "3"}, to=form)
    assert asked.status_code == 409  # a third place was told to be free, and is not
    there = owner.send(form, {**sent, "free": "2"}, to=form).location
    assert owner.send(form, {**sent, "free": "2"}, to=form).location == there  # sent twice

    with transaction() as db:
        rows = db.execute(select(Registration.source, Registration.status).order_by(Registration.id)).all()
        assert [(one.source.value, one.status.value) for one in rows] == [
            ("manual", "confirmed"),
            ("manual", "confirmed"),
            ("manual", "waitlisted"),
        ]
        assert db.scalars(select(RegistrationGroup.contact_name)).one() == "陈静"
        failed = {"state": "failed", "fault": "No such mailbox"}
        db.execute(update(Message).where(Message.template == "registration-group").values(**failed))
    page = owner.get(there).text
    assert "No such mailbox" in page
    (again, *_rest) = re.findall(rf'action="({GROUPS}/[0-9]+/send)"', page)
    seen = re.findall(r'name="version" value="([0-9]+)"', page)[0]
    assert owner.send(there, {"version": seen}, to=again).location == there
    with transaction() as db:
        letter = select(Message.state, Message.recipient).where(Message.template == "registration-group")
        assert [tuple(one) for one in db.execute(letter)] == [("queued", "office@example.org")]
    assert owner.send(there, {"version": "9"}, to=again).status_code == 412
    assert re.search(r'class="num"[^>]*>3<', owner.get(GROUPS).text)
