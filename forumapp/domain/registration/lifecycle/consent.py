"""Agreeing, taking it back, and what an edition asks people to agree to."""

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
    """Say whether the edition asks for a consent, and in which words, over what was read as `version`.

    Other words are another version of the text: whoever agreed before keeps what they agreed to.
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


def keep_consents(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    agreed: Iterable[ConsentWords],
    *,
    language: str,
    via: Via,
    now: datetime,
) -> None:
    """Keep what a newcomer agreed to, word by word; that they registered tells the log of it."""
    rows = [
        {
            "edition_id": edition_id,
            "registration_id": registration_id,
            "purpose": one.purpose,
            "number": one.number,
            "text": one.shown(language),
            "language": language,
            "given_at": now,
            "channel": via,
        }
        for one in agreed
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
    """A registrant agrees afterwards, by their own link: also to the privacy notice, where others registered them.
    Doing so twice changes nothing.
    """
    edition_id = _edition_of(db, registration_id, link_number)
    refuse_archived(db, edition_id)
    asked = {one.purpose: one for one in asked_consents(db, edition_id)}
    words = asked.get(_known(purpose))
    if words is None:
        raise Invalid(fields={"consents": "no-longer-asked"})
    if words.purpose in live_consents(db, registration_id):
        return
    keep_consents(db, edition_id, registration_id, [words], language=language, via=actor.via, now=now)
    _tell(db, edition_id, registration_id, None, words.purpose, actor=actor, now=now)


def withdraw_own_consent(
    db: DbSession, registration_id: int, link_number: int, purpose: str, *, actor: Actor, now: datetime
) -> None:
    """A registrant takes a consent back, of an archived edition too; that it was given, and when, stays on record."""
    edition_id = _edition_of(db, registration_id, link_number)
    row = live_consents(db, registration_id).get(_free(purpose))
    if row is None:
        return
    row.withdrawn_at = now
    db.flush()
    _tell(db, edition_id, registration_id, row.purpose, None, actor=actor, now=now)


def _edition_of(db: DbSession, registration_id: int, link_number: int) -> int:
    """Under a lock: two clicks at once give one consent."""
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
    """Without the privacy notice there is no registration: that one is taken back by cancelling it."""
    if purpose == Purpose.PRIVACY:
        raise NotFound(entity="consent_text")
    return _known(purpose)


def _tell(
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
    told: Any = {"actor": actor, "now": now, "edition_id": edition_id, "changes": changes}
    record(db, action, "registration", registration_id, **told)
