"""Mails about a registration, and the values of their templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.forums.link_lifetimes import days_from_signing, link_ends
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.mail import services as mail
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

LINK_PURPOSE = "registration"
# The purpose and page of the link that confirms an email address.
CONFIRMATION_PURPOSE, CONFIRMATION_PAGE = "email-confirmation", "e"
# The link stays valid longer than the deadline, to explain that the time is over.
CONFIRMATION_EXPLAINED = timedelta(days=7)
# Requests within so many seconds send one mail: for registering again, and for requesting the link.
REGISTERED_AGAIN_SECONDS, RESENT_SECONDS = 600, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail about one registration. `link_number` signs its personal link."""

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
    # Whether it goes to the address of the contact or principal.
    is_passed_on: bool = False
    # When the offered spot ends, in the zone of the forum.
    zone: str = ""
    offer_ends_at: datetime | None = None
    # The name by language, for mails in several languages.
    names: Mapping[str, str] = field(default_factory=dict)

    def values_in(self, language: str) -> dict[str, Any]:
        """The values of the template in another language than the registrant's."""
        return {**self.values, "name": self.names.get(language, self.name)}

    @property
    def values(self) -> dict[str, Any]:
        """The values of the template. `link` is signed when the mail is rendered; signed links are never stored."""
        until = {"until": self.offer_ends_at.isoformat(), "zone": self.zone} if self.offer_ends_at else {}
        return {
            **until,
            "name": self.name,
            "edition_slug": self.edition_slug,
            "edition_name": dict(self.edition_name),
            "type_name": dict(self.type_name),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "place": dict(self.place),
            "code": self.short,
            "queue_number": self.queue_number,
            "passed_on": self.is_passed_on,
            "link": {
                "purpose": LINK_PURPOSE,
                "values": [self.registration_id, self.link_number],
                "ends": link_ends(self.ends_on).isoformat(),
                "days": days_from_signing(is_open=self.is_open),
            },
        }

    def values_for(self, template: str) -> dict[str, Any]:
        """The values of `template`, with the link that it carries."""
        if template != MailKind.UNCONFIRMED or self.offer_ends_at is None:
            return self.values
        ends = self.offer_ends_at + CONFIRMATION_EXPLAINED
        link = {
            "purpose": CONFIRMATION_PURPOSE,
            "page": CONFIRMATION_PAGE,
            "values": [self.registration_id, self.link_number],
            "ends": ends.isoformat(),
        }
        return {**self.values, "link": link}


def send(db: DbSession, letter: Letter, template: str, *, occasion: str, now: datetime) -> None:
    """Queue one mail, once for each `occasion`.

    `template` is "registration-" and a status, "promoted" (from the waitlist), "offer-ended" (the offer timed out), or
    "known" (someone registered already registered again).
    """
    mail.ask(
        db,
        key=f"{template}-{letter.registration_id}-{occasion}",
        template=template,
        recipient=letter.recipient,
        language=letter.language,
        values=letter.values_for(template),
        edition_id=letter.edition_id,
        about="registration",
        about_id=letter.registration_id,
        now=now,
    )


def tell(
    db: DbSession, row: Registration, *, now: datetime, template: str | None = None, occasion: str | None = None
) -> None:
    """Mail the registrant their current status, if they have an address."""
    letter = letters_about(db, [row.id]).get(row.id)
    if letter is not None and letter.recipient:
        send(db, letter, template or f"registration-{row.status}", occasion=occasion or f"v{row.version}", now=now)


def mail_confirmation_link(
    db: DbSession, registration_id: int, *, every: int = REGISTERED_AGAIN_SECONDS, now: datetime
) -> None:
    """Mail the link that confirms the email address, at most once in `every` seconds."""
    letter = letters_about(db, [registration_id]).get(registration_id)
    if letter is not None and letter.recipient:
        occasion = f"{letter.link_number}-{every}-{int(now.timestamp()) // every}"
        send(db, letter, MailKind.UNCONFIRMED, occasion=occasion, now=now)


def letters_about(db: DbSession, ids: Collection[int]) -> dict[int, Letter]:
    """The mail about each of these registrations as of now, by id. `recipient` is "" without an address."""
    principal, host = aliased(Registration), aliased(Person)
    address = func.coalesce(host.email, RegistrationGroup.email)
    query = (
        select(Registration, Person, Edition, RegistrationType.name, TicketCode.short, address)
        .join(Person, Person.id == Registration.person_id)
        .join(Edition, Edition.id == Registration.edition_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .outerjoin(TicketCode, (TicketCode.registration_id == Registration.id) & TicketCode.revoked_at.is_(None))
        .outerjoin(principal, principal.id == Registration.principal_id)
        .outerjoin(host, host.id == principal.person_id)
        .outerjoin(RegistrationGroup, RegistrationGroup.id == Registration.group_id)
        .where(Registration.id.in_(ids))
        .order_by(Registration.id)
    )
    rows: Sequence[Any] = db.execute(query).all()
    return {row[0].id: _letter(*row[:5], contact_email=row[5]) for row in rows}


def _letter(
    row: Registration,
    person: Person,
    edition: Edition,
    type_name: Mapping[str, str],
    short: str | None,
    *,
    contact_email: str | None,
) -> Letter:
    return Letter(
        registration_id=row.id,
        link_number=row.link_number,
        edition_id=row.edition_id,
        edition_slug=edition.slug,
        edition_name=edition.name,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        place=edition.place,
        is_open=edition.status == EditionStatus.OPEN,
        type_name=type_name,
        name=name_of(person).shown(row.language),
        names={language: name_of(person).shown(language) for language in LANGUAGES},
        recipient=person.email or "",
        language=row.language,
        is_passed_on=bool(person.email) and person.email == contact_email,
        short=short,
        queue_number=row.queue_number if row.status == RegistrationStatus.WAITLISTED else None,
        zone=edition.zone,
        offer_ends_at=row.offer_ends_at,
    )
