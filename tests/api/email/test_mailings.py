"""Mailings and single mails, and what is handed over to people without mail, by the API."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.mail.models import Message, MessageState

if TYPE_CHECKING:
    from conftest import Api

E = "/editions/mine"


def read_code(content: bytes) -> str:
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.width > 300) == ("PNG", True)
    return zxingcpp.read_barcodes(picture)[0].text


def test_a_mailing_is_previewed_and_tried_a_mail_resent_and_a_message_shared(api: Api) -> None:
    kind = {"code": "guest", "name": {"en": "Guest"}, "is_open": True, "quota": 5}
    assert api.post(f"{E}/registration-types", kind).status_code == 201
    guest = {"type": "guest", "latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春", "consent": True}
    placed = api.post(f"{E}/registrations", {**guest, "email": "liu@example.org", "language": "zh-Hans"}).json
    who = f"{E}/registrations/{placed['registration_id']}"
    words: dict[str, Any] = {
        "subject": {"en": "Buses", "zh-Hans": "{name}：班车"},
        "text": {"en": "At nine.", "zh-Hans": "九点。{link}"},
    }
    mailing = f"{E}/mailings/{api.post(f'{E}/mailings', words).json['id']}"

    read = api.get(f"{mailing}/previews/{placed['registration_id']}").json
    assert (read["language"], read["subject"], "/r/…" in read["text"]) == ("zh-Hans", "刘春：班车", True)
    assert api.get(f"{mailing}/previews/999").status_code == 404
    assert api.post(f"{mailing}/test", {"registration_id": placed["registration_id"]}).status_code == 200
    with transaction() as db:
        tried = db.scalars(select(Message.recipient).where(Message.about == "mailing")).all()
        db.execute(update(Message).values(state=MessageState.SENT))
    assert tried == ["owner@example.org"] * 2

    (first,) = api.get(f"{who}/messages").json["items"]
    again = api.post(f"{who}/messages/{first['id']}/resend").json
    assert (again["template"], again["state"], again["id"] != first["id"]) == (first["template"], "queued", True)
    assert api.post(f"{who}/messages/{again['id']}/resend").json == again  # it is on its way already
    assert api.post(f"{who}/messages/999/resend").status_code == 404

    marked = [api.post(f"{who}/address/stop", said).json for said in (None, {"reason": "Full for weeks"})]
    assert [(one["takes_mail"], one["why"]) for one in marked] == [(False, "marked")] * 2
    assert api.post(f"{who}/address/clear", {"reason": "It works again"}).json["takes_mail"]
    with transaction() as db:
        why = select(AuditEvent.reason).where(AuditEvent.action.in_(("address-stopped", "address-cleared")))
        assert list(db.scalars(why.order_by(AuditEvent.id))) == [None, "Full for weeks", "It works again"]

    shared = api.get(f"{who}/message").json
    assert ("刘春" in shared["message"], shared["message"].count(shared["link"])) == (True, 2)
    assert "Dear Liu Chun" in shared["message"]  # the English half says the name that its readers read
    link, ticket = (api.get(f"{who}/{name}.png") for name in ("link", "ticket"))
    assert read_code(link.data).startswith("http://127.0.0.1:8000/r/")
    assert (ticket.headers["Content-Type"], placed["short_code"] in read_code(ticket.data)) == ("image/png", False)
