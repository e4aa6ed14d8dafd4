"""Who supports a delegation, what its members are in it, and who could be put into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import AlreadyExists, NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.delegations.members.services import refuse_unseen
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, DelegationSupporter, MemberRole
from forumapp.domain.forums.models import EditionHost
from forumapp.domain.people.archive.archived_names import organizations_printed
from forumapp.domain.people.models import EditionTitle, Organization, Person
from forumapp.domain.people.queries import matches, organization_name, titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import PARTICIPATING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.queries import TitleLine
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class SupporterLine:
    id: int
    version: int
    delegation_id: int
    organization_id: int
    position: int
    name: dict[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registration that is in no delegation."""

    registration_id: int
    name: Name
    titles: tuple[TitleLine, ...]


def list_supporters(db: DbSession, delegation: Delegation) -> list[SupporterLine]:
    query = (
        select(DelegationSupporter, Organization)
        .join(Organization, Organization.id == DelegationSupporter.organization_id)
        .where(DelegationSupporter.delegation_id == delegation.id)
        .order_by(DelegationSupporter.position, DelegationSupporter.id)
    )
    return [
        SupporterLine(row.id, row.version, row.delegation_id, row.organization_id, row.position, _called(one))
        for row, one in db.execute(query)
    ]


def supporters_page(
    db: DbSession, delegation: Delegation, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[DelegationSupporter]:
    query = select(DelegationSupporter).where(DelegationSupporter.delegation_id == delegation.id)
    return paged(db, query.order_by(DelegationSupporter.position, DelegationSupporter.id), number=number, size=size)


def get_supporter(db: DbSession, delegation: Delegation, supporter_id: int) -> DelegationSupporter:
    """A supporter of this delegation; one of another does not exist here."""
    row = get_in(db, DelegationSupporter, delegation.edition_id, supporter_id)
    if row.delegation_id != delegation.id:
        raise NotFound(entity="delegation_supporter")
    return row


def add_supporter(
    db: DbSession, delegation: Delegation, organization_id: int, *, actor: Actor, now: datetime
) -> DelegationSupporter:
    """Name an organization as a supporter, after those that are named already."""
    edition_id, theirs = delegation.edition_id, DelegationSupporter.delegation_id == delegation.id
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "delegation", delegation.id, actor=actor)
    refuse_unseen(db, edition_id, "organization_id", organization_id, actor=actor)
    lock_name(db, f"delegation-supporters:{delegation.id}")
    if db.scalar(select(DelegationSupporter.id).where(theirs, DelegationSupporter.organization_id == organization_id)):
        raise AlreadyExists(fields={"organization_id": "taken"})
    row = DelegationSupporter(
        edition_id=edition_id,
        delegation_id=delegation.id,
        organization_id=organization_id,
        position=next_place(db, DelegationSupporter.position, theirs),
    )
    create_in(db, row, Permission.EDIT_DELEGATIONS, actor=actor, now=now)
    return row


def remove_supporter(
    db: DbSession, edition_id: int, supporter_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "delegation_supporter", supporter_id, actor=actor)
    row = get_in(db, DelegationSupporter, edition_id, supporter_id)
    label = _called(db.get_one(Organization, row.organization_id))
    by: dict[str, Any] = {"version": version, "actor": actor, "now": now}
    return remove_in(db, row, label=label, delegation_id=row.delegation_id, **by)


def update_member(
    db: DbSession,
    edition_id: int,
    member_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> DelegationMember:
    """Change what a member is in the delegation. It has one head at most: another one becomes something else first."""
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "delegation_member", member_id, actor=actor)
    row = get_in(db, DelegationMember, edition_id, member_id)
    if row.left_on is not None:
        raise NotFound(entity="delegation_member")
    if changes.get("role") == MemberRole.HEAD:
        lock_name(db, f"delegation-head:{row.delegation_id}")
        refuse_second_head(db, row.delegation_id, member_id)
    change_in(db, row, changes, Permission.EDIT_DELEGATIONS, version=version, actor=actor, now=now)
    return row


def refuse_second_head(db: DbSession, delegation_id: int, member_id: int) -> None:
    heads = select(DelegationMember.id).where(
        DelegationMember.delegation_id == delegation_id,
        DelegationMember.left_on.is_(None),
        DelegationMember.role == MemberRole.HEAD,
        DelegationMember.id != member_id,
    )
    if db.scalar(heads):
        raise AlreadyExists(fields={"role": "has-a-head"})


def candidates_page(
    db: DbSession, edition_id: int, *, search: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[Candidate]:
    """Active registrations that are in no delegation now, by name. Three queries, however many."""
    taken = select(DelegationMember.registration_id).where(
        DelegationMember.edition_id == edition_id, DelegationMember.left_on.is_(None)
    )
    query = (
        select(Registration, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(
            Registration.edition_id == edition_id, Registration.status.in_(PARTICIPATING), Registration.id.not_in(taken)
        )
        .where(*matches(Person.search_text, search))
        .order_by(Person.latin_family, Person.latin_given, Registration.id)
    )
    page = paged(db, query, number=number, size=size)
    titles = titles_in_edition(db, edition_id, [person.id for _, person in page.items])
    return page.of([Candidate(row.id, name_of(one), tuple(titles.get(one.id, ()))) for row, one in page.items])


def _called(one: Organization) -> dict[str, str]:
    return organization_name(one.short, one.legal, None)


def organizations_in_reach(db: DbSession, edition_id: int, within: Collection[int]) -> list[tuple[int, dict[str, str]]]:
    """The organizations that someone limited to these delegations may name, with their names: the edition's hosts, and
    where their people have their titles here.
    """
    hosts = select(EditionHost.organization_id).where(EditionHost.edition_id == edition_id)
    theirs = select(EditionTitle.organization_id).where(
        EditionTitle.edition_id == edition_id, *limited(EditionTitle.person_id, "person", None, within)
    )
    query = select(Organization).where(Organization.id.in_(hosts) | Organization.id.in_(theirs))
    return [(one.id, _called(one)) for one in db.scalars(query.order_by(Organization.id))]


def name_of_member(db: DbSession, member: DelegationMember) -> Name:
    registered = select(Person).join(Registration, Registration.person_id == Person.id)
    return name_of(db.scalars(registered.where(Registration.id == member.registration_id)).one())


def led_by(db: DbSession, delegation: Delegation) -> dict[str, str]:
    """The name of the organization that leads it, as the edition prints it."""
    if delegation.lead_organization_id is None:
        return {}
    return organizations_printed(db, Delegation, [delegation.id]).get(delegation.id, {})


def liaison_of(db: DbSession, delegation: Delegation) -> str:
    """The name of the account that looks after it."""
    return db.scalar(select(Account.name).where(Account.id == delegation.liaison_id)) or ""
