"""A registration counts once its email address is confirmed; until then a spot is held for a set time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import Invalid
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.checkin.rules import WELCOME
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.capacity import counters, statements
from forumapp.domain.registration.errors import ConfirmationEnded, RegistrationCanceled, RegistrationClosed, WrongStatus
from forumapp.domain.registration.groups.plus_ones import register_with
from forumapp.domain.registration.groups.services import add_to_group, register_group
from forumapp.domain.registration.invitations.services import create_invitation
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lifecycle.type_change import change_type
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import registrations_page
from forumapp.domain.registration.lists.statistics import COUNTED
from forumapp.domain.registration.models import EditionPlaces, Invitation, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.personal_links.allotment_holder import name_in_block
from forumapp.domain.registration.personal_links.email_confirmation import confirm_email, resend_confirmation_links
from forumapp.domain.registration.personal_links.invitation_replies import accept_invitation
from forumapp.domain.registration.rules import (
    ADMITTED,
    CHANGEABLE,
    PARTICIPATING,
    PLACED,
    Contact,
    InvitationState,
    RegistrationStatus,
    Source,
    place_for,
)
from forumapp.domain.registration.types.allotments import create_block
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from forumapp.domain.registration.waitlist import promotion
from forumapp.domain.registration.waitlist.unconfirmed import confirm_for_list
from forumapp.worker.timers.offers import pass_on
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

MINUTES = timedelta(minutes=30)
END = NOW + MINUTES
LATER = NOW + timedelta(minutes=10)
GUEST: dict[str, Any] = {"actor": STRANGER, "now": LATER}


def confirming(db: DbSession, **values: Any) -> int:
    """The id of an edition with a type that asks to confirm the email address."""
    edition_id = make_edition(db)
    make_type(db, edition_id, **{"quota": 2, "needs_email_confirmation": True, **values})
    return edition_id


def statuses(db: DbSession) -> list[str]:
    return [one.value for one in db.scalars(select(Registration.status).order_by(Registration.id))]


def counted(db: DbSession) -> tuple[int, int]:
    """Spots taken and people waiting, as the type counts them."""
    taken, waiting = db.execute(select(RegistrationType.taken, RegistrationType.waiting)).one()
    return taken, waiting


def mails(db: DbSession) -> list[tuple[str, str]]:
    return [(one.template, one.recipient) for one in db.scalars(select(Message).order_by(Message.id))]


def test_off_by_default(session: DbSession) -> None:
    edition_id = make_edition(session)
    assert make_type(session, edition_id).needs_email_confirmation is False
    assert sign_up(session, edition_id, applicant()).status == RegistrationStatus.CONFIRMED


@pytest.mark.parametrize(
    ("values", "taken", "becomes", "counted_then"),
    [
        ({"quota": 1}, 1, "confirmed", (1, 0)),
        ({"quota": None}, 1, "confirmed", (1, 0)),
        ({"quota": 0}, 0, "waitlisted", (0, 1)),
        ({"quota": 1, "needs_approval": True}, 0, "applied", (0, 0)),
    ],
)
def test_what_it_holds_and_what_it_becomes(
    session: DbSession, values: dict[str, Any], taken: int, becomes: str, counted_then: tuple[int, int]
) -> None:
    placed = sign_up(session, confirming(session, **values), applicant())

    assert (placed.status, placed.confirm_by, placed.holds_spot) == (RegistrationStatus.UNCONFIRMED, END, bool(taken))
    assert counted(session) == (taken, 0)  # false addresses never stand in line
    assert mails(session) == [("registration-unconfirmed", "guest1@example.org")]

    for _twice in range(2):
        row = confirm_email(session, placed.registration_id, 1, **GUEST)

    assert (row.status.value, row.offer_ends_at, row.holds_spot) == (becomes, None, False)
    assert counted(session) == counted_then
    assert mails(session)[1:] == [(f"registration-{becomes}", "guest1@example.org")]
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.entity_id == row.id)).all()
    assert actions.count("email-confirmed") == 1


def test_the_link_of_the_mail_ends_and_changes_nothing_by_itself(session: DbSession) -> None:
    sign_up(session, confirming(session), applicant())
    values = session.scalars(select(Message.values)).one()
    assert values["until"] == END.isoformat()
    assert (values["link"]["purpose"], values["link"]["page"]) == ("email-confirmation", "e")
    assert values["link"]["ends"] == (END + timedelta(days=7)).isoformat()


def test_released_once_to_the_next_in_line_and_the_address_gets_no_mail(session: DbSession) -> None:
    edition_id = confirming(session, quota=1)
    late = sign_up(session, edition_id, applicant(1))
    following = sign_up(session, edition_id, applicant(2))
    confirm_email(session, following.registration_id, 1, **GUEST)
    assert statuses(session) == ["unconfirmed", "waitlisted"]
    with pytest.raises(ConfirmationEnded):  # although the worker has not released it yet
        confirm_email(session, late.registration_id, 1, actor=STRANGER, now=END)
    session.commit()

    assert [pass_on(now=moment) for moment in (END - timedelta(seconds=1), END, END)] == [0, 1, 0]

    session.expire_all()
    assert statuses(session) == ["cancelled", "confirmed"]
    assert counted(session) == (1, 0)
    assert [one for one in mails(session) if one[1] == "guest1@example.org"] == [
        ("registration-unconfirmed", "guest1@example.org")
    ]
    live = select(func.count()).select_from(TicketCode).where(TicketCode.revoked_at.is_(None))
    assert session.scalar(live) == 1
    with pytest.raises(ConfirmationEnded):
        confirm_email(session, late.registration_id, 1, actor=STRANGER, now=END)
    assert sign_up(session, edition_id, applicant(1)).status == RegistrationStatus.UNCONFIRMED  # may register again


def test_a_worker_that_is_killed_releases_nothing_and_the_next_one_all(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = confirming(session, quota=1)
    sign_up(session, edition_id, applicant(1))
    following = sign_up(session, edition_id, applicant(2))
    confirm_email(session, following.registration_id, 1, **GUEST)
    session.commit()
    killed = pytest.raises(KeyboardInterrupt)
    with monkeypatch.context() as patch, killed:
        patch.setattr(promotion, "move_up_all", Mock(side_effect=KeyboardInterrupt))
        pass_on(now=END)
    session.expire_all()
    assert (statuses(session), counted(session)) == (["unconfirmed", "waitlisted"], (1, 1))

    assert [pass_on(now=END) for _twice in range(2)] == [1, 0]

    session.expire_all()
    assert (statuses(session), counted(session)) == (["cancelled", "confirmed"], (1, 0))


def test_the_spots_of_the_whole_edition_are_held_too(session: DbSession) -> None:
    edition_id = confirming(session, quota=None)
    make_type(session, edition_id, "other", needs_email_confirmation=True)
    set_edition_places(session, edition_id, 1, version=0, actor=HOUSE, now=NOW)
    first = sign_up(session, edition_id, applicant(1))
    second = sign_up(session, edition_id, applicant(2), "other")
    assert (first.holds_spot, second.holds_spot) == (True, False)
    confirm_email(session, second.registration_id, 1, **GUEST)
    session.commit()
    assert pass_on(now=END) == 1
    session.expire_all()
    assert statuses(session) == ["cancelled", "confirmed"]
    assert session.scalars(select(EditionPlaces.taken)).one() == 1


def test_a_group_gets_one_link_again(session: DbSession) -> None:
    edition_id = confirming(session, quota=9)
    people = [applicant(number, email=None) for number in range(3)]
    contact = Contact(name="Office", email="office@example.org")
    register_group(session, edition_id, "guest", contact, people, source=Source.FORM, actor=STRANGER, now=NOW)
    resend_confirmation_links(session, edition_id, "office@example.org", now=LATER)
    assert mails(session) == [("registration-unconfirmed", "office@example.org")] * 2


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_group_form_sent_again_mails_its_contact_once(session: DbSession, *, is_confirmed: bool) -> None:
    edition_id = confirming(session, quota=9)
    people = [applicant(number, email=None) for number in range(3)]
    contact = Contact(name="Office", email="office@example.org")
    by: dict[str, Any] = {"source": Source.FORM, "actor": STRANGER}
    _group, placed = register_group(session, edition_id, "guest", contact, people, now=NOW, **by)
    if is_confirmed:
        confirm_email(session, placed[0].registration_id, 1, **GUEST)
    before = len(mails(session))
    for _twice in range(2):
        register_group(session, edition_id, "guest", contact, people, now=LATER, **by)
    template = "registration-known" if is_confirmed else "registration-unconfirmed"
    assert mails(session)[before:] == [(template, "office@example.org")]
    assert len(statuses(session)) == 3


def test_it_does_not_count_as_taking_part(session: DbSession) -> None:
    edition_id = confirming(session)
    placed = sign_up(session, edition_id, applicant())
    assert RegistrationStatus.UNCONFIRMED not in PARTICIPATING | ADMITTED | CHANGEABLE | PLACED | WELCOME
    assert registrations_page(session, edition_id, Filters(status=(RegistrationStatus.UNCONFIRMED,))).items
    delegation = create_delegation(session, edition_id, {"code": "bay", "name": {"en": "Bay"}}, actor=HOUSE, now=NOW)
    with pytest.raises(Invalid) as caught:
        add_member(session, delegation, placed.registration_id, actor=HOUSE, now=NOW)
    assert caught.value.fields == {"registration_id": "not-active"}
    assert RegistrationStatus.UNCONFIRMED not in COUNTED

    confirm_for_list(session, placed.registration_id, actor=HOUSE, now=LATER)  # as a list of the delegation does
    add_member(session, delegation, placed.registration_id, actor=HOUSE, now=NOW)
    assert (statuses(session), counted(session), len(mails(session))) == (["confirmed"], (1, 0), 1)


def test_a_second_registration_reads_like_a_first_one_and_mails_the_link(session: DbSession) -> None:
    edition_id = confirming(session)
    first = sign_up(session, edition_id, applicant())
    shown = {"status": first.status, "confirm_by": first.confirm_by, "holds_spot": first.holds_spot}
    for moment, count in ((NOW, 1), (LATER, 2)):  # at once it stays one mail
        again = register.register(
            session, edition_id, "guest", applicant(), source=Source.FORM, language="en", actor=STRANGER, now=moment
        )
        assert again.known
        assert {"status": again.status, "confirm_by": again.confirm_by - (moment - NOW), "holds_spot": True} == shown
        assert mails(session) == [("registration-unconfirmed", "guest1@example.org")] * count
    confirm_email(session, first.registration_id, 1, **GUEST)
    confirmed = sign_up(session, edition_id, applicant())
    assert {name: getattr(confirmed, name) for name in shown} == shown
    assert counted(session) == (1, 0)


def test_people_who_come_along_are_confirmed_and_released_together(session: DbSession) -> None:
    edition_id = confirming(session, quota=3, plus_ones=2)
    by: dict[str, Any] = {"source": Source.FORM, "language": "en", "actor": STRANGER, "now": NOW}
    guests = [applicant(2), applicant(3)]
    first = register_with(session, edition_id, "guest", applicant(), guests, **by)
    assert [one.status.value for one in first] == ["unconfirmed"] * 3
    assert mails(session) == [("registration-unconfirmed", "guest1@example.org")]
    known = register_with(session, edition_id, "guest", applicant(), guests, **by)
    assert [one.status.value for one in known] == ["unconfirmed"] * 3
    session.commit()
    assert pass_on(now=END) >= 1
    session.expire_all()
    assert (statuses(session), counted(session)) == (["cancelled"] * 3, (0, 0))
    assert len(mails(session)) == 1

    placed = register_with(session, edition_id, "guest", applicant(), guests, **{**by, "now": END})
    confirm_email(session, placed[0].registration_id, 1, actor=STRANGER, now=END)
    assert (statuses(session)[3:], counted(session)) == (["confirmed"] * 3, (3, 0))


def test_a_group_is_confirmed_by_its_contact_and_others_by_themselves(session: DbSession) -> None:
    edition_id = confirming(session, quota=9)
    people = [applicant(1, email=None), applicant(2), applicant(3, email=None)]
    contact = Contact(name="Office", email="office@example.org")
    _group, placed = register_group(
        session, edition_id, "guest", contact, people, source=Source.FORM, actor=STRANGER, now=NOW
    )
    assert statuses(session) == ["unconfirmed"] * 3
    assert sorted(mails(session)) == [
        ("registration-unconfirmed", "guest2@example.org"),
        ("registration-unconfirmed", "office@example.org"),
    ]
    confirm_email(session, placed[0].registration_id, 1, **GUEST)
    assert statuses(session) == ["confirmed", "unconfirmed", "confirmed"]
    assert mails(session)[2:] == [("registration-group", "office@example.org")]


def test_organizers_need_no_confirmation_and_confirm_by_hand(session: DbSession) -> None:
    edition_id = confirming(session, quota=3, plus_ones=1)
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": LATER}
    assert sign_up(session, edition_id, applicant(1), actor=by["actor"]).status == RegistrationStatus.CONFIRMED
    along: dict[str, Any] = {"source": Source.FORM, "language": "en", "actor": STRANGER, "now": NOW}
    waiting, _guest = register_with(session, edition_id, "guest", applicant(2), [applicant(3)], **along)
    with pytest.raises(WrongStatus):
        register.confirm(
            session, edition_id, waiting.registration_id, over_capacity=True, reason="VIP", version=1, **by
        )
    make_type(session, edition_id, "other", quota=5)
    with pytest.raises(WrongStatus):
        change_type(session, edition_id, waiting.registration_id, "other", version=1, **by)

    register.confirm(session, edition_id, waiting.registration_id, version=1, **by)

    assert statuses(session) == ["confirmed"] * 3
    kind = session.scalars(select(RegistrationType).where(RegistrationType.code == "guest")).one()
    session.refresh(kind)
    assert kind.taken == 3
    entry = session.scalars(
        select(AuditEvent).where(AuditEvent.entity_id == waiting.registration_id).order_by(AuditEvent.id.desc())
    ).first()
    assert entry.actor_id == by["actor"].account_id


def test_an_organizer_confirms_one_that_holds_no_spot_only_into_a_free_one(session: DbSession) -> None:
    edition_id = confirming(session, quota=0)
    placed = sign_up(session, edition_id, applicant())
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": LATER}
    register.confirm(session, edition_id, placed.registration_id, over_capacity=True, reason="Speaker", version=1, **by)
    assert (statuses(session), counted(session)) == (["confirmed"], (0, 0))


def test_cancelled_by_an_organizer_the_spot_is_free_and_the_address_gets_no_mail(session: DbSession) -> None:
    edition_id = confirming(session, quota=1)
    placed = sign_up(session, edition_id, applicant())
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": LATER}
    register.cancel(session, edition_id, placed.registration_id, version=1, **by)
    assert (statuses(session), counted(session), len(mails(session))) == (["cancelled"], (0, 0), 1)


def test_links_are_sent_again_to_an_address_that_waits_and_to_no_other(session: DbSession) -> None:
    edition_id = confirming(session)
    placed = sign_up(session, edition_id, applicant())
    for email, moment, count in (
        ("stranger@example.org", LATER, 1),
        ("Guest1@Example.org", LATER, 2),
        ("guest1@example.org", LATER, 2),
        ("guest1@example.org", END, 2),
    ):
        resend_confirmation_links(session, edition_id, email, now=moment)
        assert len(mails(session)) == count, (email, moment)
    confirm_email(session, placed.registration_id, 1, **GUEST)
    resend_confirmation_links(session, edition_id, "guest1@example.org", now=LATER + MINUTES / 3)
    assert mails(session)[2:] == [("registration-confirmed", "guest1@example.org")]


@pytest.mark.parametrize(("minutes", "fault"), [(4, "too-small"), (10081, "too-large")])
def test_holds_last_five_minutes_at_least_and_a_week_at_most(session: DbSession, minutes: int, fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_type(session, make_edition(session), hold_minutes=minutes)
    assert caught.value.fields == {"hold_minutes": fault}


def test_an_address_is_needed(session: DbSession) -> None:
    edition_id = confirming(session)
    with pytest.raises(Invalid) as caught:
        sign_up(session, edition_id, applicant(email=None))
    assert caught.value.fields == {"email": "required"}
    assert HOUSE.account_id is None


@pytest.mark.parametrize("quota", [1, None])
def test_an_invited_guest_continues_their_unconfirmed_registration(session: DbSession, quota: int | None) -> None:
    edition_id = confirming(session, quota=quota, plus_ones=1)
    first = sign_up(session, edition_id, applicant())
    kind = session.scalars(select(RegistrationType)).one()
    values = {"type_id": kind.id, "latin_family": "Guest1", "latin_given": "Ann", "email": "guest1@example.org"}
    invitation = create_invitation(session, edition_id, values, actor=HOUSE, now=NOW)

    placed = accept_invitation(session, invitation.id, 1, applicant(), language="en", **GUEST)

    assert (placed.registration_id, invitation.registration_id) == (first.registration_id,) * 2
    assert (statuses(session), counted(session)) == (["confirmed"], (1, 0))
    row = session.get_one(Registration, first.registration_id)
    assert (row.source, row.offer_ends_at, row.holds_spot) == (Source.INVITATION, None, False)
    assert mails(session)[-1] == ("registration-confirmed", "guest1@example.org")


def test_the_place_goes_along_into_another_type_and_frees_the_one_that_was_held(session: DbSession) -> None:
    edition_id = confirming(session, quota=1)
    make_type(session, edition_id, "other", quota=5, needs_email_confirmation=True)
    first, following = (sign_up(session, edition_id, applicant(number)) for number in (1, 2))
    confirm_email(session, following.registration_id, 1, **GUEST)

    placed = sign_up(session, edition_id, applicant(1), "other", actor=officer(session, edition_id))

    assert (placed.registration_id, placed.status) == (first.registration_id, RegistrationStatus.CONFIRMED)
    assert statuses(session) == ["confirmed", "confirmed"]  # the next in line has the spot of the first type
    taken = session.execute(select(RegistrationType.code, RegistrationType.taken)).all()
    assert dict(map(tuple, taken)) == {"guest": 1, "other": 1}


def test_an_allotment_s_guest_continues_and_takes_a_place_of_the_allotment(session: DbSession) -> None:
    edition_id = confirming(session, quota=3)
    first = sign_up(session, edition_id, applicant())
    kind = session.scalars(select(RegistrationType)).one()
    values = {"type_id": kind.id, "name": {"en": "Bay"}, "quota": 1}
    block = create_block(session, edition_id, values, actor=HOUSE, now=NOW)

    placed = name_in_block(session, block.id, 1, applicant(), language="en", **GUEST)

    session.expire_all()
    assert (placed.registration_id, statuses(session), block.taken) == (first.registration_id, ["confirmed"], 1)
    assert counted(session) == (1, 0)  # the allotment's alone


@pytest.mark.parametrize("way", ["form", "entered"])
def test_an_organizer_who_adds_someone_continues_their_registration(session: DbSession, way: str) -> None:
    edition_id = confirming(session, quota=1)
    first = sign_up(session, edition_id, applicant())
    row = session.get_one(Registration, first.registration_id)
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": LATER}
    if way == "form":
        who = applicant()
        register.register(session, edition_id, "guest", who, source=Source.MANUAL, language="en", **by)
    else:
        given: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.WALK_IN, "language": "en"}
        register.enter(session, edition_id, row.person_id, row.type_id, **given, **by)
    assert (statuses(session), counted(session)) == (["confirmed"], (1, 0))
    actors = session.scalars(select(AuditEvent.actor_id).where(AuditEvent.entity_id == row.id)).all()
    assert by["actor"].account_id in actors


def test_a_contact_who_adds_themselves_continues_their_own_registration(session: DbSession) -> None:
    edition_id = confirming(session, quota=9)
    contact = Contact(name="Office", email="guest1@example.org")
    by: dict[str, Any] = {"source": Source.FORM, "actor": STRANGER, "now": NOW}
    group, _placed = register_group(session, edition_id, "guest", contact, [applicant(2, email=None)], **by)
    first = sign_up(session, edition_id, applicant())
    placed = add_to_group(session, group.id, 1, applicant(email=None), **GUEST)
    row = session.get_one(Registration, first.registration_id)
    assert (placed.registration_id, row.status, row.group_id) == (row.id, RegistrationStatus.CONFIRMED, group.id)


def test_the_public_cannot_take_over_a_registration_by_naming_it_as_a_guest(session: DbSession) -> None:
    edition_id = confirming(session, quota=3)
    make_type(session, edition_id, "open", plus_ones=1)
    first = sign_up(session, edition_id, applicant(1))
    by: dict[str, Any] = {"source": Source.FORM, "language": "en", "actor": STRANGER, "now": NOW}
    register_with(session, edition_id, "open", applicant(9, email="guest1@example.org"), [applicant(1)], **by)
    assert session.get_one(Registration, first.registration_id).status == RegistrationStatus.UNCONFIRMED


@pytest.mark.parametrize("ended", ["cancelled", "confirmed"])
def test_the_link_of_a_group_confirms_the_others_after_its_first_registration_has_ended(
    session: DbSession, ended: str
) -> None:
    edition_id = confirming(session, quota=9)
    people = [applicant(number, email=None) for number in range(3)]
    contact = Contact(name="Office", email="office@example.org")
    by: dict[str, Any] = {"actor": HOUSE, "now": NOW}
    _group, placed = register_group(
        session, edition_id, "guest", contact, people, source=Source.FORM, actor=STRANGER, now=NOW
    )
    decide = register.cancel if ended == "cancelled" else register.confirm
    decide(session, edition_id, placed[0].registration_id, version=1, **by)

    confirm_email(session, placed[0].registration_id, 1, **GUEST)

    assert statuses(session) == [ended, "confirmed", "confirmed"]


def test_what_an_organizer_canceled_is_not_called_late(session: DbSession) -> None:
    edition_id = confirming(session)
    placed = sign_up(session, edition_id, applicant())
    register.cancel(session, edition_id, placed.registration_id, version=1, actor=HOUSE, now=LATER)
    for moment in (LATER, END):
        with pytest.raises(RegistrationCanceled):
            confirm_email(session, placed.registration_id, 1, actor=STRANGER, now=moment)


def invited_guest(db: DbSession, edition_id: int, email: str | None, **values: Any) -> Invitation:
    kind = db.scalars(select(RegistrationType)).one()
    given = {"type_id": kind.id, "latin_family": "Guest1", "latin_given": "Ann", "email": email, **values}
    return create_invitation(db, edition_id, given, actor=HOUSE, now=NOW)


@pytest.mark.parametrize(
    ("sent_to", "stands"),
    [
        ("guest1@example.org", "confirmed"),
        ("Guest1@Example.org", "confirmed"),
        ("office@example.org", "unconfirmed"),
        (None, "unconfirmed"),
    ],
)
@pytest.mark.parametrize("in_allotment", [False, True])
def test_an_invitation_proves_the_address_that_it_was_sent_to(
    session: DbSession, sent_to: str | None, stands: str, *, in_allotment: bool
) -> None:
    edition_id = confirming(session, quota=1, is_open=False, by_invitation=True, needs_approval=True)
    kind = session.scalars(select(RegistrationType)).one()
    values = {"type_id": kind.id, "name": {"en": "Bay"}, "quota": 1}
    block = create_block(session, edition_id, values, actor=HOUSE, now=NOW) if in_allotment else None
    invitation = invited_guest(session, edition_id, sent_to, block_id=block and block.id)

    placed = accept_invitation(session, invitation.id, 1, applicant(), language="en", actor=STRANGER, now=NOW)

    assert (statuses(session), counted(session)) == ([stands], (1, 0))
    assert placed.holds_spot is (stands == "unconfirmed")
    assert mails(session) == [(f"registration-{stands}", "guest1@example.org")]
    confirm_email(session, placed.registration_id, 1, **GUEST)
    assert (statuses(session), counted(session)) == (["confirmed"], (1, 0))  # without an approval


@pytest.mark.parametrize("is_known", [False, True])
def test_an_invitation_can_be_answered_again_after_the_time_to_confirm(session: DbSession, *, is_known: bool) -> None:
    edition_id = confirming(session, quota=1)
    if is_known:
        sign_up(session, edition_id, applicant())
    invitation = invited_guest(session, edition_id, "office@example.org")
    for moment in (NOW, END):
        accept_invitation(session, invitation.id, 1, applicant(), language="en", actor=STRANGER, now=moment)
        assert invitation.state == InvitationState.ACCEPTED
        session.commit()
        assert pass_on(now=moment + MINUTES) == 1
        session.expire_all()
        assert (invitation.state, invitation.registration_id) == (InvitationState.MADE, None)
    assert counted(session) == (0, 0)


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("change", [{"is_open": False}, {"needs_approval": True}, {"quota": 0}])
def test_a_spot_is_held_by_what_stands_under_the_lock_and_not_by_what_was_read_before(
    session: DbSession, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], *, guarded: bool
) -> None:
    """An organizer changes the type after the guest's request has read it. Without the lock the old values would hold:
    a closed type would take a registration, and one that is full or asks for approval would hold a spot.
    """
    edition_id = confirming(session, quota=1)
    read = statements.find_offer(session, edition_id, "guest")
    kind = session.scalars(select(RegistrationType)).one()
    register.update_type(session, edition_id, kind.id, change, version=kind.version, actor=HOUSE, now=NOW)
    monkeypatch.setattr(statements, "find_offer", lambda *_args: read)
    if not guarded:
        monkeypatch.setattr(counters, "hold_spot", lambda *_args, **_how: held_as_read(read))
    if guarded and "is_open" in change:
        with pytest.raises(RegistrationClosed), session.begin_nested():
            sign_up(session, edition_id, applicant())
    else:
        assert sign_up(session, edition_id, applicant()).holds_spot is not guarded


def held_as_read(offer: Any) -> counters.Place:
    has_spot = place_for(offer.places) == RegistrationStatus.CONFIRMED
    return counters.Place(RegistrationStatus.UNCONFIRMED, confirm_by=END, holds_spot=has_spot)


def test_a_type_with_approval_is_locked_before_the_choices_of_its_form(session: DbSession) -> None:
    """In the order of all who take both, so that two requests never wait for each other."""
    locked: list[int] = []
    edition_id = confirming(session, quota=1, needs_approval=True)
    with pytest.MonkeyPatch.context() as patch:
        hold = counters.hold
        patch.setattr(counters, "hold", lambda db, type_id: (locked.append(type_id), hold(db, type_id))[1])
        sign_up(session, edition_id, applicant())
    assert locked == [session.scalars(select(RegistrationType.id)).one()]


def test_an_approval_type_that_was_closed_meanwhile_takes_nobody(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = confirming(session, quota=1, needs_approval=True)
    read = statements.find_offer(session, edition_id, "guest")
    kind = session.scalars(select(RegistrationType)).one()
    register.update_type(session, edition_id, kind.id, {"is_open": False}, version=kind.version, actor=HOUSE, now=NOW)
    monkeypatch.setattr(statements, "find_offer", lambda *_args: read)
    with pytest.raises(RegistrationClosed), session.begin_nested():
        sign_up(session, edition_id, applicant())
