"""Two records of one person who is registered under both: one registration stays, the other gives way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid, Refusal, Stale
from forumapp.domain.accounts.access import Archived
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members.merging import Bar, Twice, merge_people, registered_twice, still_barred
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.forums.editions.archiving import archive_edition
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.duplicates.merging import BothThere, plan_merge
from forumapp.domain.people.models import Kept, Merge, Person
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.lifecycle.desk_notes import write_desk_note
from forumapp.domain.registration.lifecycle.register import create_type, enter, mark_vip
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus, Source
from tests.domain.conftest import BY, NOW, Forum
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


@dataclass
class Both:
    session: DbSession
    forum: Forum
    type: RegistrationType
    people: tuple[Person, Person]
    rows: tuple[Registration, Registration]

    def twice(self, actor: Any = None) -> list[Twice]:
        actor = actor or self.forum.by_owner["actor"]
        kept, gone = self.people
        plan = plan_merge(self.session, Kept.PERSON, kept.id, gone.id, actor=actor)
        found = registered_twice(self.session, plan, actor=actor)
        assert [move.row_id for move in still_barred(plan, found)] == [one.gone.id for one in found if one.bar]
        return found

    def merge(self, *cancels: Registration, **instead: Any) -> Person:
        kept, gone = self.people
        said = {"cancels": {row.id: row.version for row in cancels}, "version": kept.version}
        options = {**said, "gone_version": gone.version, **self.forum.by_owner, **instead}
        return merge_people(self.session, kept.id, gone.id, **options)


def enrolled(both: Any, person: Person, status: str = "confirmed", **more: Any) -> Registration:
    said = {"status": RegistrationStatus(status), "source": Source.MANUAL, "language": "en", **more}
    return enter(both.session, both.forum.edition.id, person.id, both.type.id, **said, **BY)


@pytest.fixture
def both(session: DbSession, forum: Forum) -> Both:
    """The one has a place, the other the last number but one in the queue."""
    kind = create_type(session, forum.edition.id, {"code": "guest", "name": {"en": "Guest"}, "quota": 2}, **BY)
    people = (
        create_person(session, {"latin_family": "Liu", "email": "liu@a.example"}, **BY),
        create_person(session, {"native_full": "刘春", "latin_given": "Chun"}, **BY),
    )
    made = Both(session, forum, kind, people, ())  # type: ignore[arg-type]  # follow below
    made.rows = (enrolled(made, people[0], "waitlisted"), enrolled(made, people[1]))
    return made


def test_the_one_that_is_chosen_stays_with_what_the_other_one_had(both: Both) -> None:
    session, edition_id = both.session, both.forum.edition.id
    stays, goes = both.rows
    delegation = create_delegation(session, edition_id, {"code": "d", "name": {}, "origin": {}}, **BY)
    member = add_member(session, delegation, goes.id, **BY)
    mark_vip(session, edition_id, goes.id, responsible_id=both.forum.owner.id, version=1, **BY)
    write_desk_note(session, edition_id, goes.id, "Call protocol", version=2, **BY)
    waiting = enrolled(both, create_person(session, {"latin_family": "Next"}, **BY), "waitlisted")
    enrolled(both, create_person(session, {"latin_family": "Beside"}, **BY))
    kept = both.merge(goes)

    for row in (both.type, waiting, stays, goes, member, delegation):
        session.refresh(row)
    assert (goes.status, goes.replaced_by_id, goes.person_id, stays.person_id) == (
        "cancelled", stays.id, kept.id, kept.id,
    )  # fmt: skip
    assert (stays.is_vip, stays.responsible_id, stays.desk_note) == (True, both.forum.owner.id, "Call protocol")
    assert (member.registration_id, member.left_on, delegation.members) == (stays.id, None, 1)
    # Its place went to whoever waited longest: the same person, by the registration that stays.
    assert (stays.status, waiting.status, both.type.taken, both.type.waiting) == ("confirmed", "waitlisted", 2, 1)
    live = select(TicketCode.registration_id).where(TicketCode.revoked_at.is_(None))
    assert goes.id not in session.scalars(live).all()
    assert {message.template for message in session.scalars(select(Message))} <= {"registration-promoted"}
    told = select(AuditEvent.action, AuditEvent.actor_id).where(
        AuditEvent.entity == "registration", AuditEvent.entity_id == goes.id
    )
    assert ("replaced", both.forum.owner.id) in [tuple(one) for one in session.execute(told)]
    (merge,) = session.scalars(select(Merge))
    assert goes.id in merge.moved["rows"]["registration.person_id"]


def test_in_a_delegation_both_leave_one_place(both: Both) -> None:
    session = both.session
    delegation = create_delegation(session, both.forum.edition.id, {"code": "d", "name": {}, "origin": {}}, **BY)
    members = [add_member(session, delegation, row.id, **BY) for row in both.rows]
    both.merge(both.rows[0])
    left = {row.id: row.left_on for row in session.scalars(select(DelegationMember))}
    assert left == {members[0].id: NOW.date(), members[1].id: None}
    assert session.scalar(select(Delegation.members)) == 1


@pytest.mark.parametrize(
    ("statuses", "stays"),
    [
        (("waitlisted", "confirmed"), 1), (("confirmed", "invited"), 0), (("confirmed", "attended"), 1),
        (("confirmed", "confirmed"), 1),  # which came earlier
    ],
)  # fmt: skip
def test_the_better_claim_stays_unless_someone_says_otherwise(statuses: tuple[str, str], stays: int) -> None:
    rows = [
        Registration(id=number, status=RegistrationStatus(status), registered_at=NOW - timedelta(days=number))
        for number, status in enumerate(statuses)
    ]
    assert Twice(1, rows[0], rows[1], None).stays is rows[stays]


def test_a_place_is_given_back_also_by_who_attended(both: Both) -> None:
    for row in both.rows:
        row.status = RegistrationStatus.ATTENDED
    both.type.taken, both.type.waiting = 2, 0
    both.session.flush()
    both.merge(both.rows[0])
    both.session.refresh(both.type)
    assert both.type.taken == 1


def test_nothing_gives_way_that_nobody_chose_or_that_changed_since(both: Both) -> None:
    stays, goes = both.rows
    unseen = {"cancels": {goes.id: goes.version + 1}}
    others = {"cancels": {goes.id: goes.version, 99_999: 1}}
    for how, refusal in (
        ((), BothThere), ((stays, goes), Invalid), (unseen, Stale), (others, Stale),
    ):  # fmt: skip
        with pytest.raises(refusal), both.session.begin_nested():
            both.merge(**how) if isinstance(how, dict) else both.merge(*how)
    both.session.expire_all()
    assert (stays.status, goes.status) == ("waitlisted", "confirmed")


def test_in_an_archived_edition_nothing_is_cancelled_before_it_is_reopened(both: Both) -> None:
    edition, session = both.forum.edition, both.session
    update_edition(session, edition.id, {"status": "closed"}, version=edition.version, **BY)
    archive_edition(session, edition.id, version=edition.version, **BY)
    # Who merges does so by another edition.
    grant_role(session, both.forum.owner.id, both.forum.other.id, Role.OWNER, **BY)
    assert [one.bar for one in both.twice()] == [Bar.ARCHIVED]
    for cancels in ((), (both.rows[0],)):
        with pytest.raises(Archived) as refusal:
            both.merge(*cancels)
        assert refusal.value.details == {"editions": [edition.id]}
    assert both.rows[0].status == "waitlisted"


def test_who_may_not_cancel_there_chooses_none(both: Both) -> None:
    """They keep the people of the one edition, and are told by the other one how to reach them."""
    other = both.forum.other.id
    account = seed_access(both.session, other, "x@forum.example", Role.SECRETARIAT)
    grant_role(both.session, account.id, both.forum.edition.id, Role.PROGRAM_MANAGER, **BY)
    kind = create_type(both.session, other, {"code": "guest", "name": {"en": "Guest"}}, **BY)
    for person in both.people:
        said = {"status": RegistrationStatus.CANCELLED, "source": Source.MANUAL, "language": "en"}
        enter(both.session, other, person.id, kind.id, **said, **BY)
    actor = Actor(account.id, Via.PAGE)
    assert [one.bar for one in both.twice(actor)] == [Bar.NOT_ALLOWED]
    with pytest.raises(Refusal), both.session.begin_nested():
        both.merge(both.rows[0], actor=actor)
    both.session.expire_all()
    assert both.rows[0].status == "waitlisted"
