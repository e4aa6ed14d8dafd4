"""The one mail to the contact of a group, which lists whom they look after, and the link that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.forums.models import Edition
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.registration.invitation_letters import link_life
from forumapp.domain.registration.letters import letters_about
from forumapp.domain.registration.models import Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.group_models import RegistrationGroup

LINK_PURPOSE = "group"
ABOUT = "registration_group"
PAGE = "g"  # where the link leads, before its signed part


def link_of(group: RegistrationGroup, edition: Edition) -> dict[str, Any]:
    """What is signed when its link is shown or sent, so that none is ever kept."""
    return {"purpose": LINK_PURPOSE, "values": [group.id, group.link_number], "page": PAGE, **link_life(edition)}


def send(db: DbSession, group: RegistrationGroup, registrations: Collection[int], *, now: datetime) -> None:
    """Once for each link: of those registrations that are in the contact's care."""
    found = {one: about for one, about in letters_about(db, registrations).items() if about.recipient == group.email}
    if not group.email or not (found or group.apart):
        return
    edition = db.get_one(Edition, group.edition_id)
    values = {
        "name": group.contact_name,
        "edition_slug": edition.slug,
        "edition_name": dict(edition.name),
        "type_name": dict(db.get_one(RegistrationType, group.type_id).name),
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
        "place": dict(edition.place),
        "group": [[about.name, db.get_one(Registration, one).status.value] for one, about in found.items()],
        "apart": group.apart,
        "link": link_of(group, edition),
    }
    mail.ask(
        db,
        key=f"{MailKind.GROUP}-{group.id}-{group.link_number}",
        template=MailKind.GROUP,
        recipient=group.email,
        language=group.language,
        values=values,
        edition_id=group.edition_id,
        about=ABOUT,
        about_id=group.id,
        now=now,
    )
