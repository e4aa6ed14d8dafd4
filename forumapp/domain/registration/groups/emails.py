"""The mail to the contact of a group, with the list of its members and the group link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.audit.services import record
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.models import MessageState
from forumapp.domain.mail.outbox import list_messages_about, send_again
from forumapp.domain.mail.suppressing import refuse_suppressed
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.invitations.emails import link_life
from forumapp.domain.registration.models import Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.group_models import RegistrationGroup

LINK_PURPOSE = "group"
ABOUT = "registration_group"
PAGE = "g"  # where the link leads, before its signed part


def link_of(group: RegistrationGroup, edition: Edition) -> dict[str, Any]:
    """The values to sign for the group link. Signed when shown or sent; signed links are never stored."""
    return {"purpose": LINK_PURPOSE, "values": [group.id, group.link_number], "page": PAGE, **link_life(edition)}


def send(db: DbSession, group: RegistrationGroup, registrations: Collection[int], *, now: datetime) -> None:
    """Mail the contact, once for each link, with the `registrations` that they manage."""
    _ask(db, group, _values(db, group, registrations), f"{MailKind.GROUP}-{group.id}-{group.link_number}", now=now)


def resend(
    db: DbSession, group: RegistrationGroup, registrations: Collection[int], *, actor: Actor, now: datetime
) -> None:
    """Mail the contact again with current values. A failed mail is sent again itself; a queued one stays the only one.
    Raises TakesNoMail.
    """
    refuse_suppressed(db, group.email or "")
    values = _values(db, group, registrations)
    last = next(reversed(list_messages_about(db, ABOUT, group.id)), None)
    if last and last.state is MessageState.QUEUED:
        return
    if last and last.state is MessageState.FAILED and values:
        send_again(db, group.edition_id, last.id, values=values, actor=actor, now=now)
        return
    key = f"{MailKind.GROUP}-{group.id}-{group.link_number}~{now.timestamp():.6f}"
    _ask(db, group, values, key, now=now)
    record(db, "sent-again", ABOUT, group.id, actor=actor, now=now, edition_id=group.edition_id)


def _ask(db: DbSession, group: RegistrationGroup, values: dict[str, Any], key: str, *, now: datetime) -> None:
    if not values:
        return
    mail.ask(
        db,
        key=key,
        template=MailKind.GROUP,
        recipient=group.email or "",
        language=group.language,
        values=values,
        edition_id=group.edition_id,
        about=ABOUT,
        about_id=group.id,
        now=now,
    )


def _values(db: DbSession, group: RegistrationGroup, registrations: Collection[int]) -> dict[str, Any]:
    """The values of the template; {} if there are no members to report."""
    members = {
        row_id: letter for row_id, letter in letters_about(db, registrations).items() if letter.recipient == group.email
    }
    if not group.email or not (members or group.apart):
        return {}
    edition = db.get_one(Edition, group.edition_id)
    return {
        "name": group.contact_name,
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "type_name": dict(db.get_one(RegistrationType, group.type_id).name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "place": dict(edition.place),
        "group": [[letter.name, db.get_one(Registration, row_id).status.value] for row_id, letter in members.items()],
        "apart": group.apart,
        "link": link_of(group, edition),
    }
