"""Reading what an edition asks registrants to agree to, and to what they have agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.errors import NotFound
from forumapp.domain.registration.consent_texts import ConsentWords, Purpose, asked_of, usual
from forumapp.domain.registration.models import Consent, ConsentText, Registration

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

_TABLE = ConsentText.__table__.c
# Built once, for the path on which hundreds register in a minute.
_OWN = Prepared(
    select(_TABLE.purpose, _TABLE.text, _TABLE.number, _TABLE.is_asked, _TABLE.version, _TABLE.id).where(
        _TABLE.edition_id == bindparam("of_edition")
    )
)


def consent_words(db: DbSession, edition_id: int) -> list[ConsentWords]:
    """All purposes in their order, asked for or not."""
    own = {row[0]: ConsentWords(*row) for row in _OWN.rows(db, {"of_edition": edition_id})}
    return [own.get(purpose) or usual(purpose) for purpose in Purpose]


def asked_consents(db: DbSession, edition_id: int) -> list[ConsentWords]:
    """What a form of the edition asks now, the privacy notice first."""
    return asked_of(consent_words(db, edition_id))


def get_consent_words(db: DbSession, edition_id: int, purpose: str) -> ConsentWords:
    found = [one for one in consent_words(db, edition_id) if one.purpose == purpose]
    if not found:
        raise NotFound(entity="consent_text")
    return found[0]


def list_consents(db: DbSession, registration_id: int) -> list[Consent]:
    """What was agreed to and what was taken back, in the order of time."""
    query = select(Consent).where(Consent.registration_id == registration_id)
    return list(db.scalars(query.order_by(Consent.given_at, Consent.id)))


def live_consents(db: DbSession, registration_id: int) -> dict[Purpose, Consent]:
    return {one.purpose: one for one in list_consents(db, registration_id) if one.withdrawn_at is None}


def count_consents(db: DbSession, edition_id: int) -> dict[Purpose, tuple[int, int]]:
    """By purpose, how many agree, and how often it was taken back."""
    withdrawn = func.count(Consent.withdrawn_at)
    query = select(Consent.purpose, func.count() - withdrawn, withdrawn).where(Consent.edition_id == edition_id)
    return {purpose: (given, back) for purpose, given, back in db.execute(query.group_by(Consent.purpose))}


def agrees_to(purpose: Purpose) -> ColumnElement[bool]:
    """Of registrations: whose consent for the purpose stands. Data leaves the house for nobody else."""
    return exists().where(
        Consent.registration_id == Registration.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
