"""A forum with many confirmed people, written in bulk: quick to make, however many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from forumapp.domain.accounts.access import forget_access
from forumapp.domain.accounts.models import AccessDelegation, Account, EditionAccess
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.forums.models import Edition, Series
from forumapp.domain.people.models import EditionTitle, NameOrder, Person
from forumapp.domain.registration.models import Registration, RegistrationStatus, RegistrationType, Source, TicketCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Role

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
FAMILIES = (("Zhou", "周"), ("Lin", "林"), ("An", "安"), ("Wang", "王"), ("Bai", "白"))
GIVEN = (("Yi", "艺"), ("Xiaoming", "晓明"), ("Hua", "华"))
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": NOW}
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Seeded:
    edition: Edition
    registration_ids: list[int]
    type_codes: tuple[str, str] = ("business", "media")


def coded(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        digits = ALPHABET[place] + digits
    return digits


def seed(db: DbSession, people: int, *, slug: str = "ccbf-2023", languages: tuple[str, ...] = ("en", "zh-Hans")):
    """`people` confirmed, every tenth of them for the press, and one each that is waitlisted or cancelled."""
    series = Series(code=slug, name={"en": "Forum"})
    db.add(series)
    db.flush()
    edition = Edition(
        slug=slug,
        series_id=series.id,
        ordinal=5,
        year=2023,
        name={"en": "2023 Pacific Forum", "zh-Hans": "2023年太平洋论坛"},
        theme={},
        place={"en": "Los Angeles", "zh-Hans": "洛杉矶"},
        starts_on=date(2023, 5, 22),
        ends_on=date(2023, 5, 22),
        zone="America/Los_Angeles",
        languages=list(languages),
    )
    db.add(edition)
    db.flush()
    types = [
        RegistrationType(edition_id=edition.id, code=code, name=name, description={}, questions=[])
        for code, name in (
            ("business", {"en": "Business delegate", "zh-Hans": "企业代表"}),
            ("media", {"en": "Media", "zh-Hans": "媒体"}),
        )
    ]
    db.add_all(types)
    db.flush()
    return Seeded(edition, _register(db, edition, types, people))


def _register(db: DbSession, edition: Edition, types: list[RegistrationType], people: int) -> list[int]:
    statuses = [RegistrationStatus.CONFIRMED] * people + [RegistrationStatus.WAITLISTED, RegistrationStatus.CANCELLED]
    connection = db.connection()
    names = [(FAMILIES[n % len(FAMILIES)], GIVEN[n % len(GIVEN)]) for n in range(len(statuses))]
    person_rows = [
        {
            "latin_family": family[0],
            "latin_given": f"{given[0]} {coded(n, 3)}",
            "native_full": family[1] + given[1],
            "name_order": NameOrder.FAMILY_FIRST,
            "form_of_address": {},
            "biography": {},
        }
        for n, (family, given) in enumerate(names)
    ]
    ids = _ids(connection, insert(Person).returning(Person.id, sort_by_parameter_order=True), person_rows)
    title = {"en": "General Manager", "zh-Hans": "总经理"}
    organization = {"en": "Taihu Clean Energy Group", "zh-Hans": "太湖清洁能源集团"}
    connection.execute(
        insert(EditionTitle),
        [
            {"edition_id": edition.id, "person_id": one, "title": title, "organization_name": organization}
            for one in ids
        ],
    )
    rows = [
        {
            "edition_id": edition.id,
            "person_id": person,
            "type_id": types[n % 10 == 9].id,
            "status": status,
            "source": Source.FORM,
            "answers": {},
            "queue_number": 1 if status == RegistrationStatus.WAITLISTED else None,
            "registered_at": NOW,
        }
        for n, (person, status) in enumerate(zip(ids, statuses, strict=True))
    ]
    registrations = _ids(
        connection, insert(Registration).returning(Registration.id, sort_by_parameter_order=True), rows
    )
    connection.execute(
        insert(TicketCode),
        [
            {
                "edition_id": edition.id,
                "registration_id": one,
                "code": coded(one + 7_000_000, 20),
                "short": coded(one + 7_000_000, 8),
            }
            for one in registrations
        ],
    )
    return registrations[:people]


def _ids(connection, statement, rows):
    return list(connection.execute(statement, rows).scalars())


def seed_delegation(db: DbSession, edition: Edition, code: str, members: list[int], *, position: int = 0, parent=None):
    """A delegation with these registrations as its members."""
    row = Delegation(
        edition_id=edition.id, code=code, name={"en": code}, origin={}, position=position, parent_id=parent
    )
    db.add(row)
    db.flush()
    for place, one in enumerate(members):
        db.add(DelegationMember(edition_id=edition.id, delegation_id=row.id, registration_id=one, position=place))
    db.flush()
    return row


def seed_access(
    db: DbSession,
    edition_id: int,
    email: str,
    *roles: Role,
    delegations: Iterable[int] = (),
    password: str | None = None,
) -> Account:
    """An account with these roles in the edition, bound to these delegations. Giving no role makes a stranger."""
    account = create_account(db, email=email, name=email.split("@", maxsplit=1)[0].title(), password=password, **BY)
    for role in roles:
        grant_role(db, account.id, edition_id, role, **BY)
    access = db.scalar(select(EditionAccess).filter_by(account_id=account.id, edition_id=edition_id))
    for delegation_id in delegations:
        assert access is not None, "who is bound to a delegation has a role"
        db.add(AccessDelegation(edition_id=edition_id, access_id=access.id, delegation_id=delegation_id))
    db.flush()
    forget_access(db)
    return account
