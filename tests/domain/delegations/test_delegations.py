from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.leaving import cancel_own_registration
from forumapp.domain.delegations.members.services import (
    DelegationFull,
    add_member,
    create_delegation,
    remove_member,
    update_delegation,
)
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItemKind, MemberRole
from forumapp.domain.delegations.queries import itinerary, list_members
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    approve_precedence_list,
    create_precedence_list,
)
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.models import Registration, RegistrationStatus, RegistrationType, Source
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.registering import STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def make_delegation(db: DbSession, forum: Forum, code: str, **values: Any) -> Delegation:
    return create_delegation(db, forum.edition.id, {"code": code, "name": {"en": code}, **values}, **BY)


def make_registration(db: DbSession, forum: Forum, family: str, status: str = "confirmed") -> Registration:
    person = create_person(db, {"latin_family": family, "latin_given": "Ann"}, **BY)
    kind = RegistrationType(edition_id=forum.edition.id, code=family.lower(), name={"en": "Delegate"})
    db.add(kind)
    db.flush()
    row = Registration(
        edition_id=forum.edition.id, person_id=person.id, type_id=kind.id, status=RegistrationStatus(status),
        source=Source.DELEGATION, registered_at=NOW,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def test_members_count_in_the_part_and_in_the_whole(session: DbSession, forum: Forum) -> None:
    whole = make_delegation(session, forum, "cccme", quota=2)
    jiangsu = make_delegation(session, forum, "jiangsu", parent_id=whole.id, quota=2)
    hubei = make_delegation(session, forum, "hubei", parent_id=whole.id, quota=2)
    add_member(session, jiangsu, make_registration(session, forum, "Adams").id, **BY)
    add_member(session, hubei, make_registration(session, forum, "Baker").id, **BY)
    counts = {row.code: row.members for row in (whole, jiangsu, hubei)}
    assert counts == {"cccme": 2, "jiangsu": 1, "hubei": 1}
    with pytest.raises(DelegationFull) as refusal:
        add_member(session, hubei, make_registration(session, forum, "Chen").id, **BY)
    assert refusal.value.details == {"delegation_id": whole.id, "name": " · ".join(whole.name.values())}


def test_a_member_leaves_on_the_date_of_the_forum(session: DbSession, forum: Forum) -> None:
    jiangsu = make_delegation(session, forum, "jiangsu")
    member = add_member(session, jiangsu, make_registration(session, forum, "Adams").id, **BY)
    now = datetime(2023, 5, 21, 2, tzinfo=UTC)  # the evening before in Los Angeles
    late = {**BY, "now": now}

    remove_member(session, forum.edition.id, member.id, version=1, **late)

    assert member.left_on == date(2023, 5, 20)


def test_one_delegation_at_a_time(session: DbSession, forum: Forum) -> None:
    first, second = (make_delegation(session, forum, code) for code in ("first", "second"))
    registration = make_registration(session, forum, "Adams")
    member = add_member(session, first, registration.id, **BY)
    with pytest.raises(AlreadyExists):
        add_member(session, second, registration.id, **BY)
    remove_member(session, forum.edition.id, member.id, version=1, **BY)
    add_member(session, second, registration.id, **BY)
    session.expire_all()
    assert (first.members, second.members) == (0, 1)


def test_the_database_keeps_one_delegation_at_a_time_by_itself(session: DbSession, forum: Forum) -> None:
    first, second = (make_delegation(session, forum, code) for code in ("first", "second"))
    registration = make_registration(session, forum, "Adams")
    for one in (first, second):
        session.add(
            DelegationMember(edition_id=forum.edition.id, delegation_id=one.id, registration_id=registration.id)
        )
    with pytest.raises(IntegrityError):
        session.flush()


def test_who_cancelled_joins_no_delegation(session: DbSession, forum: Forum) -> None:
    delegation = make_delegation(session, forum, "first")
    with pytest.raises(Invalid) as refusal:
        add_member(session, delegation, make_registration(session, forum, "Adams", "cancelled").id, **BY)
    assert refusal.value.fields == {"registration_id": "not-active"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"quota": 0}, {"quota": "below-members"}),
        ({"parent_id": 999}, {"parent_id": "has-members"}),
        ({"arrives_on": date(2023, 5, 24)}, {"departs_on": "ends-before-start"}),
    ],
    ids=["quota below its members", "moved with members", "gone before they come"],
)
def test_changes_that_are_refused(
    session: DbSession, forum: Forum, changes: dict[str, Any], fault: dict[str, str]
) -> None:
    delegation = make_delegation(session, forum, "first", departs_on=date(2023, 5, 23))
    add_member(session, delegation, make_registration(session, forum, "Adams").id, **BY)
    with pytest.raises(Invalid) as refusal:
        update_delegation(session, forum.edition.id, delegation.id, changes, version=delegation.version, **BY)
    assert refusal.value.fields == fault


