"""Buckets of tries: never more is taken than they hold and get back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.networks import networks_of
from forumapp.domain.accounts.sign_in.guess_limits import (
    LONGEST_REFILL,
    Bucket,
    Spent,
    chosen,
    given_back,
    now_spent,
    taken,
    ways_to_ask_for_mail,
    ways_to_confirm,
    ways_to_sign_in,
    ways_to_try_code,
)

START = datetime(2023, 3, 1, 12, tzinfo=UTC)
BUCKETS = st.builds(Bucket, st.just("a"), st.integers(1, 20), st.timedeltas(timedelta(seconds=1), timedelta(hours=24)))
PAUSES = st.lists(st.timedeltas(timedelta(0), timedelta(hours=30)), max_size=60)
ALL_WAYS = (
    ways_to_sign_in("account", ("64", "56", "48"), None),
    ways_to_sign_in("account", (), "browser"),
    ways_to_confirm("account"),
    ways_to_try_code("account", None),
    ways_to_try_code("account", "browser"),
    ways_to_ask_for_mail("account"),
)


def tries_at(bucket: Bucket, pauses: list[timedelta]) -> tuple[list[datetime], dict[str, Spent]]:
    """When a try was taken by someone who tries after each pause, and how the bucket stands at the end."""
    now, spent, got = START, dict[str, Spent](), []
    for pause in pauses:
        now += pause
        if chosen(((bucket,),), spent, now=now):
            spent |= taken((bucket,), spent, now=now)
            got.append(now)
    return got, spent


@given(BUCKETS, PAUSES)
def test_no_stretch_of_time_sees_more_tries_than_the_bucket_holds_and_gets_back(
    bucket: Bucket, pauses: list[timedelta]
) -> None:
    got, _ = tries_at(bucket, pauses)

    over = [
        (first, last)
        for i, first in enumerate(got)
        for j, last in enumerate(got[i:], i)
        if j - i + 1 > bucket.size + (last - first) // bucket.refill + 1
    ]
    assert over == []


@given(BUCKETS)
def test_a_full_bucket_gives_all_it_holds_at_once_and_then_one_after_each_refill(bucket: Bucket) -> None:
    got, spent = tries_at(bucket, [timedelta(0)] * (bucket.size + 5))

    assert len(got) == bucket.size
    just_before = START + bucket.refill - timedelta(microseconds=1)
    assert chosen(((bucket,),), spent, now=just_before) is None
    assert chosen(((bucket,),), spent, now=START + bucket.refill) == (bucket,)


@given(BUCKETS, PAUSES, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_a_try_given_back_leaves_no_trace(bucket: Bucket, pauses: list[timedelta], pause: timedelta) -> None:
    _, spent = tries_at(bucket, pauses)
    now = START + sum(pauses, pause)
    before = now_spent(bucket, spent.get("a"), now=now)
    if chosen(((bucket,),), spent, now=now):
        after = given_back((bucket,), spent | taken((bucket,), spent, now=now), now=now)
        assert now_spent(bucket, after["a"], now=now) == before


@given(BUCKETS, PAUSES, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_clock_that_goes_back_gives_nothing_away(bucket: Bucket, pauses: list[timedelta], back: timedelta) -> None:
    _, spent = tries_at(bucket, pauses)
    now = START + sum(pauses, timedelta(0))

    assert now_spent(bucket, spent.get("a"), now=now - back).tries >= now_spent(bucket, spent.get("a"), now=now).tries


@pytest.mark.parametrize(
    "bucket",
    sorted({bucket for ways in ALL_WAYS for way in ways for bucket in way}, key=lambda bucket: bucket.key),
    ids=lambda b: b.key,
)
def test_after_the_longest_refill_every_bucket_is_full(bucket: Bucket) -> None:
    assert now_spent(bucket, Spent(bucket.size, START), now=START + LONGEST_REFILL).tries == 0


def test_the_buckets_are_those_that_were_decided() -> None:
    sizes = {bucket.key: (bucket.size, bucket.refill) for ways in ALL_WAYS[:2] for way in ways for bucket in way}

    assert sizes == {
        "device:browser": (10, timedelta(minutes=5)),
        "address:64": (60, timedelta(minutes=1)),
        "address:56": (120, timedelta(seconds=30)),
        "address:48": (240, timedelta(seconds=15)),
        "pair:account:64": (1, timedelta(hours=24)),
        "pair:account:56": (2, timedelta(hours=12)),
        "pair:account:48": (4, timedelta(hours=6)),
        "fresh:account": (100, timedelta(minutes=14, seconds=24)),
        "shared:account": (30, timedelta(minutes=15)),
    }


def test_a_way_is_gone_whole_or_not_at_all() -> None:
    first, second, third = (Bucket(key, 1, timedelta(hours=1)) for key in "abc")
    ways = ((first, second), (first, third))
    empty = Spent(1, START)

    assert chosen(ways, {}, now=START) == (first, second)
    assert chosen(ways, {"b": empty}, now=START) == (first, third)
    assert chosen(ways, {"b": empty, "c": empty}, now=START) is None
    assert chosen(ways, {"a": empty}, now=START) is None


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("203.0.113.7", ("203.0.113.7",)),
        ("::ffff:203.0.113.7", ("203.0.113.7",)),
        ("2001:db8:1:2345:3:4:5:6", ("2001:db8:1:2345::/64", "2001:db8:1:2300::/56", "2001:db8:1::/48")),
        ("2001:db8:1:2345::1", ("2001:db8:1:2345::/64", "2001:db8:1:2300::/56", "2001:db8:1::/48")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/56", "fe80::/48")),
        ("unknown", ("unknown",)),
    ],
)
def test_whom_an_address_stands_for(address: str, networks: tuple[str, ...]) -> None:
    assert networks_of(address) == networks


@pytest.mark.parametrize(
    ("addresses", "at_one_account", "over_many"),
    [
        pytest.param("203.0.113.7", 31, 60, id="one address"),
        pytest.param("2001:db8:1:2::{:x}", 31, 60, id="of one /64"),
        pytest.param("2001:db8:1:23{:02x}::1", 32, 120, id="of one /56"),
        pytest.param("2001:db8:1:{:x}00::1", 34, 240, id="of one /48"),
        pytest.param("2001:db8:{:x}::1", 130, 1000, id="of many networks"),
    ],
)
def test_a_larger_network_has_more_tries_but_far_fewer_than_addresses(
    addresses: str, at_one_account: int, over_many: int
) -> None:
    """Of a thousand tries at once."""

    def got(account: str) -> int:
        spent, count = dict[str, Spent](), 0
        for number in range(1000):
            networks = networks_of(addresses.format(number % 256))
            way = chosen(ways_to_sign_in(account.format(number), networks, None), spent, now=START)
            if way:
                spent |= taken(way, spent, now=START)
                count += 1
        return count

    assert (got("one"), got("{}")) == (at_one_account, over_many)
