"""Who passes a checkpoint, as a table and by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.checkin.rules import (
    LETS_THROUGH,
    Asks,
    Direction,
    Facts,
    PassMode,
    Presence,
    Result,
    clean_code,
    decide,
    judged_at,
    move,
    skew_seconds,
    was_turned_away,
)
from forumapp.domain.registration.rules import Area, RegistrationStatus

AT = datetime(2023, 5, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATUS = RegistrationStatus
IN, OUT = Direction


def facts(status: STATUS = STATUS.CONFIRMED, **known: Any) -> Facts:
    return Facts(status, **{"type_id": 1, **known})


@pytest.mark.parametrize(
    ("known", "asks", "result"),
    [
        (None, Asks(), "unknown"),
        (facts(), Asks(), "passed"),
        (facts(STATUS.ATTENDED), Asks(), "passed"),
        (facts(STATUS.NO_SHOW), Asks(), "passed"),
        (facts(STATUS.WAITLISTED), Asks(), "not-confirmed"),
        (facts(STATUS.DECLINED), Asks(), "not-confirmed"),
        (facts(STATUS.CANCELLED), Asks(), "cancelled"),
        (facts(STATUS.CANCELLED, revoked_at=AT - HOUR), Asks(), "cancelled"),
        (facts(STATUS.CANCELLED, revoked_at=AT - HOUR, is_replaced=True), Asks(), "replaced"),
        (facts(STATUS.CANCELLED, revoked_at=AT, is_replaced=True), Asks(), "replaced"),
        # Received before the code was revoked, and judged after it.
        (facts(STATUS.CANCELLED, revoked_at=AT + HOUR, is_replaced=True), Asks(), "replaced"),
        (facts(revoked_at=AT + HOUR), Asks(), "old-code"),
        (facts(revoked_at=AT - HOUR), Asks(), "old-code"),
        (facts(), Asks(opens=AT), "passed"),
        (facts(), Asks(opens=AT + HOUR), "wrong-time"),
        (facts(), Asks(closes=AT), "wrong-time"),
        (facts(), Asks(closes=AT + HOUR), "passed"),
        (facts(), Asks(types=frozenset({1, 2})), "passed"),
        (facts(), Asks(types=frozenset({2})), "wrong-checkpoint"),
        (facts(admits=["meals"]), Asks(area=Area.MEALS), "passed"),
        (facts(admits=["meals"]), Asks(area=Area.DINNER), "wrong-checkpoint"),
        (facts(delegations=frozenset({7, 8})), Asks(delegation_id=8), "passed"),
        (facts(), Asks(delegation_id=8), "wrong-checkpoint"),
        (facts(is_vip=True), Asks(vips_only=True), "passed"),
        (facts(), Asks(vips_only=True), "wrong-checkpoint"),
        (facts(is_signed_up=True), Asks(needs_sign_up=True), "passed"),
        (facts(), Asks(needs_sign_up=True), "not-signed-up"),
    ],
)
def test_decisions(known: Facts | None, asks: Asks, result: str) -> None:
    assert decide(known, asks, AT).value == result


@pytest.mark.parametrize(
    ("known", "result"),
    [
        (facts(STATUS.CANCELLED, revoked_at=AT + HOUR, is_replaced=True), "passed"),
        (facts(STATUS.CANCELLED, revoked_at=AT, is_replaced=True), "replaced"),
        (facts(revoked_at=AT - HOUR), "old-code"),
        (facts(STATUS.CANCELLED), "cancelled"),
    ],
)
def test_of_what_is_told_late_a_code_that_was_revoked_after_it_was_good(known: Facts, result: str) -> None:
    assert decide(known, Asks(), AT, is_late=True).value == result


@pytest.mark.parametrize(
    ("presence", "mode", "direction", "result"),
    [
        (None, PassMode.ONCE, IN, "passed"),
        (Presence.IN, PassMode.ONCE, IN, "already-in"),
        (Presence.IN, PassMode.IN_OUT, IN, "already-in"),
        (Presence.OUT, PassMode.IN_OUT, IN, "passed"),
        (Presence.OUT, PassMode.ONCE, IN, "already-in"),
        (Presence.IN, PassMode.IN_OUT, OUT, "out"),
        (Presence.OUT, PassMode.IN_OUT, OUT, "not-in"),
        (None, PassMode.IN_OUT, OUT, "not-in"),
    ],
)
def test_moves(presence: Presence | None, mode: PassMode, direction: Direction, result: str) -> None:
    assert move(presence, mode, direction).value == result


known = st.builds(
    Facts,
    st.sampled_from(STATUS),
    st.integers(1, 3),
    admits=st.lists(st.sampled_from([one.value for one in Area]), max_size=2),
    is_vip=st.booleans(),
    revoked_at=st.none() | st.sampled_from([AT - HOUR, AT, AT + HOUR]),
    is_replaced=st.booleans(),
    delegations=st.frozensets(st.integers(1, 3), max_size=2),
    is_signed_up=st.booleans(),
)
asked = st.builds(
    Asks,
    opens=st.none() | st.just(AT - HOUR),
    closes=st.none() | st.just(AT + HOUR),
    area=st.none() | st.sampled_from(Area),
    types=st.frozensets(st.integers(1, 3), max_size=2),
    delegation_id=st.none() | st.integers(1, 3),
    vips_only=st.booleans(),
    needs_sign_up=st.booleans(),
)


@given(known, asked)
def test_a_dead_code_passes_nowhere_and_what_asks_nothing_refuses_no_live_one(known: Facts, asks: Asks) -> None:
    result = decide(known, asks, AT)
    if known.revoked_at is not None:
        assert result not in LETS_THROUGH
    if result is Result.PASSED:
        assert decide(known, Asks(), AT) is Result.PASSED
        assert not asks.types or known.type_id in asks.types


@given(st.lists(st.sampled_from(Direction), max_size=20), st.sampled_from(PassMode))
def test_in_and_out_take_turns(directions: list[Direction], mode: PassMode) -> None:
    presence: Presence | None = None
    passed = []
    for direction in directions:
        result = move(presence, mode, direction)
        if result in LETS_THROUGH:
            passed.append(direction)
            presence = Presence.IN if result is Result.PASSED else Presence.OUT
    assert all(one != other for one, other in pairwise(passed))
    assert passed[:1] in ([], [IN])


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**5))
def test_however_wrong_a_clock_is_a_kept_scan_counts_from_when_it_was_made(skew: int, kept: int) -> None:
    sent = AT + timedelta(seconds=skew)

    assert judged_at(sent - timedelta(seconds=kept), sent, AT) == AT - timedelta(seconds=kept)
    assert judged_at(sent + timedelta(seconds=kept), sent, AT) == AT  # never later than it came
    assert skew_seconds(sent, AT) == skew


def test_what_a_device_told_alone_and_how_people_type_codes() -> None:
    turned_away = {one for one in Result if was_turned_away(one)}

    assert turned_away == set(Result) - {Result.PASSED, Result.OUT, Result.UNKNOWN}
    assert not was_turned_away(None)
    assert clean_code(" abcd-ef gh\n") == "ABCDEFGH"
