"""Queries for consent texts and for the consents of registrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.errors import NotFound
from forumapp.domain.registration.consent_texts import ConsentWords, Purpose, only_asked, usual
from forumapp.domain.registration.models import Consent, ConsentText, Registration

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

_TABLE = ConsentText.__table__.c
# Compiled once: hundreds of people may register in a minute.
_OWN = Prepared(
    select(_TABLE.purpose, _TABLE.text, _TABLE.number, _TABLE.is_asked, _TABLE.version, _TABLE.id).where(
        _TABLE.edition_id == bindparam("of_edition")
    )
)


def consent_words(db: DbSession, edition_id: int) -> list[ConsentWords]:
    """The texts of all purposes in their order, asked for or not."""
    own = {row[0]: ConsentWords(*row) for row in _OWN.rows(db, {"of_edition": edition_id})}
    return [own.get(purpose) or usual(purpose) for purpose in Purpose]


def asked_consents(db: DbSession, edition_id: int) -> list[ConsentWords]:
    """The consents that forms of the edition ask for now, the privacy notice first."""
    return only_asked(consent_words(db, edition_id))


def get_consent_words(db: DbSession, edition_id: int, purpose: str) -> ConsentWords:
    """The text of one purpose. Raises NotFound for an unknown one."""
    text = next((text for text in consent_words(db, edition_id) if text.purpose == purpose), None)
    if text is None:
        raise NotFound(entity="consent_text")
    return text


def list_consents(db: DbSession, registration_id: int) -> list[Consent]:
    """All consents of a registration, the withdrawn ones too, oldest first."""
    query = select(Consent).where(Consent.registration_id == registration_id)
    return list(db.scalars(query.order_by(Consent.given_at, Consent.id)))


def live_consents(db: DbSession, registration_id: int) -> dict[Purpose, Consent]:
    return {consent.purpose: consent for consent in list_consents(db, registration_id) if consent.withdrawn_at is None}


def count_consents(db: DbSession, edition_id: int) -> dict[Purpose, tuple[int, int]]:
    """By purpose, the number of valid consents and of withdrawn ones."""
    withdrawn = func.count(Consent.withdrawn_at)
    query = select(Consent.purpose, func.count() - withdrawn, withdrawn).where(Consent.edition_id == edition_id)
    return {purpose: (given, back) for purpose, given, back in db.execute(query.group_by(Consent.purpose))}


def agrees_to(purpose: Purpose) -> ColumnElement[bool]:
    """A condition on Registration: it has a valid consent for the purpose. Only then may its data be passed on."""
    return exists().where(
        Consent.registration_id == Registration.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
