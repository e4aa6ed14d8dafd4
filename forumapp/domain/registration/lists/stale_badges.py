"""Who is no longer what their badge says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import EditionTitle, FrozenName, NameOrder, Organization, Person
from forumapp.domain.people.names.printed_names import printed
from forumapp.domain.people.queries import TitleLine, organization_name
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session as DbSession


class OnBadge(Protocol):
    """What of a badge's values is of the person."""

    @property
    def latin_name(self) -> str: ...
    @property
    def native_name(self) -> str: ...
    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def organization(self) -> Mapping[str, str]: ...


def kept_of_print(one: OnBadge, *, type_code: str, type_name: Mapping[str, str], short_code: str) -> dict[str, Any]:
    """What a registration keeps of its last print, so that a later change shows that the badge is out of date."""
    return {
        "latin_name": one.latin_name,
        "native_name": one.native_name,
        "title": dict(one.title),
        "organization": dict(one.organization),
        "type_code": type_code,
        "type_name": dict(type_name),
        "short_code": short_code,
    }


def differing(kept: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts that a badge says otherwise now than it did."""
    return tuple(name for name in kept if name in now and kept[name] != now[name])


def changed_since_printed(db: DbSession, edition_id: int) -> list[int]:
    """The ids of the confirmed registrations whose badge would say something else today. One query."""
    query = (
        select(
            Registration.id, Registration.printed,
            Person.latin_family, Person.latin_given, Person.name_order, Person.native_full, Person.native_language,
            EditionTitle.title, EditionTitle.organization_name, Organization.short, Organization.legal,
            FrozenName.said, Registration.outlet, RegistrationType.code, RegistrationType.name,
            TicketCode.short.label("short_code"),
        )
        .join(Person, Person.id == Registration.person_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .join(TicketCode, (TicketCode.registration_id == Registration.id) & TicketCode.revoked_at.is_(None))
        .outerjoin(
            EditionTitle,
            (EditionTitle.edition_id == Registration.edition_id)
            & (EditionTitle.person_id == Registration.person_id)
            & (EditionTitle.position == 1),
        )
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .where(
            Registration.edition_id == edition_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.printed_at.is_not(None),
        )
    )  # fmt: skip
    return [row.id for row in db.execute(query) if differing(row.printed, _says(row))]


def _says(row: Any) -> dict[str, Any]:
    family_first = row.name_order == NameOrder.FAMILY_FIRST
    name = Name(row.latin_family, row.latin_given, family_first, row.native_full, row.native_language)
    organization = organization_name(row.short, row.legal, row.organization_name)
    one = person_printed(row.said, name, [TitleLine(row.title or {}, organization)])
    badge = printed(one.name, one.first.title, row.outlet or one.first.organization)
    return kept_of_print(badge, type_code=row.code, type_name=row.name, short_code=row.short_code)
