"""People and organizations that nothing hangs on go from the registry and come back; what something hangs on stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import AlreadyExists, Forbidden, InUse, NotFound, Stale
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.editing.removals import removals_page
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import AssignmentRole, RoleAssignment
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import BelongingGone
from forumapp.domain.audit.services import Actor, Via, create
from forumapp.domain.forums.models import ContentKind, ContentPage, EditionHost, HostRole
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.duplicates.queries import doubles_of
from forumapp.domain.people.duplicates.removal import Use, remove_kept, uses_of
from forumapp.domain.people.models import Affiliation, Kept, OrganizationKind, OrganizationWord, Person, PersonWord
from forumapp.domain.people.queries import organizations_page, people_page
from forumapp.domain.people.records.services import (
    add_affiliation,
    create_organization,
    create_person,
    remove_edition_title,
    set_edition_title,
    update_organization,
)
from forumapp.domain.people.search.suggestions import suggest_people
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, COMMAND, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.removables import make_session
from tests.seeds import seed_access

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession

ONCE: dict[str, Any] = {"version": 1, **BY}
DUE = datetime(2023, 6, 21, 3, tzinfo=UTC)
LIU = {"latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春", "email": "liu@a.example", "phone": "+86 1"}


def found(db: DbSession) -> tuple[int, int, int, int]:
    """How often Liu Chun stands in the list, in suggestions, among doubles of the namesake, and among the words."""
    told = db.scalar(select(func.max(Person.id)).where(Person.latin_family == "Liu")) or 0
    return (
        people_page(db, search="刘春", contact_scope=None).total,
        len(suggest_people(db, "liuchun", actor=COMMAND)),
        len(doubles_of(db, Kept.PERSON, told, actor=COMMAND)),
        db.scalar(select(func.count(func.distinct(PersonWord.person_id)))) or 0,
    )


def test_a_person_goes_with_their_posts_and_is_found_nowhere_until_they_come_back(
    session: DbSession, forum: Forum
) -> None:
    one, _namesake = create_person(session, LIU, **BY), create_person(session, LIU, **BY)
    office = create_organization(session, {"legal": {"en": "Office"}}, **BY)
    add_affiliation(session, one.id, office.id, {"en": "Chair"}, **BY)
    one_id = one.id
    assert found(session) == (2, 2, 1, 2)

    removal = remove_kept(session, Kept.PERSON, one_id, **ONCE)
    assert (removal.label, removal.along) == ({"en": "Liu Chun", "zh-Hans": "刘春"}, {"affiliation": 1})
    assert found(session) == (1, 1, 0, 1)

    restore(session, forum.other.id, removal.id, **BY)  # from any edition
    assert found(session) == (2, 2, 1, 2)
    assert session.scalars(select(Affiliation.person_id)).all() == [one_id]


def a_registration(db: DbSession, forum: Forum, _person_id: int) -> int:
    return make_registration(db, forum, "Adams").person_id


def a_title(db: DbSession, forum: Forum, person_id: int) -> int:
    set_edition_title(db, forum.edition.id, person_id, title={"en": "Chair"}, **BY)
    return person_id


def a_part(db: DbSession, forum: Forum, person_id: int) -> int:
    meeting = make_session(db, forum)
    row = RoleAssignment(
        edition_id=forum.edition.id, session_id=meeting.id, person_id=person_id, role=AssignmentRole.SPEAKER
    )
    create(db, row, **BY)
    return person_id


def a_letter(db: DbSession, forum: Forum, person_id: int) -> int:
    row = ContentPage(
        edition_id=forum.edition.id,
        code="w",
        kind=ContentKind.WELCOME,
        title={"en": "W"},
        position=1,
        signatory_id=person_id,
    )
    create(db, row, **BY)
    return person_id


def a_merge(db: DbSession, _forum: Forum, person_id: int) -> int:
    other = create_person(db, LIU, **BY)
    merge(db, Kept.PERSON, person_id, other.id, version=1, gone_version=1, **BY)
    return person_id


@pytest.mark.parametrize(
    ("use", "table"),
    [
        (a_registration, "registration"), (a_title, "edition_title"), (a_part, "role_assignment"),
        (a_letter, "content_page"), (a_merge, "merge"),
    ],
)  # fmt: skip
def test_a_person_whom_something_needs_stays_and_it_says_what(
    session: DbSession, forum: Forum, use: Callable[..., int], table: str
) -> None:
    person_id = use(session, forum, create_person(session, LIU, **BY).id)
    version = session.get_one(Person, person_id).version
    with pytest.raises(InUse) as refusal:
        remove_kept(session, Kept.PERSON, person_id, version=version, **BY)
    assert refusal.value.details == {"entity": "person", "by": {table: 1}}
    assert session.scalar(select(func.count()).select_from(Removal)) == 0


def test_an_organization_stays_while_anything_is_of_it(session: DbSession, forum: Forum) -> None:
    office = create_organization(session, {"legal": {"en": "Office", "zh-Hans": "办公室"}}, **BY)
    part = create_organization(session, {"legal": {"en": "Desk"}, "parent_id": office.id}, **BY)
    person_id = create_person(session, LIU, **BY).id
    add_affiliation(session, person_id, office.id, {"en": "Chair"}, **BY)
    make_delegation(session, forum, "js", lead_organization_id=office.id)
    for edition in (forum.edition, forum.other):
        create(
            session,
            EditionHost(edition_id=edition.id, organization_id=office.id, role=HostRole.HOST, print_order=1),
            **BY,
        )
    assert {(one.table, one.edition_id, one.count) for one in uses_of(session, Kept.ORGANIZATION, office.id)} == {
        ("organization", None, 1), ("affiliation", None, 1), ("delegation", forum.edition.id, 1),
        ("edition_host", forum.edition.id, 1), ("edition_host", forum.other.id, 1),
    }  # fmt: skip
    with pytest.raises(InUse) as refusal:
        remove_kept(session, Kept.ORGANIZATION, office.id, **ONCE)
    assert refusal.value.details["by"]["edition_host"] == 2

    # What hangs on nothing goes, and comes back unless it has no place any more.
    gone = remove_kept(session, Kept.ORGANIZATION, part.id, **ONCE)
    assert organizations_page(session, search="desk").total == 0
    restore(session, forum.edition.id, gone.id, **BY)
    assert organizations_page(session, search="desk").total == 1
    assert uses_of(session, Kept.PERSON, person_id) == []
    assert Use("affiliation", None, 1) in uses_of(session, Kept.ORGANIZATION, office.id)


def test_what_has_no_place_any_more_does_not_come_back(session: DbSession, forum: Forum) -> None:
    above = create_organization(session, {"legal": {"en": "Above"}}, **BY)
    values = {"legal": {"en": "Office"}, "code": "office", "parent_id": above.id}
    gone = remove_kept(session, Kept.ORGANIZATION, create_organization(session, values, **BY).id, **ONCE)
    other = create_organization(session, {"legal": {"en": "Another"}, "code": "office"}, **BY)
    nested = session.begin_nested()
    with pytest.raises(AlreadyExists):
        restore(session, forum.edition.id, gone.id, **BY)
    nested.rollback()
    update_organization(session, other.id, {"code": None}, version=1, **BY)
    remove_kept(session, Kept.ORGANIZATION, above.id, **ONCE)
    with pytest.raises(BelongingGone):
        restore(session, forum.edition.id, gone.id, **BY)
    assert session.scalars(select(OrganizationWord.organization_id).distinct()).all() == [other.id]


def test_only_who_edits_the_registry_removes_sees_and_brings_back(session: DbSession, forum: Forum) -> None:
    by = {
        role: {
            "actor": Actor(seed_access(session, forum.edition.id, f"{role}@a.example", role).id, Via.PAGE),
            "now": BY["now"],
        }
        for role in (Role.PROGRAM_MANAGER, Role.VIEWER)
    }
    person_id = create_person(session, LIU, **BY).id
    with pytest.raises(Forbidden):
        remove_kept(session, Kept.PERSON, person_id, version=1, **by[Role.VIEWER])
    with pytest.raises(Stale):
        remove_kept(session, Kept.PERSON, person_id, version=7, **by[Role.PROGRAM_MANAGER])
    removal = remove_kept(session, Kept.PERSON, person_id, version=1, **by[Role.PROGRAM_MANAGER])
    with pytest.raises(NotFound):
        remove_kept(session, Kept.PERSON, person_id, version=1, **by[Role.PROGRAM_MANAGER])
    seen = {
        role: removals_page(session, access_to(session, forum.edition.id, actor=told["actor"])).total
        for role, told in by.items()
    }
    assert seen == {Role.PROGRAM_MANAGER: 1, Role.VIEWER: 0}
    with pytest.raises(Forbidden):
        restore(session, forum.edition.id, removal.id, **by[Role.VIEWER])
    with pytest.raises(NotFound):
        restore(session, forum.other.id, removal.id, **by[Role.PROGRAM_MANAGER])
    assert restore(session, forum.edition.id, removal.id, **by[Role.PROGRAM_MANAGER]).entity_id == person_id


def test_how_to_reach_an_official_goes_also_of_one_who_was_removed(session: DbSession, forum: Forum) -> None:
    office = create_organization(session, {"legal": {"en": "Office"}, "kind": OrganizationKind.GOVERNMENT}, **BY)
    official, trader = create_person(session, LIU, **BY), create_person(session, {**LIU, "email": "t@b.example"}, **BY)
    title = set_edition_title(
        session, forum.edition.id, official.id, title={"en": "Director"}, organization_id=office.id, **BY
    )
    remove_edition_title(session, title, **ONCE)
    gone = [remove_kept(session, Kept.PERSON, one.id, **ONCE) for one in (official, trader)]
    remove_kept(session, Kept.ORGANIZATION, office.id, **ONCE)

    purge(session, forum.edition.id, Kind.OFFICIALS, now=DUE)
    session.expire_all()
    back = [session.get_one(Person, restore(session, forum.edition.id, one.id, **BY).entity_id) for one in gone]
    assert [(one.email, one.phone) for one in back] == [(None, None), ("t@b.example", "+86 1")]
    assert people_page(session, search="liuchun", contact_scope=None).total == 2
