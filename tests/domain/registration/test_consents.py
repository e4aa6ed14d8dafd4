"""Consents: each purpose apart, word by word, given and taken back by the person alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.registration.consent_queries import agrees_to, list_consents, live_consents
from forumapp.domain.registration.consent_texts import USUAL, Purpose
from forumapp.domain.registration.lifecycle.consent import give_own_consent, set_consent_words, withdraw_own_consent
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters, filters_in
from forumapp.domain.registration.models import Consent, Registration
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

TEXT = {"en": "Show me.", "zh-Hans": "可以拍我。"}
BOTH = [Purpose.PRIVACY, Purpose.PHOTO]
BY: dict[str, Any] = {"actor": STRANGER, "now": NOW}


def ask(db: Any, edition_id: int, purpose: Purpose, text: Any, *, version: int = 0, asked: bool = True) -> Any:
    return set_consent_words(db, edition_id, purpose, text, is_asked=asked, version=version, actor=HOUSE, now=NOW)


def test_whoever_agreed_keeps_the_words_they_saw(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    with pytest.raises(Invalid) as refused:  # nobody asks for photos yet
        sign_up(session, edition_id, applicant(consents=BOTH))
    assert refused.value.fields == {"consents": "no-longer-asked"}
    first = ask(session, edition_id, Purpose.PHOTO, TEXT)
    one = sign_up(session, edition_id, applicant(1, consents=BOTH)).registration_id
    other = sign_up(session, edition_id, applicant(2)).registration_id
    assert one
    assert other
    again = ask(session, edition_id, Purpose.PHOTO, {"en": "Film me."}, version=first.version)
    with pytest.raises(Stale):
        ask(session, edition_id, Purpose.PHOTO, TEXT, version=first.version)
    assert (first.number, again.number) == (1, 2)
    kept = {row.purpose: (row.number, row.text, row.language) for row in list_consents(session, one)}
    assert kept == {
        Purpose.PRIVACY: (0, USUAL[Purpose.PRIVACY]["en"], "en"),
        Purpose.PHOTO: (1, "Show me.", "en"),
    }
    agreeing = select(Registration.id).where(agrees_to(Purpose.PHOTO))
    assert session.scalars(agreeing).all() == [one]

    listed = chosen_ids(session, edition_id, filters_in({"consent": ["photo"]}))
    assert session.scalars(listed).all() == [one]
    assert (
        session.scalars(chosen_ids(session, edition_id, Filters(consent=(Purpose.PHOTO,)), details_within=[])).all()
        == []
    )

    withdraw_own_consent(session, one, 1, "photo", **BY)
    assert session.scalars(agreeing).all() == []
    for _twice in range(2):
        give_own_consent(session, one, 1, "photo", language="zh-Hans", **BY)
    assert live_consents(session, one)[Purpose.PHOTO].text == "Film me."
    history = [row.withdrawn_at for row in list_consents(session, one) if row.purpose is Purpose.PHOTO]
    assert history == [NOW, None]
    events = select(AuditEvent.action).where(AuditEvent.entity == "registration", AuditEvent.entity_id == one)
    assert session.scalars(events.order_by(AuditEvent.id)).all() == ["registered", "withdrew", "agreed"]


def test_whoever_was_registered_by_others_agrees_to_the_privacy_notice_themselves(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    one = sign_up(session, edition_id, applicant()).registration_id
    assert one
    session.execute(delete(Consent))
    for _twice in range(2):
        give_own_consent(session, one, 1, "privacy", language="en", **BY)
    assert [row.purpose for row in list_consents(session, one)] == [Purpose.PRIVACY]


def test_the_privacy_notice_stands_and_nothing_unasked_is_agreed_to(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    one = sign_up(session, edition_id, applicant()).registration_id
    assert one
    assert ask(session, edition_id, Purpose.PRIVACY, TEXT, asked=False).is_asked
    with pytest.raises(NotFound):
        withdraw_own_consent(session, one, 1, "privacy", **BY)
    with pytest.raises(Invalid):
        give_own_consent(session, one, 1, "sponsors", language="en", **BY)
    with pytest.raises(NotFound):  # a link that was ended
        give_own_consent(session, one, 2, "photo", language="en", **BY)
    with pytest.raises(Invalid):
        ask(session, edition_id, Purpose.PHOTO, {"en": " "})
