"""Giving and withdrawing consent, and setting the consent texts of an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.registration.consent_queries import (
    asked_consents,
    get_consent_words,
    live_consents,
)
from forumapp.domain.registration.consent_texts import ConsentWords, Purpose
from forumapp.domain.registration.lists.queries import find_by_link
from forumapp.domain.registration.models import Consent, ConsentText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor, Via

_GIVE = Prepared(insert(Consent).inline())


def set_consent_words(
    db: DbSession,
    edition_id: int,
    purpose: Purpose,
    text: Mapping[str, str],
    *,
    is_asked: bool,
    version: int,
    actor: Actor,
    now: datetime,
) -> ConsentWords:
    """Set whether the edition asks for a consent, and its text. `version` is the one that the caller has read.

    A changed text gets a new number; consents given before keep the text that was shown. Raises Invalid and Stale.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    if not any(map(is_visible, text.values())):
        raise Invalid(fields={"text": "required"})
    is_asked = is_asked or purpose is Purpose.PRIVACY
    lock_name(db, f"consents:{edition_id}")
    before = get_consent_words(db, edition_id, purpose)
    number = before.number + (dict(text) != dict(before.text))
    values: dict[str, Any] = {"text": dict(text), "number": number, "is_asked": is_asked}
    row = db.get(ConsentText, before.id) if before.id else None
    if row is not None:
        change_in(db, row, values, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    elif version:
        raise Stale
    else:
        added = ConsentText(edition_id=edition_id, purpose=purpose, **values)
        create_in(db, added, Permission.EDIT_EDITION, actor=actor, now=now)
    return get_consent_words(db, edition_id, purpose)


def store_consents(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    agreed: Iterable[ConsentWords],
    *,
    language: str,
    via: Via,
    now: datetime,
) -> None:
    """Store the consents of a new registrant with the exact text. Not logged: the log entry of the registration
    implies them.
    """
    rows = [
        {
            "edition_id": edition_id,
            "registration_id": registration_id,
            "purpose": text.purpose,
            "number": text.number,
            "text": text.shown(language),
            "language": language,
            "given_at": now,
            "channel": via,
        }
        for text in agreed
    ]
    if rows:
        _GIVE.many(db, rows)


def give_own_consent(
    db: DbSession,
    registration_id: int,
    link_number: int,
    purpose: str,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a consent after registering, by the registrant's own link. Someone registered by others can agree to the
    privacy notice this way. Idempotent. Raises Invalid if the edition does not ask for it, and NotFound.
    """
    edition_id = _edition_of(db, registration_id, link_number)
    refuse_archived(db, edition_id)
    asked = {text.purpose: text for text in asked_consents(db, edition_id)}
    words = asked.get(_known(purpose))
    if words is None:
        raise Invalid(fields={"consents": "no-longer-asked"})
    if words.purpose in live_consents(db, registration_id):
        return
    store_consents(db, edition_id, registration_id, [words], language=language, via=actor.via, now=now)
    _record(db, edition_id, registration_id, None, words.purpose, actor=actor, now=now)


def withdraw_own_consent(
    db: DbSession, registration_id: int, link_number: int, purpose: str, *, actor: Actor, now: datetime
) -> None:
    """Withdraw a consent by the registrant's own link, also in an archived edition. The record that it was given
    stays. Raises NotFound.
    """
    edition_id = _edition_of(db, registration_id, link_number)
    row = live_consents(db, registration_id).get(_free(purpose))
    if row is None:
        return
    row.withdrawn_at = now
    db.flush()
    _record(db, edition_id, registration_id, row.purpose, None, actor=actor, now=now)


def _edition_of(db: DbSession, registration_id: int, link_number: int) -> int:
    """The edition of the registration, with its consents locked: two clicks at once give one consent."""
    row = find_by_link(db, registration_id, link_number)
    if row is None:
        raise NotFound(entity="registration")
    lock_name(db, f"consents-of:{registration_id}")
    return row.edition_id


def _known(purpose: str) -> Purpose:
    if purpose not in set(Purpose):
        raise NotFound(entity="consent_text")
    return Purpose(purpose)


def _free(purpose: str) -> Purpose:
    """A consent that can be withdrawn. The privacy notice cannot: registrants cancel instead."""
    if purpose == Purpose.PRIVACY:
        raise NotFound(entity="consent_text")
    return _known(purpose)


def _record(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    before: Purpose | None,
    after: Purpose | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    action = "withdrew" if after is None else "agreed"
    changes = {"consents": (before, after)}
    record(db, action, "registration", registration_id, actor=actor, now=now, edition_id=edition_id, changes=changes)
