"""The mails that registering leads to: which one, and the plain values that its template gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.mail import services as mail
from forumapp.domain.registration.rules import days_from_signing, link_ends

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

LINK_PURPOSE = "registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail about one registration. `link_number` is the one its personal link is signed with."""

    registration_id: int
    link_number: int
    edition_id: int
    edition_slug: str
    edition_name: Mapping[str, str]
    starts_on: date
    ends_on: date
    place: Mapping[str, str]
    is_open: bool
    type_name: Mapping[str, str]
    name: str
    recipient: str
    language: str
    short: str | None = None
    queue_number: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """For the template. `link` says what to sign when it is rendered: a signed link is never kept."""
        return {
            "name": self.name,
            "edition_slug": self.edition_slug,
            "edition_name": dict(self.edition_name),
            "type_name": dict(self.type_name),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "place": dict(self.place),
            "code": self.short,
            "queue_number": self.queue_number,
            "link": {
                "purpose": LINK_PURPOSE,
                "values": [self.registration_id, self.link_number],
                "ends": link_ends(self.ends_on).isoformat(),
                "days": days_from_signing(is_open=self.is_open),
            },
        }


def send(db: DbSession, letter: Letter, template: str, *, occasion: str, now: datetime) -> None:
    """Ask for one mail, once for each `occasion`.

    `template` is "registration-" and the status it tells of, "promoted" (from the queue to a place), or "known"
    (someone who is registered already did so again).
    """
    mail.ask(
        db,
        key=f"{template}-{letter.registration_id}-{occasion}",
        template=template,
        recipient=letter.recipient,
        language=letter.language,
        values=letter.values,
        edition_id=letter.edition_id,
        about="registration",
        about_id=letter.registration_id,
        now=now,
    )
