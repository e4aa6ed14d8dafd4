"""Telling people what has changed of their itineraries: by one mail with all of it, or by phone. Each change once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import create, remove
from forumapp.domain.delegations.models.notices import GivenOut, How, ItemNotice, ItineraryTelling
from forumapp.domain.delegations.notifications.queries import given_out, open_changes
from forumapp.domain.delegations.notifications.recording import LOCK, given_to
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.change_wording import in_words
from forumapp.domain.delegations.rules.delegations import with_parts
from forumapp.domain.delegations.rules.item_changes import mark_of
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.suppressing import refuse_suppressed
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.delegations.rules.item_changes import ItemChange

EDIT = Permission.EDIT_DELEGATIONS
PAGE = "itinerary"  # below the registrant's own


class NothingToTell(Refusal):
    """They have been told of everything, or it was changed back."""

    code = "nothing-to-tell"


class NotGivenOut(Refusal):
    """Its people do not have their itineraries, or have them as those of a whole."""

    code = "not-given-out"


class ChangedSinceSeen(Refusal):
    """It has changed once more since whoever tells them looked."""

    code = "changed-since-seen"


def give_out(db: DbSession, delegation: Delegation, *, actor: Actor, now: datetime) -> GivenOut:
    """Its people, and those of its parts, have their itineraries: from now on changes are kept until they are told."""
    require_row(db, delegation.edition_id, EDIT, "delegation", delegation.id, actor=actor)
    lock_name(db, LOCK.format(delegation.edition_id))
    stands = given_out(db, delegation)
    if stands is not None:
        return stands
    row = GivenOut(edition_id=delegation.edition_id, delegation_id=delegation.id, given_by=actor.account_id)
    create(db, row, actor=actor, now=now)
    return row


def take_in(db: DbSession, delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """Its people do not have their itineraries after all: what changed until now is told nobody, but in parts that
    were given theirs by themselves.
    """
    require_row(db, delegation.edition_id, EDIT, "delegation", delegation.id, actor=actor)
    lock_name(db, LOCK.format(delegation.edition_id))
    row = db.scalar(select(GivenOut).where(GivenOut.delegation_id == delegation.id))
    if row is None:
        raise NotGivenOut
    remove(db, row, actor=actor, now=now)
    parts = with_parts(delegation.id, parents_of(db, delegation.edition_id))
    planned = set(parts) - given_to(db, delegation.edition_id)
    forgotten = delete(ItemNotice).where(ItemNotice.telling_id.is_(None), ItemNotice.delegation_id.in_(planned))
    db.execute(forgotten.execution_options(synchronize_session=False))


def tell_by_phone(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    notice_ids: Collection[int],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> ItineraryTelling:
    """They were told of these changes as they were `seen`. Raises NothingToTell and ChangedSinceSeen."""
    require_row(db, edition_id, EDIT, "registration", registration_id, actor=actor)
    changes = _open(db, edition_id, registration_id, now=now)
    changes = [one for one in changes if one.notice_id in notice_ids]
    if not changes:
        raise NothingToTell
    if mark_of(changes) != seen:
        raise ChangedSinceSeen
    return _told(db, edition_id, registration_id, changes, How.PHONE, actor=actor, now=now)


def tell_by_mail(db: DbSession, edition_id: int, registration_id: int, *, actor: Actor, now: datetime) -> Registration:
    """One mail with all that has changed for them and the link to their own itinerary. Raises NothingToTell, and
    TakesNoMail where there is no address.
    """
    require_row(db, edition_id, EDIT, "registration", registration_id, actor=actor)
    row = get_in(db, Registration, edition_id, registration_id)
    changes = _open(db, edition_id, registration_id, now=now)
    if not changes:
        raise NothingToTell
    letter = letters_about(db, [row.id])[row.id]
    refuse_suppressed(db, letter.recipient)
    telling = _told(db, edition_id, row.id, changes, How.MAIL, actor=actor, now=now)
    said = {language: in_words(changes, language) for language in LANGUAGES}
    values = letter.values
    mail.ask(
        db,
        key=f"{MailKind.ITINERARY_CHANGED}-{telling.id}",
        template=MailKind.ITINERARY_CHANGED,
        recipient=letter.recipient,
        language=letter.language,
        values={**values, "changes": said, "link": {**values["link"], "below": PAGE}},
        edition_id=edition_id,
        about="registration",
        about_id=row.id,
        now=now,
    )
    return row


def take_telling_back(db: DbSession, edition_id: int, telling_id: int, *, actor: Actor, now: datetime) -> None:
    """They were not told after all. What changed again since is told from where it began. A mail stays sent."""
    row = get_in(db, ItineraryTelling, edition_id, telling_id)
    require_row(db, edition_id, EDIT, "registration", row.registration_id, actor=actor)
    if row.how is How.MAIL:
        raise Invalid(fields={"telling": "was-mailed"})
    lock_name(db, LOCK.format(edition_id))
    notes = list(db.scalars(select(ItemNotice).where(ItemNotice.telling_id == row.id)))
    since = select(ItemNotice).where(ItemNotice.registration_id == row.registration_id, ItemNotice.telling_id.is_(None))
    told = {one.item_id for one in notes}
    for again in db.scalars(since):
        if again.item_id in told:
            db.delete(again)
    db.flush()
    for one in notes:
        one.telling_id = None
    db.flush()
    remove(db, row, actor=actor, now=now)


def _open(db: DbSession, edition_id: int, registration_id: int, *, now: datetime) -> list[ItemChange]:
    """Held, so that of two who tell them the second finds that they know, and no change slips in between."""
    lock_name(db, LOCK.format(edition_id))
    return open_changes(db, edition_id, select(Registration.id).where(Registration.id == registration_id), now=now).get(
        registration_id, []
    )


def _told(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    changes: Sequence[ItemChange],
    how: How,
    *,
    actor: Actor,
    now: datetime,
) -> ItineraryTelling:
    row = ItineraryTelling(
        edition_id=edition_id, registration_id=registration_id, how=how, told_by=actor.account_id, created_at=now
    )
    create(db, row, actor=actor, now=now)
    ids: list[Any] = [one.notice_id for one in changes]
    noted = update(ItemNotice).where(ItemNotice.id.in_(ids)).values(telling_id=row.id)
    db.connection().execute(noted)
    return row
