"""Places that are offered for some hours: taken, given up, or passed on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.delegations.members.leaving import end_offers
from forumapp.domain.mail.models import Message
from forumapp.domain.mail.render import Letter, Sender, render
from forumapp.domain.registration.errors import OfferEnded, WrongStatus
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.waitlist.promotion import types_with_ended_offers
from forumapp.worker.timers.offers import pass_on
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up, tally
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
HOURS = timedelta(hours=48)
LATE = NOW + HOURS


@pytest.fixture
def offered(session: DbSession) -> list[int]:
    """The ids of three people of whom the first has cancelled, so that the second is offered the only place."""
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=1, offer_hours=48)
    ids = [sign_up(session, edition_id, applicant(number)).registration_id for number in range(3)]
    register.cancel(session, edition_id, ids[0], version=1, **BY)
    return ids


def rows(db: DbSession) -> list[tuple[str, Any]]:
    query = select(Registration.status, Registration.offer_ends_at).order_by(Registration.id)
    return [(status.value, ends) for status, ends in db.execute(query)]


def type_of(db: DbSession) -> int:
    return db.scalars(select(Registration.type_id)).first()


def mail(db: DbSession) -> list[str]:
    return list(db.scalars(select(Message.template).order_by(Message.id)))


def test_a_free_place_is_held_for_whoever_is_next(session: DbSession, offered: list[int]) -> None:
    assert rows(session) == [("cancelled", None), ("offered", LATE), ("waitlisted", None)]
    assert tally(session, type_of(session)) == (1, 0, 1, 1, 0, 1)
    message = session.scalars(select(Message).where(Message.template == "registration-offered")).one()
    texts = {
        language: render(
            Letter(message.key, message.template, "a@example.org", language, message.values, "https://x.example/r/1"),
            Sender("forum@example.org", "https://x.example"),
            now=NOW,
        ).get_body(("plain",)).get_content()
        for language in ("en", "zh-Hans")
    }  # fmt: skip
    assert "April 3, 2023, 5:00 AM (Los Angeles time)" in texts["en"]
    assert "2023年4月3日 05:00（洛杉矶时间）" in texts["zh-Hans"]


def test_it_is_taken_until_its_end_and_not_after(session: DbSession, offered: list[int]) -> None:
    with pytest.raises(OfferEnded):  # although no worker has passed it on yet
        register.accept_offer(session, offered[1], 1, actor=STRANGER, now=LATE)
    with pytest.raises(OfferEnded):
        register.accept_offer(session, offered[2], 1, **{**BY, "actor": STRANGER})

    for _twice in range(2):
        register.accept_offer(session, offered[1], 1, actor=STRANGER, now=LATE - timedelta(seconds=1))

    assert rows(session)[1:] == [("confirmed", None), ("waitlisted", None)]
    assert mail(session)[-1] == "registration-confirmed"
    assert mail(session).count("registration-confirmed") == 2  # the first one's, and this
    assert tally(session, type_of(session)) == (1, 0, 1, 1, 0, 1)
    assert types_with_ended_offers(session, now=LATE) == []


def test_what_nobody_takes_passes_on_once(session: DbSession, offered: list[int]) -> None:
    type_id = type_of(session)
    assert types_with_ended_offers(session, now=LATE - timedelta(seconds=1)) == []
    assert types_with_ended_offers(session, now=LATE) == [type_id]

    ended = [len(end_offers(session, type_id, actor=HOUSE, now=LATE)) for _twice in range(2)]

    assert ended == [1, 0]
    assert rows(session) == [("cancelled", None), ("cancelled", LATE), ("offered", LATE + HOURS)]
    assert mail(session)[-2:] == ["registration-offer-ended", "registration-offered"]
    assert tally(session, type_id) == (1, 0, 0, 1, 0, 0)


def test_what_is_given_up_passes_on_and_an_organizer_confirms_what_is_held(
    session: DbSession, offered: list[int]
) -> None:
    register.cancel_own(session, offered[1], 1, actor=STRANGER, now=NOW)
    edition_id = session.scalars(select(Registration.edition_id)).first()
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": LATE}

    with pytest.raises(WrongStatus):
        register.confirm(session, edition_id, offered[2], over_capacity=True, reason="Minister", version=2, **by)
    register.confirm(session, edition_id, offered[2], version=2, **by)

    assert rows(session) == [("cancelled", None), ("cancelled", LATE), ("confirmed", None)]
    assert tally(session, type_of(session)) == (1, 0, 0, 1, 0, 0)


@pytest.mark.parametrize(("hours", "fault"), [(0, "too-small"), (721, "too-large")])
def test_offers_last_for_an_hour_at_least_and_thirty_days_at_most(session: DbSession, hours: int, fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_type(session, make_edition(session), offer_hours=hours)
    assert caught.value.fields == {"offer_hours": fault}


def test_the_worker_passes_on_what_has_ended_and_finds_it_once(session: DbSession, offered: list[int]) -> None:
    session.commit()

    assert [pass_on(now=LATE) for _twice in range(2)] == [1, 0]
    assert [status for status, _ends in rows(session)] == ["cancelled", "cancelled", "offered"]