def test_a_delegation_is_no_part_of_itself(session: DbSession, forum: Forum) -> None:
    whole = make_delegation(session, forum, "whole")
    part = make_delegation(session, forum, "part", parent_id=whole.id)
    with pytest.raises(Invalid) as refusal:
        update_delegation(session, forum.edition.id, whole.id, {"parent_id": part.id}, version=1, **BY)
    assert refusal.value.fields == {"parent_id": "loop"}


def test_members_stand_in_precedence_order_then_by_office(session: DbSession, forum: Forum) -> None:
    whole = make_delegation(session, forum, "whole", position=0)
    part = make_delegation(session, forum, "part", parent_id=whole.id, position=1)
    registrations = {name: make_registration(session, forum, name) for name in ("Adams", "Baker", "Chen", "Diaz")}
    add_member(session, whole, registrations["Adams"].id, **BY)
    add_member(session, part, registrations["Baker"].id, **BY)
    add_member(session, part, registrations["Chen"].id, MemberRole.HEAD, **BY)
    add_member(session, part, registrations["Diaz"].id, **BY)
    order = create_precedence_list(session, forum.edition.id, "program", name={}, **BY)
    add_precedence_entry(session, order, registrations["Diaz"].person_id, capacity={}, **BY)
    approve_precedence_list(session, order, "Protocol", version=order.version, **BY)
    assert [line.name.latin_family for line in list_members(session, whole)] == ["Diaz", "Adams", "Chen", "Baker"]
    assert [line.name.latin_family for line in list_members(session, part)] == ["Diaz", "Chen", "Baker"]


def test_members_whom_no_list_names_stand_by_their_role(session: DbSession, forum: Forum) -> None:
    delegation = make_delegation(session, forum, "whole")
    for role in reversed(MemberRole):
        add_member(session, delegation, make_registration(session, forum, role.value).id, role, **BY)
    roles = [line.role.value for line in list_members(session, delegation)]
    assert roles == ["head", "deputy", "member", "staff", "interpreter"]


def test_a_part_s_itinerary_holds_what_the_whole_does(session: DbSession, forum: Forum) -> None:
    whole = make_delegation(session, forum, "whole")
    part = make_delegation(session, forum, "part", parent_id=whole.id)
    other = make_delegation(session, forum, "other", parent_id=whole.id)
    night = Span(
        Moment(datetime(2023, 5, 26, 12, 40), "America/Los_Angeles"), Moment(datetime(2023, 5, 27, 18), "Asia/Shanghai")
    )
    day = Span(
        Moment(datetime(2023, 5, 22, 9), "America/Los_Angeles"),
        Moment(datetime(2023, 5, 22, 10), "America/Los_Angeles"),
    )
    for delegation, title, span in ((whole, "Flight", night), (part, "Visit", day), (other, "Elsewhere", day)):
        add_itinerary_item(session, delegation, {"kind": ItemKind.VISIT, "title": {"en": title}}, span, **BY)
    assert [item.title["en"] for item in itinerary(session, part)] == ["Visit", "Flight"]


def test_who_cancels_by_the_personal_link_leaves_the_delegation(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    placed = sign_up(session, edition_id, applicant())
    row = create_delegation(session, edition_id, {"code": "jiangsu", "name": {"en": "Jiangsu"}}, **BY)
    add_member(session, row, placed.registration_id, **BY)

    cancel_own_registration(session, placed.registration_id, 1, actor=STRANGER, now=NOW)

    session.refresh(row)
    assert row.members == 0
