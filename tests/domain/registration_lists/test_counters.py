"""Whatever is done in whatever order, the counters agree with the rows, and nobody waits before a free place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forumapp.core.errors import Refusal
from forumapp.domain.delegations.members.leaving import end_offers
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lists.queries import edition_places
from forumapp.domain.registration.models import EditionPlaces, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import ACTIVE, RegistrationStatus
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up, tally

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY_HOUSE = {"actor": HOUSE, "now": NOW}
SIX = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("register"), SIX),
    st.tuples(st.just("register-media"), SIX),
    st.tuples(st.just("cancel"), SIX),
    st.tuples(st.just("confirm"), SIX),
    st.tuples(st.just("decline"), SIX),
    st.tuples(st.just("quota"), st.none() | st.integers(0, 4)),
    st.tuples(st.just("hours"), st.none() | st.just(1)),
    st.tuples(st.just("accept"), SIX),
    st.tuples(st.just("end"), SIX),
    st.tuples(st.just("edition"), st.none() | st.integers(0, 6)),
)


def do(db: DbSession, edition_id: int, type_id: int, step: str, value: int | None) -> None:
    if step in ("register", "register-media"):
        sign_up(db, edition_id, applicant(value or 0), "guest" if step == "register" else "media")
        return
    if step == "edition":
        set_edition_places(db, edition_id, value, version=edition_places(db, edition_id).version, **BY_HOUSE)
        return
    if step == "end":
        end_offers(db, type_id, actor=HOUSE, now=NOW + timedelta(hours=1))
        return
    if step in ("quota", "hours"):
        version = db.scalars(select(RegistrationType.version).where(RegistrationType.id == type_id)).one()
        register.update_type(
            db, edition_id, type_id, {"offer_hours" if step == "hours" else step: value}, version=version, **BY_HOUSE
        )
        return
    ids = db.scalars(select(Registration.id).where(Registration.edition_id == edition_id)).all()
    if ids and step == "accept":
        register.accept_offer(db, ids[(value or 0) % len(ids)], 1, **BY_HOUSE)
    elif ids:
        chosen = ids[(value or 0) % len(ids)]
        version = db.get_one(Registration, chosen).version
        getattr(register, step)(db, edition_id, chosen, version=version, **BY_HOUSE)


@pytest.fixture
def numbers() -> list[int]:
    return []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(steps, min_size=3, max_size=20))
def test_counters_agree_with_rows(session: DbSession, numbers: list[int], script: list[tuple[str, int | None]]) -> None:
    numbers.append(len(numbers))
    edition_id = make_edition(session, f"forum-{len(numbers)}")
    types = type_id, _media_id = [make_type(session, edition_id, code, quota=2).id for code in ("guest", "media")]

    for step, value in script:
        try:
            with session.begin_nested():
                do(session, edition_id, type_id, step, value)
        except Refusal:
            session.expire_all()  # as an edge would: the transaction is undone and nothing is done

        total = edition_places(session, edition_id)
        counted = session.execute(select(EditionPlaces.taken).where(EditionPlaces.edition_id == edition_id)).scalar()
        assert total.quota is None or (counted, total.rest) == (total.taken, total.quota - total.taken)
        assert total.rest is None or total.taken <= total.quota
        for one in types:
            taken, over, waiting, *by_row = tally(session, one)
            quota = session.scalars(select(RegistrationType.quota).where(RegistrationType.id == one)).one()
            assert [taken, over, waiting] == by_row
            assert quota is None or taken <= quota
            assert waiting == 0 or taken == quota or total.rest == 0

    active = select(Registration.id).where(Registration.edition_id == edition_id, Registration.status.in_(ACTIVE))
    live = select(TicketCode.registration_id).where(
        TicketCode.edition_id == edition_id, TicketCode.revoked_at.is_(None)
    )
    assert sorted(session.scalars(active)) == sorted(session.scalars(live))
    queue = session.execute(
        select(Registration.status, Registration.queue_number)
        .where(Registration.type_id == type_id, Registration.queue_number.is_not(None))
        .order_by(Registration.queue_number)
    ).all()
    assert [number for _, number in queue] == list(range(1, len(queue) + 1))
    assert {status for status, _ in queue} <= {
        RegistrationStatus.WAITLISTED,
        RegistrationStatus.OFFERED,
        RegistrationStatus.CONFIRMED,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.DECLINED,
    }
