"""What delegations lack, those of a liaison for a liaison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, select

from forumapp.core.database.counting import Asked, counted, untranslated
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.delegations.coaches.queries import beside_groups
from forumapp.domain.delegations.conflicts.findings import TWICE, itinerary_clashes, vehicles_twice
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem, MemberRole
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access

MISSING = Severity.MISSING


def _without_native_name(edition_id: int, languages: Collection[str]) -> Select[Any]:
    """Members without a name in their own script, where others of their delegation have one: elsewhere few do."""
    if not any(language.startswith("zh") for language in languages):
        return select(Person.id).where(false())
    best = func.max(Person.native_full).over(partition_by=DelegationMember.delegation_id)
    members = (
        select(Person.id, Person.native_full, best.label("best"))
        .join(Registration, Registration.person_id == Person.id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(DelegationMember.edition_id == edition_id, DelegationMember.left_on.is_(None))
    ).subquery()
    unnamed = select(members.c.id).where(members.c.native_full == "", members.c.best != "")
    return select(Person.id).where(Person.id.in_(unnamed))


PEOPLE = {"native-name-missing": _without_native_name}


def delegation_needs(db: DbSession, edition_id: int, languages: Collection[str], access: Access) -> list[Need]:
    if not access.allows(Permission.EDIT_DELEGATIONS):
        return []
    reached = limited(Delegation.id, "delegation", edition_id, access.within(Permission.EDIT_DELEGATIONS))
    which = select(Delegation.code).where(Delegation.edition_id == edition_id, *reached)
    asked = [
        Asked("delegation-headless", MISSING, which.where(Delegation.id.in_(_now()), Delegation.id.not_in(_headed()))),
        Asked("delegation-untranslated", MISSING, which.where(untranslated(languages, Delegation.name))),
        Asked("itinerary-untranslated", MISSING, _items(which, languages)),
        Asked("captain-not-coming", Severity.STALE, _led_by_nobody(which)),
    ]
    if access.allows(Permission.SET_UP_DELEGATIONS):
        asked.append(Asked("delegation-without-liaison", MISSING, which.where(Delegation.liaison_id.is_(None))))
    if access.allows(Permission.EDIT_PEOPLE):
        theirs = limited(Person.id, "person", None, access.within(Permission.EDIT_PEOPLE))
        asked += [Asked(code, MISSING, ids(edition_id, languages).where(*theirs)) for code, ids in PEOPLE.items()]
    return [
        *_torn(db, edition_id, access),
        *_beside_groups(db, edition_id, access),
        *_twice(db, edition_id, access),
        *counted(db, Section.DELEGATIONS, asked),
    ]


def _torn(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    """How many people are wanted in two places at once, and nobody has allowed it."""
    within = access.within(Permission.EDIT_DELEGATIONS)
    people = {finding.parties[-1] for finding in itinerary_clashes(db, edition_id, within=within)}
    return [Need(Section.DELEGATIONS, "people-torn", len(people), Severity.CLASHING)] if people else []


def _beside_groups(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    """How many people ride in another coach than their group does; with their delegation, where it is one."""
    found = beside_groups(db, edition_id, within=access.within(Permission.EDIT_DELEGATIONS))
    people = {one for those in found.values() for one in those}
    if not people:
        return []
    theirs = DelegationMember.registration_id.in_(people), DelegationMember.left_on.is_(None)
    query = select(Delegation.code).join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
    codes = list(db.scalars(query.where(*theirs).distinct()))
    where = codes[0] if len(codes) == 1 else None
    return [Need(Section.DELEGATIONS, "seat-beside-group", len(people), Severity.STALE, where)]


def _twice(db: DbSession, edition_id: int, access: Access) -> list[Need]:
    """How many vehicles run for two transfers at once, and nobody said why."""
    vehicles = len(vehicles_twice(db, edition_id, within=access.within(Permission.EDIT_DELEGATIONS)))
    return [Need(Section.DELEGATIONS, TWICE, vehicles, Severity.CLASHING)] if vehicles else []


def _led_by_nobody(which: Select[Any]) -> Select[Any]:
    """By its delegation's code, each run whose transfer is no longer for its captain."""
    comes = select(ItemPerson.id).where(
        ItemPerson.item_id == CoachRun.item_id, ItemPerson.registration_id == CoachRun.captain_id
    )
    of = which.join(ItineraryItem, ItineraryItem.delegation_id == Delegation.id)
    runs = of.join(CoachRun, CoachRun.item_id == ItineraryItem.id)
    return runs.where(CoachRun.captain_id.is_not(None), CoachRun.closed_at.is_(None), ~comes.exists())


def _now() -> Select[Any]:
    """The ids of delegations that people are in."""
    return select(DelegationMember.delegation_id).where(DelegationMember.left_on.is_(None))


def _headed() -> Select[Any]:
    return _now().where(DelegationMember.role == MemberRole.HEAD)


def _items(which: Select[Any], languages: Collection[str]) -> Select[Any]:
    """By its delegation's code, each item of which a text is missing in a language."""
    gaps = untranslated(languages, ItineraryItem.title, ItineraryItem.place)
    return which.join(ItineraryItem, ItineraryItem.delegation_id == Delegation.id).where(gaps)
