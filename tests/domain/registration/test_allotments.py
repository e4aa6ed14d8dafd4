"""Blocks of places: set aside within the type's own, filled by name, released to those who wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.domain.delegations.members.leaving import withdraw_from_block
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.errors import InvitationEnded, NoPlacesLeft, WrongStatus
from forumapp.domain.registration.invitations import services as invitations_services
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lifecycle.manual_entry import enter_by_hand, walk_in
from forumapp.domain.registration.lifecycle.substitution import hand_over
from forumapp.domain.registration.models import EditionPlaces, PlaceBlock, Registration, RegistrationType
from forumapp.domain.registration.personal_links.allotment_holder import name_in_block, named_in_block
from forumapp.domain.registration.personal_links.invitation_replies import accept_invitation
from forumapp.domain.registration.types import allotments
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
ANSWER: dict[str, Any] = {"language": "en", "actor": STRANGER, "now": NOW}


@pytest.fixture
def edition_id(session: DbSession) -> int:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=4, needs_approval=False)
    return edition_id


def set_aside(db: DbSession, edition_id: int, quota: int = 2) -> PlaceBlock:
    values = {"type_id": type_of(db).id, "name": {"en": "Bay Bank"}, "quota": quota}
    return allotments.create_block(db, edition_id, values, **BY)


def type_of(db: DbSession) -> RegistrationType:
    return db.scalars(select(RegistrationType).execution_options(populate_existing=True)).one()


def taken(db: DbSession, block: PlaceBlock) -> tuple[int, int, int]:
    """Of the type, of the block, and how many wait."""
    db.refresh(block)
    kind = type_of(db)
    return kind.taken, block.taken, kind.waiting


def test_its_places_count_at_once_and_names_take_no_others(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id)
    assert taken(session, block) == (2, 0, 0)

    first, second = (name_in_block(session, block.id, 1, applicant(number), **ANSWER) for number in (1, 2))
    assert (first.status, second.status, taken(session, block)) == ("confirmed", "confirmed", (2, 2, 0))
    with pytest.raises(NoPlacesLeft), session.begin_nested():
        name_in_block(session, block.id, 1, applicant(3), **ANSWER)
    assert [sign_up(session, edition_id, applicant(number)).status for number in (4, 5, 6)] == [
        "confirmed", "confirmed", "waitlisted",
    ]  # fmt: skip
    assert [one.name.latin_family for one in named_in_block(session, block)] == ["Guest1", "Guest2"]

    register.cancel(session, edition_id, first.registration_id, version=1, **BY)  # the place stays the holder's

    assert taken(session, block) == (4, 1, 1)
    assert name_in_block(session, block.id, 1, applicant(7), **ANSWER).status == "confirmed"


def test_what_nobody_needs_goes_to_those_who_wait_in_order(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id, quota=3)
    name_in_block(session, block.id, 1, applicant(1), **ANSWER)
    waiting = [sign_up(session, edition_id, applicant(number)).registration_id for number in (2, 3, 4, 5)]
    session.refresh(block)

    allotments.release_block(session, edition_id, block.id, version=block.version, **BY)

    states = [session.get_one(Registration, one, populate_existing=True).status for one in waiting]
    assert states == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    assert (taken(session, block), block.quota) == ((4, 1, 1), 1)


def test_a_block_grows_within_the_type_and_the_forum_and_shrinks_to_its_names(
    session: DbSession, edition_id: int
) -> None:
    set_edition_places(session, edition_id, 3, version=0, **BY)
    block = set_aside(session, edition_id)
    name_in_block(session, block.id, 1, applicant(1), **ANSWER)
    session.refresh(block)
    for quota, refusal in ((4, NoPlacesLeft), (0, Invalid)):
        with pytest.raises(refusal), session.begin_nested():
            allotments.update_block(session, edition_id, block.id, {"quota": quota}, version=block.version, **BY)
    for quota, refusal in ((2, NoPlacesLeft), (0, Invalid)):
        with pytest.raises(refusal), session.begin_nested():
            set_aside(session, edition_id, quota=quota)
    with pytest.raises(Stale):
        allotments.update_block(session, edition_id, block.id, {"quota": 1}, version=77, **BY)

    session.expire_all()
    allotments.update_block(session, edition_id, block.id, {"quota": 1}, version=block.version, **BY)

    of_edition = session.scalars(select(EditionPlaces.taken)).one()
    assert (taken(session, block), of_edition) == ((1, 1, 0), 1)


def test_who_is_invited_to_a_block_has_a_place_although_the_type_is_full(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id, quota=1)
    for number in range(2, 6):
        sign_up(session, edition_id, applicant(number))
    said = {"type_id": block.type_id, "block_id": block.id, "latin_family": "Liu"}
    row = invitations_services.create_invitation(session, edition_id, said, **BY)
    with pytest.raises(Invalid) as refused:
        invitations_services.create_invitation(session, edition_id, said, **BY)

    placed = accept_invitation(session, row.id, 1, applicant(1), **ANSWER)

    assert (placed.status, refused.value.fields) == ("confirmed", {"block_id": "block-full"})
    assert taken(session, block) == (4, 1, 1)


def test_no_more_are_invited_to_a_block_by_moving_or_restoring(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id, quota=1)
    said = {"type_id": block.type_id, "block_id": block.id}
    first = invitations_services.create_invitation(session, edition_id, {**said, "latin_family": "Liu"}, **BY)
    invitations_services.revoke_invitation(session, edition_id, first.id, version=1, **BY)
    invitations_services.create_invitation(session, edition_id, {**said, "latin_family": "Ma"}, **BY)
    other = invitations_services.create_invitation(
        session, edition_id, {**said, "block_id": None, "latin_family": "Wu"}, **BY
    )

    for refused in (
        lambda: invitations_services.update_invitation(
            session, edition_id, other.id, {"block_id": block.id}, version=1, **BY
        ),
        lambda: invitations_services.restore_invitation(session, edition_id, first.id, version=2, **BY),
    ):
        with pytest.raises(Invalid) as fault:
            refused()
        assert fault.value.fields == {"block_id": "block-full"}


def test_links_end_and_an_organizer_fills_a_place_by_hand(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id)
    allotments.end_block_links(session, edition_id, block.id, version=1, **BY)
    with pytest.raises(InvitationEnded):
        name_in_block(session, block.id, 1, applicant(1), **ANSWER)
    said = {"latin_family": "Liu", "latin_given": "Chun"}
    how: dict[str, Any] = {"title": {}, "organization": {}, "language": "en", **BY}

    with pytest.raises(Invalid):
        enter_by_hand(session, edition_id, block.type_id, {}, block_id=block.id, **how)
    enter_by_hand(session, edition_id, block.type_id, said, block_id=block.id, **how)

    assert taken(session, block) == (2, 1, 0)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(PlaceBlock).values(taken=3))


def test_its_holder_takes_names_back_and_learns_nothing_of_who_was_registered_before(
    session: DbSession, edition_id: int
) -> None:
    block = set_aside(session, edition_id, quota=2)
    known = sign_up(session, edition_id, applicant(1))
    for number in (1, 2, 3):  # the first of them has a place already
        name_in_block(session, block.id, 1, applicant(number), **ANSWER)
    other = set_aside(session, edition_id, quota=1)
    names = [one.id for one in named_in_block(session, block)]
    by: dict[str, Any] = {"actor": STRANGER, "now": NOW}
    with pytest.raises(NotFound):
        withdraw_from_block(session, other.id, 1, names[0], **by)
    with pytest.raises(InvitationEnded):
        withdraw_from_block(session, block.id, 2, names[0], **by)
    assert taken(session, block) == (4, 2, 0)

    for one in names[:2]:
        withdraw_from_block(session, block.id, 1, one, **by)

    assert [one.id for one in named_in_block(session, block)] == names[2:]
    assert taken(session, block) == (4, 1, 0)  # what one gave back is the holder's
    states = dict(
        session.execute(select(Person.latin_family, Registration.status).join_from(Registration, Person)).all()
    )
    assert states == {"Guest1": "confirmed", "Guest2": "cancelled", "Guest3": "confirmed"}
    assert session.get_one(Registration, known.registration_id).block_id is None
    told = list(session.scalars(select(Message.recipient).where(Message.template == "registration-cancelled")))
    assert told == ["guest2@example.org"]
    with pytest.raises(InvitationEnded):
        withdraw_from_block(session, block.id, 1, names[1], **by)


def test_a_place_that_was_handed_on_is_not_the_holders_to_take_back(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id)
    placed = name_in_block(session, block.id, 1, applicant(1), **ANSWER)
    hand_over(session, placed.registration_id, 1, applicant(2), **ANSWER)
    (named,) = named_in_block(session, block)

    with pytest.raises(WrongStatus):
        withdraw_from_block(session, block.id, 1, named.id, actor=STRANGER, now=NOW)

    assert taken(session, block) == (2, 1, 0)


def test_nobody_has_a_place_of_a_block_and_over_capacity_at_once(session: DbSession, edition_id: int) -> None:
    block = set_aside(session, edition_id)
    by: dict[str, Any] = {"language": "en", "actor": officer(session, edition_id), "now": NOW}
    said: dict[str, Any] = {"block_id": block.id, "over_capacity": True, "reason": "The mayor"}
    with pytest.raises(Invalid) as refused, session.begin_nested():
        walk_in(session, edition_id, block.type_id, {"latin_family": "Li"}, **said, **by)
    assert refused.value.fields == {"block_id": "not-over-capacity"}

    row = walk_in(session, edition_id, block.type_id, {"latin_family": "Li"}, block_id=block.id, **by)

    assert (taken(session, block), row.block_id) == ((2, 1, 0), block.id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Registration).values(over_capacity_by=by["actor"].account_id))
